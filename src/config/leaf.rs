//! Single texts: patterns, cron expressions, server names, secrets.

use regex::Regex;
use rustls_pki_types::ServerName;
use schemars::{Schema, json_schema};

use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides};
use crate::model::cron::{CronError, CronExpression};

/// What stands in [`FromText::schema`] for a string that may hold variables.
fn string(examples: &[&str]) -> Schema {
    json_schema!({ "type": "string", "examples": examples })
}

/// A regular expression.
#[derive(Clone)]
pub(super) struct Pattern(pub(super) Regex);

impl FromText for Pattern {
    const WHAT: &'static str = "regular expression";
    const ALLOWED: &'static str = "a regular expression, such as \"(?i)ready\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        // The last line of the library's error says why; those before it draw the pattern.
        let reason = |error: regex::Error| {
            let error = error.to_string();
            error.lines().last().map(|line| line.trim_start_matches("error: ").to_owned())
        };
        Regex::new(&text.value).map(Self).map_err(reason)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "examples": ["(?i)ready", "^SSH-2\\.0"] })
    }
}

/// A text that is not empty.
#[derive(Clone)]
pub(super) struct Words(pub(super) String);

impl FromText for Words {
    const WHAT: &'static str = "text";
    const ALLOWED: &'static str = "a text in quotes that is not empty";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        if text.value.is_empty() { Err(None) } else { Ok(Self(text.value.clone())) }
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// What wakes people in a message.
pub(super) type Mention = Words;

/// A text that may be a secret.
#[derive(Clone)]
pub(super) struct SecretText(pub(super) String);

impl FromText for SecretText {
    const WHAT: &'static str = "text";
    const ALLOWED: &'static str = "a text in quotes";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        Ok(Self(text.value.clone()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// The name of a file.
pub(super) type FileName = Words;

/// Whom a certificate is for.
#[derive(Clone)]
pub(super) struct ServerNameText(pub(super) ServerName<'static>);

impl FromText for ServerNameText {
    const WHAT: &'static str = "server name";
    const ALLOWED: &'static str = "a host name or an address, such as \"photos.example.com\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        ServerName::try_from(text.value.clone()).map(Self).map_err(|_| None)
    }

    fn schema() -> Schema {
        string(&["photos.example.com"])
    }
}

/// A cron expression.
#[derive(Clone)]
pub(super) struct Cron(pub(super) Box<CronExpression>);

impl FromText for Cron {
    const WHAT: &'static str = "cron expression";
    const ALLOWED: &'static str =
        "a crontab's minute, hour, day, month and weekday, such as \"*/5 * * * *\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let read = text.value.parse().map(|expression| Self(Box::new(expression)));
        read.map_err(|error: CronError| Some(error.to_string()))
    }

    fn schema() -> Schema {
        string(&["*/5 * * * *", "30 6 * * MON-FRI", "@hourly"])
    }
}
