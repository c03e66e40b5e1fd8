//! What prober tells of itself.

use std::iter;

use chrono::{DateTime, TimeDelta, Utc};

use super::words::Words;
use super::{Entry, Line, MAX_DETAIL, MAX_NAME, Message, MessageData, Mood, Voice, footer, page};
use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::prober_state::{Cause, Gap};
use crate::model::target::{Lacking, Part};
use crate::text::one_line;

/// How many diagnostics, unreadable records or dropped alarms a message lists; the log
/// has all of them.
const MAX_LISTED: usize = 5;

/// Something that channels are told once, beside what they are owed of targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The configuration was changed, and is broken now; the previous one stays
    /// in force.
    BrokenConfig {
        /// Where it lies.
        place: String,
        /// Its text, or its version: another one is another notice.
        version: String,
        /// What is wrong, one line for each diagnostic.
        diagnostics: Vec<String>,
    },
    /// The configuration, or a secret of it, cannot be read; the previous one stays in force.
    UnreadConfig {
        /// Where it lies.
        place: String,
        /// Its version: another one is another notice.
        version: String,
        /// Why.
        why: Unread,
    },
    /// The configuration, which was broken or could not be read, is in force again.
    RightConfig {
        /// Where it is.
        place: String,
        /// Whether it could not be read, and was not broken.
        was_unread: bool,
    },
    /// Parts of the configuration are off, for want of a secret.
    Lacking(Vec<Lacking>),
    /// An alarm that watches prober itself changed its state.
    OwnAlarm(OwnAlarm),
    /// For a time prober saw nothing; now it does.
    NoView(Gap),
    /// The store can be neither read nor written as it should be.
    StoreFails {
        /// What went wrong, and what to do.
        problem: String,
        /// What failed when it was looked at meanwhile, and how.
        failing: Vec<(TargetName, String)>,
    },
    /// The store works again, of which was told at that instant that it failed.
    StoreWorks {
        /// When that was told.
        told_at: DateTime<Utc>,
    },
    /// For an hour and longer prober has taken itself for blind. If this arrives, it
    /// is its self-check that fails.
    SelfCheckFails {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Some alarms are dropped, since nothing is heard of them.
    Dropped(Dropped),
    /// Some records are there and cannot be read; their targets are not watched.
    UnreadableRecords {
        /// Which, what is wrong with it, and what to do; a text for each.
        problems: Vec<String>,
    },
}

/// Why a configuration cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// Something of it could not be had.
    Missing {
        /// What: the configuration itself, or a secret.
        what: String,
        /// Why not.
        why: Detail,
    },
    /// A process began to read it at that instant, and did not survive.
    Deadly(DateTime<Utc>),
    /// Something else failed.
    Failed(String),
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

/// What a [`Notice`] is the beginning or the end of, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Episode {
    /// It begins.
    Begins(String),
    /// It ends.
    Ends(String),
}

impl Notice {
    /// What tells this notice from every other one.
    #[must_use]
    pub fn identity(&self) -> String {
        match self {
            Self::BrokenConfig { place, version, .. }
            | Self::UnreadConfig { place, version, .. } => format!("config {place} {version}"),
            Self::RightConfig { place, .. } => format!("config {place} is right"),
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
            Self::SelfCheckFails { since } => format!("self-check {since}"),
            Self::UnreadableRecords { problems } => format!("unreadable {}", problems.join(" ")),
            Self::Dropped(Dropped { names, heard_at, .. }) => {
                format!("dropped {} {heard_at}", names.join(" "))
            }
        }
    }

