//! What Slack answered, and what that means for the message.

use std::time::Duration;

use chrono::DateTime;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use crate::notify::{Delivery, LONGEST_WAIT};

/// How long to stay away where Slack does not say it in a way we can read.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

/// The shortest wait: a webhook takes one message a second.
/// <https://docs.slack.dev/apis/web-api/rate-limits>
const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Characters of a code. Slack's longest has 39.
const MAX_CODE: usize = 64;

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Trimmed; `None` where it broke off.
    pub(super) body: Option<String>,
}

/// What to do about each code.
/// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors>
const ADVICE: &[(&str, &str)] = &[
    ("action_prohibited", "ask an admin of the workspace to allow this app to post there"),
    (
        "channel_is_archived",
        "unarchive the channel, or set webhook_url to a webhook of another one",
    ),
    (
        "channel_not_found",
        "the channel is gone: create a webhook for another one and set webhook_url to it",
    ),
    ("invalid_attachments", REPORT),
    ("invalid_blocks", REPORT),
    ("invalid_payload", REPORT),
    ("invalid_token", NEW_WEBHOOK),
    ("missing_text_or_fallback_or_attachments", REPORT),
    ("msg_blocks_too_long", REPORT),
    ("no_active_hooks", NEW_WEBHOOK),
    ("no_service", NEW_WEBHOOK),
    (
        "no_service_id",
        "webhook_url is incomplete: copy the whole URL from the app's settings in Slack",
    ),
    ("no_team", "webhook_url is incomplete: copy the whole URL from the app's settings in Slack"),
    ("no_text", REPORT),
    (
        "posting_to_general_channel_denied",
        "only admins may post there: create a webhook for another channel",
    ),
    ("team_disabled", "the workspace is gone: set webhook_url to a webhook of another one"),
    ("too_many_attachments", REPORT),
    (
        "user_not_found",
        "the user is gone: create a webhook for another channel and set webhook_url to it",
    ),
];

const NEW_WEBHOOK: &str = "the webhook was removed or disabled: create a new one in the app's \
                           settings in Slack and set webhook_url to it";
const REPORT: &str = "this is a bug in prober: please report it with this line";
const NOT_SLACK: &str = "this is not Slack's answer: check webhook_url, and whether a proxy or a \
                         captive portal answers in Slack's place";
const CHECK: &str = "check webhook_url, and the app's settings in Slack";

impl Answer {
    /// What it means. `url` is what the answer must not be quoted with.
    pub(super) fn classify(&self, url: &str) -> Delivery {
        let why = self.describe(url);
        match self.status.as_u16() {
            200 => self.accepted(&why),
            429 => Delivery::ComeBack { after: self.retry_after(), why },
            // A gateway that gave up on Slack does not know whether it was told.
            502 | 504 => Delivery::Unknown { why },
            408 | 425 | 500..=599 => Delivery::Unavailable { why },
            400..=499 => Delivery::Refused { why, advice: self.advice() },
            _ => Delivery::Refused { why, advice: NOT_SLACK },
        }
    }

    /// 200 is delivery, with the word `ok`. Services that speak Slack's
    /// language say it in other words; a page for people is said by whoever
    /// caught the request on its way.
    fn accepted(&self, why: &str) -> Delivery {
        match &self.body {
            None => Delivery::Unknown { why: format!("{why}, broken off") },
            Some(body) if body.starts_with('<') => {
                Delivery::Refused { why: format!("{why} and a web page"), advice: NOT_SLACK }
            }
            Some(_) => Delivery::Accepted,
        }
    }

    fn advice(&self) -> &'static str {
        let code = self.body.as_deref().unwrap_or_default();
        ADVICE.iter().find(|(known, _)| *known == code).map_or(CHECK, |(_, advice)| advice)
    }

    /// The status, and Slack's code if that is what the body is. Nothing else
    /// of a body is quoted: it may echo the request's path, which is the secret.
    fn describe(&self, url: &str) -> String {
        let status = self.status.as_u16();
        let code = self.body.as_deref().filter(|body| is_code(body) && !url.contains(body));
        match code {
            Some(code) => format!("HTTP {status} {code}"),
            None => format!("HTTP {status}"),
        }
    }

    fn retry_after(&self) -> Duration {
        let wait = self.header(&RETRY_AFTER).and_then(|value| {
            let seconds = value.parse().ok().map(Duration::from_secs);
            seconds.or_else(|| self.until(value))
        });
        wait.unwrap_or(DEFAULT_RETRY_AFTER).clamp(MIN_RETRY_AFTER, LONGEST_WAIT)
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

fn is_code(body: &str) -> bool {
    (1..=MAX_CODE).contains(&body.len())
        && body.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
