//! `check --witness`: what each witness sees, beside what is seen from here.

use std::time::Duration;

use futures_util::future::join_all;
use serde::Serialize;

use super::Probed;
use super::view::{latency, status};
use crate::cli::Error;
use crate::cli::draw::{BAD, BOLD, DIM, GOOD, WARN, paint};
use crate::cli::table::{self, Cell};
use crate::engine::witness::{
    MAX_ASKED, RefusedTarget, Testimony, WhyRefused, WitnessedLine, WitnessedOutcome, ask, question,
};
use crate::http_client;
use crate::model::observation::Vantage;
use crate::model::target::{Endpoint, Target};
use crate::model::witness::Witness;
use crate::text::visible;

/// How long a witness is waited for.
const PATIENCE: Duration = Duration::from_secs(25);

/// What one witness says, in a form that programs read, too.
#[derive(Debug, Serialize)]
pub(super) struct Opinion {
    name: Vantage,
    /// Why it said nothing.
    problem: Option<String>,
    blind: bool,
    targets: Vec<WitnessedLine>,
    refused: Vec<RefusedTarget>,
}

/// Asks all `witnesses` about `subjects`.
///
/// # Errors
/// There are none.
pub(super) async fn ask_all(
    witnesses: &[Witness],
    subjects: &[(&Target, &Endpoint)],
) -> Result<Vec<Opinion>, Error> {
    if witnesses.is_empty() {
        return Err(
            "nobody can be asked: there is no `[[witness]]` in the configuration, or what \
                    it needs is missing"
                .into(),
        );
    }
    let http = http_client::client()?;
    Ok(join_all(witnesses.iter().map(|witness| opinion(&http, witness, subjects))).await)
}

/// Asks one, as often as it takes to ask about all.
async fn opinion(
    http: &reqwest::Client,
    witness: &Witness,
    subjects: &[(&Target, &Endpoint)],
) -> Opinion {
    let (targets, refused) = (Vec::new(), Vec::new());
    let mut opinion =
        Opinion { name: witness.name.clone(), problem: None, blind: false, targets, refused };
    for part in subjects.chunks(MAX_ASKED) {
        let question = question(part.iter().copied());
        match ask(http, witness, &question, PATIENCE).await {
            Ok(Testimony { vantage: _, blind, targets, refused }) => {
                opinion.blind |= blind;
                opinion.targets.extend(targets);
                opinion.refused.extend(refused);
            }
            Err(problem) => {
                opinion.problem = Some(problem.to_string());
                break;
            }
        }
    }
    opinion
}

/// The table: a line for each target, a column for each place.
pub(super) fn side_by_side(
    here: &Vantage,
    results: &[Probed<'_>],
    opinions: &[Opinion],
    width: Option<usize>,
) -> String {
    let places = [here].into_iter().chain(opinions.iter().map(|opinion| &opinion.name));
    let heads = places.map(|place| Cell::new(place.0.as_str()).style(BOLD));
    let mut rows = vec![[Cell::new("")].into_iter().chain(heads).collect()];
    rows.extend(results.iter().map(|probed| row(probed, opinions)));
    let lines = table::lines_within(&rows, width).join("\n");
    let troubles = opinions.iter().filter_map(trouble);
    let troubles = troubles.map(|line| format!("  {}\n", paint(WARN, visible(&line))));
    format!("\nSeen side by side:\n{lines}\n{}", troubles.collect::<String>())
}

fn row(probed: &Probed<'_>, opinions: &[Opinion]) -> Vec<Cell> {
    let (own, style) = status(&probed.report.outcome, probed.endpoint.unreachable);
    let name = &probed.target.name;
    let mut row = vec![Cell::new(name.as_str()), Cell::new(own).style(style)];
    let mut remarks = Vec::new();
    for opinion in opinions {
        let line = opinion.targets.iter().find(|line| line.name == *name);
        let refused = opinion.refused.iter().find(|refused| refused.name == *name);
        row.push(match (line, refused) {
            (_, Some(RefusedTarget { why: WhyRefused::Digest, .. })) => {
                Cell::new("differs").style(WARN)
            }
            (_, Some(RefusedTarget { why: WhyRefused::Unknown, .. })) => {
                Cell::new("not there").style(DIM)
            }
            (Some(line), None) => seen(line),
            (None, None) => Cell::new("–").style(DIM),
        });
        let detail = line.filter(|line| line.outcome != WitnessedOutcome::Success);
        let detail = detail.and_then(|line| line.detail.as_ref());
        remarks.extend(detail.map(|detail| format!("{}: {detail}", opinion.name)));
    }
    row.push(Cell::new(remarks.join("; ")));
    row
}

fn seen(line: &WitnessedLine) -> Cell {
    match line.outcome {
        WitnessedOutcome::Success => {
            let took = line.latency_ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
            let took = took.map(|took| format!(" {}", latency(took))).unwrap_or_default();
            Cell::new(format!("up{took}")).style(GOOD)
        }
        WitnessedOutcome::Failure => Cell::new("down").style(BAD),
        WitnessedOutcome::Inconclusive => Cell::new("unknown").style(WARN),
    }
}

/// What is to be said of a witness as a whole.
fn trouble(opinion: &Opinion) -> Option<String> {
    let name = &opinion.name;
    if let Some(problem) = &opinion.problem {
        return Some(format!("{name} has no vote: {problem}"));
    }
    if opinion.blind {
        return Some(format!("{name} has no vote: it has no network itself"));
    }
    let is_differing = |refused: &&RefusedTarget| refused.why == WhyRefused::Digest;
    let differing = opinion.refused.iter().filter(is_differing);
    let differing: Vec<&str> = differing.map(|refused| refused.name.as_str()).collect();
    (!differing.is_empty()).then(|| {
        let list = differing.join(", ");
        format!("{name} means something else by {list}: write them alike in both files")
    })
}
