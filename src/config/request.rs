//! What an HTTP target sends, and expects.

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::config::leaf::SecretText;
use crate::config::mistake::Mistake;
use crate::config::raw;
use crate::config::reader::Located;
use crate::config::several::{Headers, OneOrMany};
use crate::config::toml_key::TomlKey as _;
use crate::model::expect::{HttpExpect, StatusRange};
use crate::model::secret::Secret;

/// Bytes of a body that are read where `max_body` is not set.
const MAX_BODY: usize = 1024 * 1024;

/// The statuses that are fine where `status` is not set.
const FINE: StatusRange = StatusRange { first: 200, last: 299 };

/// Headers that follow from the request itself.
const OWN_HEADERS: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// The headers to send, `authorization` included; all of them sensitive.
pub(super) fn headers(
    headers: Option<&Located<Headers<SecretText>>>,
    authorization: Option<&Secret>,
    mistakes: &mut Vec<Mistake>,
) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().flat_map(|headers| &headers.value.0) {
        if OWN_HEADERS.contains(name) {
            let title = format!("the header `{name}` cannot be set");
            let label = "follows from the request: leave it out";
            mistakes.push(Mistake::new(value.key.clone(), title, label));
        }
        let Ok(value_bytes) = HeaderValue::from_str(&value.value.0) else {
            let title = format!("this is not a value for the header `{name}`");
            let label = "must be plain ASCII characters in one line";
            mistakes.push(Mistake::new(value.span.clone(), title, label));
            continue;
        };
        insert(&mut map, name.clone(), value_bytes);
    }
    if let Some(value) = authorization.and_then(|value| HeaderValue::from_str(value.expose()).ok())
    {
        insert(&mut map, AUTHORIZATION, value);
    }
    map
}

fn insert(map: &mut HeaderMap, name: HeaderName, mut value: HeaderValue) {
    value.set_sensitive(true);
    map.insert(name, value);
}

/// What the answer must be.
pub(super) fn expect(raw: raw::Expect, method: &Method, mistakes: &mut Vec<Mistake>) -> HttpExpect {
    check_head(&raw, method, mistakes);
    let matches_body = raw.body_contains.is_some()
        || raw.body_matches.is_some()
        || raw.body_not_contains.is_some()
        || raw.json.is_some();
    let max_body_strict = matches_body || raw.max_body.is_some();
    let status = values(raw.status, |status| status.0);
    HttpExpect {
        status: if status.is_empty() { vec![FINE] } else { status },
        body_contains: values(raw.body_contains, |words| words.0),
        body_matches: values(raw.body_matches, |pattern| pattern.0),
        body_not_contains: values(raw.body_not_contains, |words| words.0),
        headers: raw.header.map_or_else(Vec::new, |headers| {
            headers.value.0.into_iter().map(|(name, pattern)| (name, pattern.value.0)).collect()
        }),
        json: values(raw.json, |condition| condition.0),
        max_body: raw.max_body.map_or(MAX_BODY, |size| size.value.0),
        max_body_strict,
    }
}

/// The answer to `HEAD` has no body, so that nothing can be found in it.
fn check_head(raw: &raw::Expect, method: &Method, mistakes: &mut Vec<Mistake>) {
    let of_body = ["body_contains", "body_matches", "json"];
    for (key, span) in raw.keys().into_iter().filter(|(key, _)| of_body.contains(key)) {
        if *method == Method::HEAD {
            let title = format!("`{key}` can never hold: the answer to a `HEAD` has no body");
            mistakes.push(Mistake::new(span, title, "use the method `GET`"));
        }
    }
}

/// The items of a list, each made into its final type.
pub(super) fn values<T, U>(list: Option<Located<OneOrMany<T>>>, value: impl Fn(T) -> U) -> Vec<U> {
    let items = list.map(|list| list.value.0).unwrap_or_default();
    items.into_iter().map(|item| value(item.value)).collect()
}
