//! Thresholds, reminders and flapping → how strictly a target is judged.

use std::num::NonZeroU32;

use crate::config::tables::target;
use crate::config::toml::field::Field;
use crate::model::target::{Flapping, Policy};

/// The policy of a target that sets nothing, and for which one failure is
/// enough evidence.
pub(super) fn at_once() -> Policy {
    Policy { failure_threshold: NonZeroU32::MIN, ..Policy::default() }
}

/// The `flapping` of a target; what it does not set is the default.
pub(super) fn flapping(own: &Field<target::Flapping>) -> Flapping {
    let default = Flapping::default();
    let Some(own) = own.value() else { return default };
    Flapping {
        changes: own.changes.copied().unwrap_or(default.changes),
        within: own.within.copied().unwrap_or(default.within),
        steady_after: own.steady_after.copied().unwrap_or(default.steady_after),
    }
}
