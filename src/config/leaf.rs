//! Single values: durations, counts, sizes, patterns, names and the like.

use std::num::NonZeroU32;
use std::time::Duration;

use chrono_tz::Tz;
use http::Method;
use regex::Regex;
use rustls_pki_types::ServerName;
use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::config::mistake::Mistake;
use crate::config::reader::{Reader, nearest};
use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides, TomlKey};
use crate::expect::StatusRange;
use crate::target::IpChoice;

/// The longest name, in characters: messages name a dozen targets in one line.
const LONGEST_NAME: usize = 100;

/// The longest duration: nothing at home is planned further ahead.
const LONGEST_PERIOD: Duration = Duration::from_hours(366 * 24);

/// Most bytes of a body that are read: a Lambda function has 128 MiB in all.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// What stands in [`FromText::schema`] for a string that may hold variables.
fn string(examples: &[&str]) -> Schema {
    json_schema!({ "type": "string", "examples": examples })
}

/// A string out of a few; a variable may stand for any of them.
fn choice(words: &[&str]) -> Schema {
    json_schema!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": "\\$\\{" }] })
}

/// One of `words`, whose value stands beside it.
fn chosen<T: Copy>(text: &Text, words: &[(&str, T)]) -> Result<T, Option<String>> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
        return Ok(*value);
    }
    let near = nearest(&text.value, words.iter().map(|(word, _)| *word));
    Err(near.map(|near| format!("did you mean `{near}`?")))
}

/// A duration longer than zero.
#[derive(Clone, Copy)]
pub(super) struct Period(pub(super) Duration);

impl FromText for Period {
    const WHAT: &'static str = "duration";
    const ALLOWED: &'static str =
        "a number and a unit in quotes, such as \"90s\", \"5m\" or \"1d\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let value = text.value.trim();
        if value.starts_with('-') {
            return Err(Some("must be longer than zero".into()));
        }
        match humantime::parse_duration(value) {
            Ok(Duration::ZERO) => Err(Some("must be longer than zero".into())),
            Ok(period) if period > LONGEST_PERIOD => Err(Some("must be at most 366 days".into())),
            Ok(period) => Ok(Self(period)),
            Err(_) => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^(\s*\d+(\.\d+)?\s*[a-z]+)+\s*$|\$\{",
            "examples": ["30s", "5m", "1h", "14d"],
        })
    }
}

/// A whole number from 1 to `MOST`.
#[derive(Clone, Copy)]
pub(super) struct Count<const MOST: u32>(pub(super) NonZeroU32);

impl<const MOST: u32> TomlKey for Count<MOST> {
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let label = format!("expected a whole number from 1 to {MOST}");
        let DeValue::Integer(integer) = value.get_ref() else {
            reader.wrong_type(value, "a whole number", label);
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let count = number.filter(|number| *number <= MOST).and_then(NonZeroU32::new);
        if count.is_none() {
            let title = format!("{integer} is out of range");
            reader.mistakes.push(Mistake::new(value.span(), title, label));
        }
        count.map(Self)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": MOST })
    }
}

/// A number of bytes that fits into memory.
#[derive(Clone, Copy)]
pub(super) struct ByteSize(pub(super) usize);

impl FromText for ByteSize {
    const WHAT: &'static str = "size";
    const ALLOWED: &'static str =
        "a whole number and B, KiB or MiB, such as \"512KiB\" or \"1MiB\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let value = text.value.trim();
        let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
        let unit = match value[digits..].trim() {
            "B" => 1,
            "KB" | "kB" => 1000,
            "KiB" => 1024,
            "MB" => 1000 * 1000,
            "MiB" => 1024 * 1024,
            _ => return Err(None),
        };
        let number: usize = value[..digits].parse().map_err(|_| None)?;
        match number.checked_mul(unit) {
            Some(0) => Err(Some("must be at least 1B".into())),
            Some(bytes) if bytes <= LARGEST_BODY => Ok(Self(bytes)),
            _ => Err(Some("must be at most 64MiB".into())),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*\d+\s*(B|KB|kB|KiB|MB|MiB)\s*$|\$\{",
            "examples": ["512KiB", "1MiB"],
        })
    }
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

/// A status, or a range of them.
#[derive(Clone, Copy)]
pub(super) struct Status(pub(super) StatusRange);

impl Status {
    const WHAT: &'static str = "HTTP status";
    const ALLOWED: &'static str = "expected a number from 100 to 599, \"2xx\" or \"200-299\"";

    fn parse(text: &str) -> Option<StatusRange> {
        let status = |text: &str| {
            let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|status| digits && (100..=599).contains(status))
        };
        let text = text.trim();
        if let Some(class) = text.strip_suffix("xx").or(text.strip_suffix("XX")) {
            let first = status(&format!("{class}00"))?;
            return Some(StatusRange { first, last: first + 99 });
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (status(first.trim())?, status(last.trim())?);
        (first <= last).then_some(StatusRange { first, last })
    }
}

