//! What is owed, in words: the one place where facts become a message that
//! people read. *Wrong words?* The words of each language are in `words/`,
//! which facts say what is in `tell`, and how instants and durations are said
//! is in `time`.
//!
//! Pure. It knows no channel: what bold is, what must be escaped and how long
//! a text may be is the channel's business.

pub(crate) mod batch;
mod notice;
mod story;
mod tell;
mod thread;
pub mod time;
pub(crate) mod words;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::core::announce::Fact;
use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::model::shown_names::ShownNames;
use crate::model::state::Receipt;
use crate::model::target::Language;
use crate::text::one_line;

pub use self::notice::{Dropped, Episode, Notice, OwnAlarm};
use self::story::story;
use self::tell::{Draft, tell};
pub use self::thread::reply;
use self::thread::reply_named;
use self::time::Calendar;
use self::words::Words;

/// Characters of a detail that are told, the mark of the cut included. Longer
/// ones (a response body, a chain of errors) fill a phone's screen and say no more.
pub const MAX_DETAIL: usize = 500;

/// Characters of a target's name or a vantage that are told, the mark of the
/// cut included: more would push the word *down* out of a notification.
pub const MAX_NAME: usize = 80;

/// How to say it.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    /// The language that it is said in.
    pub language: Language,
    /// The zone that instants are told in.
    pub zone: Tz,
    /// Who speaks.
    pub vantage: &'a Vantage,
    /// When: dates are told only where they differ from today's.
    pub now: DateTime<Utc>,
}

impl Voice<'_> {
    fn words(&self) -> &'static dyn Words {
        words::of(self.language)
    }

    fn calendar(&self) -> Calendar {
        Calendar::new(self.language, self.zone, self.now)
    }
}

/// How bad an entry is, worst first: a channel may show it as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Something went down.
    Down,
    /// Something is down still.
    StillDown,
    /// It works, but a limit is crossed.
    Warning,
    /// Something was down, and is back.
    WasDown,
    /// Something is back, or a limit is no longer crossed.
    Recovered,
    /// Something was said that needs nobody.
    News,
    /// Nothing happened: a test.
    Test,
}

/// Everything that a channel is owed in one tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The language that it is in.
    pub language: Language,
    /// The worst of its entries.
    pub mood: Mood,
    /// The whole story in one line, for a phone's notification.
    pub text: String,
    /// What happened, one by one, the most important first.
    pub entries: Vec<Entry>,
    /// Who says it, and when it was said.
    pub footer: String,
    /// What stands behind the words.
    pub origin: SeenFrom,
}

/// What a message was made of: for channels that programs listen to, and for
/// those that can find an earlier message again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFrom {
    /// When it was said.
    pub at: DateTime<Utc>,
    /// Who says it.
    pub vantage: Vantage,
    /// The facts that it tells; none of a test.
    pub facts: Vec<(TargetName, Fact)>,
    /// The message that it answers, if any.
    pub answers: Option<Thread>,
}

/// An earlier message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Where it is.
    pub receipt: Receipt,
    /// What it should say from now on.
    pub now: Box<Message>,
}

impl SeenFrom {
    /// Of a message that tells nothing of any target.
    #[must_use]
    pub fn of(voice: &Voice<'_>) -> Self {
        Self { at: voice.now, vantage: voice.vantage.clone(), facts: Vec::new(), answers: None }
    }
}

/// One thing that happened to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How bad it is.
    pub mood: Mood,
    /// What happened: `photos is down`.
    pub headline: String,
    /// Why, since when, how long: each a line of its own.
    pub lines: Vec<String>,
}

/// What kind of thing happened, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Down,
    Another,
    StillDown,
    WasDown,
    Recovered,
    News,
    Steady,
    Unstable,
    Warning,
    Cleared,
}

impl Topic {
    fn mood(self) -> Mood {
        match self {
            Self::Down => Mood::Down,
            // Nobody is mentioned again for what goes on.
            Self::Another | Self::StillDown => Mood::StillDown,
            Self::News => Mood::News,
            Self::WasDown => Mood::WasDown,
            Self::Recovered | Self::Steady | Self::Cleared => Mood::Recovered,
            Self::Unstable | Self::Warning => Mood::Warning,
        }
    }
}

impl Message {
    /// The same with what `other` says after it. What it is made of, and what
    /// it answers, stays its own.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.mood = self.mood.min(other.mood);
        self.text = [self.text, other.text].join(words::of(self.language).between_stories());
        self.entries.extend(other.entries);
        self
    }
}

/// Says all `items` in one message, the most important first; within a kind
/// the order of `items` stands. There should be at least one.
#[must_use]
pub fn compose(items: &[(TargetName, Fact)], voice: &Voice<'_>) -> Message {
    compose_named(items, &ShownNames::default(), voice)
}

/// The same, with targets called by `names`.
fn compose_named(items: &[(TargetName, Fact)], names: &ShownNames, voice: &Voice<'_>) -> Message {
    let mut told: Vec<Draft> =
        items.iter().map(|(target, fact)| tell(&names.shown(target), fact, voice)).collect();
    told.sort_by_key(|told| told.topic);
    Message {
        language: voice.language,
        mood: told.iter().map(|told| told.topic.mood()).min().unwrap_or(Mood::Test),
        text: story(&told, voice.words()),
        entries: told.into_iter().map(Draft::into_entry).collect(),
        footer: footer(voice),
        origin: SeenFrom { facts: items.to_vec(), ..SeenFrom::of(voice) },
    }
}

/// A message that only shows that the channel works.
#[must_use]
pub fn test_message(voice: &Voice<'_>) -> Message {
    let words = voice.words();
    let entry = Entry {
        mood: Mood::Test,
        headline: words.test_headline().into(),
        lines: vec![words.test_line().into()],
    };
    Message {
        language: voice.language,
        mood: Mood::Test,
        text: words.test_text().into(),
        entries: vec![entry],
        footer: footer(voice),
        origin: SeenFrom::of(voice),
    }
}

impl Message {
    /// `and 988 more`: for a channel that has no room for all entries.
    #[must_use]
    pub fn and_more(&self, count: usize) -> String {
        words::of(self.language).and_more(count)
    }

    /// Whether a channel that has somebody to mention does so: something went
    /// down, and it is not only reports of a service that asks for no mention.
    #[must_use]
    pub fn mentions(&self) -> bool {
        let mut opened = self.origin.facts.iter().filter_map(|(_, fact)| fact.opens()).peekable();
        let is_quiet = opened.peek().is_some() && opened.all(|incident| incident.unmentioned);
        self.mood == Mood::Down && !is_quiet
    }

    /// The tag of its language: Chinese and Korean share characters that each
    /// draws in its own way.
    #[must_use]
    pub fn language_tag(&self) -> &'static str {
        words::of(self.language).tag()
    }
}

fn footer(voice: &Voice<'_>) -> String {
    let said_at = voice.calendar().instant(voice.now);
    voice.words().said_by(&one_line(&voice.vantage.0, MAX_NAME), &said_at)
}
