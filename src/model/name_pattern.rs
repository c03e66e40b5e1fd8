//! Patterns of names, as a shell has them for files: `*` is any text, `?` any
//! one character.

use std::fmt;

use regex::Regex;

use super::arn::Arn;

/// A pattern of whole names.
///
/// ```
/// use prober::model::name_pattern::NamePattern;
/// let pattern: NamePattern = "nas-*".parse().unwrap();
/// assert!(pattern.matches("nas-disk-full"));
/// assert!(pattern.matches("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:nas-disk-full"));
/// assert!(!pattern.matches("old-nas-disk-full"));
/// let alarm: NamePattern = "latency".parse().unwrap();
/// assert!(alarm.matches("latency [endpoint=/api]"), "one of an alarm's time series");
/// ```
#[derive(Debug, Clone)]
pub struct NamePattern {
    written: String,
    regex: Regex,
}

impl NamePattern {
    /// Whether it matches the whole of `name`; or, of an ARN, the name in it; or the
    /// name of the alarm whose time series this is.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let names = [Some(name), Arn::of(name).map(|arn| arn.name)];
        let is_match = |name: &str| self.regex.is_match(name);
        names
            .into_iter()
            .flatten()
            .any(|name| is_match(name) || of_series(name).is_some_and(is_match))
    }

    /// Whether it certainly matches whatever `other` matches.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self == other || self.written.bytes().all(|byte| byte == b'*')
    }
}

/// The alarm's name in that of one of its time series: `latency [endpoint=/api]`.
fn of_series(name: &str) -> Option<&str> {
    Some(name.strip_suffix(']')?.split_once(" [")?.0)
}

impl std::str::FromStr for NamePattern {
    type Err = regex::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |c: char| match c {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            c => regex::escape(c.encode_utf8(&mut [0; 4])),
        };
        let regex = Regex::new(&format!("(?s)^{}$", text.chars().map(part).collect::<String>()))?;
        Ok(Self { written: text.to_owned(), regex })
    }
}

/// Two patterns are equal if their texts are.
impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for NamePattern {}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_of_whole_names_and_has_no_other_signs() {
        for (pattern, name, matches) in [
            ("*", "", true),
            ("*", "two\nlines", true),
            ("n?s", "n새s", true),
            ("n?s", "ns", false),
            ("cpu [host=nas] (a|b).", "cpu [host=nas] (a|b).", true),
            ("a.c", "abc", false),
            ("nas", "nas-2", false),
            ("NAS", "nas", false),
            ("/aws/lambda/*", "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f", true),
            ("home", "arn:aws:sns:eu-west-1:1:home", true),
            ("arn:aws:sns:*:1:*", "arn:aws:sns:eu-west-1:1:home", true),
            ("alarm*", "arn:aws:cloudwatch:eu-west-1:1:alarm:x", false),
        ] {
            let parsed: NamePattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(name), matches, "{pattern} {name}");
        }
    }
}