    /// What this notice is the beginning or the end of, if it is either. An end
    /// is no news to who has not heard of its beginning.
    #[must_use]
    pub fn episode(&self) -> Option<Episode> {
        match self {
            Self::OwnAlarm(OwnAlarm { name, raised: true, .. }) => {
                Some(Episode::Begins(format!("alarm {name}")))
            }
            Self::OwnAlarm(OwnAlarm { name, raised: false, .. }) => {
                Some(Episode::Ends(format!("alarm {name}")))
            }
            Self::BrokenConfig { place, .. } | Self::UnreadConfig { place, .. } => {
                Some(Episode::Begins(format!("config {place}")))
            }
            Self::RightConfig { place, .. } => Some(Episode::Ends(format!("config {place}"))),
            Self::StoreWorks { .. } => Some(Episode::Ends("store".into())),
            Self::Lacking(_)
            | Self::NoView(_)
            | Self::SelfCheckFails { .. }
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
            Self::BrokenConfig { .. } | Self::UnreadConfig { .. } | Self::RightConfig { .. } => {
                true
            }
            Self::Lacking(_)
            | Self::OwnAlarm(_)
            | Self::NoView(_)
            | Self::StoreFails { .. }
            | Self::StoreWorks { .. }
            | Self::SelfCheckFails { .. }
            | Self::UnreadableRecords { .. }
            | Self::Dropped(_) => false,
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn compose(&self, voice: &Voice<'_>) -> Message {
        let words = voice.words();
        let (mood, text, lines) = match self {
            Self::NoView(gap) => no_view(gap, voice),
            Self::Dropped(dropped) => drop_notice(dropped, voice),
            Self::BrokenConfig { place, diagnostics, .. } => {
                broken_config(words, place, diagnostics)
            }
            Self::UnreadConfig { place, why, .. } => unread_config(place, why, voice),
            Self::RightConfig { place, was_unread } => {
                let lines = vec![words.found_in(&one_line(place, MAX_DETAIL))];
                let file = file_name(place);
                let text = if *was_unread {
                    words.readable_config(&file)
                } else {
                    words.right_config(&file)
                };
                (Mood::Recovered, text, lines)
            }
            Self::Lacking(parts) => match &lacking(words, parts)[..] {
                [alone] => (Mood::Warning, alone.clone(), Vec::new()),
                lines => (Mood::Warning, words.parts_are_off().into(), lines.to_vec()),
            },
            Self::StoreFails { problem, failing } => {
                let problem = one_line(problem, MAX_DETAIL);
                (Mood::Down, words.store_fails(&problem), store_fails(words, failing))
            }
            Self::SelfCheckFails { since } => {
                let since = voice.calendar().time(*since);
                let lines = vec![words.self_check_advice().into()];
                (Mood::Down, words.self_check_fails(&since), lines)
            }
            Self::StoreWorks { .. } => {
                let lines = vec![words.judges_again().into()];
                (Mood::Recovered, words.store_works().into(), lines)
            }
            Self::UnreadableRecords { problems } => {
                let problems: Vec<String> = problems.iter().map(|each| sentence(each)).collect();
                let mut lines = first_of(words, &problems);
                lines.push(words.others_are_watched().into());
                (Mood::Warning, words.unreadable_records().into(), lines)
            }
            Self::OwnAlarm(alarm) => own_alarm(alarm, voice),
        };
        let lines: Vec<Line> = lines.into_iter().map(Line::Text).collect();
        let entry = Entry { mood, headline: String::new(), lines };
        let entries = if entry.lines.is_empty() { Vec::new() } else { vec![entry] };
        let (language, footer, page) = (voice.language, footer(voice), page(voice));
        Message { language, mood, text, entries, footer, page, data: MessageData::of(voice) }
    }
}

/// The file's own name at the end of `place`, which is a path or a URL.
fn file_name(place: &str) -> String {
    let name = place.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(place);
    one_line(name, MAX_NAME)
}

fn own_alarm(alarm: &OwnAlarm, voice: &Voice<'_>) -> (Mood, String, Vec<String>) {
    let words = voice.words();
    let name = one_line(&alarm.name, MAX_NAME);
    let mut lines = vec![one_line(&alarm.reason, MAX_DETAIL)];
    lines.retain(|line| !line.is_empty());
    if alarm.raised {
        lines.push(words.see_deploy().into());
        (Mood::Down, words.in_trouble(&name), lines)
    } else {
        (Mood::Recovered, words.out_of_trouble(&name), lines)
    }
}

/// What was missed cannot be told, only when.
fn no_view(gap: &Gap, voice: &Voice<'_>) -> (Mood, String, Vec<String>) {
    let (words, calendar) = (voice.words(), voice.calendar());
    let (how_long, span) = (calendar.duration(gap.length()), calendar.times(gap.from, gap.until));
    let text = match gap.cause {
        Cause::Blind => words.no_network(&how_long, &span),
        Cause::Missed => words.did_not_run(&how_long, &span),
    };
    (Mood::WasDown, text, vec![words.may_have_missed().into()])
}

fn store_fails(words: &dyn Words, failing: &[(TargetName, String)]) -> Vec<String> {
    let mut lines = Vec::new();
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

/// They were down when they were last heard of: whoever was told so hears that
/// nobody waits for their end any more.
fn drop_notice(dropped: &Dropped, voice: &Voice<'_>) -> (Mood, String, Vec<String>) {
    let words = voice.words();
    let names: Vec<String> = dropped.names.iter().map(|name| one_line(name, MAX_NAME)).collect();
    let how_long = voice.calendar().duration(dropped.silent_for);
    let first: Vec<&str> = names.iter().take(MAX_LISTED).map(String::as_str).collect();
    let list = words.list(&first, names.len() - first.len());
    let headline = words.dropped(&list, names.len(), &how_long);
    (Mood::Warning, headline, vec![words.comes_back().into()])
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
            Part::Page => words.page_is_off(&why),
        }
    };
    let lines: Vec<String> = parts.iter().map(line).collect();
    first_of(words, &lines)
}

/// One mistake stands in the first line, several below it.
fn broken_config(
    words: &dyn Words,
    place: &str,
    diagnostics: &[String],
) -> (Mood, String, Vec<String>) {
    let (file, found_in) = (file_name(place), words.found_in(&one_line(place, MAX_DETAIL)));
    match diagnostics {
        [mistake] => {
            let text = words.broken_by(&file, &one_line(mistake, MAX_DETAIL));
            (Mood::Warning, text, vec![found_in])
        }
        several => {
            let text = words.broken_config(&file, several.len());
            let lines = iter::once(found_in).chain(first_of(words, several)).collect();
            (Mood::Warning, text, lines)
        }
    }
}

/// What cannot be read is no mistake of who wrote it.
fn unread_config(place: &str, why: &Unread, voice: &Voice<'_>) -> (Mood, String, Vec<String>) {
    let (words, calendar) = (voice.words(), voice.calendar());
    let found_in = words.found_in(&one_line(place, MAX_DETAIL));
    let (text, lines) = match why {
        Unread::Missing { what, why } => {
            let what = if what == place { file_name(place) } else { one_line(what, MAX_NAME) };
            let why = one_line(&calendar.detail(why), MAX_DETAIL);
            (words.unread_config(&what, &why), vec![found_in])
        }
        Unread::Deadly(since) => {
            let text = words.deadly_config(&file_name(place), &calendar.time(*since));
            (text, vec![found_in, words.change_config().into()])
        }
        Unread::Failed(problem) => {
            let problem = one_line(problem, MAX_DETAIL);
            (words.unread_config(&file_name(place), &problem), vec![found_in])
        }
    };
    (Mood::Warning, text, lines)
}

/// `problem` as a sentence: in errors it is the end of one.
fn sentence(problem: &str) -> String {
    let mut letters = problem.chars();
    let first = letters.next().map(char::to_uppercase);
    format!("{}{}.", first.into_iter().flatten().collect::<String>(), letters.as_str())
}

/// The first of `texts`, a line each, and how many more there are.
fn first_of(words: &dyn Words, texts: &[String]) -> Vec<String> {
    let first = texts.iter().take(MAX_LISTED).map(|line| one_line(line, MAX_DETAIL));
    let more = texts.len().saturating_sub(MAX_LISTED);
    first.chain((more > 0).then(|| words.and_more(more))).collect()
}
