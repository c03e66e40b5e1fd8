//! `notify = […]` → the channels that hear of something.

use crate::config::mistake::Mistake;
use crate::config::name::Reference;
use crate::config::reader::Located;
use crate::config::several::OneOrMany;
use crate::model::names::ChannelName;
use crate::text::nearest::nearest;

/// The channels of these `names`; all of them where none are given.
pub(super) fn listeners(
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
