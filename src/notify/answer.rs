//! One request over HTTP, and what its answer means, as far as that is the
//! same for every channel.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Delivery;
use crate::model::channel_state::LONGEST_WAIT;
use crate::model::secret::{Redactable, SecretUrl, redact};
use crate::text::error_chain::root_cause;

/// How long to stay away where a channel does not say it in a way we can read.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

/// The shortest wait. <https://docs.slack.dev/apis/web-api/rate-limits> has
/// one message a second, and the others take hardly more.
const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Bytes of an answer that are read. Some echo the message, which is a few
/// kilobytes, with every character escaped.
const MAX_ANSWER: usize = 256 * 1024;

/// What to do if somebody other than the service answered.
pub(super) const STRANGER: &str = "this is not the service's answer: check the channel's URL, and \
                                   whether a proxy or a captive portal answers in its place";

/// What to do if a service does not understand our request.
pub(super) const REPORT: &str = "this is a bug in prober: please report it with this line";

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Trimmed; `None` where it broke off.
    pub(super) body: Option<String>,
}

/// A service's well-known URL.
pub(super) fn constant(url: &'static str) -> SecretUrl {
    SecretUrl::parse(url).expect("constants of this room are URLs: tests build all of them")
}

/// A request that carries `json` to `url`.
pub(super) fn post(client: &Client, url: &SecretUrl, json: String) -> RequestBuilder {
    client.post(url.expose_url().clone()).header(CONTENT_TYPE, "application/json").body(json)
}

/// `payload` as JSON. Payloads are texts and numbers under fixed names.
pub(super) fn to_json(payload: &impl Serialize) -> String {
    serde_json::to_string(payload).expect("texts and numbers are always JSON")
}

/// Sends `request`. Without an answer the delivery is decided, and tells
/// whether anything was sent; it contains none of the `secrets`.
pub(super) async fn exchange(
    request: RequestBuilder,
    timeout: Duration,
    secrets: &[&dyn Redactable],
) -> Result<Answer, Delivery> {
    match request.timeout(timeout).send().await {
        Ok(response) => Ok(read(response).await),
        Err(error) => Err(unanswered(&error, secrets)),
    }
}

fn unanswered(error: &reqwest::Error, secrets: &[&dyn Redactable]) -> Delivery {
    // Only the last cause: the errors around it name the URL.
    let why = redact(root_cause(error).to_string(), secrets.iter().copied());
    if error.is_connect() {
        Delivery::Unavailable { why: format!("cannot connect: {why}") }
    } else if error.is_timeout() {
        Delivery::Unknown { why: "no answer in time".into() }
    } else {
        Delivery::Unknown { why: format!("connection lost before the answer: {why}") }
    }
}

async fn read(mut response: Response) -> Answer {
    let mut body = Vec::new();
    let complete = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Err(_) => break false,
        }
        if body.len() > MAX_ANSWER {
            break true;
        }
    };
    let body = complete.then(|| String::from_utf8_lossy(&body).trim().to_owned());
    Answer { status: response.status(), headers: response.headers().clone(), body }
}

impl Answer {
    /// The delivery of an answer that does not accept: `why`, with what to do about a
    /// refusal, and about an answer that the service never gives.
    pub(super) fn refusal(
        &self,
        why: String,
        advice: &'static str,
        stranger: &'static str,
    ) -> Delivery {
        match self.status.as_u16() {
            429 => Delivery::ComeBack { after: self.retry_after(), why },
            // A gateway that gave up on the service does not know whether it was told.
            502 | 504 => Delivery::Unknown { why },
            408 | 425 | 500..=599 => Delivery::Unavailable { why },
            400..=499 => Delivery::Refused { why, advice },
            _ => Delivery::Refused { why, advice: stranger },
        }
    }

    /// Accepted, if the body is the service's own: a captive portal answers 200 too,
    /// with a page.
    pub(super) fn accepted<T: DeserializeOwned>(&self, told: fn(T) -> Delivery) -> Delivery {
        let why = self.status_line();
        let Some(body) = &self.body else {
            return Delivery::Unknown { why: format!("{why}, broken off") };
        };
        match serde_json::from_str(body) {
            Ok(answer) => told(answer),
            Err(_) => Delivery::Refused { why: format!("{why} and no answer"), advice: STRANGER },
        }
    }

    /// The body, if it is JSON of this shape.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.body.as_deref()?).ok()
    }

    /// `HTTP 404`.
    pub(super) fn status_line(&self) -> String {
        format!("HTTP {}", self.status.as_u16())
    }

    /// When `Retry-After` wants us back.
    /// <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>
    pub(super) fn retry_after(&self) -> Duration {
        let wait = self.header(&RETRY_AFTER).and_then(|value| {
            let seconds = delay_seconds(value).map(Duration::from_secs);
            seconds.or_else(|| self.until(value))
        });
        believable(wait)
    }

    /// The time until `date` by the clock of the server that named it.
    fn until(&self, date: &str) -> Option<Duration> {
        let then = DateTime::parse_from_rfc2822(date).ok()?;
        let now = DateTime::parse_from_rfc2822(self.header(&DATE)?).ok()?;
        Some((then - now).to_std().unwrap_or_default())
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }
}

/// The number that `value` is: digits alone, as many as there may be. Rust's own
/// reading takes a sign as well.
fn delay_seconds(value: &str) -> Option<u64> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| value.parse().unwrap_or(u64::MAX))
}

/// `wait` within reason.
pub(super) fn believable(wait: Option<Duration>) -> Duration {
    wait.unwrap_or(DEFAULT_RETRY_AFTER).clamp(MIN_RETRY_AFTER, LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_digits_and_nothing_else() {
        assert_eq!(delay_seconds("120"), Some(120));
        assert_eq!(delay_seconds("007"), Some(7));
        assert_eq!(delay_seconds("99999999999999999999999"), Some(u64::MAX));
        for text in ["+5", "-5", "", " 5", "5.0", "5s", "0x5", "\u{663}", "\u{ff15}", "1e3", "5,6"]
        {
            assert_eq!(delay_seconds(text), None, "{text}");
        }
    }
}