impl TomlKey for Status {
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = match value.get_ref() {
            DeValue::Integer(integer) => {
                Text { value: integer.to_string(), shown: integer.to_string() }
            }
            DeValue::String(raw) => reader.expand(raw, &value.span())?,
            _ => {
                reader.wrong_type(value, "a status", Self::ALLOWED);
                return None;
            }
        };
        let range = Self::parse(&text.value);
        if range.is_none() {
            let title = format!("`{}` is not a valid {}", text.shown, Self::WHAT);
            reader.mistakes.push(Mistake::new(value.span(), title, Self::ALLOWED));
        }
        range.map(Self)
    }

    fn schema() -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            {
                "type": "string",
                "pattern": r"^\s*([1-5](xx|XX)|[1-5]\d\d(\s*-\s*[1-5]\d\d)?)\s*$|\$\{",
                "examples": ["2xx", "200-299"],
            },
        ] })
    }
}

/// The HTTP methods that a probe may use.
const METHODS: [(&str, &Method); 7] = [
    ("GET", &Method::GET),
    ("HEAD", &Method::HEAD),
    ("POST", &Method::POST),
    ("PUT", &Method::PUT),
    ("PATCH", &Method::PATCH),
    ("DELETE", &Method::DELETE),
    ("OPTIONS", &Method::OPTIONS),
];

/// An HTTP method.
#[derive(Clone)]
pub(super) struct RequestMethod(pub(super) Method);

impl FromText for RequestMethod {
    const WHAT: &'static str = "HTTP method";
    const ALLOWED: &'static str = "`GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` or `OPTIONS`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &METHODS).cloned().map(Self)
    }

    fn schema() -> Schema {
        choice(&METHODS.map(|(word, _)| word))
    }
}

/// The choices of `ip`.
const IPS: [(&str, IpChoice); 3] =
    [("any", IpChoice::Any), ("v4", IpChoice::V4), ("v6", IpChoice::V6)];

/// Which addresses may be used.
#[derive(Clone, Copy)]
pub(super) struct Ip(pub(super) IpChoice);

impl FromText for Ip {
    const WHAT: &'static str = "choice of addresses";
    const ALLOWED: &'static str = "`any`, `v4` or `v6`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &IPS).map(Self)
    }

    fn schema() -> Schema {
        choice(&IPS.map(|(word, _)| word))
    }
}

/// What kind of channel a `[notify.NAME]` is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelType {
    /// A Slack incoming webhook.
    Slack,
    /// Standard output.
    Console,
}

/// The choices of `type`.
const CHANNEL_TYPES: [(&str, ChannelType); 2] =
    [("slack", ChannelType::Slack), ("console", ChannelType::Console)];

impl FromText for ChannelType {
    const WHAT: &'static str = "type of channel";
    const ALLOWED: &'static str = "`slack` or `console`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &CHANNEL_TYPES)
    }

    fn schema() -> Schema {
        choice(&CHANNEL_TYPES.map(|(word, _)| word))
    }
}

/// A time zone.
#[derive(Clone, Copy)]
pub(super) struct Zone(pub(super) Tz);

impl FromText for Zone {
    const WHAT: &'static str = "time zone";
    const ALLOWED: &'static str = "a name such as \"Europe/Berlin\", \"Asia/Seoul\" or \"UTC\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let near = || nearest(&text.value, names()).map(|near| format!("did you mean \"{near}\"?"));
        text.value.parse().map(Self).map_err(|_| near())
    }

    fn schema() -> Schema {
        string(&["UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York"])
    }
}

/// The name of a target.
#[derive(Clone)]
pub(super) struct Name(pub(super) Text);

/// Whether `name` can name something; if not, why.
pub(super) fn checked_name(name: &str) -> Result<(), String> {
    let allowed = if name.trim().is_empty() {
        "must not be empty"
    } else if name.trim() != name {
        "must not begin or end with a space"
    } else if name.chars().any(char::is_control) {
        "must not contain control characters, such as line breaks"
    } else if name.chars().count() > LONGEST_NAME {
        "must have at most 100 characters"
    } else {
        return Ok(());
    };
    Err(allowed.to_owned())
}

impl FromText for Name {
    const WHAT: &'static str = "name";
    const ALLOWED: &'static str = "1 to 100 characters in one line, such as \"photos\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        checked_name(&text.value).map_err(Some)?;
        Ok(Self(text.clone()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": LONGEST_NAME })
    }
}

/// The name of something else in the file.
#[derive(Clone)]
pub(super) struct Reference(pub(super) Text);

impl FromText for Reference {
    const WHAT: &'static str = "name";
    const ALLOWED: &'static str = "a name in quotes, or a list of names";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        Ok(Self(text.clone()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string" })
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
pub(super) struct Cron(pub(super) Box<cron::Schedule>);

impl FromText for Cron {
    const WHAT: &'static str = "cron expression";
    const ALLOWED: &'static str =
        "second, minute, hour, day, month and weekday, such as \"0 */5 * * * *\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let five = text.value.split_whitespace().count() == 5;
        let hint = || five.then(|| format!("begins with seconds: write \"0 {}\"", text.value));
        text.value.parse().map(|schedule| Self(Box::new(schedule))).map_err(|_| hint())
    }

    fn schema() -> Schema {
        string(&["0 */5 * * * *", "0 30 6 * * MON-FRI", "@hourly"])
    }
}
