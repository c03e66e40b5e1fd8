//! The password of the status page. Programs send it as HTTP Basic
//! (<https://www.rfc-editor.org/rfc/rfc7617>), with any user name. Browsers get a form,
//! because AWS renames the header by which a server asks for Basic, and then a cookie,
//! which is the end of its time and a signature that only who has the password can make.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use ring::hmac;
use url::form_urlencoded;

use crate::model::secret::Secret;

/// The name of the cookie.
const NAME: &str = "prober_page";

/// How long a browser need not ask again.
const LASTS: TimeDelta = TimeDelta::days(30);

/// What a request says about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// It knows it.
    Right,
    /// What it says is wrong.
    Wrong,
    /// It says nothing, or what held once.
    None,
}

/// What `headers` say about `password`.
pub(super) fn pass(password: &Secret, headers: &HeaderMap, now: DateTime<Utc>) -> Pass {
    let all = [basic(password, headers), cookie(password, headers, now)];
    if all.contains(&Pass::Right) {
        Pass::Right
    } else if all.contains(&Pass::Wrong) {
        Pass::Wrong
    } else {
        Pass::None
    }
}

/// Whether the form in `body` has `password`.
pub(super) fn is_in_form(password: &Secret, body: &[u8]) -> bool {
    let mut fields = form_urlencoded::parse(body);
    fields.find(|(name, _)| name == "password").is_some_and(|(_, said)| password.matches(&said))
}

fn basic(password: &Secret, headers: &HeaderMap) -> Pass {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, encoded)) = value.and_then(|value| value.split_once(' ')) else {
        return Pass::None;
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Pass::None;
    }
    let decoded = BASE64.decode(encoded.trim()).ok().and_then(|all| String::from_utf8(all).ok());
    let said = decoded.as_deref().and_then(|all| all.split_once(':')).map(|(_, said)| said);
    if said.is_some_and(|said| password.matches(said)) { Pass::Right } else { Pass::Wrong }
}

fn cookie(password: &Secret, headers: &HeaderMap, now: DateTime<Utc>) -> Pass {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        values.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    let Some((_, value)) = pairs.find(|(name, _)| name.trim() == NAME) else { return Pass::None };
    let Some((end, signature)) = value.trim().split_once('.') else { return Pass::Wrong };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if hmac::verify(&key(password), signed(end).as_bytes(), &signature).is_err() {
        return Pass::Wrong;
    }
    match end.parse::<i64>() {
        Ok(end) if end > now.timestamp() => Pass::Right,
        Ok(_) | Err(_) => Pass::None,
    }
}

fn key(password: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, password.expose().as_bytes())
}

/// What is signed for a cookie that holds until `end`.
fn signed(end: &str) -> String {
    format!("the status page, until {end}")
}

/// The cookie for a browser that said the password; `headers` are those of its request.
pub(super) fn grant(
    password: &Secret,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Option<HeaderValue> {
    let end = (now + LASTS).timestamp().to_string();
    let signature = hmac::sign(&key(password), signed(&end).as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature);
    // A proxy, and AWS, say so where the browser's side of them is encrypted.
    let is_https = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = if is_https { "; Secure" } else { "" };
    let seconds = LASTS.num_seconds();
    // Lax: a link in a message leads here from another site.
    HeaderValue::try_from(format!(
        "{NAME}={end}.{signature}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn password() -> Secret {
        Secret::new("open: sesame")
    }

    #[test]
    fn basic_takes_any_user_and_only_the_password() {
        let said = |text: &str| {
            let value = format!("basic {}", BASE64.encode(text));
            pass(&password(), &with(AUTHORIZATION, &value), now())
        };
        assert_eq!((said("me:open: sesame"), said(":open: sesame")), (Pass::Right, Pass::Right));
        for wrong in ["me:open", "open: sesame", "", "me:"] {
            assert_eq!(said(wrong), Pass::Wrong, "{wrong}");
        }
        let other = with(AUTHORIZATION, "Bearer open: sesame");
        assert_eq!(pass(&password(), &other, now()), Pass::None);
    }

    #[test]
    fn a_cookie_holds_for_its_time_and_for_the_password_that_it_was_made_with() {
        let granted = grant(&password(), &HeaderMap::new(), now()).unwrap();
        let granted = granted.to_str().unwrap();
        assert!(!granted.contains("Secure") && granted.contains("HttpOnly"), "{granted}");
        let pair = granted.split(';').next().unwrap();
        let headers = with(COOKIE, &format!("a=b; {pair}"));
        assert_eq!(pass(&password(), &headers, now()), Pass::Right);
        assert_eq!(pass(&password(), &headers, now() + LASTS), Pass::None);
        assert_eq!(pass(&Secret::new("another one"), &headers, now()), Pass::Wrong);
        let longer = pair.replacen("17", "27", 1);
        assert_ne!(longer, pair);
        assert_eq!(pass(&password(), &with(COOKIE, &longer), now()), Pass::Wrong);
        let https = with("x-forwarded-proto".parse().unwrap(), "https");
        let granted = grant(&password(), &https, now()).unwrap();
        assert!(granted.to_str().unwrap().ends_with("; Secure"));
    }

    #[test]
    fn a_form_has_it_encoded() {
        assert!(is_in_form(&password(), b"user=me&password=open%3A+sesame"));
        assert!(!is_in_form(&password(), b"password=open") && !is_in_form(&password(), b""));
    }
}
