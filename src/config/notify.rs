//! `[notify.NAME]` → channels.

use crate::config::choice::ChannelType;
use crate::config::mistake::Mistake;
use crate::config::raw;
use crate::config::reader::{Located, missing};
use crate::config::toml_key::TomlKey as _;
use crate::target::{Channel, ChannelKind, ChannelName};

/// The channels, in the order of the file.
pub(super) fn channels(
    named: Vec<(String, Located<raw::Notify>)>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Channel> {
    let channel = |(name, notify): (String, Located<raw::Notify>)| {
        let kind = kind(notify, mistakes)?;
        Some(Channel { name: ChannelName::new(name), kind })
    };
    named.into_iter().filter_map(channel).collect()
}

fn kind(notify: Located<raw::Notify>, mistakes: &mut Vec<Mistake>) -> Option<ChannelKind> {
    let (keys, given) = (notify.value.keys(), notify.value.given().to_vec());
    let Located { value: raw::Notify { r#type, webhook_url, mention, .. }, span, .. } = notify;
    match r#type?.value {
        ChannelType::Slack => {
            if !given.contains(&"webhook_url") {
                let help = "write `webhook_url = \"${SLACK_WEBHOOK_URL}\"`, and set that variable";
                mistakes.push(missing("webhook_url", span).help(help));
            }
            Some(ChannelKind::Slack {
                webhook_url: webhook_url?.value.0,
                mention: mention.map(|mention| mention.value.0),
            })
        }
        ChannelType::Console => {
            for (key, span) in keys.into_iter().filter(|(key, _)| *key != "type") {
                let title = format!("`{key}` does not fit a channel of type `console`");
                mistakes.push(Mistake::new(span, title, "only for `slack`"));
            }
            Some(ChannelKind::Console)
        }
    }
}
