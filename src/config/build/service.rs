//! Which service a URL belongs to. A service refuses a message in the form of
//! another, and the owner would find out at the first outage.

use crate::config::values::choice::ChannelType;
use crate::model::secret::SecretUrl;

/// The known services by their hosts; subdomains belong to them too.
const HOSTS: [(&str, ChannelType); 6] = [
    ("slack.com", ChannelType::Slack),
    ("slack-gov.com", ChannelType::Slack),
    ("discord.com", ChannelType::Discord),
    ("discordapp.com", ChannelType::Discord),
    ("ntfy.sh", ChannelType::Ntfy),
    ("telegram.org", ChannelType::Telegram),
];

/// Services that prober has no channel for, by their hosts.
const OTHERS: [(&str, &str); 11] = [
    ("webhook.office.com", "Microsoft Teams"),
    ("logic.azure.com", "Microsoft Teams"),
    ("chat.googleapis.com", "Google Chat"),
    ("hc-ping.com", "healthchecks.io"),
    ("pushover.net", "Pushover"),
    ("pagerduty.com", "PagerDuty"),
    ("opsgenie.com", "Opsgenie"),
    ("feishu.cn", "Feishu"),
    ("larksuite.com", "Lark"),
    ("dingtalk.com", "DingTalk"),
    ("weixin.qq.com", "WeCom"),
];

/// The service at `url` that does not understand what Slack and Discord do.
pub(super) fn other(url: &SecretUrl) -> Option<&'static str> {
    OTHERS.iter().find(|(known, _)| is_of(url, known)).map(|(_, name)| *name)
}

/// How the URL of a webhook of `kind` begins, if `url` is another page of that service.
pub(super) fn not_a_webhook(url: &SecretUrl, kind: ChannelType) -> Option<&'static str> {
    let (host, path) = (url.expose_url().host_str()?, url.expose_url().path());
    match kind {
        ChannelType::Slack => (!host.starts_with("hooks.") || !path.starts_with("/services/"))
            .then_some("https://hooks.slack.com/services/"),
        ChannelType::Discord => (!path.starts_with("/api/") || !path.contains("/webhooks/"))
            .then_some("https://discord.com/api/webhooks/"),
        ChannelType::Email
        | ChannelType::Ntfy
        | ChannelType::Telegram
        | ChannelType::Webhook
        | ChannelType::Console => None,
    }
}

fn is_of(url: &SecretUrl, known: &str) -> bool {
    let above = url.expose_url().host_str().and_then(|host| host.strip_suffix(known));
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// The type of channel that the service at `url` is; `None` if its host is not known.
pub(super) fn of(url: &SecretUrl) -> Option<ChannelType> {
    HOSTS.iter().find(|(known, _)| is_of(url, known)).map(|(_, kind)| *kind)
}
