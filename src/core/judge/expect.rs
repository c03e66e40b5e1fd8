//! Whether an answer is what was asked for. Pure: takes bytes, says yes or
//! why not. An expectation that cannot be evaluated is not met.

pub mod charset;
mod document;
mod json;

use http::{HeaderMap, StatusCode};
use regex::Regex;

use crate::model::detail::{AnswerDetail, HttpStatus};
use crate::model::expect::{HttpExpect, PingExpect};
use crate::model::observation::{Failure, Reason};

pub use json::{holds, json};

/// Bytes of a text that are looked at to quote its beginning: leading blanks,
/// and secrets to be hidden, are among them.
const MAX_QUOTED: usize = 16 * 1024;

/// Makes what the far side wrote fit to be shown: without secrets, short.
pub type Quote<'a> = &'a dyn Fn(&str) -> String;

/// Whether the status is among those expected.
///
/// # Errors
///
/// The failure that the observation has where it is not.
pub fn status(expect: &HttpExpect, status: StatusCode) -> Result<(), Failure> {
    if expect.status.iter().any(|range| range.contains(status)) {
        return Ok(());
    }
    let expected: Vec<_> = expect.status.iter().map(ToString::to_string).collect();
    let (status, expected) = (HttpStatus(status.as_u16()), expected.join(", "));
    Err(AnswerDetail::Status { status, expected }.failure(Reason::Status))
}

/// Whether each header is there, and one of its values matches.
///
/// # Errors
///
/// The failure that the observation has where one is not.
pub fn headers(expect: &HttpExpect, headers: &HeaderMap, quote: Quote<'_>) -> Result<(), Failure> {
    for (name, pattern) in &expect.headers {
        let values: Vec<_> =
            headers.get_all(name).iter().map(|v| charset::plain_text(v.as_bytes())).collect();
        let header = name.to_string();
        let detail = match values.first() {
            None => AnswerDetail::HeaderMissing { header },
            Some(_) if values.iter().any(|value| pattern.is_match(value)) => continue,
            Some(value) => {
                let (value, expected) = (quote(value), pattern.to_string());
                AnswerDetail::HeaderOther { header, value, expected }
            }
        };
        return Err(detail.failure(Reason::Header));
    }
    Ok(())
}

/// Whether the body, as text and as JSON, is what is expected. `content_type`
/// is the header of that name, which may say what the text is written in.
///
/// # Errors
///
/// The failure that the observation has where it is not.
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
    if !expect.has_words() {
        return Ok(());
    }
    let HttpExpect { body_contains, body_matches, body_not_contains, .. } = expect;
    let rules = Words { contains: body_contains, matches: body_matches, lacks: body_not_contains };
    rules.hold(&charset::text(body, content_type), quote)
}

/// The same of a ping's body.
///
/// # Errors
/// The first rule that does not hold.
pub fn ping_words(expect: &PingExpect, body: &[u8], quote: Quote<'_>) -> Result<(), Failure> {
    let PingExpect { body_contains, body_matches, body_not_contains, json: _ } = expect;
    let rules = Words { contains: body_contains, matches: body_matches, lacks: body_not_contains };
    rules.hold(&charset::text(body, None), quote)
}

/// What a text must say, and must not.
struct Words<'a> {
    contains: &'a [String],
    matches: &'a [Regex],
    lacks: &'a [String],
}

impl Words<'_> {
    fn hold(&self, text: &str, quote: Quote<'_>) -> Result<(), Failure> {
        let unmet = |detail: AnswerDetail| Err(detail.failure(Reason::Body));
        if let Some(missing) = self.contains.iter().find(|part| !text.contains(part.as_str())) {
            let (expected, begins) = (missing.clone(), quote(beginning(text)));
            return unmet(if begins.is_empty() {
                AnswerDetail::BodyEmpty { expected }
            } else {
                AnswerDetail::BodyLacks { expected, begins }
            });
        }
        if let Some(pattern) = self.matches.iter().find(|pattern| !pattern.is_match(text)) {
            let (expected, begins) = (pattern.to_string(), quote(beginning(text)));
            return unmet(if begins.is_empty() {
                AnswerDetail::BodyEmpty { expected }
            } else {
                AnswerDetail::BodyUnmatched { expected, begins }
            });
        }
        if let Some(part) = self.lacks.iter().find(|part| text.contains(part.as_str())) {
            return unmet(AnswerDetail::BodyForbidden { text: part.clone() });
        }
        Ok(())
    }
}

/// As much of a text as quoting it may need, so that not all of it is copied.
fn beginning(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.floor_char_boundary(MAX_QUOTED)]
}
