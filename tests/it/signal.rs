//! What is made of what comes from outside.

mod bad_input;
mod events;
mod logs;
mod pings;
mod reports;
mod told;

use chrono::{DateTime, Utc};
use prober::model::observation::{Failure, Outcome};
use prober::signal::Said;

/// When all of it came.
fn now() -> DateTime<Utc> {
    "2026-07-05T05:05:00Z".parse().unwrap()
}

fn failure(said: Said) -> Failure {
    match said.outcome {
        Outcome::Failure(failure) => failure,
        other => panic!("not a failure: {other:?}"),
    }
}
