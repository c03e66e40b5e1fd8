//! Thresholds, reminders and flapping → how strictly a target is judged.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::config::quantity::{Count, Period};
use crate::config::rare::Rare;
use crate::config::raw;
use crate::config::reader::Located;
use crate::model::target::{Flapping, Policy};

/// How a target is judged that sets nothing and whose evidence needs no second look.
pub(super) fn at_once() -> Policy {
    Policy { failure_threshold: NonZeroU32::MIN, ..Policy::default() }
}

pub(super) fn flapping(raw: Option<&Located<Rare<raw::Flapping>>>) -> Flapping {
    let default = Flapping::default();
    let Some(Located { value: raw, .. }) = raw else { return default };
    Flapping {
        changes: raw.changes.as_ref().map_or(default.changes, count),
        within: raw.within.as_ref().map_or(default.within, period),
        steady_after: raw.steady_after.as_ref().map_or(default.steady_after, period),
    }
}

pub(super) fn period(period: &Located<Period>) -> Duration {
    period.value.0
}

pub(super) fn count<const MOST: u32>(count: &Located<Count<MOST>>) -> NonZeroU32 {
    count.value.0
}
