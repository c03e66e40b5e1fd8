//! What is owed, in words: the only place where facts become a message for people.
//! *Wrong words?* The words of each language are in `words/`; `tell` decides what each
//! fact says; `time` writes instants and durations.
//!
//! Pure. It knows no channel: each channel knows itself what bold is, what must be
//! escaped and how long a text may be.

pub(crate) mod batch;
mod notice;
mod story;
pub mod subjects;
mod tell;
mod thread;
pub mod time;
pub(crate) mod words;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::core::announce::Fact;
use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::model::state::Receipt;
use crate::model::target::Language;
use crate::text::one_line;

pub use self::notice::{Dropped, Episode, Notice, OwnAlarm, ShownDiagnostic, Unread};
use self::story::story;
pub use self::subjects::Subjects;
use self::tell::tell;
pub use self::thread::reply;
use self::thread::reply_of;
use self::time::Calendar;
use self::words::Words;

/// The most characters of a detail in a message, with the mark of the cut. A longer
/// detail (a response body, a chain of errors) fills a phone's screen and says no more.
pub const MAX_DETAIL: usize = 500;

/// The most characters of a target's name or a vantage in a message, with the mark of
/// the cut: more would push the word *down* out of a notification.
pub const MAX_NAME: usize = 80;

/// How a message is said.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    /// The language.
    pub language: Language,
    /// The zone of instants.
    pub zone: Tz,
    /// The prober that speaks.
    pub vantage: &'a Vantage,
    /// The URL of the status page, if there is one to link to.
    pub page: Option<&'a str>,
    /// The present: a date is shown only if it is not today's.
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
    /// Something is still down.
    StillDown,
    /// It works, but a limit is crossed.
    Warning,
    /// Something was down, and is back.
    WasDown,
    /// Something is back, or a limit is no longer crossed.
    Recovered,
    /// Something was said that asks nobody to act.
    News,
    /// Nothing happened: a test.
    Test,
}

impl Mood {
    /// What a preview begins with: a lock screen shows no colour.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Down | Self::StillDown => "🔴",
            Self::Warning | Self::WasDown => "🟡",
            Self::Recovered => "🟢",
            Self::News | Self::Test => "🔵",
        }
    }
}

/// One message to a channel, with everything that it is owed in one tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The language that it is in.
    pub language: Language,
    /// The worst of its entries.
    pub mood: Mood,
    /// The whole story in one line, without the sign that a preview begins with.
    pub text: String,
    /// What the story does not say, the most important first; may be empty.
    pub entries: Vec<Entry>,
    /// Which prober says it, and when.
    pub footer: String,
    /// The status page, if there is one to link to: it stands by the footer.
    pub page: Option<PageLink>,
    /// The same for programs.
    pub data: MessageData,
}

/// What a message was made of: for channels that programs read, and for those that can
/// find an earlier message again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageData {
    /// When it was said.
    pub at: DateTime<Utc>,
    /// The prober that says it.
    pub vantage: Vantage,
    /// The facts that it tells; empty for a test.
    pub facts: Vec<(TargetName, Fact)>,
    /// The message that it replies to, if any.
    pub reply_to: Option<Thread>,
}

/// An earlier message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Where it is.
    pub receipt: Receipt,
    /// What it should say from now on.
    pub now: Box<Message>,
}

impl MessageData {
    /// For a message that tells nothing of any target.
    #[must_use]
    pub fn of(voice: &Voice<'_>) -> Self {
        Self { at: voice.now, vantage: voice.vantage.clone(), facts: Vec::new(), reply_to: None }
    }
}

/// What there is to say of one thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How bad it is.
    pub mood: Mood,
    /// What happened, or whom the lines are about; empty where the message's
    /// story says it.
    pub headline: String,
    /// What there is to say of it.
    pub lines: Vec<Line>,
}

/// A link to the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// What it is, in a word or two.
    pub label: String,
    /// Where it is.
    pub url: String,
}

impl PageLink {
    /// The same as a line.
    #[must_use]
    pub fn line(&self) -> Line {
        Line::Link { label: self.label.clone(), url: self.url.clone() }
    }
}

