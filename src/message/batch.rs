//! Puts one batch into words. [`telling`](crate::core::step::telling) decides what goes
//! into which batch.

use super::{Message, Notice, Voice, compose_named, reply_named};
use crate::core::step::Batch;
use crate::model::prober_state::Gap;
use crate::model::shown_names::ShownNames;

/// The message that tells `batch`, with targets called by `names`.
pub(crate) fn render(batch: &Batch, names: &ShownNames, voice: &Voice<'_>) -> Message {
    match batch {
        Batch::News { facts, gaps } => {
            let of_targets = (!facts.is_empty()).then(|| compose_named(facts, names, voice));
            let own = |gap: &Gap| Notice::NoView(gap.clone()).compose(voice);
            let all = of_targets.into_iter().chain(gaps.iter().map(own));
            all.reduce(Message::and).unwrap_or_else(|| compose_named(facts, names, voice))
        }
        Batch::Answer { receipt, facts, open } => reply_named(facts, open, receipt, names, voice),
    }
}
