//! Whether an answer meets the expectations. Pure: it takes bytes, and says yes or
//! why not. An expectation that cannot be evaluated is not met.

pub mod charset;
mod document;
mod json;
mod work;

use http::{HeaderMap, StatusCode};

use crate::model::detail::{AnswerDetail, HttpStatus};
use crate::model::expect::{HttpExpect, PingExpect};
use crate::model::observation::{Failure, Reason};
use crate::model::pattern::Pattern;

pub use json::{holds, is_plain, json};

/// How many bytes of a text are read to quote its beginning. They may include
/// leading blanks, and secrets that must be hidden.
const MAX_QUOTED: usize = 16 * 1024;

/// Makes a text of the other side fit to be shown: short, and without secrets.
pub type Quote<'a> = &'a dyn Fn(&str) -> String;

/// Whether the status is among those expected.
///
/// # Errors
///
/// The failure for the observation, if it is not.
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
/// The failure for the observation, if one does not.
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

/// Whether the body, as text and as JSON, is as expected. `content_type` is the
/// header of that name, which may name the charset.
///
/// # Errors
///
/// The failure for the observation, if it is not.
pub fn body(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    text_rules(expect, body, content_type, quote)?;
    json_body(expect, body, content_type, quote)
}

/// Whether the body is JSON as expected, if JSON is expected.
///
/// # Errors
///
/// The first condition that does not hold, or that the body is no JSON.
pub fn json_body(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    if expect.json.is_empty() {
        return Ok(());
    }
    // JSON is UTF-8, whatever else a server says of it: RFC 8259, section 8.1. It has no
    // zeros, which UTF-16 is full of.
    if !body.contains(&0) && std::str::from_utf8(body).is_ok() {
        return json(&expect.json, body, quote);
    }
    json(&expect.json, charset::text(body, content_type).as_bytes(), quote)
}

/// Whether the body's text contains what it must, and nothing that it must not.
///
/// # Errors
///
/// The first rule about the body's text that does not hold.
pub fn text_rules(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    if !expect.has_text_rules() {
        return Ok(());
    }
    let HttpExpect { body_contains, body_matches, body_not_contains, .. } = expect;
    let rules =
        TextRules { contains: body_contains, matches: body_matches, lacks: body_not_contains };
    rules.hold(&charset::text(body, content_type), quote)
}

/// The same for a ping's body.
///
/// # Errors
/// The first rule that does not hold.
pub fn ping_text(expect: &PingExpect, body: &[u8], quote: Quote<'_>) -> Result<(), Failure> {
    let PingExpect { body_contains, body_matches, body_not_contains, json: _ } = expect;
    let rules =
        TextRules { contains: body_contains, matches: body_matches, lacks: body_not_contains };
    rules.hold(&charset::text(body, None), quote)
}

/// What a text must say, and must not.
struct TextRules<'a> {
    contains: &'a [String],
    matches: &'a [Pattern],
    lacks: &'a [String],
}

impl TextRules<'_> {
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

/// The beginning of a text, as much as a quote may need, so that not all is copied.
fn beginning(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.floor_char_boundary(MAX_QUOTED)]
}
