//! What is made of what comes from outside.

mod bad_input;
mod events;
mod logs;
mod pings;
mod reports;
mod told;

use chrono::{DateTime, Utc};
use prober::core::step::Event;
use prober::model::observation::Vantage;
use prober::model::observation::{Failure, Outcome};
use prober::signal::Signal;

/// When all of it came.
fn now() -> DateTime<Utc> {
    "2026-07-05T05:05:00Z".parse().unwrap()
}

/// What `signal` says, heard where the region is not known.
fn said(signal: &Signal) -> Option<Event> {
    signal.event(&Vantage("here".into()), None)
}

fn failure(said: Event) -> Failure {
    match said.outcome {
        Some(Outcome::Failure(failure)) => failure,
        other => panic!("not a failure: {other:?}"),
    }
}
