//! Several facts as one message: the whole story in one line, which is what a
//! phone shows, and below it what that line does not say. What several targets
//! have in common is said once.

use super::subjects::Subjects;
use super::tell::{Draft, Shared};
use super::words::{Group, Words};
use super::{Entry, Line, Mood, Topic, Voice};

/// Names that are listed in the story, before it is said how many more there are.
const NAMES_BEFORE_MORE: usize = 3;

/// Names that are listed below the story.
const NAMES_BELOW: usize = 30;

/// As many as have a line each where they share a headline.
const LINES_OF_GROUP: usize = 8;

/// Characters of a story that is told in whole sentences; one that would be
/// longer only lists names.
const MAX_SENTENCES: usize = 200;

/// The worst of `told`, all of it in one line, and what that line does not say.
pub(super) fn story(
    mut told: Vec<Draft>,
    subjects: &Subjects,
    voice: &Voice<'_>,
) -> (Mood, String, Vec<Entry>) {
    told.sort_by_key(|one| (one.topic, one.place));
    let mood = told.iter().map(|one| one.topic.mood()).min().unwrap_or(Mood::Test);
    let words = voice.words();
    let chapters: Vec<&[Draft]> = told.chunk_by(|one, other| one.topic == other.topic).collect();
    let whole = join(chapters.iter().map(|told| chapter(told, subjects, words)), words);
    if whole.chars().count() <= MAX_SENTENCES || told.len() == 1 {
        let is_only = chapters.len() == 1;
        let entries = chapters.iter().flat_map(|told| below(told, true, is_only, words)).collect();
        return (mood, whole, entries);
    }
    let brief = join(chapters.iter().map(|told| names_only(told, subjects, words)), words);
    let entries = chapters.iter().flat_map(|told| below(told, false, false, words)).collect();
    (mood, brief, entries)
}

fn join(parts: impl Iterator<Item = String>, words: &dyn Words) -> String {
    parts.collect::<Vec<_>>().join(words.between_stories())
}

/// What happened to all of `told`, which are of one topic.
fn chapter(told: &[Draft], subjects: &Subjects, words: &dyn Words) -> String {
    match told {
        [alone] => alone.sentence.clone(),
        told => names_only(told, subjects, words),
    }
}

/// The same by their names, and by what they have in common.
fn names_only(told: &[Draft], subjects: &Subjects, words: &dyn Words) -> String {
    let names = names_of(told);
    let list = list(&names, NAMES_BEFORE_MORE, words);
    let all = told.iter().all(|one| one.is_probed) && subjects.is_all(names.len());
    let shared = match common(told) {
        Some(Shared::Down { since, why }) => Some((since.as_str(), *why)),
        Some(Shared::Over { .. }) | None => None,
    };
    let group = Group { count: names.len(), all, shared };
    match told[0].topic {
        Topic::Down => words.all_down(&list, group),
        Topic::Another => words.all_another(&list),
        Topic::News => words.all_news(&list),
        Topic::StillDown => words.all_still_down(&list),
        Topic::WasDown => words.all_were_down(&list),
        Topic::Recovered => words.all_recovered(&list, group),
        Topic::Steady => words.all_steady(&list),
        Topic::Unstable => words.all_unstable(&list),
        Topic::Warning => words.all_warn(&list),
        Topic::Cleared => words.all_cleared(&list),
    }
}

/// What `told` have in common, if anything is the same of all.
fn common(told: &[Draft]) -> Option<&Shared> {
    let first = told.first()?.shared.as_ref()?;
    told.iter().all(|one| one.shared.as_ref() == Some(first)).then_some(first)
}

/// A target may have been down more than once. One target's facts stand
/// together, so the last mention is enough to look at.
fn names_of(told: &[Draft]) -> Vec<&str> {
    let mut names: Vec<&str> = told.iter().map(|one| one.name.as_str()).collect();
    names.dedup();
    names
}

fn list(names: &[&str], most: usize, words: &dyn Words) -> String {
    // "a, b, c and 1 more" is no shorter than its fourth name.
    let shown = if names.len() > most + 1 { most } else { names.len() };
    words.list(&names[..shown], names.len() - shown)
}

/// What the story does not say of `told`, which are of one topic. Of a lone one, it
/// has the whole sentence if `is_told`.
fn below(told: &[Draft], is_told: bool, is_only: bool, words: &dyn Words) -> Vec<Entry> {
    match told {
        [alone] if is_told => {
            let headline = if is_only { String::new() } else { alone.name.clone() };
            let entry = Entry { mood: alone.topic.mood(), headline, lines: alone.lines.clone() };
            if entry.lines.is_empty() { Vec::new() } else { vec![entry] }
        }
        told => groups(told).iter().map(|group| entry(group, told, words)).collect(),
    }
}

/// Those that have something in common, together, in the order of the first of each.
fn groups(told: &[Draft]) -> Vec<Vec<&Draft>> {
    let mut groups: Vec<Vec<&Draft>> = Vec::new();
    for one in told {
        let alike =
            |group: &&mut Vec<&Draft>| one.shared.is_some() && group[0].shared == one.shared;
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// What there is to say of a `group` of `told`.
fn entry(group: &[&Draft], told: &[Draft], words: &dyn Words) -> Entry {
    let mood = group[0].topic.mood();
    if let [alone] = group {
        return Entry { mood, headline: alone.sentence.clone(), lines: alone.lines.clone() };
    }
    let names: Vec<&str> = group.iter().map(|one| one.name.as_str()).collect();
    // The story says what all have in common, and the first of their names.
    let is_told = group.len() == told.len();
    let all_named = names.len() <= NAMES_BEFORE_MORE + 1;
    let list = list(&names, NAMES_BELOW, words);
    let headline = match &group[0].shared {
        Some(Shared::Down { .. }) if is_told && all_named => String::new(),
        Some(Shared::Down { .. }) if is_told => list,
        Some(Shared::Down { since, why }) => words.of_group(&list, since, why),
        Some(Shared::Over { how_long, span }) => words.recovered(&list, how_long, span),
        None => list,
    };
    Entry { mood, headline, lines: details(group) }
}

/// What exactly happened to each of `group`, where they are few.
fn details(group: &[&Draft]) -> Vec<Line> {
    if group.len() > LINES_OF_GROUP {
        return Vec::new();
    }
    let line = |one: &&Draft| Some(Line::Text(format!("{}: {}", one.name, one.why.as_ref()?)));
    group.iter().filter_map(line).collect()
}
