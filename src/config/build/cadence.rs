//! `interval` and `schedule`: when something is due.

use std::time::Duration;

use crate::config::build::context::Context;
use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::field::{Field, Located};
use crate::model::cron::{CronAmbiguity, CronExpression};
use crate::model::target::Cadence;

/// The shortest interval between two probes: a shorter one would be an attack.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// Checks the two keys of one table.
pub(super) fn check(
    interval: &Field<Duration>,
    schedule: &Field<Box<CronExpression>>,
    context: &Context<'_>,
) {
    if let (Some(interval), Some(schedule)) = (interval.given(), schedule.given()) {
        let title = "`schedule` and `interval` are both given";
        let diagnostic = Diagnostic::new(schedule.key.clone(), title, "keep one of the two");
        context.report(diagnostic.also(interval.key.clone(), "the other one"));
    }
    if let Some(interval) = interval.given().filter(|at| at.value < SHORTEST_INTERVAL) {
        let title = "the interval is too short";
        context.report(Diagnostic::new(interval.span.clone(), title, "must be at least \"1s\""));
    }
}

/// The cron expression `schedule`, which must still fire.
pub(super) fn firing(
    schedule: &Located<Box<CronExpression>>,
    context: &Context<'_>,
) -> Box<CronExpression> {
    let now = context.sources.now.with_timezone(&context.zone).naive_local();
    for doubt in schedule.value.doubts() {
        context.report(warning(*doubt, schedule));
    }
    if schedule.value.after(now).next().is_none() {
        let title = "this schedule never fires";
        let label = "no date from now on fits it";
        context.report(Diagnostic::new(schedule.span.clone(), title, label));
    }
    schedule.value.clone()
}

fn warning(doubt: CronAmbiguity, schedule: &Located<Box<CronExpression>>) -> Diagnostic {
    let (title, label, help) = match doubt {
        CronAmbiguity::NumberedWeekdays => (
            "this schedule has seconds and numbered weekdays",
            "counts as a crontab does: 0 and 7 are Sunday, 1 is Monday",
            "up to version 0.1, 1 was Sunday; write names, such as MON-FRI",
        ),
        CronAmbiguity::EitherOfTwo => (
            "this schedule has seconds, days and weekdays",
            "fires if either fits, as in a crontab",
            "up to version 0.1 both had to fit; one of the two as * leaves the other",
        ),
    };
    Diagnostic::new(schedule.span.clone(), title, label).help(help).into_warning()
}

/// The cadence of `schedule` or `interval`, of which `schedule` comes first, or
/// else `default`. `None` if the key that decides could not be read, or if
/// there is no default.
pub(super) fn build(
    interval: &Field<Duration>,
    schedule: &Field<Box<CronExpression>>,
    default: Option<Duration>,
    context: &Context<'_>,
) -> Option<Cadence> {
    match (schedule, interval) {
        (Field::Given(schedule), _) => {
            Some(Cadence::Cron { schedule: firing(schedule, context), zone: context.zone })
        }
        (Field::Broken, _) | (Field::Absent, Field::Broken) => None,
        (Field::Absent, Field::Given(interval)) => Some(Cadence::Every(interval.value)),
        (Field::Absent, Field::Absent) => default.map(Cadence::Every),
    }
}
