//! What one channel hears of one target: what silences the target there, what
//! inhibits it, and when the channel wants to be told.

use chrono::{DateTime, TimeDelta, Utc};

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
    /// When the channel's hours begin again, if they are over and the target is not urgent.
    pub closed_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    /// How long what is wrong lasts before the channel is told of it.
    after: TimeDelta,
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
        let closed_until = context.closed_until(channel).filter(|_| !target.is_urgent);
        let (now, after) = (context.now(), context.after(channel));
        Self { channel, silence, closed_until, now, after, targets: context.targets() }
    }

    /// When the channel is told of what has been wrong since `since`, if that is later than now.
    #[must_use]
    pub fn too_young_until(&self, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = since.checked_add_signed(self.after).unwrap_or(DateTime::<Utc>::MAX_UTC);
        // Under a clock that was ahead, it began in the future.
        (since..until).contains(&self.now).then_some(until)
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
