//! How much work a path makes of a document. A path is the owner's and a document is
//! anybody's: `$..a..b` looks at each value once for every `a` above it. Pure.

use serde_json::Value;

use super::document::{Step, step};

/// Values that may be looked at for one path, each as often as it is.
const MAX_STEPS: u64 = 500_000;
/// What `match` and `search` count for: a pattern is compiled each time.
const SEARCH: u64 = 25;
/// Bytes of text that are looked through in the time that a value takes.
const TEXT: u64 = 256;

/// What a path does that a document can multiply.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Work {
    /// `..`
    descents: u32,
    /// `?`
    filters: u32,
    /// Queries from the root within filters that look at more than one value.
    wide_roots: u32,
    /// Those that look at one.
    single_roots: u32,
    /// Ways that lists of selectors, such as `[0,0]`, lead to the same value.
    ways: u64,
    /// Whether it searches texts for patterns.
    searches: bool,
}

/// How large a document is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    values: u64,
    depth: u64,
    longest_text: u64,
}

impl Work {
    /// That of `path`.
    pub(super) fn of(path: &str) -> Self {
        let path = unquoted(path);
        let inner = path.strip_prefix('$').unwrap_or(&path);
        let mut work = Self { ways: 1, ..Self::default() };
        work.descents = count(inner, "..");
        work.filters = count(inner, "?");
        work.searches = inner.contains("match(") || inner.contains("search(");
        for (at, _) in inner.match_indices('$') {
            let root = if is_single(&inner[at + 1..]) {
                &mut work.single_roots
            } else {
                &mut work.wide_roots
            };
            *root += 1;
        }
        work.ways = ways(inner);
        work
    }

    /// Whether it is in proportion to the document, and to little of it.
    pub(super) fn is_plain(self) -> bool {
        self.descents == 0 && self.filters == 0 && self.ways == 1
    }

    /// Whether it may be done for a document of this size.
    pub(super) fn is_allowed(self, size: Size) -> bool {
        self.is_plain() || self.steps(size) <= MAX_STEPS
    }

    /// How many values are looked at, at most.
    fn steps(self, size: Size) -> u64 {
        let again = self.descents.saturating_sub(1) + self.filters.saturating_sub(1);
        // Two that are compared may each be as large as the document.
        let wide = self.wide_roots + self.single_roots / 2;
        let looks = size.values.saturating_mul(self.ways);
        let looks = looks.saturating_mul(size.depth.saturating_pow(again));
        let looks = looks.saturating_mul(size.values.saturating_pow(wide));
        if !self.searches {
            return looks;
        }
        // A text at the root may be searched again for each value.
        let again = if self.single_roots > 0 { size.longest_text / TEXT } else { 0 };
        looks.saturating_mul(SEARCH + again)
    }
}

impl Size {
    /// That of `document`.
    pub(super) fn of(document: &Value) -> Self {
        let below: Vec<Self> = match document {
            Value::Array(list) => list.iter().map(Self::of).collect(),
            Value::Object(members) => members.values().map(Self::of).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        let own = document.as_str().map_or(0, |text| text.len() as u64);
        below.iter().fold(Self { values: 1, depth: 1, longest_text: own }, |all, part| Self {
            values: all.values + part.values,
            depth: all.depth.max(part.depth + 1),
            longest_text: all.longest_text.max(part.longest_text),
        })
    }
}

/// The path without what stands in quotes, of which names and texts are made.
fn unquoted(path: &str) -> String {
    let (mut quote, mut is_escaped, mut rest) = (None, false, String::new());
    for c in path.chars() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '\'' | '"') => {
                // Stands for the name, so that what it is part of can be read.
                rest.push('0');
                quote = Some(c);
            }
            None => rest.push(c),
        }
    }
    rest
}

fn count(text: &str, part: &str) -> u32 {
    u32::try_from(text.matches(part).count()).unwrap_or(u32::MAX)
}

/// Whether a query that goes on like this selects one value.
pub(super) fn is_single(mut rest: &str) -> bool {
    while let Some((step, after)) = step(rest) {
        if matches!(step, Step::Each) {
            return false;
        }
        rest = after;
    }
    // A name ends with its query, where something follows that is no name.
    match rest.strip_prefix('.') {
        Some(name) => !name.starts_with(['.', '*']),
        None => !rest.starts_with('['),
    }
}

/// In how many ways the lists of selectors lead to the same value.
fn ways(path: &str) -> u64 {
    let (mut calls, mut commas, mut ways) = (0_usize, 0, 1_u64);
    for byte in path.bytes() {
        match byte {
            b'(' => calls += 1,
            b')' => calls = calls.saturating_sub(1),
            b',' if calls == 0 => commas += 1,
            b'[' => {
                ways = ways.saturating_mul(commas + 1);
                commas = 0;
            }
            _ => {}
        }
    }
    ways.saturating_mul(commas + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn size(values: u64, depth: u64, longest_text: u64) -> Size {
        Size { values, depth, longest_text }
    }

    #[test]
    fn what_a_document_is_like_is_counted() {
        assert_eq!(Size::of(&json!(1)), size(1, 1, 0));
        assert_eq!(Size::of(&json!({"a": [1, "four"], "b": []})), size(5, 3, 4));
    }

    #[test]
    fn what_people_write_is_allowed_of_what_services_send() {
        let services = size(15_000, 9, 2_000);
        for path in [
            "$.status",
            "$['a..b?'][0].c",
            "$..status",
            "$..devices..status",
            "$.disks[?@.free < 10].name",
            "$.disks[?@.free < $.limit].name",
            "$.items[?@.id == $['current id'].of].state",
            "$.items[?search(@.name, '^web')].state",
            "$..items[?@.tags[?@ == 'x']].state",
        ] {
            assert!(Work::of(path).is_allowed(services), "{path}: {:?}", Work::of(path));
        }
    }

    #[test]
    fn what_multiplies_is_not_allowed_of_a_hostile_document() {
        let deep = size(20_000, 120, 10);
        for path in [
            "$..a..b",
            "$..*..*..*",
            "$..[?@..a]",
            "$.a[?count($..*) > 1]",
            "$.a[?$.b[*] == 1]",
            "$.a[?$.b == $.c]",
            "$[0,0][0,0][0,0][0,0][0,0][0,0]",
            "$[?@[?@[?@.a]]]",
        ] {
            assert!(!Work::of(path).is_allowed(deep), "{path}: {:?}", Work::of(path));
        }
        let long = size(5_000, 3, 500_000);
        assert!(!Work::of("$.a[?search($.b, 'x')]").is_allowed(long));
        assert!(!Work::of("$.a[?search(@.b, 'x')]").is_allowed(size(50_000, 3, 10)));
    }

    #[test]
    fn what_is_in_proportion_is_plain() {
        for (path, is_plain) in
            [("$.a.b[0]", true), ("$['?..,']", true), ("$..a", false), ("$.a[?@.b]", false)]
        {
            assert_eq!(Work::of(path).is_plain(), is_plain, "{path}");
        }
    }
}
