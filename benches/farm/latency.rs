//! The latency that is reported of identical targets, however many there are: prober must
//! not measure its own queue. On one processor, and with a seventh of it, as on Lambda.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::farm::{Farm, Field};
use crate::quota::{Quota, run_within};

/// How many https targets.
const SIZES: [usize; 4] = [1, 10, 100, 1_000];
/// What each is given, in seconds, where prober has a seventh of a processor.
const SHORT: u32 = 1;

/// What several rounds have reported.
struct Reported {
    /// Of those that are up, in milliseconds, sorted.
    latencies: Vec<f64>,
    /// How many were not said to be up.
    others: usize,
}

/// Prints the table.
pub(crate) fn latency(prober: &Path, farm: &Farm, runs: usize, most: usize) {
    println!(
        "| https targets | median latency | × one alone | most \
         | at a seventh, timeout {SHORT} s: median | most | not up |\n|{}",
        " ---: |".repeat(7)
    );
    let mut alone = None;
    for targets in SIZES.into_iter().filter(|targets| *targets <= most) {
        let field = Field { kind: "https", targets, hang: None };
        let whole = reported(prober, &farm.config(field), Quota::ONE_PROCESSOR, runs);
        let seventh = reported(prober, &farm.config_within(field, SHORT), Quota::SEVENTH, runs);
        let alone = *alone.get_or_insert(whole.median());
        println!(
            "| {targets} | {:.1} ms | {:.1} | {:.1} ms | {:.1} ms | {:.1} ms | {} of {} |",
            whole.median(),
            whole.median() / alone,
            whole.most(),
            seventh.median(),
            seventh.most(),
            seventh.others,
            targets * runs,
        );
    }
}

impl Reported {
    fn median(&self) -> f64 {
        self.latencies.get(self.latencies.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn most(&self) -> f64 {
        self.latencies.last().copied().unwrap_or(f64::NAN)
    }
}

/// What `runs` rounds have reported together.
fn reported(prober: &Path, config: &Path, quota: Quota, runs: usize) -> Reported {
    let mut all = Reported { latencies: Vec::new(), others: 0 };
    for _ in 0..runs {
        let mut command = Command::new(prober);
        command.args(["check", "--format", "json", "--config"]).arg(config);
        let (_, said) = run_within(&mut command, quota);
        let said: Value = serde_json::from_slice(&said).unwrap();
        for target in said["targets"].as_array().unwrap() {
            if target["outcome"] == "success" {
                all.latencies.push(target["latency_ms"].as_f64().unwrap());
            } else {
                all.others += 1;
            }
        }
    }
    all.latencies.sort_by(f64::total_cmp);
    all
}
