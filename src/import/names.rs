//! Names that prober takes: unique, in one line, and not those that it makes itself.

use std::collections::BTreeSet;

use crate::model::record_key::RESERVED;
use crate::text::address::discreet;
use crate::text::numbered::numbered;
use crate::text::{clean, one_line};

/// Most characters of a name in probes.toml.
const LONGEST: usize = 100;

/// The names that were given.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: BTreeSet<String>,
}

impl Names {
    /// `name` as a name that nothing else has. `group` tells those of one name apart.
    pub(super) fn unique(&mut self, name: &str, group: Option<&str>) -> String {
        let name = tidy(name);
        let grouped = group.map(|group| tidy(&format!("{} ({group})", cut(&name, 40))));
        let numbered = numbered(&cut(&name, LONGEST - 10), ' ').skip(1);
        let mut choices = std::iter::once(name.clone()).chain(grouped).chain(numbered);
        let given = choices.find(|choice| !self.given.contains(choice)).unwrap_or(name);
        self.given.insert(given.clone());
        given
    }
}

/// `name` in one line, of a length that prober takes.
pub(super) fn tidy(name: &str) -> String {
    let mut name = one_line(&discreet(&clean(name)), LONGEST).trim().to_owned();
    if RESERVED.iter().any(|(prefix, _)| name.starts_with(prefix)) {
        name = name.replacen(':', " ", 1);
    }
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

fn cut(name: &str, length: usize) -> String {
    name.chars().take(length).collect::<String>().trim_end().to_owned()
}

/// `text` as the name of a channel: `[notify.NAME]`.
pub(super) fn channel(text: &str) -> String {
    let mut name = String::new();
    for c in discreet(text).chars().take(LONGEST) {
        match c.to_lowercase().next() {
            Some(c) if c.is_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "channel".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_one_name_are_told_apart() {
        let mut names = Names::default();
        assert_eq!(names.unique("api", Some("home")), "api");
        assert_eq!(names.unique("api", Some("work")), "api (work)");
        assert_eq!(names.unique("api", Some("work")), "api 2");
        assert_eq!(names.unique("a\nb", None), "a b");
        assert_eq!(names.unique("logs:x", None), "logs x");
    }

    #[test]
    fn a_name_has_no_secret() {
        let mut names = Names::default();
        assert_eq!(
            names.unique("https://me:pw@nas.example/?key=x", None),
            "https://nas.example/?…"
        );
        assert_eq!(names.unique("me:pw@nas.example", None), "nas.example");
        assert!(!channel("slack xoxb-1234567890-abc").contains("1234567890"));
    }
}
