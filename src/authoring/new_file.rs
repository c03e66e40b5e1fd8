//! The text of a first probes.toml.

use std::fmt;

use super::{NewTarget, quoted};

/// What a first file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewFile {
    /// The zone of times, if it is not UTC.
    pub timezone: Option<String>,
    /// The language of messages, if it is not English.
    pub language: Option<String>,
    /// Whom to tell; if nobody, messages are printed.
    pub channels: Vec<NewChannel>,
    /// What is watched; at least one.
    pub targets: Vec<NewTarget>,
    /// Where the state is kept, if not beside the file.
    pub store: Option<String>,
}

/// A `[notify.NAME]` to be. It holds no secret: those are variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChannel {
    /// Its name, which is its type too.
    pub kind: &'static str,
    /// Its keys, each with its value as text.
    pub keys: Vec<(&'static str, String)>,
}

const HEAD: &str = "\
#:schema ./probes.schema.json
# Editors complete the keys of this file once `prober schema > probes.schema.json` was run.

# What prober watches, and whom it tells. Two lines are a target, and `prober add URL` adds one.
";

const CONSOLE: &str = "
# Nobody is told yet: messages are printed. A channel, for instance Slack:
# [notify.slack]
# type = \"slack\"
# webhook_url = \"${SLACK_WEBHOOK_URL}\"
";

impl fmt::Display for NewFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        if self.timezone.is_some() || self.language.is_some() {
            writeln!(f)?;
        }
        if let Some(zone) = &self.timezone {
            writeln!(f, "timezone = {}", quoted(zone))?;
        }
        if let Some(language) = &self.language {
            writeln!(f, "language = {}", quoted(language))?;
        }
        if self.channels.is_empty() {
            f.write_str(CONSOLE)?;
        }
        self.channels.iter().try_for_each(|channel| write!(f, "\n{channel}"))?;
        self.targets.iter().try_for_each(|target| write!(f, "\n{target}"))?;
        match &self.store {
            Some(path) => write!(f, "\n[store]\npath = {}\n", quoted(path)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for NewChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "[notify.{}]\ntype = {}", self.kind, quoted(self.kind))?;
        let mut keys = self.keys.iter();
        keys.try_for_each(|(key, value)| writeln!(f, "{key} = {}", quoted(value)))
    }
}
