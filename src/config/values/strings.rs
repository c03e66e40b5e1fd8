//! Strings: patterns, cron expressions, server names, secrets.

use rustls_pki_types::ServerName;
use schemars::{Schema, json_schema};

use crate::config::toml::masking::Masking;
use crate::config::toml::reader::Reader;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::cron::{CronError, CronExpression};
use crate::model::name_pattern::NamePattern;
use crate::model::pattern::Pattern;
use crate::model::secret::Secret;
use crate::model::target::{DialogueExpect, Payload};

/// Most characters of a pattern of names: the longest names, those of log
/// groups, have 512, and an ARN some more.
const LONGEST_PATTERN: usize = 600;

/// The schema of a string that may contain variables.
fn string(examples: &[&str]) -> Schema {
    json_schema!({ "type": "string", "examples": examples })
}

/// Bytes of memory in which nearly every regular expression fits.
const SMALL_PATTERN: usize = 16 << 10;

/// A regular expression. However often it is written, it is compiled once.
impl TextType for Pattern {
    type Value = Self;

    const NAME: &'static str = "regular expression";
    const EXPECTED: &'static str = "a regular expression, such as \"(?i)ready\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        Self::new(&text.value).map_err(|error| not_a_pattern(&error))
    }

    /// The library does not say how much memory a pattern takes, only whether it is less than
    /// a limit. The time that it takes to compile is in proportion to that, so one is not even
    /// tried at a limit that is not left.
    fn read_text(
        text: &Text,
        spend: &mut dyn FnMut(usize) -> Option<()>,
    ) -> Option<Result<Self, Option<String>>> {
        let mut size = 0;
        loop {
            let next = if size == 0 { SMALL_PATTERN } else { (size * 4).min(Self::LARGEST) };
            spend(next - size)?;
            size = next;
            match Self::within(&text.value, size) {
                Err(regex::Error::CompiledTooBig(_)) if size < Self::LARGEST => {}
                read => return Some(read.map_err(|error| not_a_pattern(&error))),
            }
        }
    }

    fn known(text: &Text, reader: &Reader<'_>) -> Option<Self> {
        reader.patterns.get(&text.value).cloned()
    }

    fn keep(text: Text, cost: usize, pattern: &Self, reader: &mut Reader<'_>) {
        reader.shared += cost;
        reader.patterns.insert(text.value, pattern.clone());
    }

    fn schema() -> Schema {
        string(&["(?i)ready", "^SSH-2\\.0"])
    }
}

fn not_a_pattern(error: &regex::Error) -> Option<String> {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return Some("is too large: repeat less in it".into());
    }
    // The last line of the library's error says why; the lines before it show the pattern.
    let error = error.to_string();
    error.lines().last().map(|line| line.trim_start_matches("error: ").to_owned())
}

/// What the other side must say: a pattern, or bytes in hexadecimal digits.
impl TextType for DialogueExpect {
    type Value = Self;

    const NAME: &'static str = "expected answer";
    const EXPECTED: &'static str =
        "a regular expression, such as \"^220 \", or bytes, such as \"hex:05 00\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        match text.value.strip_prefix(HEX) {
            Some(digits) => {
                let bytes = hex_bytes(digits).map_err(Some)?;
                Ok(Self::Contains { bytes, shown: text.shown.clone() })
            }
            None => <Pattern as TextType>::from_text(text).map(Self::Matches),
        }
    }

    fn cost(text: &Text) -> usize {
        if text.value.starts_with(HEX) {
            text.value.len()
        } else {
            <Pattern as TextType>::cost(text)
        }
    }

    fn schema() -> Schema {
        string(&["^220 ", "hex:05 00"])
    }
}

/// Bytes to send: a text, or in hexadecimal digits. They may be a secret.
impl TextType for Payload {
    type Value = Self;

    const NAME: &'static str = "text to send";
    const EXPECTED: &'static str = "a text in quotes, or bytes, such as \"hex:05 01 00\"";
    const MASKING: Masking = Masking::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        match text.value.strip_prefix(HEX) {
            Some(digits) => hex_bytes(digits).map(Self::bytes).map_err(Some),
            None if text.value.is_empty() => Err(Some("must not be empty".into())),
            None => Ok(Self::text(text.value.clone())),
        }
    }

    fn schema() -> Schema {
        string(&["EHLO home.example.com\r\n", "hex:05 01 00"])
    }
}

