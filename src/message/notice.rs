//! What prober tells of itself.

use chrono::{DateTime, TimeDelta, Utc};

use super::words::Words;
use super::{Entry, MAX_DETAIL, MAX_NAME, Message, MessageData, Mood, Voice, footer};
use crate::model::names::TargetName;
use crate::model::prober_state::{Cause, Gap};
use crate::model::target::{Lacking, Part};
use crate::text::one_line;

/// How many diagnostics, unreadable records or dropped alarms a message lists; the log
/// has all of them.
const MAX_LISTED: usize = 5;

/// Something that channels are told once, apart from what they are owed of targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The configuration was changed, and is broken now; the previous one stays
    /// in force.
    BrokenConfig {
        /// Where it is.
        place: String,
        /// Its text, or its version: each version has its own notice.
        version: String,
        /// What is wrong, one line for each diagnostic.
        diagnostics: Vec<String>,
    },
    /// The configuration, which was broken, is right again.
    RightConfig {
        /// Where it is.
        place: String,
    },
    /// Parts of the configuration are off, because a secret is missing.
    Lacking(Vec<Lacking>),
    /// An alarm that watches prober itself changed its state.
    OwnAlarm(OwnAlarm),
    /// For a time prober observed nothing; now it does again.
    NoView(Gap),
    /// The store cannot be read or written.
    StoreFails {
        /// What went wrong, and what to do.
        problem: String,
        /// The targets that failed meanwhile, and how.
        failing: Vec<(TargetName, String)>,
    },
    /// The store works again, of which was told at that instant that it failed.
    StoreWorks {
        /// When that was told.
        told_at: DateTime<Utc>,
    },
    /// Some alarms are dropped, since nothing is heard of them.
    Dropped(Dropped),
    /// Some records cannot be read; their targets are not watched.
    UnreadableRecords {
        /// For each, a text that says which, what is wrong with it, and what to do.
        problems: Vec<String>,
    },
}

/// An alarm that watches prober itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAlarm {
    /// The alarm's name.
    pub name: String,
    /// Whether it is raised; else it is over.
    pub raised: bool,
    /// Why, in its own words.
    pub reason: String,
    /// Since when, as its sender writes it.
    pub since: String,
}

/// Alarms that are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Their names; at least one.
    pub names: Vec<String>,
    /// When something was last heard of one of them.
    pub heard_at: DateTime<Utc>,
    /// How long nothing was heard of them, at least.
    pub silent_for: TimeDelta,
}

/// The beginning or the end of something that a [`Notice`] tells, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Episode {
    /// It begins.
    Begins(String),
    /// It ends.
    Ends(String),
}

impl Notice {
    /// Distinguishes this notice from every other one.
    #[must_use]
    pub fn identity(&self) -> String {
        match self {
            Self::BrokenConfig { place, version, .. } => format!("config {place} {version}"),
            Self::RightConfig { place } => format!("config {place} is right"),
            Self::Lacking(parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                format!("lacking {}", parts.join("\n"))
            }
            Self::OwnAlarm(OwnAlarm { name, raised, since, .. }) => {
                format!("alarm {name} {raised} {since}")
            }
            Self::NoView(gap) => gap.identity(),
            Self::StoreFails { problem, .. } => format!("store {problem}"),
            Self::StoreWorks { told_at } => format!("store works {told_at}"),
            Self::UnreadableRecords { problems } => format!("unreadable {}", problems.join(" ")),
            Self::Dropped(Dropped { names, heard_at, .. }) => {
                format!("dropped {} {heard_at}", names.join(" "))
            }
        }
    }

    /// What this notice is the beginning or the end of, if it is either. A
    /// channel that was not told of the beginning is not told of the end.
    #[must_use]
    pub fn episode(&self) -> Option<Episode> {
        match self {
            Self::OwnAlarm(OwnAlarm { name, raised: true, .. }) => {
                Some(Episode::Begins(format!("alarm {name}")))
            }
            Self::OwnAlarm(OwnAlarm { name, raised: false, .. }) => {
                Some(Episode::Ends(format!("alarm {name}")))
            }
            Self::BrokenConfig { place, .. } => Some(Episode::Begins(format!("config {place}"))),
            Self::RightConfig { place } => Some(Episode::Ends(format!("config {place}"))),
            Self::StoreWorks { .. } => Some(Episode::Ends("store".into())),
            Self::Lacking(_)
            | Self::NoView(_)
            | Self::StoreFails { .. }
            | Self::UnreadableRecords { .. }
            | Self::Dropped(_) => None,
        }
    }

