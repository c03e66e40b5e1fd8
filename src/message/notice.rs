//! What prober has to say of itself.

use super::tell::printable;
use super::time::{Calendar, duration};
use super::{Entry, MAX_DETAIL, MAX_NAME, Message, Mood, Origin, Voice, footer, words};
use crate::sight::{Cause, Stretch};

/// Mistakes that are told; who mends the file sees all of them there.
const MAX_MISTAKES: usize = 5;

/// Something that channels are told once, beside what they are owed of targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The configuration was changed to something that is none; the one
    /// before it stays in force.
    BrokenConfig {
        /// Where it lies.
        place: String,
        /// Its text, or its version: another one is another notice.
        version: String,
        /// What is wrong, a line each.
        mistakes: Vec<String>,
    },
    /// An alarm that watches prober itself changed its state.
    OwnAlarm(OwnAlarm),
    /// For a time prober saw nothing; now it does.
    NoView(Stretch),
}

/// An alarm that watches prober itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAlarm {
    /// Its name.
    pub name: String,
    /// Whether it is raised; else it is over.
    pub raised: bool,
    /// Why, in its own words.
    pub reason: String,
    /// Since when, as its sender writes it.
    pub since: String,
}

impl Notice {
    /// What tells this notice from every other one.
    #[must_use]
    pub fn identity(&self) -> String {
        match self {
            Self::BrokenConfig { place, version, .. } => format!("config {place} {version}"),
            Self::OwnAlarm(OwnAlarm { name, raised, since, .. }) => {
                format!("alarm {name} {raised} {since}")
            }
            Self::NoView(Stretch { from, until, .. }) => format!("no view {from} {until}"),
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn compose(&self, voice: &Voice<'_>) -> Message {
        let (mood, headline, lines) = match self {
            Self::NoView(stretch) => return no_view(stretch, voice),
            Self::BrokenConfig { place, mistakes, .. } => {
                (Mood::Warning, words::BROKEN_CONFIG, broken_config(place, mistakes))
            }
            Self::OwnAlarm(alarm) => {
                let line = words::alarm(
                    &printable(&alarm.name, MAX_NAME),
                    &printable(&alarm.reason, MAX_DETAIL),
                );
                if alarm.raised {
                    (Mood::Down, words::IN_TROUBLE, vec![line, words::UNWATCHED.into()])
                } else {
                    (Mood::Recovered, words::OUT_OF_TROUBLE, vec![line])
                }
            }
        };
        let text = format!("{headline}. {}", lines.join(" "));
        let entries = vec![Entry { mood, headline: headline.into(), lines }];
        Message { mood, text, entries, footer: footer(voice), origin: Origin::of(voice) }
    }
}

/// What was missed cannot be told, only when.
fn no_view(stretch: &Stretch, voice: &Voice<'_>) -> Message {
    let span = Calendar::of(voice).span(stretch.from, stretch.until);
    let headline = words::no_view(&duration(stretch.length()));
    let why = match stretch.cause {
        Cause::Blind => words::NO_NETWORK,
        Cause::Missed => words::DID_NOT_RUN,
    };
    let (mood, text) = (Mood::WasDown, words::during(&headline, &span));
    let lines = vec![words::when(&span), words::why(why), words::MAY_HAVE_MISSED.into()];
    let entries = vec![Entry { mood, headline, lines }];
    Message { mood, text, entries, footer: footer(voice), origin: Origin::of(voice) }
}

fn broken_config(place: &str, mistakes: &[String]) -> Vec<String> {
    let mut lines = vec![words::found_in(&printable(place, MAX_DETAIL))];
    lines.extend(mistakes.iter().take(MAX_MISTAKES).map(|line| printable(line, MAX_DETAIL)));
    let more = mistakes.len().saturating_sub(MAX_MISTAKES);
    if more > 0 {
        lines.push(words::and_more(more));
    }
    lines.push(words::LAST_GOOD_IN_FORCE.into());
    lines
}
