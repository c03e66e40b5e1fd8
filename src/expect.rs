//! Whether an answer is what was asked for. Pure: takes bytes, says yes or
//! why not. An expectation that cannot be evaluated is not met.

pub mod charset;
mod document;
mod json;

use std::fmt;

use http::{HeaderMap, HeaderName, StatusCode};
use regex::Regex;
use serde_json_path::JsonPath;

use crate::observation::{Failure, Reason};

pub use json::{holds, json};

/// Bytes of a text that are looked at to quote its beginning: leading blanks,
/// and secrets to be hidden, are among them.
const MAX_QUOTED: usize = 16 * 1024;

/// Makes what the far side wrote fit to be shown: without secrets, short.
pub type Quote<'a> = &'a dyn Fn(&str) -> String;

/// What an HTTP answer must be; all of it must hold.
#[derive(Debug, Clone)]
pub struct HttpExpect {
    /// The statuses that are fine; never empty.
    pub status: Vec<StatusRange>,
    /// Each must occur in the body.
    pub body_contains: Vec<String>,
    /// Each must match somewhere in the body.
    pub body_matches: Vec<Regex>,
    /// None may occur in the body.
    pub body_not_contains: Vec<String>,
    /// Each header must be there, and one of its values match.
    pub headers: Vec<(HeaderName, Regex)>,
    /// Each must hold of the body.
    pub json: Vec<JsonExpect>,
    /// Bytes of body that are read at most, counted after decompression.
    pub max_body: usize,
    /// Whether a larger body is a failure, or reading just stops there.
    pub max_body_strict: bool,
}

/// An inclusive range of HTTP statuses: `"2xx"`, or a single number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRange {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

/// `JSONPath operator literal`, for instance `$.disk.free_gb >= 10`.
#[derive(Debug, Clone)]
pub struct JsonExpect {
    /// As written in the configuration: for messages.
    pub source: String,
    /// Selects the values, as RFC 9535 says: <https://www.rfc-editor.org/rfc/rfc9535>.
    pub path: JsonPath,
    /// How each value selected is compared.
    pub operator: Operator,
    /// What with.
    pub literal: serde_json::Value,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a TCP peer must say first.
#[derive(Debug, Clone)]
pub struct BannerExpect {
    /// Must match what has been read.
    pub banner: Regex,
}

impl StatusRange {
    /// Whether `status` lies within.
    #[must_use]
    pub fn contains(self, status: StatusCode) -> bool {
        (self.first..=self.last).contains(&status.as_u16())
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { first, last } if first == last => write!(f, "{first}"),
            Self { first, last } => write!(f, "{first}-{last}"),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl HttpExpect {
    /// Whether the body must be read to its end, and its content known.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.max_body_strict || self.has_words() || !self.json.is_empty()
    }

    /// Whether the body is looked at as text.
    #[must_use]
    pub fn has_words(&self) -> bool {
        !self.body_contains.is_empty()
            || !self.body_matches.is_empty()
            || !self.body_not_contains.is_empty()
    }
}

/// Whether the status is among those expected.
pub fn status(expect: &HttpExpect, status: StatusCode) -> Result<(), Failure> {
    if expect.status.iter().any(|range| range.contains(status)) {
        return Ok(());
    }
    let expected: Vec<_> = expect.status.iter().map(ToString::to_string).collect();
    let name = status.canonical_reason().map_or_else(String::new, |name| format!(" {name}"));
    let detail = format!("{}{name}, expected {}", status.as_u16(), expected.join(", "));
    Err(Failure { reason: Reason::Status, detail })
}

/// Whether each header is there, and one of its values matches.
pub fn headers(expect: &HttpExpect, headers: &HeaderMap, quote: Quote<'_>) -> Result<(), Failure> {
    for (name, pattern) in &expect.headers {
        let values: Vec<_> =
            headers.get_all(name).iter().map(|v| charset::plain_text(v.as_bytes())).collect();
        let detail = match values.first() {
            None => format!("the header `{name}` is missing"),
            Some(_) if values.iter().any(|value| pattern.is_match(value)) => continue,
            Some(value) => {
                format!("the header `{name}` is `{}`, expected `{pattern}`", quote(value))
            }
        };
        return Err(Failure { reason: Reason::Header, detail });
    }
    Ok(())
}

/// Whether the body, as text and as JSON, is what is expected. `content_type`
/// is the header of that name, which may say what the text is written in.
pub fn body(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    words(expect, body, content_type, quote)?;
    json_body(expect, body, content_type, quote)
}

/// Whether the body is JSON that is as expected, if any is.
pub fn json_body(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    if expect.json.is_empty() {
        return Ok(());
    }
    // JSON is UTF-8, whatever else a server says of it: RFC 8259, section 8.1.
    if std::str::from_utf8(body).is_ok() {
        return json(&expect.json, body, quote);
    }
    json(&expect.json, charset::text(body, content_type).as_bytes(), quote)
}

/// Whether the body says what is expected, and nothing that is not.
pub fn words(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    let HttpExpect { body_contains, body_matches, body_not_contains, .. } = expect;
    if !expect.has_words() {
        return Ok(());
    }
    let text = charset::text(body, content_type);
    let unmet = |detail: String| Err(Failure { reason: Reason::Body, detail });
    let begins = || match quote(beginning(&text)) {
        start if start.is_empty() => "it is empty".to_owned(),
        start => format!("it begins `{start}`"),
    };
    if let Some(missing) = body_contains.iter().find(|part| !text.contains(part.as_str())) {
        return unmet(format!("the body does not contain `{missing}`: {}", begins()));
    }
    if let Some(pattern) = body_matches.iter().find(|pattern| !pattern.is_match(&text)) {
        return unmet(format!("the body does not match `{pattern}`: {}", begins()));
    }
    if let Some(part) = body_not_contains.iter().find(|part| text.contains(part.as_str())) {
        return unmet(format!("the body contains `{part}`"));
    }
    Ok(())
}

/// As much of a text as quoting it may need, so that not all of it is copied.
fn beginning(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.floor_char_boundary(MAX_QUOTED)]
}
