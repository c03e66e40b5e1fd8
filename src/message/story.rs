//! The whole story in one line: what a phone's notification shows.

use super::Topic;
use super::tell::Draft;
use super::words::Words;

/// How many names of one kind are listed before it says how many more there are.
const NAMES_BEFORE_MORE: usize = 2;

/// All of `told`, which is sorted by topic, in one line.
pub(super) fn story(told: &[Draft], words: &dyn Words) -> String {
    if let [alone] = told {
        return alone.alone.clone();
    }
    let topics = told.chunk_by(|one, other| one.topic == other.topic);
    let sentences: Vec<_> = topics.map(|told| sentence(told, words)).collect();
    sentences.join(words.between_stories())
}

/// What happened to all of `told`, which are of one topic.
fn sentence(told: &[Draft], words: &dyn Words) -> String {
    let mut names: Vec<&str> = Vec::new();
    for one in told {
        // A target may have been down more than once, but its facts are
        // together: comparing with the last name is enough.
        if names.last() != Some(&one.name.as_str()) {
            names.push(&one.name);
        }
    }
    // "a, b and 1 more" is not shorter than a third name.
    let shown = if names.len() > NAMES_BEFORE_MORE + 1 { NAMES_BEFORE_MORE } else { names.len() };
    let list = words.list(&names[..shown], names.len() - shown);
    let many = names.len() > 1;
    match told[0].topic {
        Topic::Down => words.all_down(&list, many),
        Topic::Another => words.all_another(&list),
        Topic::News => words.all_news(&list),
        Topic::StillDown => words.all_still_down(&list, many),
        Topic::WasDown => words.all_were_down(&list, many),
        Topic::Recovered => words.all_recovered(&list),
        Topic::Steady => words.all_steady(&list, many),
        Topic::Unstable => words.all_unstable(&list, many),
        Topic::Warning => words.all_warn(&list, many),
        Topic::Cleared => words.all_warnings_over(&list, many),
    }
}
