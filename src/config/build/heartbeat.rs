//! `[[heartbeat]]` → a target.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::build::context::Context;
use crate::config::build::policy::{at_once, flapping};
use crate::config::build::recipients::recipients;
use crate::config::build::{cadence, dependencies};
use crate::config::tables::inbound;
use crate::config::tables::target::Flapping;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Located;
use crate::config::toml::value_type::fill;
use crate::model::expect::PingExpect;
use crate::model::names::TargetName;
use crate::model::target::{Cadence, Heartbeat, Kind, Part, Policy, Target};

/// How late a heartbeat may be unless it sets `grace`: a job that is slow one night
/// is no reason for an alarm. With a short interval, it is [`GRACE_INTERVALS`] of it.
const GRACE: Duration = Duration::from_hours(1);

/// How many intervals late a heartbeat may be unless it sets `grace`: one lost ping
/// is no reason for an alarm.
const GRACE_INTERVALS: u32 = 2;

/// The targets of all heartbeats.
pub(super) fn build(
    heartbeats: Vec<Located<inbound::Heartbeat>>,
    context: &Context<'_>,
) -> Vec<Target> {
    check_keys(&heartbeats, context);
    heartbeats.into_iter().filter_map(|own| target(own, context)).collect()
}

/// Checks that no two heartbeats have the same key.
fn check_keys(heartbeats: &[Located<inbound::Heartbeat>], context: &Context<'_>) {
    let mut first_uses: HashMap<&str, Span> = HashMap::new();
    for key in heartbeats.iter().filter_map(|heartbeat| heartbeat.value.key.given()) {
        let first = first_uses.entry(key.value.expose()).or_insert_with(|| key.span.clone());
        if *first != key.span {
            let label = "must be unique: choose another";
            let title = "two heartbeats have the same key";
            let diagnostic = Diagnostic::new(key.span.clone(), title, label);
            context.report(diagnostic.also(first.clone(), "the first one"));
        }
    }
}

fn target(own: Located<inbound::Heartbeat>, context: &Context<'_>) -> Option<Target> {
    let Located { value: mut own, span, .. } = own;
    let cadence = cadence(&own, span.clone(), context);
    let defaults = &context.defaults;
    own.group.or(&defaults.group);
    own.place.or(&defaults.place);
    own.notify.or(&defaults.notify);
    own.remind.or(&defaults.remind);
    fill::<Flapping>(&mut own.flapping, &defaults.flapping);
    let notify = recipients(own.notify.take(), context);
    let expect = own.expect.take().into_value().unwrap_or_default();
    let name = own.name.value().map(|name| TargetName::new(name.value.as_str()));
    let is_off = context.is_off(&span, || name.map(Part::Inbound));
    Some(Target {
        group: own.group.take().into_value().map(|group| group.value),
        is_public: own.public.copied().or(defaults.public.copied()).unwrap_or(true),
        is_urgent: own.urgent.copied().or(defaults.urgent.copied()).unwrap_or(false),
        link: own.link.take().into_value(),
        policy: policy(&own),
        notify,
        place: own.place.take().into_value().map(|place| place.value),
        depends_on: dependencies::names(own.depends_on.into_value().unwrap_or_default()),
        kind: if is_off {
            Kind::Off
        } else {
            let cadence = cadence?;
            Kind::Heartbeat(Box::new(Heartbeat {
                grace: own.grace.copied().unwrap_or_else(|| default_grace(&cadence)),
                cadence,
                key: own.key.into_value()?,
                expect: PingExpect {
                    body_contains: expect.body_contains.into_items(),
                    body_matches: expect.body_matches.into_items(),
                    body_not_contains: expect.body_not_contains.into_items(),
                    body_not_matches: expect.body_not_matches.into_items(),
                    json: expect.json.into_items(),
                },
            }))
        },
        name: TargetName::new(own.name.into_value()?.value),
    })
}

fn policy(own: &inbound::Heartbeat) -> Policy {
    let default = at_once();
    Policy {
        failure_threshold: own.failure_threshold.copied().unwrap_or(default.failure_threshold),
        success_threshold: own.success_threshold.copied().unwrap_or(default.success_threshold),
        remind: own.remind.copied(),
        flapping: flapping(&own.flapping),
    }
}

fn cadence(own: &inbound::Heartbeat, span: Span, context: &Context<'_>) -> Option<Cadence> {
    cadence::check(&own.interval, &own.schedule, context);
    if own.interval.is_absent() && own.schedule.is_absent() {
        let title = "nothing says when this heartbeat is expected";
        let label = "needs `interval = …` or `schedule = …`";
        context.report(Diagnostic::new(span, title, label));
    }
    cadence::build(&own.interval, &own.schedule, None, context)
}

fn default_grace(cadence: &Cadence) -> Duration {
    match cadence {
        Cadence::Every(interval) => GRACE.min(interval.saturating_mul(GRACE_INTERVALS)),
        Cadence::Cron { .. } => GRACE,
    }
}
