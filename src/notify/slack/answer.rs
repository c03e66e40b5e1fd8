//! What Slack's webhooks answer, and what that means for the message.

use crate::notify::Delivery;
use crate::notify::answer::{Answer, REPORT};

/// Characters of a code. Slack's longest has 39.
const MAX_CODE: usize = 64;

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
const NOT_SLACK: &str = "this is not Slack's answer: check webhook_url, and whether a proxy or a \
                         captive portal answers in Slack's place";
const CHECK: &str = "check webhook_url, and the app's settings in Slack";

/// The delivery that `answer` means. `url` must not be quoted.
pub(super) fn classify(answer: &Answer, url: &str) -> Delivery {
    let why = describe(answer, url);
    if answer.status.as_u16() == 200 {
        return accepted(answer, &why);
    }
    answer.refusal(why, advice(answer), NOT_SLACK)
}

/// 200 with `ok` means delivered. Services that imitate Slack answer with other texts;
/// a page for people comes from something that caught the request on its way.
fn accepted(answer: &Answer, why: &str) -> Delivery {
    match &answer.body {
        None => Delivery::Unknown { why: format!("{why}, broken off") },
        Some(body) if body.starts_with('<') => {
            Delivery::Refused { why: format!("{why} and a web page"), advice: NOT_SLACK }
        }
        Some(_) => Delivery::ACCEPTED,
    }
}

fn advice(answer: &Answer) -> &'static str {
    let code = answer.body.as_deref().unwrap_or_default();
    ADVICE.iter().find(|(known, _)| *known == code).map_or(CHECK, |(_, advice)| advice)
}

/// The status, and Slack's code if that is what the body is. Nothing else
/// of a body is quoted: it may echo the request's path, which is the secret.
fn describe(answer: &Answer, url: &str) -> String {
    let status = answer.status_line();
    let code = answer.body.as_deref().filter(|body| is_code(body) && !url.contains(body));
    match code {
        Some(code) => format!("{status} {code}"),
        None => status,
    }
}

/// Whether `text` is a word such as `channel_not_found`.
pub(super) fn is_code(text: &str) -> bool {
    (1..=MAX_CODE).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
