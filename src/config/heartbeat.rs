//! `[[heartbeat]]` → a target.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::build::Surroundings;
use crate::config::listeners::listeners;
use crate::config::mistake::{Mistake, Span};
use crate::config::policy::{at_once, count, flapping, period};
use crate::config::reader::Located;
use crate::config::table::fill;
use crate::config::toml_key::TomlKey as _;
use crate::config::{cadence, dependencies, raw, request};
use crate::model::names::TargetName;
use crate::model::target::{Cadence, Heartbeat, Kind, Policy, Target};

/// How late a heartbeat may be unless it says otherwise: a job that is slow
/// one night is no alarm. With a short interval, [`GRACE_INTERVALS`] of it.
const GRACE: Duration = Duration::from_hours(1);

/// How many intervals late a heartbeat may be unless it says otherwise: one
/// ping that was lost on its way is no alarm.
const GRACE_INTERVALS: u32 = 2;

/// The targets of all heartbeats.
pub(super) fn build(
    heartbeats: Vec<Located<raw::Heartbeat>>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Target> {
    check_keys(&heartbeats, mistakes);
    heartbeats.into_iter().filter_map(|own| target(own, around, mistakes)).collect()
}

/// A ping must be of one heartbeat only.
fn check_keys(heartbeats: &[Located<raw::Heartbeat>], mistakes: &mut Vec<Mistake>) {
    let mut first_uses: HashMap<&str, Span> = HashMap::new();
    for key in heartbeats.iter().filter_map(|heartbeat| heartbeat.value.key.as_ref()) {
        let first = first_uses.entry(key.value.0.expose()).or_insert_with(|| key.span.clone());
        if *first != key.span {
            let label = "must be unique: choose another";
            let again = Mistake::new(key.span.clone(), "two heartbeats have the same key", label);
            mistakes.push(again.also(first.clone(), "the first one"));
        }
    }
}

fn target(
    own: Located<raw::Heartbeat>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Target> {
    let Located { value: mut own, span, .. } = own;
    let cadence = cadence(&own, span, around, mistakes);
    fill(&mut own.group, around.defaults.group.as_ref());
    fill(&mut own.notify, around.defaults.notify.as_ref());
    fill(&mut own.remind, around.defaults.remind.as_ref());
    fill(&mut own.flapping, around.defaults.flapping.as_ref());
    let notify = listeners(own.notify.take(), &around.channels, mistakes);
    let (cadence, json) = (cadence?, own.expect.take().and_then(|expect| expect.value.json));
    Some(Target {
        group: own.group.take().map(|group| group.value.0.value),
        policy: policy(&own),
        notify,
        depends_on: dependencies::names(own.depends_on.take()),
        kind: Kind::Heartbeat(Box::new(Heartbeat {
            grace: own.grace.as_ref().map_or_else(|| default_grace(&cadence), period),
            cadence,
            key: own.key?.value.0,
            expect: request::values(json, |condition| condition.0),
        })),
        name: TargetName::new(own.name?.value.0.value),
    })
}

fn policy(own: &raw::Heartbeat) -> Policy {
    let default = at_once();
    Policy {
        failure_threshold: own.failure_threshold.as_ref().map_or(default.failure_threshold, count),
        success_threshold: own.success_threshold.as_ref().map_or(default.success_threshold, count),
        remind: own.remind.as_ref().map(period),
        flapping: flapping(own.flapping.as_ref()),
    }
}

fn cadence(
    own: &raw::Heartbeat,
    span: Span,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Cadence> {
    cadence::check(own.interval.as_ref(), own.schedule.as_ref(), mistakes);
    if let Some(schedule) = &own.schedule {
        return Some(cadence::cron(schedule, around, mistakes));
    }
    if !["interval", "schedule"].iter().any(|key| own.given().contains(key)) {
        let title = "nothing says when this heartbeat is expected";
        mistakes.push(Mistake::new(span, title, "needs `interval = …` or `schedule = …`"));
    }
    own.interval.as_ref().map(period).map(Cadence::Every)
}

fn default_grace(cadence: &Cadence) -> Duration {
    match cadence {
        Cadence::Every(interval) => GRACE.min(interval.saturating_mul(GRACE_INTERVALS)),
        Cadence::Cron { .. } => GRACE,
    }
}
