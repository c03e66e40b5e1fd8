//! `notify = […]` → the channels that are told.

use crate::config::build::context::Context;
use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::field::{Field, Located};
use crate::config::toml::text::Text;
use crate::model::names::ChannelName;

/// The channels with these `names`, each once; all channels if no names are given.
pub(super) fn recipients(
    names: Field<Vec<Located<Text>>>,
    context: &Context<'_>,
) -> Vec<ChannelName> {
    let channels = &context.channels;
    let Some(names) = names.into_value() else { return channels.clone() };
    let mut recipients: Vec<ChannelName> = Vec::new();
    for Located { value: text, span, .. } in names {
        let name = ChannelName::new(text.value.as_str());
        if !channels.contains(&name) {
            if context.is_full() {
                break;
            }
            let known = channels.iter().map(ChannelName::as_str);
            let label =
                context.did_you_mean(&text.shown, known, "expected the NAME of a `[notify.NAME]`");
            let title = format!("there is no channel called `{}`", text.shown);
            context.report(Diagnostic::new(span, title, label));
        } else if !recipients.contains(&name) {
            recipients.push(name);
        }
    }
    recipients
}
