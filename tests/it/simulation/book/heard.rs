//! What a message says, read back from its words as a person would.

use std::sync::LazyLock;

use prober::model::names::TargetName;
use regex::{Captures, Regex};

/// One thing that a channel heard of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) target: TargetName,
    pub(crate) kind: Kind,
    /// Why, or of a time in which nobody looked, when: no two have the same.
    pub(crate) detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Down,
    Recovered,
    /// So many incidents, told as one.
    WasDown(usize),
    Warning,
    Cleared,
    /// For a time, nobody looked.
    NoView,
}

/// What a sentence is about: `one` target or the `names` of several, and why or when.
const SENTENCES: [(&str, Kind); 18] = [
    (r"^CloudWatch alarm (?<one>\S+): OK again after .*$", Kind::Recovered),
    (r"^CloudWatch alarm (?<one>\S+) was raised for .* and is OK$", Kind::WasDown(1)),
    (r"^CloudWatch alarm (?<one>\S+): (?<detail>.*)$", Kind::Down),
    (r"^(?<one>\S+) is down( since [^,]*?)?(, and \d+ behind it)?(: (?<detail>.*))?$", Kind::Down),
    (r"^(?<one>\S+) reports an error: (?<detail>.*)$", Kind::Down),
    (r"^(Both|All \d+|\d+) are down(.*): (?<names>[^:]+)$", Kind::Down),
    (r"^Down since .*: (?<names>[^:]+)$", Kind::Down),
    (r"^(?<names>[^:]+) recovered( after .*)?$", Kind::Recovered),
    (r"^(Both|All \d+|\d+) recovered: (?<names>.*)$", Kind::Recovered),
    (r"^(?<one>\S+): no (more errors|error for .*)$", Kind::Recovered),
    (r"^(?<one>\S+) was down (?<times>\d+) times, .* and is up$", Kind::WasDown(0)),
    (r"^(?<one>\S+) (was down|had errors) for .* and (is up|has no more)$", Kind::WasDown(1)),
    (r"^CloudWatch alarm (?<one>\S+) was raised for .*, too$", Kind::WasDown(1)),
    (r"^(?<one>\S+) was down (?<times>\d+) times, .*, too$", Kind::WasDown(0)),
    (r"^(?<one>\S+) (was down|had errors) for .*, too$", Kind::WasDown(1)),
    (r"^(?<one>\S+) is slow: .*$", Kind::Warning),
    (r"^(?<one>\S+) is fast again(: .*)?$", Kind::Cleared),
    (r"^(?<one>prober) (had no network|was not running) for .* \((?<detail>.*)\)$", Kind::NoView),
];

static READERS: LazyLock<Vec<(Regex, Kind)>> = LazyLock::new(|| {
    SENTENCES.iter().map(|(pattern, kind)| (Regex::new(pattern).unwrap(), *kind)).collect()
});

/// What says only whom sentences below it, or told before, are about.
const SUMMARIES: [&str; 5] = [
    "down and up again: ",
    "errors, and no more: ",
    "warnings for ",
    "warnings over for ",
    "still down behind it: ",
];

impl Heard {
    /// Everything that `message` says.
    pub(crate) fn all(message: &str) -> Vec<Self> {
        let (story, below) = message.split_once('\n').unwrap();
        let mut page = Page::default();
        for part in story.split_once(' ').expect("a sign comes first").1.split("; ") {
            let is_summary = SUMMARIES.iter().any(|summary| part.starts_with(summary));
            assert!(page.sentence(part) || is_summary, "nobody asked for {part:?}");
        }
        below.lines().for_each(|line| page.line(line.trim_start()));
        page.all
    }

    /// How many incidents it is of.
    pub(crate) fn times(&self) -> usize {
        match self.kind {
            Kind::WasDown(times) => times,
            Kind::Down | Kind::Recovered | Kind::Warning | Kind::Cleared | Kind::NoView => 1,
        }
    }
}

/// A message while it is read.
#[derive(Default)]
struct Page {
    all: Vec<Heard>,
    /// What the last sentence said, or what the headline above a line is about.
    about: Option<usize>,
}

impl Page {
    /// Whether `text` says what happened. What was said before is not heard twice.
    fn sentence(&mut self, text: &str) -> bool {
        let read = |(reader, kind): &(Regex, Kind)| Some((reader.captures(text)?, *kind));
        let Some((said, kind)) = READERS.iter().find_map(read) else { return false };
        for target in targets(&said) {
            let detail = said.name("detail").map(|detail| detail.as_str().to_owned());
            let kind = times(&said).map_or(kind, Kind::WasDown);
            self.about = Some(self.hear(Heard { target, kind, detail }));
        }
        true
    }

    /// Where it stands.
    fn hear(&mut self, heard: Heard) -> usize {
        let same = |known: &Heard| {
            let is_same = (&known.target, known.kind) == (&heard.target, heard.kind);
            is_same && (known.detail.is_none() || known.detail == heard.detail)
        };
        let place = self.all.iter().position(same);
        if let Some(place) = place {
            let known = &mut self.all[place];
            known.detail = known.detail.take().or(heard.detail);
        } else {
            self.all.push(heard);
        }
        place.unwrap_or(self.all.len() - 1)
    }

    /// A line below the story: a sentence, whom the next lines are about, or why.
    fn line(&mut self, line: &str) {
        if self.sentence(line) {
            return;
        }
        if let Some(detail) = line.strip_prefix("The cause was: ") {
            // Without a headline above it, it is of the only one that needs it.
            let about = self.about.filter(|about| self.all[*about].detail.is_none());
            let untold = || self.all.iter().position(|heard| heard.detail.is_none());
            let about = about.or_else(untold).expect("it is about somebody");
            self.all[about].detail = Some(detail.to_owned());
        } else if let Some((name, detail)) = line.split_once(": ") {
            if let Some(about) = self.unexplained(name) {
                self.all[about].detail = Some(detail.to_owned());
            }
        } else {
            self.about = self.unexplained(line).or(self.about);
        }
    }

    /// The first that was heard of `name` and not yet why.
    fn unexplained(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|heard| heard.target.as_str() == name && heard.detail.is_none())
    }
}

fn times(said: &Captures<'_>) -> Option<usize> {
    said.name("times").map(|times| times.as_str().parse().unwrap())
}

/// Of `router, nas and blog`, each. How many more there are is said of whom a line follows.
fn targets(said: &Captures<'_>) -> Vec<TargetName> {
    let list = said.name("one").or(said.name("names")).unwrap().as_str();
    let names = list.split(", ").flat_map(|names| names.split(" and "));
    names.filter(|name| !name.ends_with(" more")).map(TargetName::new).collect()
}