    /// Whether the very same notice is news again once what it is about was over
    /// meanwhile: a file may have last week's mistake again.
    #[must_use]
    pub const fn returns(&self) -> bool {
        match self {
            Self::BrokenConfig { .. } | Self::RightConfig { .. } => true,
            Self::Lacking(_)
            | Self::OwnAlarm(_)
            | Self::NoView(_)
            | Self::StoreFails { .. }
            | Self::StoreWorks { .. }
            | Self::UnreadableRecords { .. }
            | Self::Dropped(_) => false,
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn compose(&self, voice: &Voice<'_>) -> Message {
        let words = voice.words();
        let (mood, headline, lines) = match self {
            Self::NoView(gap) => return no_view(gap, voice),
            Self::Dropped(dropped) => return drop_notice(dropped, voice),
            Self::BrokenConfig { place, diagnostics, .. } => {
                (Mood::Warning, words.broken_config(), broken_config(words, place, diagnostics))
            }
            Self::RightConfig { place } => {
                let lines = vec![words.found_in(&one_line(place, MAX_DETAIL))];
                (Mood::Recovered, words.right_config(), lines)
            }
            Self::Lacking(parts) => (Mood::Warning, words.parts_are_off(), lacking(words, parts)),
            Self::StoreFails { problem, failing } => {
                (Mood::Down, words.store_fails(), store_fails(words, problem, failing))
            }
            Self::StoreWorks { .. } => {
                (Mood::Recovered, words.store_works(), vec![words.judges_again().into()])
            }
            Self::UnreadableRecords { problems } => {
                let problems: Vec<String> = problems.iter().map(|each| sentence(each)).collect();
                let mut lines = first_of(words, &problems);
                lines.push(words.others_are_watched().into());
                (Mood::Warning, words.unreadable_records(), lines)
            }
            Self::OwnAlarm(alarm) => {
                let line = words
                    .alarm(&one_line(&alarm.name, MAX_NAME), &one_line(&alarm.reason, MAX_DETAIL));
                if alarm.raised {
                    (Mood::Down, words.in_trouble(), vec![line, words.unwatched().into()])
                } else {
                    (Mood::Recovered, words.out_of_trouble(), vec![line])
                }
            }
        };
        let text = words.notice(headline, &lines.join(" "));
        let entries = vec![Entry { mood, headline: headline.into(), lines }];
        let language = voice.language;
        Message {
            language,
            mood,
            text,
            entries,
            footer: footer(voice),
            data: MessageData::of(voice),
        }
    }
}

/// Tells when nothing was observed; what was missed nobody knows.
fn no_view(gap: &Gap, voice: &Voice<'_>) -> Message {
    let (words, calendar) = (voice.words(), voice.calendar());
    let span = calendar.span(gap.from, gap.until);
    let headline = words.no_view(&calendar.duration(gap.length()));
    let why = match gap.cause {
        Cause::Blind => words.no_network(),
        Cause::Missed => words.did_not_run(),
    };
    let (language, mood) = (voice.language, Mood::WasDown);
    let text = words.during(&headline, &span);
    let lines = vec![words.when(&span), words.why(why), words.may_have_missed().into()];
    let entries = vec![Entry { mood, headline, lines }];
    Message { language, mood, text, entries, footer: footer(voice), data: MessageData::of(voice) }
}

fn store_fails(words: &dyn Words, problem: &str, failing: &[(TargetName, String)]) -> Vec<String> {
    let mut lines = vec![sentence(&one_line(problem, MAX_DETAIL))];
    if !failing.is_empty() {
        lines.push(words.fails_meanwhile().into());
        let line = |(name, detail): &(TargetName, String)| {
            format!("{}: {}.", one_line(name.as_str(), MAX_NAME), one_line(detail, MAX_DETAIL))
        };
        lines.extend(first_of(words, &failing.iter().map(line).collect::<Vec<_>>()));
    }
    lines.push(words.nothing_is_judged().into());
    lines
}

/// They were down when they were last heard of. Channels that were told so hear that
/// prober no longer waits for the end.
fn drop_notice(dropped: &Dropped, voice: &Voice<'_>) -> Message {
    let words = voice.words();
    let names: Vec<String> = dropped.names.iter().map(|name| one_line(name, MAX_NAME)).collect();
    let how_long = voice.calendar().duration(dropped.silent_for);
    let first: Vec<&str> = names.iter().take(MAX_LISTED).map(String::as_str).collect();
    let list = words.list(&first, names.len() - first.len());
    let headline = words.dropped(&list, names.len(), &how_long);
    let lines = vec![words.comes_back().to_owned()];
    let (language, mood) = (voice.language, Mood::Warning);
    let text = words.notice(&headline, &lines.join(" "));
    let entries = vec![Entry { mood, headline, lines }];
    Message { language, mood, text, entries, footer: footer(voice), data: MessageData::of(voice) }
}

fn lacking(words: &dyn Words, parts: &[Lacking]) -> Vec<String> {
    let line = |lacking: &Lacking| {
        let why = one_line(&lacking.why, MAX_DETAIL);
        match &lacking.part {
            Part::Channel(name) => words.channel_is_off(&one_line(name.as_str(), MAX_NAME), &why),
            Part::Target(name) | Part::Inbound(name) => {
                words.is_unwatched(&one_line(name.as_str(), MAX_NAME), &why)
            }
            Part::Watchdog => words.watchdog_is_off(&why),
            Part::Inbox => words.inbox_is_off(&why),
        }
    };
    let lines: Vec<String> = parts.iter().map(line).collect();
    first_of(words, &lines)
}

fn broken_config(words: &dyn Words, place: &str, diagnostics: &[String]) -> Vec<String> {
    let mut lines = vec![words.found_in(&one_line(place, MAX_DETAIL))];
    lines.extend(first_of(words, diagnostics));
    lines.push(words.last_good_in_force().into());
    lines
}

/// `problem`, which is written as the end of an error, as a sentence.
fn sentence(problem: &str) -> String {
    let mut letters = problem.chars();
    let first = letters.next().map(char::to_uppercase);
    format!("{}{}.", first.into_iter().flatten().collect::<String>(), letters.as_str())
}

/// The first of `texts`, one line for each, and how many more there are.
fn first_of(words: &dyn Words, texts: &[String]) -> Vec<String> {
    let first = texts.iter().take(MAX_LISTED).map(|line| one_line(line, MAX_DETAIL));
    let more = texts.len().saturating_sub(MAX_LISTED);
    first.chain((more > 0).then(|| words.and_more(more))).collect()
}
