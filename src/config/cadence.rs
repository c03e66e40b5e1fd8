//! `interval` and `schedule`: when something is due.

use std::time::Duration;

use crate::config::build::Surroundings;
use crate::config::leaf::Cron;
use crate::config::mistake::Mistake;
use crate::config::quantity::Period;
use crate::config::reader::Located;
use crate::model::cron::CronExpression;
use crate::model::target::Cadence;

/// The most often that a target may be probed: more is an attack.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// What is wrong with the two keys of one table.
pub(super) fn check(
    interval: Option<&Located<Period>>,
    schedule: Option<&Located<Cron>>,
    mistakes: &mut Vec<Mistake>,
) {
    if let (Some(interval), Some(schedule)) = (interval, schedule) {
        let title = "`schedule` and `interval` are both given";
        let mistake = Mistake::new(schedule.key.clone(), title, "keep one of the two");
        mistakes.push(mistake.also(interval.key.clone(), "the other one"));
    }
    if let Some(interval) = interval.filter(|at| at.value.0 < SHORTEST_INTERVAL) {
        let title = "the interval is too short";
        mistakes.push(Mistake::new(interval.span.clone(), title, "must be at least \"1s\""));
    }
}

/// A cron expression, which must still fire.
pub(super) fn firing(
    schedule: &Located<Cron>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Box<CronExpression> {
    let Cron(expression) = &schedule.value;
    let now = around.sources.now.with_timezone(&around.zone).naive_local();
    if expression.after(now).next().is_none() {
        let title = "this schedule never fires";
        let label = "no date from now on fits it";
        mistakes.push(Mistake::new(schedule.span.clone(), title, label));
    }
    expression.clone()
}

/// What a `schedule` makes.
pub(super) fn cron(
    schedule: &Located<Cron>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Cadence {
    Cadence::Cron { schedule: firing(schedule, around, mistakes), zone: around.zone }
}
