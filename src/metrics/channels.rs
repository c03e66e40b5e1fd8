//! What each channel is still to be told.

use chrono::{DateTime, Utc};

use super::families::{Families, Value};
use crate::core::announce::{Context, NotAnnounced};
use crate::core::step::{Owed, owed_by_channel};
use crate::model::remembered::Remembered;
use crate::model::target::{Config, Targets};

pub(super) fn add(
    families: &mut Families,
    targets: &Targets<'_>,
    config: &Config,
    memory: &Remembered,
    now: DateTime<Utc>,
) {
    let context = Context::configured(config, targets, now);
    let owed = owed_by_channel(&context, &memory.records, &config.channels);
    let each = |count: fn(&Owed) -> usize| {
        let sample = move |(channel, owed): &(_, Owed)| {
            (vec![("channel", format!("{channel}"))], Value::from(count(owed)))
        };
        owed.iter().map(sample).collect::<Vec<_>>()
    };
    families.add(
        "channel_owed_facts",
        "What a channel should know and was not told; the next pass tells it",
        each(|owed| owed.facts.len()),
    );
    families.add(
        "channel_held_back_targets",
        "Targets that are down and of which a channel is not told now: they are paused, \
         in maintenance, behind another target, unstable, on their way up, or too young for \
         its after, or it is outside its hours",
        each(|owed| owed.not_announced.iter().filter(|(_, why)| is_held_back(why)).count()),
    );
}

/// Whether the channel does not know of the outage, and may have to be told later.
fn is_held_back(why: &NotAnnounced) -> bool {
    match why {
        NotAnnounced::Announced | NotAnnounced::NotForIt => false,
        NotAnnounced::OnItsWayUp
        | NotAnnounced::NotItsOwn
        | NotAnnounced::Unstable
        | NotAnnounced::Silenced(_)
        | NotAnnounced::TooYoung { .. }
        | NotAnnounced::OutsideHours { .. } => true,
    }
}
