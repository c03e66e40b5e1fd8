//! What one channel is owed of all targets, and why it is not told of the others.

use crate::core::announce::{self, Context, Fact, Hearing, NotAnnounced};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::StateLookup;
use crate::model::target::Channel;

/// What to tell one channel now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Owed {
    /// What it should know and was not told, grouped by target.
    pub facts: Vec<(TargetName, Fact)>,
    /// The targets that are down and not owed to it now, and why not.
    pub not_announced: Vec<(TargetName, NotAnnounced)>,
}

/// What each of `channels` is owed of all targets of `context`.
#[must_use]
pub fn owed_by_channel(
    context: &Context<'_>,
    states: &impl StateLookup,
    channels: &[Channel],
) -> Vec<(ChannelName, Owed)> {
    let of_channel = |Channel { name, .. }: &Channel| (name.clone(), owed(context, states, name));
    channels.iter().map(of_channel).collect()
}

/// What `channel` is owed of all targets of `context`.
#[must_use]
pub fn owed(context: &Context<'_>, states: &impl StateLookup, channel: &ChannelName) -> Owed {
    let (targets, now) = (context.targets(), context.now());
    let mut owed = Owed::default();
    for target in targets.values().filter(|target| target.notify.contains(channel)) {
        let Some(state) = states.state(&target.name) else { continue };
        let hearing = Hearing::new(target, channel, context, states);
        if let Some(why) = announce::why_not_announced(target, state, &hearing) {
            owed.not_announced.push((target.name.clone(), why));
        }
        for fact in announce::owed(target, state, &hearing, now) {
            let fact = with_dependents(fact, &target.name, context, states, channel);
            owed.facts.push((target.name.clone(), fact));
        }
    }
    owed
}

/// `fact` of `target`, with what it says of the targets behind it.
fn with_dependents(
    fact: Fact,
    target: &TargetName,
    context: &Context<'_>,
    states: &impl StateLookup,
    channel: &ChannelName,
) -> Fact {
    let targets = context.targets();
    match fact {
        Fact::Down { incident, .. } => {
            let affected = announce::affected(target, channel, targets, states);
            Fact::Down { incident, affected }
        }
        Fact::Recovered(outage) => {
            match announce::aftermath(target, &outage, channel, targets, states) {
                Some(aftermath) => Fact::RootRecovered { outage, aftermath },
                None => Fact::Recovered(outage),
            }
        }
        Fact::WasDown { .. }
        | Fact::Quiet { .. }
        | Fact::RootRecovered { .. }
        | Fact::Another { .. }
        | Fact::News(_)
        | Fact::StillDown(_)
        | Fact::Unstable { .. }
        | Fact::Steady(_)
        | Fact::Warning(_)
        | Fact::Cleared(_) => fact,
    }
}
