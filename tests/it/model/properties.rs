//! The invariants of the design, of every state that can be reached.

use chrono::{DateTime, TimeDelta, Utc};
use prober::core::announce::Fact;
use prober::core::step::telling::LEASE;
use prober::model::state::State;
use stateright::Property;

use super::protocol::{Protocol, tally};
use super::world::{Run, World, own};

/// One fact that the channel accepted, of the incident that began then; or of
/// the gap that did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Heard {
    Down(DateTime<Utc>),
    Recovered(DateTime<Utc>),
    WasDown(DateTime<Utc>),
    NoView(DateTime<Utc>),
    Notice,
}

impl Heard {
    pub fn of(fact: &Fact) -> Option<Self> {
        match fact {
            Fact::Down { incident, .. } => Some(Self::Down(incident.since)),
            Fact::Recovered(outage)
            | Fact::Quiet { outage, .. }
            | Fact::RootRecovered { outage, .. } => Some(Self::Recovered(outage.since)),
            Fact::WasDown { outage, .. } => Some(Self::WasDown(outage.since)),
            _ => None,
        }
    }
}

/// A target that is probed every minute is looked at this often, at least.
const LONGEST_LOOK_AWAY: TimeDelta = TimeDelta::minutes(3);

pub fn all() -> Vec<Property<Protocol>> {
    vec![
        Property::always("no silence", no_silence),
        Property::always("no noise", no_noise),
        Property::always("order", order),
        Property::always("monotone, and nothing counted twice", monotone),
        Property::always("evidence", evidence),
        Property::always("what was acknowledged was judged", acknowledged),
        Property::always("no gap is overlooked", no_gap_is_overlooked),
        Property::always("what may have arrived waits", what_may_have_arrived_waits),
        Property::always("what is being sent is noted", |_, world: &World| !world.is_unnoted),
        // What must be possible, or the model would prove nothing.
        Property::sometimes(
            "an outage is told from end to end",
            |_, world: &World| matches!(world.heard[..], [Heard::Down(a), Heard::Recovered(b)] if a == b),
        ),
        Property::sometimes(
            "a death repeats a message",
            |_, world: &World| matches!(world.heard[..], [Heard::Down(a), Heard::Down(b)] if a == b),
        ),
        Property::sometimes("an outage is told when it is over", |_, world: &World| {
            matches!(world.heard[..], [Heard::WasDown(_)])
        }),
    ]
}

/// Once all processes have ended, one more that meets no fault leaves nothing
/// unsaid, and has not to wait long for that.
fn no_silence(protocol: &Protocol, world: &World) -> bool {
    if world.runs.iter().any(|run| *run != Run::Over) {
        return true;
    }
    let mut heard = world.heard.clone();
    heard.extend(protocol.would_tell(world));
    if protocol.has_notice() && !heard.contains(&Heard::Notice) {
        return false;
    }
    let open = protocol.state(&world.records).and_then(State::incident);
    world.opened.iter().all(|since| {
        let was = heard.contains(&Heard::WasDown(*since));
        let down = heard.contains(&Heard::Down(*since));
        let is_open = open.is_some_and(|incident| incident.since == *since);
        // Who hears that it is down again need not hear that it was up meanwhile.
        let is_answered = heard.iter().any(|heard| match heard {
            Heard::Recovered(over) => over == since,
            Heard::Down(next) => next > since,
            Heard::WasDown(_) | Heard::NoView(_) | Heard::Notice => false,
        });
        was || (down && (is_open || is_answered))
    })
}

/// Its beginning is told at most once and its end at most once, but for what a death
/// or a lost answer excuses.
fn no_noise(_: &Protocol, world: &World) -> bool {
    let tally = tally(&world.heard);
    let count = |heard: Heard| tally.get(&heard).copied().unwrap_or_default();
    let is_repeated = |(heard, times): (&Heard, &usize)| match heard {
        Heard::NoView(_) | Heard::Notice => *times > 1 + world.excused_gaps,
        Heard::Down(_) | Heard::Recovered(_) | Heard::WasDown(_) => false,
    };
    if tally.iter().any(is_repeated) {
        return false;
    }
    world.opened.iter().all(|since| {
        let was = count(Heard::WasDown(*since));
        let most = 1 + world.excused;
        count(Heard::Down(*since)) + was <= most && count(Heard::Recovered(*since)) + was <= most
    })
}

fn order(_: &Protocol, world: &World) -> bool {
    world.heard.iter().enumerate().all(|(at, heard)| match heard {
        Heard::Recovered(since) => world.heard[..at].contains(&Heard::Down(*since)),
        Heard::Down(_) | Heard::WasDown(_) | Heard::NoView(_) | Heard::Notice => true,
    })
}

/// No two copies of anything come sooner than the lease of a process that died.
fn what_may_have_arrived_waits(_: &Protocol, world: &World) -> bool {
    let heard = || world.heard.iter().zip(&world.heard_at);
    heard().enumerate().all(|(number, (what, at))| {
        heard().take(number).all(|(other, then)| other != what || *at >= *then + LEASE)
    })
}

fn monotone(_: &Protocol, world: &World) -> bool {
    world.judged.is_sorted_by(|(a, _), (b, _)| a < b)
}

/// Who is down has failed as often as its policy asks, one slot after the other.
fn evidence(protocol: &Protocol, world: &World) -> bool {
    let threshold = protocol.target.policy.failure_threshold.get() as usize;
    let enough = |since: &DateTime<Utc>| {
        let after = world.judged.iter().skip_while(|(slot, _)| slot < since);
        after.take_while(|(_, fails)| *fails).count() >= threshold
    };
    world.opened.iter().all(enough)
}

/// A sender that has heard 2xx has changed something, or came after what is newer.
fn acknowledged(protocol: &Protocol, world: &World) -> bool {
    let last = protocol.state(&world.records).and_then(|state| state.last_slot);
    world.acknowledged.iter().all(|at| last.is_some_and(|last| last >= *at))
}

/// Nobody looked between two slots that lie so far apart: the channel heard of
/// it, or is owed it.
fn no_gap_is_overlooked(_: &Protocol, world: &World) -> bool {
    let record = world.records.probers.get(&own());
    let last = record.and_then(|record| record.state.last.as_ref());
    let is_known = |from| {
        world.heard.contains(&Heard::NoView(from)) || last.is_some_and(|gap| gap.from == from)
    };
    let slots = world.judged.iter().zip(world.judged.iter().skip(1));
    slots.into_iter().all(|((a, _), (b, _))| *b - *a <= LONGEST_LOOK_AWAY || is_known(*a))
}
