//! `[notify.NAME]` → channels; `notify = […]` → which of them are told.

use crate::config::choice::ChannelType;
use crate::config::mistake::Mistake;
use crate::config::name::Reference;
use crate::config::raw;
use crate::config::reader::{Located, missing, nearest};
use crate::config::several::OneOrMany;
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

/// The channels of these `names`; all of them where none are given.
pub(super) fn told(
    names: Option<Located<OneOrMany<Reference>>>,
    channels: &[ChannelName],
    mistakes: &mut Vec<Mistake>,
) -> Vec<ChannelName> {
    let Some(names) = names else { return channels.to_vec() };
    let mut told: Vec<ChannelName> = Vec::new();
    for Located { value: Reference(text), span, .. } in names.value.0 {
        let name = ChannelName::new(text.value.as_str());
        if !channels.contains(&name) {
            let near = nearest(&text.shown, channels.iter().map(ChannelName::as_str));
            let label = near.map_or("expected the NAME of a `[notify.NAME]`".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            let title = format!("there is no channel called `{}`", text.shown);
            mistakes.push(Mistake::new(span, title, label));
        } else if !told.contains(&name) {
            told.push(name);
        }
    }
    told
}
