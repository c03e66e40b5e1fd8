//! The protocol of ticks that overlap, die and lose answers, explored whole
//! for small bounds: every interleaving of every step. What the steps do, and
//! their order, is the product's own.

mod printed;
mod properties;
mod protocol;
mod world;

use stateright::{Checker as _, Model as _};

use self::protocol::Event::{Notice, Said, Tick};
use self::protocol::{Break, Event, Protocol};
use self::world::Faults;
use crate::world::target;

const CALM: Faults = Faults { deaths: 0, refusals: 0, lost: 0 };

fn protocol(threshold: u32, events: &[Event], faults: Faults) -> Protocol {
    Protocol { target: target("nas", threshold, 1), events: events.to_vec(), faults, broken: None }
}

/// Explores all of it; the properties hold in every state. Returns which of the
/// states were reached that must be possible.
#[expect(clippy::print_stdout, reason = "docs/guarantees.md quotes the figures")]
fn explore(name: &str, protocol: Protocol) -> Vec<&'static str> {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    println!("{name}: {} states, {} deep", checker.unique_state_count(), checker.max_depth());
    for property in checker.model().properties() {
        if property.expectation.discovery_is_failure() {
            checker.assert_no_discovery(property.name);
        }
    }
    checker.discoveries().into_keys().collect()
}

/// Explores until something is found that must not be.
fn is_noticed(protocol: Protocol, by: &'static str) -> bool {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    checker.discovery(by).is_some()
}

#[test]
fn one_event_delivered_twice_and_the_next_one_with_a_death() {
    let faults = Faults { deaths: 1, ..CALM };
    let reached = explore("twice, and a death", protocol(1, &[Tick(1), Tick(1), Tick(2)], faults));
    assert_eq!(reached.len(), 3, "the model would hold its promises by doing nothing: {reached:?}");
}

#[test]
fn two_ticks_at_once_that_need_two_failures() {
    let faults = Faults { deaths: 1, lost: 1, ..CALM };
    explore("two failures", protocol(2, &[Tick(1), Tick(1), Tick(2)], faults));
}

#[test]
fn a_channel_that_refuses_and_an_answer_that_is_lost() {
    let faults = Faults { refusals: 1, lost: 1, ..CALM };
    explore("refusals", protocol(1, &[Tick(1), Tick(2), Tick(2)], faults));
}

#[test]
fn a_ping_amid_ticks() {
    let faults = Faults { deaths: 1, lost: 1, ..CALM };
    explore("a ping", protocol(1, &[Tick(1), Said(2), Tick(3)], faults));
}

#[test]
fn a_ping_amid_ticks_while_the_channel_refuses() {
    let faults = Faults { refusals: 2, ..CALM };
    explore("a ping, refused", protocol(1, &[Tick(1), Said(2), Tick(3)], faults));
}

#[test]
fn nobody_looked_for_a_while() {
    let faults = Faults { deaths: 1, ..CALM };
    explore("a gap", protocol(1, &[Tick(1), Tick(9), Tick(9)], faults));
}

#[test]
fn a_notice_of_prober_s_own_that_two_say_amid_a_tick() {
    let faults = Faults { deaths: 1, lost: 1, refusals: 1 };
    explore("a notice", protocol(1, &[Tick(1), Notice(2), Notice(2)], faults));
}

#[test]
fn each_promise_is_needed() {
    let ticks = [Tick(1), Tick(1), Tick(2)];
    let pinged = [Tick(1), Said(2), Tick(3)];
    let notices = [Tick(1), Notice(2), Notice(2)];
    let refused = Faults { refusals: 1, ..CALM };
    for (broken, events, faults, noticed) in [
        (Break::NoLease, ticks, CALM, "no noise"),
        (Break::NoSecondReading, ticks, CALM, "no noise"),
        (Break::RecordsFirst, ticks, refused, "no silence"),
        (Break::NoLease, notices, CALM, "no noise"),
        (Break::NoReserve, ticks, CALM, "what is being sent is noted"),
        (Break::NoReserve, notices, CALM, "what is being sent is noted"),
        (Break::SendsUnreserved, ticks, refused, "what is being sent is noted"),
        (Break::NoPause, ticks, Faults { lost: 1, ..CALM }, "what may have arrived waits"),
        (Break::UnconditionalWrites, ticks, CALM, "monotone, and nothing counted twice"),
        (Break::NoSecondTry, pinged, CALM, "what was acknowledged was judged"),
        (Break::GapLast, [Tick(1), Tick(9), Tick(9)], CALM, "no gap is overlooked"),
    ] {
        let mut protocol = protocol(1, &events, faults);
        protocol.broken = Some(broken);
        assert!(is_noticed(protocol, noticed), "{broken:?} goes unnoticed by `{noticed}`");
    }
}
