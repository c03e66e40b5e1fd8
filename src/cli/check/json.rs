//! The result of `check --format json`: a contract with other programs.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::witness::Opinion;
use super::{Count, Probed};
use crate::model::observation::Vantage;
use crate::probe::ProbeLine;

#[derive(Serialize)]
pub(super) struct Round<'a> {
    at: DateTime<Utc>,
    vantage: &'a Vantage,
    targets: Vec<ProbeLine>,
    up: usize,
    down: usize,
    inconclusive: usize,
    /// With `--witness`.
    #[serde(skip_serializing_if = "Option::is_none")]
    witnesses: Option<Vec<Opinion>>,
}

pub(super) fn round<'a>(
    at: DateTime<Utc>,
    vantage: &'a Vantage,
    results: &[Probed<'_>],
    witnesses: Option<Vec<Opinion>>,
) -> Round<'a> {
    let Count { up, down, inconclusive, closed: _, open: _, warned: _ } = Count::of(results);
    let targets = results.iter().map(line).collect();
    Round { at, vantage, targets, up, down, inconclusive, witnesses }
}

fn line(probed: &Probed<'_>) -> ProbeLine {
    ProbeLine::of(&probed.target.name, probed.endpoint, &probed.report)
}