/// A line below a headline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A sentence.
    Text(String),
    /// What somebody else wrote, in lines of its own.
    Code(String),
    /// Where to look further.
    Link {
        /// What is there, in a word or two.
        label: String,
        /// Where it leads.
        url: String,
    },
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Line {
    /// The line where there is neither code nor a link.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Code(text) => text.clone(),
            Self::Link { label, url } => format!("{label}: {url}"),
        }
    }
}

impl Entry {
    /// All lines as plain text.
    #[must_use]
    pub fn plain(&self) -> String {
        self.lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n")
    }
}

/// What kind of thing happened, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FactKind {
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

impl FactKind {
    fn mood(self) -> Mood {
        match self {
            Self::Down => Mood::Down,
            // Nobody is mentioned again for an outage that goes on.
            Self::Another | Self::StillDown => Mood::StillDown,
            Self::News => Mood::News,
            Self::WasDown => Mood::WasDown,
            Self::Recovered | Self::Steady | Self::Cleared => Mood::Recovered,
            Self::Unstable | Self::Warning => Mood::Warning,
        }
    }
}

impl Message {
    /// The same with the text and entries of `other` after its own. Everything
    /// else stays its own.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.mood = self.mood.min(other.mood);
        self.text = [self.text, other.text].join(words::of(self.language).between_stories());
        self.entries.extend(other.entries);
        self
    }
}

/// Says all `items` in one message, the most important kind first; items of one kind
/// keep their order. There should be at least one.
#[must_use]
pub fn compose(items: &[(TargetName, Fact)], voice: &Voice<'_>) -> Message {
    compose_of(items, &Subjects::default(), voice)
}

/// The same of targets of which something is known.
pub fn compose_of(items: &[(TargetName, Fact)], subjects: &Subjects, voice: &Voice<'_>) -> Message {
    let told = items.iter().map(|(target, fact)| tell(target, fact, subjects, voice)).collect();
    let (mood, text, entries) = story(told, subjects, voice);
    let data = MessageData { facts: items.to_vec(), ..MessageData::of(voice) };
    let (language, footer, page) = (voice.language, footer(voice), page(voice));
    Message { language, mood, text, entries, footer, page, data }
}

/// A message that only shows that the channel works.
#[must_use]
pub fn test_message(voice: &Voice<'_>) -> Message {
    Message {
        language: voice.language,
        mood: Mood::Test,
        text: voice.words().test().into(),
        entries: Vec::new(),
        footer: footer(voice),
        page: page(voice),
        data: MessageData::of(voice),
    }
}

impl Message {
    /// What a lock screen shows: a sign, and the whole story in one line.
    #[must_use]
    pub fn preview(&self) -> String {
        format!("{} {}", self.mood.sign(), self.text)
    }

    /// The first place to look further, if there is any.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        let lines = self.entries.iter().flat_map(|entry| &entry.lines);
        lines.into_iter().find_map(|line| match line {
            Line::Link { url, .. } => Some(url.as_str()),
            Line::Text(_) | Line::Code(_) => None,
        })
    }
}

impl Message {
    /// `and 988 more`: for a channel that has no room for all entries.
    #[must_use]
    pub fn and_more(&self, count: usize) -> String {
        words::of(self.language).and_more(count)
    }

    /// Whether a channel with a `mention` mentions somebody: something went down,
    /// other than reports of services that ask for no mention.
    #[must_use]
    pub fn mentions(&self) -> bool {
        let mut opened = self.data.facts.iter().filter_map(|(_, fact)| fact.opens()).peekable();
        let is_quiet = opened.peek().is_some() && opened.all(|incident| incident.unmentioned);
        self.mood == Mood::Down && !is_quiet
    }

    /// The tag of its language: Chinese and Korean share characters, but draw
    /// them differently.
    #[must_use]
    pub fn language_tag(&self) -> &'static str {
        words::of(self.language).tag()
    }
}

fn page(voice: &Voice<'_>) -> Option<PageLink> {
    let label = voice.words().status_page().to_owned();
    Some(PageLink { label, url: voice.page?.to_owned() })
}

fn footer(voice: &Voice<'_>) -> String {
    let said_at = voice.calendar().instant(voice.now);
    voice.words().said_by(&one_line(&voice.vantage.0, MAX_NAME), &said_at)
}
