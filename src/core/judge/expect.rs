//! Whether an answer meets the expectations. Pure: it takes bytes, and says yes or
//! why not. An expectation that cannot be evaluated is not met.

mod age;
pub mod charset;
mod document;
mod json;
pub mod lookup;
mod work;

use chrono::{DateTime, Utc};
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

/// Whether each header is there, and one of its values matches; and whether none matches
/// what it must not.
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
    for (name, pattern) in &expect.headers_not {
        let mut values = headers.get_all(name).iter().map(|v| charset::plain_text(v.as_bytes()));
        if let Some(value) = values.find(|value| pattern.is_match(value)) {
            let (header, value, pattern) = (name.to_string(), quote(&value), pattern.to_string());
            let detail = AnswerDetail::HeaderForbidden { header, value, pattern };
            return Err(detail.failure(Reason::Header));
        }
    }
    Ok(())
}

/// Whether the body, which came `now`, is as expected, as text and as JSON. `content_type`
/// is the header of that name, which may name the charset.
///
/// # Errors
///
/// The failure for the observation, if it is not.
pub fn body(
    expect: &HttpExpect,
    body: &[u8],
    content_type: Option<&[u8]>,
    now: DateTime<Utc>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    text_rules(expect, body, content_type, quote)?;
    json_body(expect, body, content_type, now, quote)
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
    now: DateTime<Utc>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    if expect.json.is_empty() {
        return Ok(());
    }
    // JSON is UTF-8, whatever else a server says of it: RFC 8259, section 8.1. It has no
    // zeros, which UTF-16 is full of.
    if !body.contains(&0) && std::str::from_utf8(body).is_ok() {
        return json(&expect.json, body, now, quote);
    }
    json(&expect.json, charset::text(body, content_type).as_bytes(), now, quote)
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
    let rules = TextRules {
        contains: &expect.body_contains,
        matches: &expect.body_matches,
        lacks: &expect.body_not_contains,
        matches_not: &expect.body_not_matches,
    };
    rules.hold(&charset::text(body, content_type), quote)
}

/// The same for a ping's body.
///
/// # Errors
/// The first rule that does not hold.
pub fn ping_text(expect: &PingExpect, body: &[u8], quote: Quote<'_>) -> Result<(), Failure> {
    let PingExpect { body_contains, body_matches, body_not_contains, body_not_matches, json: _ } =
        expect;
    let rules = TextRules {
        contains: body_contains,
        matches: body_matches,
        lacks: body_not_contains,
        matches_not: body_not_matches,
    };
    rules.hold(&charset::text(body, None), quote)
}

/// What a text must say, and must not.
struct TextRules<'a> {
    contains: &'a [String],
    matches: &'a [Pattern],
    lacks: &'a [String],
    matches_not: &'a [Pattern],
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
        let found = |pattern: &Pattern| Some((pattern.to_string(), pattern.find(text)?));
        if let Some((pattern, found)) = self.matches_not.iter().find_map(found) {
            let found = quote(beginning(found));
            return unmet(AnswerDetail::BodyMatches { pattern, found });
        }
        Ok(())
    }
}

/// The beginning of a text, as much as a quote may need, so that not all is copied.
fn beginning(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.floor_char_boundary(MAX_QUOTED)]
}
