//! What Slack's Web API answers: 200, and in it whether it was done.
//!
//! <https://docs.slack.dev/apis/web-api/#responses>

use serde::Deserialize;

use crate::model::secret::Secret;
use crate::notify::Delivery;
use crate::notify::answer::{Answer, REPORT, STRANGER};
use crate::notify::slack::answer::is_code;

/// Where a message was posted.
pub(super) struct Posted {
    /// The channel's id, which `chat.update` asks for, whatever its name was.
    pub(super) channel: String,
    /// The message's id within it.
    pub(super) ts: String,
}

#[derive(Deserialize)]
struct Reply {
    ok: bool,
    error: Option<String>,
    channel: Option<String>,
    ts: Option<String>,
}

/// What to do about each error.
const ADVICE: &[(&str, &str)] = &[
    ("access_denied", ADMIN),
    ("account_inactive", NEW_TOKEN),
    ("as_user_not_supported", REPORT),
    ("channel_not_found", "check `channel`, and invite the bot to it: /invite @BOT"),
    ("ekm_access_denied", ADMIN),
    ("invalid_auth", NEW_TOKEN),
    ("invalid_blocks", REPORT),
    ("invalid_blocks_format", REPORT),
    ("is_archived", "unarchive the channel, or set `channel` to another one"),
    ("missing_scope", "give the app the scope chat:write, and install it again"),
    ("msg_blocks_too_long", REPORT),
    ("msg_too_long", REPORT),
    ("no_permission", ADMIN),
    ("no_text", REPORT),
    ("not_allowed_token_type", "set `bot_token` to the app's bot token: it begins with xoxb-"),
    ("not_authed", NEW_TOKEN),
    ("not_in_channel", "invite the bot to the channel: /invite @BOT"),
    ("org_login_required", ADMIN),
    ("restricted_action", ADMIN),
    ("restricted_action_read_only_channel", ADMIN),
    ("restricted_action_thread_only_channel", ADMIN),
    ("team_access_not_granted", ADMIN),
    ("token_expired", NEW_TOKEN),
    ("token_revoked", NEW_TOKEN),
];

const NEW_TOKEN: &str = "the token is not valid, or not any more: install the app again, and set \
                         `bot_token` to its bot token";
const ADMIN: &str = "ask an admin of the workspace to allow this app to post there";
const CHECK: &str = "check `bot_token`, `channel` and the app's settings in Slack";

/// What `answer` means: what was said, or that it was not.
pub(super) fn verdict(answer: &Answer, token: &Secret) -> Result<Posted, Delivery> {
    let why = answer.status_line();
    if answer.status.as_u16() != 200 {
        return Err(answer.refusal(why, CHECK, STRANGER));
    }
    if answer.body.is_none() {
        return Err(Delivery::Unknown { why: format!("{why}, broken off") });
    }
    match answer.json() {
        Some(Reply { ok: true, channel: Some(channel), ts: Some(ts), .. }) => {
            Ok(Posted { channel, ts })
        }
        Some(Reply { ok: false, error, .. }) => {
            // A code is quoted; anything else might echo what was sent.
            let code = error.filter(|code| is_code(code) && !token.expose().contains(code));
            Err(refused(answer, code.unwrap_or_default()))
        }
        Some(Reply { ok: true, .. }) | None => {
            Err(Delivery::Refused { why: format!("{why} and no answer"), advice: STRANGER })
        }
    }
}

fn refused(answer: &Answer, why: String) -> Delivery {
    match why.as_str() {
        "ratelimited" | "rate_limited" | "message_limit_exceeded" => {
            Delivery::ComeBack { after: answer.retry_after(), why }
        }
        "internal_error" | "request_timeout" | "service_unavailable" | "team_added_to_org" => {
            Delivery::Unavailable { why }
        }
        // "It's possible some aspect of the operation succeeded", says Slack.
        "fatal_error" => Delivery::Unknown { why },
        code => {
            let known = ADVICE.iter().find(|(known, _)| *known == code);
            Delivery::Refused { advice: known.map_or(CHECK, |(_, advice)| advice), why }
        }
    }
}
