//! What a channel is owed, put into as few messages as it takes: one, and one
//! more for each earlier message that recoveries answer. Pure.

use std::collections::BTreeMap;

use crate::announce::{self, Fact, States};
use crate::message::{self, Message, Voice};
use crate::state::{Incident, Receipt};
use crate::target::{ChannelName, TargetName};

/// One message, and where what is learnt of it is to be written.
pub(super) struct Letter {
    pub(super) message: Message,
    pub(super) facts: Vec<(TargetName, Fact)>,
}

/// The messages that tell `channel` all of `facts`; what is new comes first.
pub(super) fn letters(
    channel: &ChannelName,
    facts: Vec<(TargetName, Fact)>,
    states: &States,
    voice: &Voice<'_>,
) -> Vec<Letter> {
    let mut news = Vec::new();
    let mut answers: BTreeMap<Receipt, Vec<(TargetName, Fact)>> = BTreeMap::new();
    for (target, fact) in facts {
        match answered(channel, &target, &fact, states) {
            Some(receipt) => answers.entry(receipt.clone()).or_default().push((target, fact)),
            None => news.push((target, fact)),
        }
    }
    let news =
        (!news.is_empty()).then(|| Letter { message: message::compose(&news, voice), facts: news });
    let answer = |(receipt, facts): (Receipt, Vec<_>)| {
        let open = open(channel, &receipt, states);
        Letter { message: message::reply(&facts, &open, &receipt, voice), facts }
    };
    news.into_iter().chain(answers.into_iter().map(answer)).collect()
}

/// The message that told of the incident whose end `fact` is.
fn answered<'a>(
    channel: &ChannelName,
    target: &TargetName,
    fact: &Fact,
    states: &'a States,
) -> Option<&'a Receipt> {
    match fact {
        Fact::Recovered(outage) => announce::kept(states.get(target)?, channel, outage.since),
        Fact::Down(_)
        | Fact::StillDown(_)
        | Fact::WasDown(_)
        | Fact::Warning(_)
        | Fact::Cleared(_) => None,
    }
}

/// The incidents of the message at `receipt` that are open.
fn open(channel: &ChannelName, receipt: &Receipt, states: &States) -> Vec<(TargetName, Incident)> {
    let still = states.iter().filter_map(|(target, state)| {
        let incident = state.incident()?;
        let kept = announce::kept(state, channel, incident.since)?;
        (kept == receipt).then(|| (target.clone(), incident.clone()))
    });
    still.collect()
}
