//! When to drop an alarm of which nothing is heard. CloudWatch says nothing when an
//! alarm is deleted, so it would otherwise keep its status for ever.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::state::State;
use crate::model::target::{Kind, Target};

/// When `target` is dropped, if nothing is heard of it for `forget_after`; `None` if
/// it never is.
#[must_use]
pub fn lapses_at(target: &Target, state: &State, forget_after: Duration) -> Option<DateTime<Utc>> {
    match &target.kind {
        Kind::Alarm => {
            let after = TimeDelta::from_std(forget_after).ok()?;
            state.last_slot?.checked_add_signed(after)
        }
        // Ticks observe these, or notice that they are quiet.
        Kind::Endpoint(_) | Kind::Heartbeat(_) | Kind::Errors(_) | Kind::Topic | Kind::Off => None,
    }
}
