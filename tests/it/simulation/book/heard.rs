//! What a message says, read back from its words as a person would.

use prober::model::names::TargetName;

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

impl Heard {
    /// Everything that `message` says.
    pub(crate) fn all(message: &str) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for line in message.lines() {
            match line.strip_prefix("  ") {
                None => all.push(Self::headline(line)),
                Some(line) => {
                    let last = all.last_mut().expect("a headline comes first");
                    let sign = if last.kind == Kind::NoView { "When: " } else { "Why: " };
                    let detail = line.strip_prefix(sign).map(str::to_owned);
                    last.detail = last.detail.take().or(detail);
                }
            }
        }
        all
    }

    fn headline(line: &str) -> Self {
        let of = |target: &str, kind| Self { target: TargetName::new(target), kind, detail: None };
        let until_colon = |rest: &str| rest.rsplit_once(": ").unwrap().0.to_owned();
        if let Some(rest) = line.strip_prefix("Warning over for ") {
            return of(&until_colon(rest), Kind::Cleared);
        }
        if let Some(rest) = line.strip_prefix("Warning for ") {
            return of(&until_colon(rest), Kind::Warning);
        }
        let (target, said) = line.split_once(' ').unwrap();
        let kind = match said.split(' ').collect::<Vec<_>>().as_slice() {
            ["is", "down" | "down,", ..] => Kind::Down,
            ["saw", "nothing", ..] => Kind::NoView,
            ["recovered", ..] | ["is", "quiet", "again", ..] => Kind::Recovered,
            ["was", "down", "for", ..] => Kind::WasDown(1),
            ["was", "down", times, "times,", ..] => Kind::WasDown(times.parse().unwrap()),
            _ => panic!("nobody asked for {line:?}"),
        };
        of(target, kind)
    }

    /// How many incidents it is of.
    pub(crate) fn times(&self) -> usize {
        match self.kind {
            Kind::WasDown(times) => times,
            Kind::Down | Kind::Recovered | Kind::Warning | Kind::Cleared | Kind::NoView => 1,
        }
    }
}
