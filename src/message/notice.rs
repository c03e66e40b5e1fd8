//! What prober tells of itself.

use chrono::{DateTime, TimeDelta, Utc};

use super::words::Words;
use super::{Entry, Line, MAX_DETAIL, MAX_NAME, Message, MessageData, Mood, Voice, footer, page};
use crate::model::detail::{Detail, OsFault, OwnDetail};
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Vantage};
use crate::model::prober_state::{Cause, Gap};
use crate::model::target::{Lacking, Part};
use crate::text::one_line;

/// How many diagnostics, unreadable records or dropped alarms a message lists; the log
/// has all of them.
const MAX_LISTED: usize = 5;

/// How many names the first line has, where more stands below it.
const MAX_NAMED: usize = 3;

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
        /// What is wrong; at least one.
        diagnostics: Vec<ShownDiagnostic>,
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
        /// The file or table.
        place: String,
        /// What went wrong, and what to do.
        problem: Detail,
        /// What failed when it was looked at meanwhile, and how.
        failing: Vec<(TargetName, Failure)>,
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
    /// A witness has something else in its configuration under the names of some targets.
    WitnessDiffers {
        /// Which witness.
        witness: Vantage,
        /// The targets, as far as they are known; at least one.
        targets: Vec<TargetName>,
    },
    /// Some records are there and cannot be read; their targets are not watched.
    UnreadableRecords {
        /// Which, and what is wrong with each, and what to do.
        problems: Vec<(TargetName, Detail)>,
    },
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownDiagnostic {
    /// The line of the file; the first is 1.
    pub line: usize,
    /// What is wrong there, in the words of `prober validate`, which are English.
    pub said: String,
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
    /// Something else failed, in English.
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
            Self::StoreFails { place, problem, .. } => format!("store {place} {problem}"),
            Self::StoreWorks { told_at } => format!("store works {told_at}"),
            Self::SelfCheckFails { since } => format!("self-check {since}"),
            Self::UnreadableRecords { problems } => {
                let problems: Vec<String> =
                    problems.iter().map(|(_, why)| why.to_string()).collect();
                format!("unreadable {}", problems.join(" "))
            }
            // Once for each witness: which targets differ shows one after the other.
            Self::WitnessDiffers { witness, .. } => format!("witness {witness} differs"),
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
            | Self::WitnessDiffers { .. }
            | Self::Dropped(_) => None,
        }
    }

    /// Whether the very same notice is news again once what it is about was over
    /// meanwhile: a file may have last week's diagnostic again.
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
            | Self::WitnessDiffers { .. }
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
            Self::WitnessDiffers { witness, targets } => differs(witness, targets, voice),
            Self::BrokenConfig { place, diagnostics, .. } => {
                broken_config(words, place, diagnostics)
            }
            Self::UnreadConfig { place, why, .. } => unread_config(place, why, voice),
            Self::RightConfig { place, was_unread } => {
                let lines = vec![found_in(words, place)];
                let file = file_name(place);
                let text = if *was_unread {
                    words.readable_config(&file)
                } else {
                    words.right_config(&file)
                };
                (Mood::Recovered, text, lines)
            }
            Self::Lacking(parts) => match &lacking(voice, parts)[..] {
                [alone] => (Mood::Warning, alone.clone(), Vec::new()),
                lines => {
                    (Mood::Warning, words.parts_are_off(&parts_of(words, parts)), texts(lines))
                }
            },
            Self::StoreFails { place, problem, failing } => {
                let problem = one_line(&voice.calendar().detail(problem), MAX_DETAIL);
                (Mood::Down, words.store_fails(&problem), store_fails(voice, place, failing))
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
            Self::UnreadableRecords { problems } => unreadable(problems, voice),
            Self::OwnAlarm(alarm) => own_alarm(alarm, voice),
        };
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

/// How bad it is, the sentence, and what stands below it.
type Said = (Mood, String, Vec<Line>);

fn texts(lines: &[String]) -> Vec<Line> {
    lines.iter().map(|line| line.as_str().into()).collect()
}

fn found_in(words: &dyn Words, place: &str) -> Line {
    words.found_in(&one_line(place, MAX_DETAIL)).into()
}

