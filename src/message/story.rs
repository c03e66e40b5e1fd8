//! Several facts as one message: the whole story in one line, which is what a
//! phone shows, and below it what that line does not say. What several targets
//! have in common is said once.

use std::iter;

use super::subjects::Subjects;
use super::tell::{Draft, Shared};
use super::words::{Group, Plight, Words};
use super::{Entry, FactKind, Line, Mood, Voice};
use crate::text::one_line;

/// Names that are listed in the story, before it is said how many more there are.
const NAMES_BEFORE_MORE: usize = 3;

/// Names that are listed below the story.
const NAMES_BELOW: usize = 30;

/// As many as have a line each where they share a headline.
const LINES_OF_GROUP: usize = 8;

/// Characters of a story, the mark of a cut included: every channel shows as many.
const MAX_STORY: usize = 280;

/// Characters of several whole sentences; more are cut short.
const MAX_SENTENCES: usize = 200;

/// Characters of a sentence that is cut short.
const MAX_BRIEF: usize = 100;

/// The worst of `told`, all of it in one line, and what that line does not say.
pub(super) fn story(
    mut told: Vec<Draft>,
    subjects: &Subjects,
    voice: &Voice<'_>,
) -> (Mood, String, Vec<Entry>) {
    told.sort_by_key(|one| (one.topic, one.plight.rank(), one.place));
    let mood = told.iter().map(|one| one.topic.mood()).min().unwrap_or(Mood::Test);
    let words = voice.words();
    let alike = |one: &Draft| (one.topic, one.plight.rank());
    let chapters: Vec<&[Draft]> = told.chunk_by(|one, other| alike(one) == alike(other)).collect();
    let text = in_one_line(&chapters, subjects, words);
    let is_only = chapters.len() == 1;
    let entries = chapters
        .iter()
        .flat_map(|told| {
            let is_told = text.contains(&chapter(told, subjects, words));
            below(told, is_told, is_only, words)
        })
        .collect();
    (mood, text, entries)
}

