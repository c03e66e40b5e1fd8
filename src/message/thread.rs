//! A message that answers an earlier one, and what the earlier one says now.

use super::{Entry, Message, Mood, Subjects, Thread, Voice, compose_of};
use crate::core::announce::Fact;
use crate::model::names::TargetName;
use crate::model::state::{Incident, Receipt};

/// Says that `ended` are over, as an answer to the message at `receipt` that
/// told of them. Those of its incidents that are `open` still it goes on to tell.
#[must_use]
pub fn reply(
    ended: &[(TargetName, Fact)],
    open: &[(TargetName, Incident)],
    receipt: &Receipt,
    voice: &Voice<'_>,
) -> Message {
    reply_of(ended, open, receipt, &Subjects::default(), voice)
}

/// The same, of targets of which something is known.
pub(super) fn reply_of(
    ended: &[(TargetName, Fact)],
    open: &[(TargetName, Incident)],
    receipt: &Receipt,
    subjects: &Subjects,
    voice: &Voice<'_>,
) -> Message {
    let down = open.iter().map(|(target, incident)| (target.clone(), Fact::down(incident.clone())));
    let all: Vec<_> = down.chain(ended.iter().cloned()).collect();
    let mut now = compose_of(&all, subjects, voice);
    now.entries.extend(over_before(receipt.incidents.saturating_sub(all.len()), voice));
    let mut reply = compose_of(ended, subjects, voice);
    reply.data.reply_to = Some(Thread { receipt: receipt.clone(), now: Box::new(now) });
    reply
}

/// Those that earlier answers told of are not known by name any more.
fn over_before(count: usize, voice: &Voice<'_>) -> Option<Entry> {
    let headline = || voice.words().over_before(count);
    (count > 0).then(|| Entry { mood: Mood::Recovered, headline: headline(), lines: Vec::new() })
}