fn own_alarm(alarm: &OwnAlarm, voice: &Voice<'_>) -> Said {
    let words = voice.words();
    let name = one_line(&alarm.name, MAX_NAME);
    if !alarm.raised {
        return (Mood::Recovered, words.out_of_trouble(&name), Vec::new());
    }
    // CloudWatch's words.
    let reason = Some(one_line(&alarm.reason, MAX_DETAIL)).filter(|reason| !reason.is_empty());
    let lines = reason.map(Line::Code).into_iter().chain([words.see_deploy().into()]);
    (Mood::Down, words.in_trouble(&name), lines.collect())
}

/// What was missed cannot be told, only when.
fn no_view(gap: &Gap, voice: &Voice<'_>) -> Said {
    let (words, calendar) = (voice.words(), voice.calendar());
    let (how_long, span) = (calendar.duration(gap.length()), calendar.times(gap.from, gap.until));
    let text = match gap.cause {
        Cause::Blind => words.no_network(&how_long, &span),
        Cause::Missed => words.did_not_run(&how_long, &span),
    };
    (Mood::WasDown, text, vec![words.may_have_missed().into()])
}

fn store_fails(voice: &Voice<'_>, place: &str, failing: &[(TargetName, Failure)]) -> Vec<Line> {
    let words = voice.words();
    let mut lines = vec![found_in(words, place)];
    if !failing.is_empty() {
        lines.push(words.fails_meanwhile().into());
        let line = |(name, failure): &(TargetName, Failure)| {
            let why = match &failure.detail {
                detail if detail.is_empty() => words.reason(failure.reason).to_owned(),
                detail => voice.calendar().detail(detail),
            };
            format!("{}: {}", one_line(name.as_str(), MAX_NAME), one_line(&why, MAX_DETAIL))
        };
        lines.extend(first_of(words, failing.iter().map(line).collect()));
    }
    lines.push(words.nothing_is_judged().into());
    lines
}

/// They were down when they were last heard of: whoever was told so hears that
/// nobody waits for their end any more.
fn drop_notice(dropped: &Dropped, voice: &Voice<'_>) -> Said {
    let words = voice.words();
    let names: Vec<&str> = dropped.names.iter().map(|name| plain_name(name)).collect();
    let how_long = voice.calendar().duration(dropped.silent_for);
    let list = list(words, &names, MAX_LISTED);
    let headline = words.dropped(&list, names.len(), &how_long);
    (Mood::Warning, headline, vec![words.comes_back().into()])
}

/// The name of an alarm without what says that it is one.
fn plain_name(name: &str) -> &str {
    name.strip_prefix("alarm:").unwrap_or(name)
}

/// The first `most` of `names`.
fn list(words: &dyn Words, names: &[&str], most: usize) -> String {
    let first: Vec<String> = names.iter().take(most).map(|name| one_line(name, MAX_NAME)).collect();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    words.list(&first, names.len() - first.len())
}

/// A witness that would probe something else.
fn differs(witness: &Vantage, targets: &[TargetName], voice: &Voice<'_>) -> Said {
    let words = voice.words();
    let names: Vec<&str> = targets.iter().map(TargetName::as_str).collect();
    let list = list(words, &names, MAX_NAMED);
    let text = words.witness_differs(&one_line(&witness.0, MAX_NAME), &list);
    (Mood::Warning, text, vec![words.compare_witness().into()])
}

/// Records that cannot be read: whose they are, and what to do about each.
fn unreadable(problems: &[(TargetName, Detail)], voice: &Voice<'_>) -> Said {
    let words = voice.words();
    let names: Vec<&str> = problems.iter().map(|(name, _)| name.as_str()).collect();
    let text = words.unreadable_records(&list(words, &names, MAX_NAMED), names.len());
    let say = |(_, why): &(TargetName, Detail)| sentence(&voice.calendar().detail(why));
    let mut lines = first_of(words, problems.iter().map(say).collect());
    lines.push(words.others_are_watched().into());
    (Mood::Warning, text, lines)
}

