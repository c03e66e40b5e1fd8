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

/// The type of channel that the service at `url` is; `None` if its host is not known.
pub(super) fn of(url: &SecretUrl) -> Option<ChannelType> {
    let host = url.expose_url().host_str()?;
    let is_of = |known: &str| {
        host.strip_suffix(known).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    HOSTS.iter().find(|(known, _)| is_of(known)).map(|(_, kind)| *kind)
}