/// What bytes in hexadecimal digits begin with.
const HEX: &str = "hex:";

/// The bytes of two digits each, with blanks between them or without.
fn hex_bytes(digits: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<Option<u32>> =
        digits.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16)).collect();
    let byte = |pair: &[Option<u32>]| match pair {
        [Some(high), Some(low)] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    if digits.is_empty() {
        return Err("must have bytes behind `hex:`".to_owned());
    }
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    bytes.ok_or_else(|| "must have two hexadecimal digits for each byte behind `hex:`".to_owned())
}

/// A pattern of names.
impl TextType for NamePattern {
    type Value = Self;

    const NAME: &'static str = "pattern of names";
    const EXPECTED: &'static str = "a name in which `*` is any text, such as \"nas-*\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        check_length(&text.value)?;
        text.value.parse().map_err(|_| None)
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_PATTERN,
            "examples": ["nas-*", "/aws/lambda/*"],
        })
    }
}

fn check_length(pattern: &str) -> Result<(), Option<String>> {
    match pattern.chars().count() {
        0 => Err(None),
        count if count > LONGEST_PATTERN => Err(Some("must have at most 600 characters".into())),
        _ => Ok(()),
    }
}

/// A text that is not empty.
pub(in crate::config) enum NonEmptyText {}

impl TextType for NonEmptyText {
    type Value = String;

    const NAME: &'static str = "text";
    const EXPECTED: &'static str = "a text in quotes that is not empty";

    fn from_text(text: &Text) -> Result<String, Option<String>> {
        if text.value.is_empty() { Err(None) } else { Ok(text.value.clone()) }
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// The name of a subprotocol: a word of HTTP,
/// <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>.
pub(in crate::config) enum Subprotocol {}

impl TextType for Subprotocol {
    type Value = String;

    const NAME: &'static str = "subprotocol";
    const EXPECTED: &'static str = "a name such as \"mqtt\"";

    fn from_text(text: &Text) -> Result<String, Option<String>> {
        let is_of_word =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_word = !text.value.is_empty() && text.value.bytes().all(is_of_word);
        is_word.then(|| text.value.clone()).ok_or(None)
    }

    fn schema() -> Schema {
        string(&["mqtt", "graphql-transport-ws"])
    }
}

/// Most characters of an announcement.
const LONGEST_ANNOUNCEMENT: usize = 1000;

/// What is said to all readers of the status page.
pub(in crate::config) enum Announcement {}

impl TextType for Announcement {
    type Value = String;

    const NAME: &'static str = "text";
    const EXPECTED: &'static str = "a text of 1 to 1000 characters";

    fn from_text(text: &Text) -> Result<String, Option<String>> {
        let trimmed = text.value.trim();
        match trimmed.chars().count() {
            1..=LONGEST_ANNOUNCEMENT => Ok(trimmed.to_owned()),
            _ => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": LONGEST_ANNOUNCEMENT })
    }
}

/// A text that may be a secret.
pub(in crate::config) enum SecretText {}

impl TextType for SecretText {
    type Value = Secret;

    const NAME: &'static str = "text";
    const EXPECTED: &'static str = "a text in quotes";
    const MASKING: Masking = Masking::All;

    fn from_text(text: &Text) -> Result<Secret, Option<String>> {
        Ok(Secret::new(text.value.as_str()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// The name of a file.
pub(in crate::config) type FileName = NonEmptyText;

/// The name that a certificate is for.
impl TextType for ServerName<'static> {
    type Value = Self;

    const NAME: &'static str = "server name";
    const EXPECTED: &'static str = "a host name or an address, such as \"photos.example.com\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        ServerName::try_from(text.value.clone()).map_err(|_| None)
    }

    fn schema() -> Schema {
        string(&["photos.example.com"])
    }
}

/// A cron expression.
impl TextType for CronExpression {
    type Value = Box<Self>;

    const NAME: &'static str = "cron expression";
    const EXPECTED: &'static str =
        "a crontab's minute, hour, day, month and weekday, such as \"*/5 * * * *\"";

    fn from_text(text: &Text) -> Result<Box<Self>, Option<String>> {
        let read = text.value.parse().map(Box::new);
        read.map_err(|error: CronError| Some(error.to_string()))
    }

    fn schema() -> Schema {
        string(&["*/5 * * * *", "30 6 * * MON-FRI", "@hourly"])
    }
}
