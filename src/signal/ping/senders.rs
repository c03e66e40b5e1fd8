//! Pings of senders that know only another service, and cannot be changed: Uptime
//! Kuma's push monitors and Gatus's external endpoints; and bodies as HTML forms send
//! them.

use std::borrow::Cow;

use url::form_urlencoded;

use super::{Action, Call, PathError};
use crate::model::secret::Secret;

/// Where Uptime Kuma's clients push to: `/api/push/TOKEN?status=up&msg=OK&ping=`,
/// <https://github.com/louislam/uptime-kuma/wiki/Push-Monitor>.
const KUMA: &str = "/api/push/";

/// Where Gatus takes results: `/api/v1/endpoints/KEY/external?success=true`,
/// <https://github.com/TwiN/gatus#external-endpoints>.
const GATUS: (&str, &str) = ("/api/v1/endpoints/", "/external");

/// A ping in another service's form, and the text that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Which heartbeat it is for, and what it says.
    pub call: Call,
    /// Its text, which takes the place of a body.
    pub text: String,
}

/// Reads a ping in Uptime Kuma's or Gatus's form; `bearer` is the key in its
/// `Authorization`. `None` if it is not such a request.
///
/// # Errors
/// It says neither success nor failure, or names no heartbeat.
///
/// ```
/// use prober::signal::ping::{Action, foreign};
/// let ping = foreign("/api/push/k3y", "status=down&msg=disk+full", "").unwrap().unwrap();
/// assert_eq!((ping.call.action, ping.text.as_str()), (Action::Fail, "disk full"));
/// ```
pub fn foreign(path: &str, query: &str, bearer: &str) -> Option<Result<Foreign, PathError>> {
    let field = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(each, _)| each == name).map(|(_, value)| value.into_owned())
    };
    if let Some(key) = path.strip_prefix(KUMA) {
        let action = match field("status").as_deref() {
            None | Some("") => Action::Success,
            // As Uptime Kuma has it: whatever is not up is down.
            Some(status) if status.eq_ignore_ascii_case("up") => Action::Success,
            Some(_) => Action::Fail,
        };
        let key = key.strip_suffix('/').unwrap_or(key);
        return Some(called(key, action, field("msg")));
    }
    let endpoint = path.strip_prefix(GATUS.0)?.strip_suffix(GATUS.1)?;
    if endpoint.is_empty() || endpoint.contains('/') {
        return Some(Err(PathError::NotFound));
    }
    let action = match field("success").as_deref() {
        Some("true") => Action::Success,
        Some("false") => Action::Fail,
        Some(_) | None => return Some(Err(PathError::NoOutcome)),
    };
    Some(called(bearer, action, field("error")))
}

fn called(key: &str, action: Action, text: Option<String>) -> Result<Foreign, PathError> {
    if key.is_empty() || key.contains('/') {
        return Err(PathError::NotFound);
    }
    let call = Call { key: Secret::new(key), slug: None, action };
    Ok(Foreign { call, text: text.unwrap_or_default() })
}

/// The fields of a body that a form sent, encoded as a query is; else nothing.
#[must_use]
pub fn form(content_type: Option<&str>, body: &[u8]) -> String {
    let is_read = is_of_form(content_type) && is_form(body);
    if is_read { String::from_utf8_lossy(body).into_owned() } else { String::new() }
}

/// The body as it was meant. That of a form is decoded, a line for each field;
/// one field that holds JSON is that JSON, as Slack's webhooks take it.
///
/// `curl` calls every body a form, so only a body that looks like one is decoded: it has
/// no blank and no line break, and a `=`.
pub fn readable<'a>(content_type: Option<&str>, body: &'a [u8]) -> Cow<'a, [u8]> {
    if !is_of_form(content_type) || !is_form(body) {
        return Cow::Borrowed(body);
    }
    let fields: Vec<_> = form_urlencoded::parse(body).collect();
    if let [(_, value)] = fields.as_slice()
        && value.starts_with('{')
        && serde_json::from_str::<serde_json::Value>(value).is_ok()
    {
        return Cow::Owned(value.as_bytes().to_vec());
    }
    let lines: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Cow::Owned(lines.join("\n").into_bytes())
}

fn is_of_form(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn is_form(body: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"*-._~+%=&".contains(byte);
    body.contains(&b'=') && body.iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, query: &str, bearer: &str) -> Option<Result<(Action, String), PathError>> {
        let read = foreign(path, query, bearer)?;
        Some(read.map(|ping| {
            assert!(ping.call.key.matches("k3y-1234"), "{path}");
            (ping.call.action, ping.text)
        }))
    }

    #[test]
    fn uptime_kuma_pushes_up_and_down() {
        let ok = |action, text: &str| Some(Ok((action, text.to_owned())));
        let kuma = |query| said("/api/push/k3y-1234", query, "");
        assert_eq!(kuma(""), ok(Action::Success, ""));
        assert_eq!(kuma("status=up&msg=OK&ping="), ok(Action::Success, "OK"));
        assert_eq!(kuma("status=down&msg=disk%20full"), ok(Action::Fail, "disk full"));
        assert_eq!(kuma("status=UP"), ok(Action::Success, ""));
        for other in ["DOWN", "error", "0", "٣"] {
            let query = format!("status={other}");
            assert_eq!(said("/api/push/k3y-1234", &query, ""), ok(Action::Fail, ""), "{other}");
        }
        assert_eq!(said("/api/push/", "", ""), Some(Err(PathError::NotFound)));
    }

    #[test]
    fn gatus_s_key_is_the_bearer_s() {
        let gatus = |query| said("/api/v1/endpoints/core_nas/external", query, "k3y-1234");
        assert_eq!(gatus("success=true&duration=10s"), Some(Ok((Action::Success, String::new()))));
        let failed = Some(Ok((Action::Fail, "no disk".to_owned())));
        assert_eq!(gatus("success=false&error=no%20disk"), failed);
        assert_eq!(gatus(""), Some(Err(PathError::NoOutcome)));
        let unnamed = said("/api/v1/endpoints/core_nas/external", "success=true", "");
        assert_eq!(unnamed, Some(Err(PathError::NotFound)));
        assert_eq!(said("/api/v1/endpoints/statuses", "", "k3y-1234"), None);
    }

    #[test]
    fn a_form_is_decoded_and_what_curl_calls_one_is_not() {
        let form = Some("application/x-www-form-urlencoded; charset=utf-8");
        let form_of = |body: &str| super::form(form, body.as_bytes());
        let read = |body: &str| String::from_utf8(readable(form, body.as_bytes()).into_owned());
        assert_eq!(read("msg=backup+FAILED&n=3").unwrap(), "msg=backup FAILED\nn=3");
        assert_eq!(read("payload=%7B%22ok%22%3Atrue%7D").unwrap(), "{\"ok\":true}");
        for text in ["100% of a+b = done", "{\"a\": 1}", "backup+FAILED", "a=b\n"] {
            assert_eq!(read(text).unwrap(), text);
        }
        assert_eq!(
            (form_of("status=down&msg=x"), form_of("ok")),
            ("status=down&msg=x".into(), String::new())
        );
        assert_eq!(readable(Some("text/plain"), b"a=b+c").as_ref(), b"a=b+c");
    }
}