/// In whole sentences where there is room; else each cut short, else names only. What
/// is cut stands whole below it.
fn in_one_line(chapters: &[&[Draft]], subjects: &Subjects, words: &dyn Words) -> String {
    let whole = join(chapters.iter().map(|told| chapter(told, subjects, words)), words);
    if chapters.len() == 1 {
        return one_line(&whole, MAX_STORY);
    }
    if whole.chars().count() <= MAX_SENTENCES {
        return whole;
    }
    let brief = join(chapters.iter().map(|told| briefly(told, subjects, words)), words);
    if brief.chars().count() <= MAX_STORY {
        return brief;
    }
    let names = join(chapters.iter().map(|told| names_only(told, subjects, words)), words);
    one_line(&names, MAX_STORY)
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

/// The same where there is little room.
fn briefly(told: &[Draft], subjects: &Subjects, words: &dyn Words) -> String {
    match told {
        [alone] => one_line(&alone.sentence, MAX_BRIEF),
        told => names_only(told, subjects, words),
    }
}

/// The same by their names, and by what they have in common.
fn names_only(told: &[Draft], subjects: &Subjects, words: &dyn Words) -> String {
    let names = names_of(told);
    let list = list(&names, NAMES_BEFORE_MORE, words);
    let all = told.iter().all(|one| one.is_probed) && subjects.is_all(names.len());
    let shared = match common(told) {
        Some(Shared::Down { since, why }) => {
            Some((since.as_str(), same_why(told.iter()).unwrap_or(why)))
        }
        Some(Shared::Over { .. } | Shared::Partly { .. }) | None => None,
    };
    let group = Group { count: names.len(), all, shared };
    let (plight, count) = (told[0].plight, group.count);
    match told[0].topic {
        FactKind::Down if plight == Plight::Down => words.all_down(&list, group),
        FactKind::Down => words.all_fallen(&list, plight, count),
        FactKind::Another => words.all_another(&list),
        FactKind::News => words.all_news(&list),
        FactKind::StillDown => words.all_still_down(&list, plight),
        FactKind::WasDown => words.all_were_down(&list, plight),
        FactKind::Recovered if plight == Plight::Down => words.all_recovered(&list, group),
        FactKind::Recovered => words.all_over(&list, plight, count),
        FactKind::Steady => words.all_steady(&list),
        FactKind::Unstable => words.all_unstable(&list),
        FactKind::Warning => match common(told) {
            Some(Shared::Partly { said }) => words.all_partly(&list, said),
            Some(Shared::Down { .. } | Shared::Over { .. }) | None => words.all_warn(&list),
        },
        FactKind::Cleared => words.all_cleared(&list),
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

/// What the story does not say of `told`, which are of one topic. It has all of their
/// chapter if `is_told`.
fn below(told: &[Draft], is_told: bool, is_only: bool, words: &dyn Words) -> Vec<Entry> {
    match told {
        [alone] if is_told => {
            let headline = if is_only { String::new() } else { alone.name.clone() };
            let entry = Entry { mood: alone.topic.mood(), headline, lines: alone.lines.clone() };
            if entry.lines.is_empty() { Vec::new() } else { vec![entry] }
        }
        told => groups(told)
            .iter()
            .map(|group| entry(group, is_told && group.len() == told.len(), words))
            .collect(),
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

/// What there is to say of a `group`, of which the story says what all have in common
/// and the first of their names if `is_told`.
fn entry(group: &[&Draft], is_told: bool, words: &dyn Words) -> Entry {
    let mood = group[0].topic.mood();
    if let [alone] = group {
        return Entry { mood, headline: alone.sentence.clone(), lines: alone.lines.clone() };
    }
    let names: Vec<&str> = group.iter().map(|one| one.name.as_str()).collect();
    let all_named = names.len() <= NAMES_BEFORE_MORE + 1;
    let list = list(&names, NAMES_BELOW, words);
    let headline = match &group[0].shared {
        Some(Shared::Down { .. } | Shared::Partly { .. }) if is_told && all_named => String::new(),
        Some(Shared::Down { .. } | Shared::Partly { .. }) if is_told => list,
        Some(Shared::Partly { said }) => words.all_partly(&list, said),
        Some(Shared::Down { since, why }) => {
            words.of_group(&list, since, same_why(group.iter().copied()).unwrap_or(why))
        }
        Some(Shared::Over { how_long, span }) => words.recovered(&list, how_long, span),
        None => list,
    };
    Entry { mood, headline, lines: details(group, words) }
}

/// What exactly happened to each of `group`, where they are few; and from where else all of
/// them are down.
fn details(group: &[&Draft], words: &dyn Words) -> Vec<Line> {
    let also_from = &group[0].also_from;
    let is_same = group.iter().all(|one| one.also_from == *also_from);
    let also_from = also_from.clone().filter(|_| is_same);
    each_detail(group, words).into_iter().chain(also_from).collect()
}

fn each_detail(group: &[&Draft], words: &dyn Words) -> Vec<Line> {
    if group.len() > LINES_OF_GROUP {
        return Vec::new();
    }
    let line = |one: &&Draft| Some(Line::Text(format!("{}: {}", one.name, one.why.as_ref()?)));
    let each = group.iter().filter_map(line);
    match (&group[0].shared, same_why(group.iter().copied())) {
        (Some(Shared::Over { .. }), Some(why)) => vec![words.cause(why).into()],
        (Some(Shared::Over { .. }), None) => {
            iter::once(words.causes().into()).chain(each).collect()
        }
        // The headline says it.
        (Some(Shared::Partly { .. }), _) | (Some(Shared::Down { .. }), Some(_)) => Vec::new(),
        (Some(Shared::Down { .. }) | None, _) => each.collect(),
    }
}

/// Why, where that is the same of all.
fn same_why<'a>(mut told: impl Iterator<Item = &'a Draft>) -> Option<&'a str> {
    let first = told.next()?.why.as_deref()?;
    told.all(|one| one.why.as_deref() == Some(first)).then_some(first)
}
