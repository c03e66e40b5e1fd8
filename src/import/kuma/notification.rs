//! Notifications → `[notify.NAME]`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::import::channels::{self, Mail};
use crate::import::draft::{Draft, Setting, Shape};
use crate::import::names;
use crate::import::tree::Table;

/// Flags of Uptime Kuma itself.
const FLAGS: &[&str] =
    &["applyExisting", "isDefault", "is_default", "id", "user_id", "userId", "active"];

/// What is worded by prober, by the beginning of the key.
const WORDED: &[&str] = &[
    "slackbutton",
    "slackicon",
    "slackusername",
    "slackchannel",
    "slackrich",
    "slackTemplate",
    "slackUse",
    "slackInclude",
    "discordUsername",
    "discordPrefix",
    "discordMessage",
    "discordUse",
    "discordSuppress",
    "disableUrl",
    "telegramSend",
    "telegramProtect",
    "telegramTemplate",
    "telegramUse",
    "ntfyPriority",
    "ntfyIcon",
    "ntfyCall",
    "ntfyCustom",
    "ntfyUse",
    "custom",
    "htmlBody",
];

/// The channels, by the numbers of the notifications.
pub(super) fn channels(notifications: Vec<Table>, draft: &mut Draft) -> BTreeMap<i64, String> {
    let mut channels = BTreeMap::new();
    for mut row in notifications {
        let id = super::id(&mut row, "id");
        let name = row.text("name").unwrap_or_default();
        let is_on = row.boolean("active").unwrap_or(true);
        let channel = draft.channel_names.unique(&names::channel(&name), None);
        let place = format!("notification {name}");
        let before = draft.parts.len();
        one(config(&mut row, &place, draft), &channel, &place, draft);
        for part in draft.parts.iter_mut().skip(before).filter(|_| !is_on) {
            part.off = Some("it is not active in Uptime Kuma".to_owned());
        }
        channels.extend(id.map(|id| (id, channel)));
    }
    channels
}

/// What is set of it: JSON in a column, or in the backup a text of JSON.
fn config(row: &mut Table, place: &str, draft: &mut Draft) -> Table {
    let config = row.take("config");
    let parsed = match config {
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::Null),
        Some(value) => value,
        None => Value::Null,
    };
    Table::new(parsed, place, &mut draft.report)
}

fn one(mut config: Table, channel: &str, place: &str, draft: &mut Draft) {
    let kind = config.text("type").unwrap_or_default();
    config.take("name");
    for flag in FLAGS {
        config.take(flag);
    }
    match kind.as_str() {
        "slack" => slack(channel, place, &mut config, draft),
        "discord" => {
            let url = config.text("discordWebhookUrl").unwrap_or_default();
            channels::webhook("discord", channel, place, &url, draft);
            let why = "prober writes to the channel of the webhook";
            config.leave(
                &[("discordChannelType", why), ("threadId", why), ("postName", why)],
                &mut draft.report,
            );
        }
        "telegram" => telegram(channel, place, &mut config, draft),
        "ntfy" => ntfy(channel, place, &mut config, draft),
        "smtp" => smtp(channel, place, &mut config, draft),
        _ => {
            draft.report.left(place, &format!("all of it ({kind})"), channels::NO_CHANNEL);
            return;
        }
    }
    for key in config.keys() {
        let says_something =
            config.peek(&key).is_some_and(|text| !matches!(text.as_str(), "false" | "0"));
        if WORDED.iter().any(|beginning| key.starts_with(beginning)) || !says_something {
            let value = config.take(&key);
            if says_something && value.is_some() {
                draft.report.left(place, &key, "prober words its messages by itself");
            }
        }
    }
    config.finish(&mut draft.report);
}

fn slack(channel: &str, place: &str, config: &mut Table, draft: &mut Draft) {
    let url = config.text("slackwebhookURL").unwrap_or_default();
    let mentions = config.boolean("slackchannelnotify") == Some(true);
    channels::webhook("slack", channel, place, &url, draft);
    if let Some(part) =
        draft.parts.last_mut().filter(|part| part.shape == Shape::Channel && mentions)
    {
        part.carry("slackchannelnotify", Setting::new("mention", "@channel"));
    }
}

fn telegram(channel: &str, place: &str, config: &mut Table, draft: &mut Draft) {
    let token = config.text("telegramBotToken").unwrap_or_default();
    let chat = config.text("telegramChatID").unwrap_or_default();
    let api = config.text("telegramServerUrl");
    channels::telegram(channel, place, &token, &chat, api.as_deref(), draft);
    let why = "prober writes to the chat, not to a topic of it";
    config.leave(&[("telegramMessageThreadID", why)], &mut draft.report);
}

fn ntfy(channel: &str, place: &str, config: &mut Table, draft: &mut Draft) {
    let server = config.text("ntfyserverurl").unwrap_or_else(|| "https://ntfy.sh".to_owned());
    let topic = config.text("ntfytopic").unwrap_or_default();
    let method = config.text("ntfyAuthenticationMethod");
    let token =
        config.text("ntfyaccesstoken").filter(|_| method.as_deref() != Some("usernamePassword"));
    let login = config.text("ntfyusername").zip(config.text("ntfypassword"));
    channels::ntfy(channel, place, &server, &topic, token.as_deref(), draft);
    if login.is_some() && token.is_none() {
        let why = "prober signs in with an access token: make one on the server, and write `token`";
        draft.report.left(place, "user name and password", why);
    }
}

fn smtp(channel: &str, place: &str, config: &mut Table, draft: &mut Draft) {
    let mail = Mail {
        host: config.text("smtpHost").unwrap_or_default(),
        port: config.text("smtpPort").unwrap_or_else(|| "587".to_owned()),
        is_tls: config.boolean("smtpSecure"),
        username: config.text("smtpUsername"),
        password: config.text("smtpPassword"),
        from: config.text("smtpFrom").unwrap_or_default(),
        to: config.text("smtpTo").unwrap_or_default(),
    };
    let (cc, bcc) = (config.text("smtpCC"), config.text("smtpBCC"));
    let to = [Some(mail.to.clone()), cc.clone(), bcc.clone()].into_iter().flatten();
    let to = to.filter(|to| !to.is_empty()).collect::<Vec<_>>().join(",");
    if cc.or(bcc).is_some() {
        draft.report.changed(
            place,
            "CC and BCC",
            "are among `to`: everybody gets a mail of their own",
        );
    }
    channels::email(channel, place, &Mail { to, ..mail }, draft);
    if config.boolean("smtpIgnoreTLSError") == Some(true) {
        let why = "prober sends mail only to a server with a valid certificate, or of `ca`";
        draft.report.left(place, "smtpIgnoreTLSError", why);
    }
}
