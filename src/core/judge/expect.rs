//! Whether an answer is what was asked for. Pure: takes bytes, says yes or
//! why not. An expectation that cannot be evaluated is not met.

mod json;

use http::{HeaderMap, StatusCode};

use crate::model::expect::HttpExpect;
use crate::model::observation::{Failure, Reason};

pub use json::{holds, json};

/// Makes what the far side wrote fit to be shown: without secrets, short.
pub type Quote<'a> = &'a dyn Fn(&str) -> String;

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
            headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes())).collect();
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

/// Whether the body, as text and as JSON, is what is expected. Bytes that
/// are not UTF-8 are replaced, and match nothing.
pub fn body(expect: &HttpExpect, body: &[u8], quote: Quote<'_>) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(body);
    let unmet = |detail: String| Err(Failure { reason: Reason::Body, detail });
    let begins = || match quote(&text) {
        start if start.is_empty() => "it is empty".to_owned(),
        start => format!("it begins `{start}`"),
    };
    if let Some(missing) = expect.body_contains.iter().find(|part| !text.contains(part.as_str())) {
        return unmet(format!("the body does not contain `{missing}`: {}", begins()));
    }
    if let Some(pattern) = expect.body_matches.iter().find(|pattern| !pattern.is_match(&text)) {
        return unmet(format!("the body does not match `{pattern}`: {}", begins()));
    }
    if let Some(part) = expect.body_not_contains.iter().find(|part| text.contains(part.as_str())) {
        return unmet(format!("the body contains `{part}`"));
    }
    json(&expect.json, body, quote)
}
