//! What one channel hears of one target: what silences the target there, and
//! what inhibits it.

use super::dependencies::is_told;
use super::{Context, Silence, silence};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::StateLookup;
use crate::model::state::State;
use crate::model::target::{Target, Targets};

/// How one channel hears of one target.
#[derive(Debug, Clone)]
pub struct Hearing<'a> {
    /// The channel.
    pub channel: &'a ChannelName,
    /// Why it hears nothing of the target for now.
    pub silence: Option<Silence>,
    targets: &'a Targets<'a>,
}

impl<'a> Hearing<'a> {
    /// How `channel` hears of `target` now.
    #[must_use]
    pub fn new(
        target: &Target,
        channel: &'a ChannelName,
        context: &Context<'a>,
        states: &impl StateLookup,
    ) -> Self {
        let silence = silence(target, channel, context, states);
        Self { channel, silence, targets: context.targets() }
    }

    /// Whether the channel is told of the target called `name`.
    #[must_use]
    pub fn is_told(&self, name: &TargetName) -> bool {
        is_told(self.channel, name, self.targets)
    }

    /// Whether the failures of `state`'s target prove nothing on this channel,
    /// because it is told of something above the target that did not work. So
    /// too if it is not known what that was.
    pub(super) fn is_inhibited(&self, state: &State) -> bool {
        state.inhibited_by.is_empty() || state.inhibited_by.iter().any(|name| self.is_told(name))
    }
}
