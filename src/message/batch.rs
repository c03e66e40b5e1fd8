//! What a channel is owed, put into as few messages as it takes: one, and one
//! more for each earlier message that recoveries answer. Pure.

use std::collections::BTreeMap;

use super::{Message, Notice, Voice, compose_named};
use crate::core::announce::{self, Fact};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::States;
use crate::model::shown_names::ShownNames;
use crate::model::state::{Incident, Receipt};

/// One message, and where what is learnt of it is to be written.
pub(crate) struct Batch {
    pub(crate) message: Message,
    pub(crate) facts: Vec<(TargetName, Fact)>,
    pub(crate) notices: Vec<Notice>,
}

/// The messages that tell `channel` all of `facts`; what is new comes first,
/// and with it what the prober has to say of itself.
pub(crate) fn batches(
    channel: &ChannelName,
    facts: Vec<(TargetName, Fact)>,
    notices: &[Notice],
    states: &States,
    voice: &Voice<'_>,
) -> Vec<Batch> {
    let mut news = Vec::new();
    let mut answers: BTreeMap<Receipt, Vec<(TargetName, Fact)>> = BTreeMap::new();
    for (target, fact) in facts {
        let state = states.get(&target);
        match state.and_then(|state| announce::answered(state, channel, &fact)) {
            Some(receipt) => answers.entry(receipt.clone()).or_default().push((target, fact)),
            None => news.push((target, fact)),
        }
    }
    let names = ShownNames::of(states.keys());
    let news = first(news, notices, &names, voice);
    let answer = |(receipt, facts): (Receipt, Vec<_>)| {
        let open = open(channel, &receipt, states);
        let message = super::reply_named(&facts, &open, &receipt, &names, voice);
        Batch { message, facts, notices: Vec::new() }
    };
    news.into_iter().chain(answers.into_iter().map(answer)).collect()
}

/// The message with all that is new, if anything is.
fn first(
    facts: Vec<(TargetName, Fact)>,
    notices: &[Notice],
    names: &ShownNames,
    voice: &Voice<'_>,
) -> Option<Batch> {
    let own = notices.iter().map(|notice| notice.compose(voice));
    let facts_told = (!facts.is_empty()).then(|| compose_named(&facts, names, voice));
    let message = facts_told.into_iter().chain(own).reduce(Message::and)?;
    Some(Batch { message, facts, notices: notices.to_vec() })
}

/// The incidents of the message at `receipt` that are open.
fn open(channel: &ChannelName, receipt: &Receipt, states: &States) -> Vec<(TargetName, Incident)> {
    let still = states.iter().filter_map(|(target, state)| {
        Some((target.clone(), announce::still_open(state, channel, receipt)?.clone()))
    });
    still.collect()
}
