//! An error that a client reports: `{"serviceName", "types", "description"}`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use thiserror::Error;

use super::event::ReceivedAt;
use super::fingerprint::fingerprint;
use super::logs::{headline, unfold};
use super::text::{MAX_DETAIL, SignalText};
use crate::core::step::{Event, EventOrder, ReportedError};
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Outcome, Reason};
use crate::text::{clean, one_line};

/// The most bytes of a report.
pub const MAX_REPORT: usize = 64 * 1024;

/// How many bytes an escaped code unit such as `\ud83d` has.
const ESCAPE: usize = 6;

/// How many characters of an unknown type an error repeats.
const MAX_TYPE: usize = 60;

/// An error that a client reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which of the configured services it is about.
    pub service: String,
    /// Names or types of channels to tell; empty: all of the service's.
    pub types: Vec<String>,
    /// The client's text, unchanged.
    pub description: String,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// Why a body is not a report; the text is for the client's author.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportError {
    /// To be answered with 413.
    #[error("the report is longer than {} KiB", MAX_REPORT / 1024)]
    TooLarge,
    /// To be answered with 400.
    #[error("the report is not a JSON object; {EXPECTED}")]
    NotJson,
    /// To be answered with 400: every field that is missing or of a wrong type.
    #[error("{}; {EXPECTED}", .0.join(", "))]
    Fields(Vec<String>),
}

/// What a report looks like.
const EXPECTED: &str = "expected {\"serviceName\": text, \"types\": list of names or types of \
                        channels, \"description\": text}";

/// Reads the body of a request that came at `at`.
///
/// ```
/// use prober::signal::report::parse;
/// let body = br#"{"serviceName": "web", "types": [], "description": "it said \"no\" \u2639"}"#;
/// assert_eq!(parse(body, Default::default()).unwrap().description, "it said \"no\" ☹");
/// ```
///
/// # Errors
///
/// The body is too large, is not JSON, or lacks a field; all wrong fields are named at once.
pub fn parse(body: &[u8], at: DateTime<Utc>) -> Result<Report, ReportError> {
    if body.len() > MAX_REPORT {
        return Err(ReportError::TooLarge);
    }
    let fields: Map<String, Value> = serde_json::from_slice(body)
        .or_else(|_| serde_json::from_slice(&mended(body)))
        .map_err(|_| ReportError::NotJson)?;
    let mut wrong = Vec::new();
    let service = field(&fields, "serviceName", "a text", text_of, &mut wrong);
    let types = field(&fields, "types", "a list of texts", list, &mut wrong);
    let description = field(&fields, "description", "a text", text_of, &mut wrong);
    match (service, types, description) {
        (Some(service), Some(types), Some(description)) => {
            Ok(Report { service, types, description, at })
        }
        _ => Err(ReportError::Fields(wrong)),
    }
}

/// `body` with `\ufffd` in place of each lone half of a surrogate pair: a script that
/// cuts its text inside an emoji writes one. JSON allows it, UTF-8 does not:
/// <https://www.rfc-editor.org/rfc/rfc8259#section-8.2>.
fn mended(body: &[u8]) -> Vec<u8> {
    let mut mended = body.to_vec();
    let mut at = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        at += match (unit(rest), rest.get(ESCAPE..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                mended[at..at + ESCAPE].copy_from_slice(br"\ufffd");
                ESCAPE
            }
            (Some(_), _) => ESCAPE,
            (None, _) if rest[0] == b'\\' => 2,
            (None, _) => 1,
        };
    }
    mended
}

/// The escaped code unit at the beginning of `text`, if there is one.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..ESCAPE)?.strip_prefix(br"\u")?;
    let is_number = digits.iter().all(u8::is_ascii_hexdigit);
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok().filter(|_| is_number)
}

fn field<T>(
    fields: &Map<String, Value>,
    name: &str,
    wanted: &str,
    read: fn(&Value) -> Option<T>,
    wrong: &mut Vec<String>,
) -> Option<T> {
    let value = fields.get(name);
    let found = value.and_then(read);
    match value {
        None => wrong.push(format!("`{name}` is missing")),
        Some(_) if found.is_none() => wrong.push(format!("`{name}` is not {wanted}")),
        Some(_) => {}
    }
    found
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn list(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text_of).collect()
}

/// A channel that a report may choose: its name and its type.
pub type Choice<'a> = (&'a ChannelName, &'a str);

/// A type that chooses no channel. To be answered with 400.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct UnknownType {
    /// The type, cut.
    pub unknown: String,
    /// The types that can be chosen.
    pub known: Vec<String>,
}

impl UnknownType {
    fn new(unknown: &str, choices: &[Choice<'_>]) -> Self {
        let names = choices.iter().map(|(name, _)| name.as_str());
        let kinds = choices.iter().map(|(_, kind)| *kind);
        let mut known: Vec<_> = names.chain(kinds).map(str::to_owned).collect();
        known.sort();
        known.dedup();
        Self { unknown: one_line(unknown, MAX_TYPE), known }
    }
}

impl fmt::Display for UnknownType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no channel of the service and no type of one; there ", self.unknown)?;
        match self.known.as_slice() {
            [] => f.write_str("are none"),
            known => write!(f, "are `{}`", known.join("`, `")),
        }
    }
}

impl Report {
    /// Those of the `service`'s channels that the report's types choose; all of
    /// them if it has none. A client may name channels of `all` that its service
    /// does not tell, as long as at least one is left: no client wants to be
    /// told to nobody.
    ///
    /// # Errors
    ///
    /// The report names a channel that does not exist, or its choice leaves nobody.
    pub fn narrowed<'a>(
        &self,
        service: &[Choice<'a>],
        all: &[Choice<'_>],
    ) -> Result<Vec<&'a ChannelName>, UnknownType> {
        let is = |wanted: &str, (name, kind): Choice<'_>| wanted == name.as_str() || wanted == kind;
        let is_unknown = |wanted: &&String| !all.iter().any(|choice| is(wanted, *choice));
        if let Some(unknown) = self.types.iter().find(is_unknown) {
            return Err(UnknownType::new(unknown, service));
        }
        let is_chosen = |choice: &&Choice<'_>| self.types.iter().any(|wanted| is(wanted, **choice));
        let chosen: Vec<_> =
            service.iter().filter(|each| self.types.is_empty() || is_chosen(each)).collect();
        match self.types.first() {
            Some(first) if chosen.is_empty() && !service.is_empty() => {
                Err(UnknownType::new(first, service))
            }
            Some(_) | None => Ok(chosen.into_iter().map(|(name, _)| *name).collect()),
        }
    }

    pub(super) fn event(&self, received_at: ReceivedAt<'_>) -> Event {
        let text = clean(&self.description);
        let detail = match one_line(&headline(&text), MAX_DETAIL) {
            empty if empty.is_empty() => "an error without a description".to_owned(),
            detail => detail,
        };
        let text = SignalText::beside(&detail, &unfold(&text).map_or(text, |it| it.text));
        let target = TargetName::new(self.service.as_str());
        let fingerprint = fingerprint(&detail);
        let outcome = Outcome::failure(Reason::ErrorsReported, detail.as_str());
        let event = received_at.event(target, self.at, Some(outcome), EventOrder::Came);
        let attachment = text.clone().short().attached();
        let error = ReportedError { id: None, fingerprint, detail, attachment };
        let attachment = text.attached();
        Event { attachment, errors: vec![error], ..event }
    }
}
