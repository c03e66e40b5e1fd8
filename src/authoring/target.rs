//! A target that is to be written.

use std::fmt;

use super::{list, quoted};

/// A `[[target]]` to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTarget {
    /// Its name, which must be free.
    pub name: String,
    /// What is probed.
    pub url: String,
    /// The heading under which it is listed, if any.
    pub group: Option<String>,
    /// The target that it cannot work without, if any.
    pub behind: Option<String>,
    /// Further keys, each with its value in TOML.
    pub keys: Vec<(&'static str, String)>,
    /// Why it is as it is; a comment.
    pub remark: Option<String>,
}

impl NewTarget {
    /// Nothing but a name and a URL.
    #[must_use]
    pub fn new(name: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: url.to_owned(),
            group: None,
            behind: None,
            keys: Vec::new(),
            remark: None,
        }
    }
}

/// The lines of TOML, the last one ended.
impl fmt::Display for NewTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(remark) = &self.remark {
            writeln!(f, "# {remark}")?;
        }
        writeln!(f, "[[target]]\nname = {}\nurl = {}", quoted(&self.name), quoted(&self.url))?;
        if let Some(group) = &self.group {
            writeln!(f, "group = {}", quoted(group))?;
        }
        if let Some(behind) = &self.behind {
            writeln!(f, "depends_on = {}", list(std::slice::from_ref(behind)))?;
        }
        self.keys.iter().try_for_each(|(key, value)| writeln!(f, "{key} = {value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_written_as_people_write_it() {
        let target = NewTarget {
            group: Some("home".into()),
            behind: Some("router".into()),
            keys: vec![("expect", "{ status = 401 }".into())],
            remark: Some("why".into()),
            ..NewTarget::new("the \"nas\"", "https://nas.example.com")
        };
        let expected = "# why\n[[target]]\nname = 'the \"nas\"'\nurl = \"https://nas.example.com\"\n\
                        group = \"home\"\ndepends_on = [\"router\"]\nexpect = { status = 401 }\n";
        assert_eq!(target.to_string(), expected);
    }
}
