//! Which service a URL is of: what is written to one service in the form of
//! another is refused by it, and the owner hears of it at the first outage.

use crate::config::values::choice::ChannelType;
use crate::model::secret::SecretUrl;

/// The services that are known by their hosts, which those below these belong to as well.
const HOSTS: [(&str, ChannelType); 6] = [
    ("slack.com", ChannelType::Slack),
    ("slack-gov.com", ChannelType::Slack),
    ("discord.com", ChannelType::Discord),
    ("discordapp.com", ChannelType::Discord),
    ("ntfy.sh", ChannelType::Ntfy),
    ("telegram.org", ChannelType::Telegram),
];

/// The type of channel that the service at `url` is; `None` of a host that is not known.
pub(super) fn of(url: &SecretUrl) -> Option<ChannelType> {
    let host = url.expose_url().host_str()?;
    let is_of = |known: &str| {
        host.strip_suffix(known).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    HOSTS.iter().find(|(known, _)| is_of(known)).map(|(_, kind)| *kind)
}