/// What is off, by the names that the configuration has for it.
fn parts_of(words: &dyn Words, parts: &[Lacking]) -> String {
    let name = |lacking: &Lacking| match &lacking.part {
        Part::Channel(name) => name.as_str().to_owned(),
        Part::Target(name) | Part::Inbound(name) => name.as_str().to_owned(),
        Part::Watchdog => "[watchdog]".to_owned(),
        Part::Inbox => "[inbox]".to_owned(),
        Part::Page => "[page]".to_owned(),
        Part::Witness(name) => name.0.clone(),
    };
    let names: Vec<String> = parts.iter().map(name).collect();
    list(words, &names.iter().map(String::as_str).collect::<Vec<_>>(), MAX_LISTED)
}

fn lacking(voice: &Voice<'_>, parts: &[Lacking]) -> Vec<String> {
    let words = voice.words();
    let line = |lacking: &Lacking| {
        let why = one_line(&voice.calendar().detail(&lacking.why), MAX_DETAIL);
        match &lacking.part {
            Part::Channel(name) => words.channel_is_off(&one_line(name.as_str(), MAX_NAME), &why),
            Part::Target(name) | Part::Inbound(name) => {
                words.is_unwatched(&one_line(name.as_str(), MAX_NAME), &why)
            }
            Part::Watchdog => words.watchdog_is_off(&why),
            Part::Inbox => words.inbox_is_off(&why),
            Part::Page => words.page_is_off(&why),
            Part::Witness(name) => words.witness_is_off(&one_line(&name.0, MAX_NAME), &why),
        }
    };
    let lines: Vec<String> = parts.iter().map(line).collect();
    let more = lines.len().saturating_sub(MAX_LISTED);
    let first = lines.into_iter().take(MAX_LISTED);
    first.chain((more > 0).then(|| words.and_more(more))).collect()
}

/// One diagnostic stands in the first line where that is in English, as the diagnostic is; several
/// stand below it, as they were written.
fn broken_config(words: &dyn Words, place: &str, diagnostics: &[ShownDiagnostic]) -> Said {
    let file = file_name(place);
    let line = |diagnostic: &ShownDiagnostic| {
        let said = one_line(&diagnostic.said, MAX_DETAIL);
        words.at_line(diagnostic.line, &said)
    };
    let text = match diagnostics {
        [alone] => words.broken_by(&file, alone.line, &one_line(&alone.said, MAX_DETAIL)),
        several => words.broken_config(&file, several.len()),
    };
    let mut below = vec![found_in(words, place)];
    let is_told =
        matches!(diagnostics, [alone] if text.contains(&one_line(&alone.said, MAX_DETAIL)));
    if !is_told {
        let said: Vec<String> = diagnostics.iter().take(MAX_LISTED).map(line).collect();
        below.push(Line::Code(said.join("\n")));
    }
    let more = diagnostics.len().saturating_sub(MAX_LISTED);
    below.extend((more > 0).then(|| words.and_more(more).into()));
    (Mood::Warning, text, below)
}

/// What cannot be read is no diagnostic of who wrote it.
fn unread_config(place: &str, why: &Unread, voice: &Voice<'_>) -> Said {
    let (words, calendar) = (voice.words(), voice.calendar());
    let found_in = found_in(words, place);
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
            // It is English: a quotation elsewhere.
            let why = OwnDetail::System { why: OsFault::Other { said: problem.clone() } };
            let why = one_line(&calendar.detail(&why.into()), MAX_DETAIL);
            (words.unread_config(&file_name(place), &why), vec![found_in])
        }
    };
    (Mood::Warning, text, lines)
}

/// `problem` as the beginning of a line: in errors it is the end of one.
fn sentence(problem: &str) -> String {
    let mut letters = problem.chars();
    let first = letters.next().map(char::to_uppercase);
    format!("{}{}", first.into_iter().flatten().collect::<String>(), letters.as_str())
}

/// The first of `texts`, a line each, and how many more there are.
fn first_of(words: &dyn Words, texts: Vec<String>) -> Vec<Line> {
    let more = texts.len().saturating_sub(MAX_LISTED);
    let first = texts.into_iter().take(MAX_LISTED).map(|line| one_line(&line, MAX_DETAIL).into());
    first.chain((more > 0).then(|| words.and_more(more).into())).collect()
}
