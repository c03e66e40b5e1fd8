//! What an HTTP target sends, and expects.

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::config::build::context::Context;
use crate::config::tables::target::Expect;
use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::field::{Field, Located};
use crate::config::toml::table::Table as _;
use crate::model::expect::{HttpExpect, StatusRange};
use crate::model::pattern::Pattern;
use crate::model::secret::Secret;

/// How many bytes of a body are read unless `max_body` is set.
const MAX_BODY: usize = 1024 * 1024;

/// The statuses that are fine unless `status` is set.
const SUCCESS: StatusRange = StatusRange { first: 200, last: 299 };

/// Headers that follow from the request itself.
const IMPLIED_HEADERS: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// The headers to send, with `authorization`; all of them are sensitive.
pub(super) fn headers(
    own: Option<&Vec<(HeaderName, Located<Secret>)>>,
    authorization: Option<&Secret>,
    context: &Context<'_>,
) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in own.into_iter().flatten() {
        if IMPLIED_HEADERS.contains(name) {
            let title = format!("the header `{name}` cannot be set");
            let label = "follows from the request: leave it out";
            context.report(Diagnostic::new(value.key.clone(), title, label));
        }
        let Ok(sent) = HeaderValue::from_str(value.value.expose()) else {
            let title = format!("this is not a value for the header `{name}`");
            let label = "must be plain ASCII characters in one line";
            context.report(Diagnostic::new(value.span.clone(), title, label));
            continue;
        };
        insert(&mut map, name.clone(), sent);
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
pub(super) fn expect(own: Expect, method: &Method, context: &Context<'_>) -> HttpExpect {
    check_head(&own, method, context);
    let matches_body = own.body_contains.given().is_some()
        || own.body_matches.given().is_some()
        || own.body_not_contains.given().is_some()
        || own.body_not_matches.given().is_some()
        || own.json.given().is_some();
    let max_body_strict = matches_body || own.max_body.given().is_some();
    let status = own.status.into_items();
    let patterns = |headers: Field<Vec<(HeaderName, Located<Pattern>)>>| {
        let headers = headers.into_value().unwrap_or_default();
        headers.into_iter().map(|(name, pattern)| (name, pattern.value)).collect()
    };
    HttpExpect {
        status: if status.is_empty() { vec![SUCCESS] } else { status },
        body_contains: own.body_contains.into_items(),
        body_matches: own.body_matches.into_items(),
        body_not_contains: own.body_not_contains.into_items(),
        body_not_matches: own.body_not_matches.into_items(),
        headers: patterns(own.header),
        headers_not: patterns(own.header_not),
        json: own.json.into_items(),
        max_body: own.max_body.copied().unwrap_or(MAX_BODY),
        max_body_strict,
        head_only: own.head_only.copied().unwrap_or(false),
    }
}

/// The answer to `HEAD` has no body, so that nothing can be found in it.
fn check_head(own: &Expect, method: &Method, context: &Context<'_>) {
    let of_body = ["body_contains", "body_matches", "json"];
    for (key, span) in own.given_keys().into_iter().filter(|(key, _)| of_body.contains(key)) {
        if *method == Method::HEAD {
            let title = format!("`{key}` can never hold: the answer to a `HEAD` has no body");
            context.report(Diagnostic::new(span, title, "use the method `GET`"));
        }
    }
}
