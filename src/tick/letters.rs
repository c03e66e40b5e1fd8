//! What a channel is owed, put into as few messages as it takes: one, and one
//! more for each earlier message that recoveries answer. Pure.

use std::collections::BTreeMap;

use crate::announce::{self, Fact, States};
use crate::message::{self, Message, Voice};
use crate::state::{Incident, Receipt};
use crate::target::{ChannelName, TargetName};

/// One message, and where what is learnt of it is to be written.
pub(crate) struct Letter {
    pub(crate) message: Message,
    pub(crate) facts: Vec<(TargetName, Fact)>,
}

/// The messages that tell `channel` all of `facts`; what is new comes first.
pub(crate) fn letters(
    channel: &ChannelName,
    facts: Vec<(TargetName, Fact)>,
    states: &States,
    voice: &Voice<'_>,
) -> Vec<Letter> {
    let mut news = Vec::new();
    let mut answers: BTreeMap<Receipt, Vec<(TargetName, Fact)>> = BTreeMap::new();
    for (target, fact) in facts {
        let state = states.get(&target);
        match state.and_then(|state| announce::answered(state, channel, &fact)) {
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

/// The incidents of the message at `receipt` that are open.
fn open(channel: &ChannelName, receipt: &Receipt, states: &States) -> Vec<(TargetName, Incident)> {
    let still = states.iter().filter_map(|(target, state)| {
        Some((target.clone(), announce::still_open(state, channel, receipt)?.clone()))
    });
    still.collect()
}
