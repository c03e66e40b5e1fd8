//! A message that answers an earlier one, and what the earlier one says now.

use super::{Entry, Message, Mood, Thread, Voice, compose_named};
use crate::core::announce::Fact;
use crate::model::names::TargetName;
use crate::model::shown_names::ShownNames;
use crate::model::state::{Incident, Receipt};

/// Says that `ended` are over, in an answer to the message at `receipt` that told of
/// them. The updated message goes on to tell the incidents that are still `open`.
#[must_use]
pub fn reply(
    ended: &[(TargetName, Fact)],
    open: &[(TargetName, Incident)],
    receipt: &Receipt,
    voice: &Voice<'_>,
) -> Message {
    reply_named(ended, open, receipt, &ShownNames::default(), voice)
}

/// The same, with targets called by `names`.
pub(super) fn reply_named(
    ended: &[(TargetName, Fact)],
    open: &[(TargetName, Incident)],
    receipt: &Receipt,
    names: &ShownNames,
    voice: &Voice<'_>,
) -> Message {
    let down = open.iter().map(|(target, incident)| (target.clone(), Fact::down(incident.clone())));
    let all: Vec<_> = down.chain(ended.iter().cloned()).collect();
    let mut now = compose_named(&all, names, voice);
    now.entries.extend(over_before(receipt.incidents.saturating_sub(all.len()), voice));
    let mut reply = compose_named(ended, names, voice);
    reply.data.answers = Some(Thread { receipt: receipt.clone(), now: Box::new(now) });
    reply
}

/// Counts the incidents that earlier answers told; their names are no longer known.
fn over_before(count: usize, voice: &Voice<'_>) -> Option<Entry> {
    let headline = || voice.words().over_before(count);
    (count > 0).then(|| Entry { mood: Mood::Recovered, headline: headline(), lines: Vec::new() })
}
