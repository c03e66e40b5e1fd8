//! Puts one batch into words. [`telling`](crate::core::step::telling) decides what goes
//! into which batch.

use super::{Message, Notice, Subjects, Voice, compose_of, reply_of};
use crate::core::step::Batch;
use crate::model::prober_state::Gap;

/// The message that tells `batch`, about `subjects`.
pub(crate) fn render(batch: &Batch, subjects: &Subjects, voice: &Voice<'_>) -> Message {
    match batch {
        Batch::New { facts, gaps } => {
            let of_targets = (!facts.is_empty()).then(|| compose_of(facts, subjects, voice));
            let own = |gap: &Gap| Notice::NoView(gap.clone()).compose(voice);
            let all = of_targets.into_iter().chain(gaps.iter().map(own));
            all.reduce(Message::and).unwrap_or_else(|| compose_of(facts, subjects, voice))
        }
        Batch::Reply { receipt, facts, open } => reply_of(facts, open, receipt, subjects, voice),
    }
}
