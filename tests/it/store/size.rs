//! How large a record is: on AWS a write costs a unit for each begun KB of it.

use std::time::Duration;

use chrono::TimeDelta;
use prober::core::announce::{Context, deliver};
use prober::core::step::{of_observations, owed};
use prober::model::measured::{Measured, Phases, Whereabouts};
use prober::model::observation::{Observation, Outcome, Reason, Vantage};
use prober::model::record::{Record, Records, states};
use prober::model::target::by_name;
use prober::model::witness::Vote;

use crate::world::{minute, observe, slack, target};

/// What docs/dynamodb.md says of a target that is probed each minute, with one channel.
const SAID: usize = 1000;

/// The item's other attributes: names, revision, writer and the end of a lease.
const BESIDE: usize = 100;

/// What a probe over TLS measures.
fn measured() -> Measured {
    let phase = Some(Duration::from_micros(123_456));
    let total = Duration::from_micros(1_234_567);
    let phases = Phases { dns: phase, connect: phase, tls: phase, first_byte: phase, total };
    let reached = "2001:db8:1234:5678:9abc:def0:1234:5678".parse().ok();
    let whereabouts = Whereabouts { reached, ..Whereabouts::default() };
    Measured { phases, cert_expires_at: Some(minute(60 * 24 * 60)), whereabouts }
}

#[test]
fn a_target_with_a_past_outage_fits_a_write_unit() {
    let targets = [target("photos of the family", 1, 1)];
    let targets = by_name(&targets);
    let mut records = Records::new();
    // Longer than the hours that are kept.
    for at in 0..26 * 60 {
        let outcome = if (10..15).contains(&at) {
            Outcome::failure(Reason::Timeout, "home.example.com did not answer within 10 s")
        } else {
            Outcome::success()
        };
        let vote = Vote { witness: Vantage("frankfurt".into()), works: false };
        let votes = if outcome == Outcome::success() { Vec::new() } else { vec![vote] };
        let seen = observe("photos of the family", minute(at), outcome);
        let latency = Some(Duration::from_millis(1234));
        let seen = Observation { latency, measured: Some(measured()), votes, ..seen };
        let now = minute(at) + TimeDelta::seconds(1);
        let context = Context::new(&targets, &[], now);
        for write in of_observations(&context, &records, &[seen]).writes {
            records.insert(write.target, Record { state: write.state, ..Record::default() });
        }
        for (name, fact) in owed(&context, &states(&records), &slack()).facts {
            deliver(&mut records.get_mut(&name).unwrap().state, &slack(), &fact, now);
        }
    }
    let state = &records.values().next().unwrap().state;
    let agreed = state.last_outage.as_ref().map(|outage| outage.agreed_by.len());
    assert_eq!(agreed, Some(1));
    let size = serde_json::to_string(state).unwrap().len();
    assert!(
        size > 500 && size + BESIDE < SAID,
        "{size}: {}",
        serde_json::to_string(state).unwrap()
    );
}
