//! Fifty of one attacker at once beside twenty healthy servers: what it costs the one
//! who asks, and the others. Once with all of the processor, and once with a seventh of
//! it, as on Lambda with 256 MB.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::attack::{ATTACKS, Attack, Over};
use crate::farm::Farm;
use crate::quota::{Quota, run_within};
use crate::run::Use;
use crate::serve::slug;

/// Of one attacker.
const SICK: usize = 50;
/// Of healthy ones, half of them https.
const HEALTHY: usize = 20;
/// Seconds that each is given.
const TIMEOUT: u32 = 2;

/// What one round was like.
struct Round {
    used: Use,
    /// Of those that attack, in milliseconds.
    slowest: f64,
    /// Of the healthy ones, in milliseconds, sorted.
    latencies: Vec<f64>,
    /// Healthy ones that were not said to be.
    wrong: usize,
}

/// Prints the table.
pub(crate) fn fifty(prober: &Path, farm: &Farm) {
    println!(
        "| attack | over the timeout | MB above none | CPU | neighbours' latency, median and most \
         | … at a seventh: over the timeout | MB | latency | wrong |\n|{}",
        " --- |".repeat(9)
    );
    let quotas = [Quota::ALL, Quota::SEVENTH];
    let none = quotas.map(|quota| round(prober, farm, None, quota));
    line("none", &none, &none);
    for attack in ATTACKS {
        let rounds = quotas.map(|quota| round(prober, farm, Some(attack), quota));
        line(attack.name, &rounds, &none);
    }
}

fn line(name: &str, [full, seventh]: &[Round; 2], [idle, idle_seventh]: &[Round; 2]) {
    println!(
        "| {name} | {} | {:.1} | {} ms | {} | {} | {:.1} | {} | {} |",
        full.over(),
        full.above(idle),
        full.used.cpu.as_millis(),
        full.latency(),
        seventh.over(),
        seventh.above(idle_seventh),
        seventh.latency(),
        full.wrong + seventh.wrong,
    );
}

impl Round {
    fn over(&self) -> String {
        match self.slowest - f64::from(TIMEOUT) * 1e3 {
            over if over > 0.0 => format!("{over:.0} ms"),
            _ => format!("ended by {:.0} ms", self.slowest),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "figures are told with three digits")]
    fn above(&self, idle: &Self) -> f64 {
        (self.used.resident as f64 - idle.used.resident as f64) / 1e6
    }

    fn latency(&self) -> String {
        let median = self.latencies.get(self.latencies.len() / 2).copied().unwrap_or_default();
        format!("{median:.0}, {:.0} ms", self.latencies.last().copied().unwrap_or_default())
    }
}

/// The sick ones stand first, so that the healthy ones begin among them.
fn round(prober: &Path, farm: &Farm, attack: Option<&Attack>, quota: Quota) -> Round {
    let sick = attack.into_iter().flat_map(|attack| {
        let scheme = if attack.over == Over::Http { "http" } else { "https" };
        let url = format!("{scheme}://127.0.0.1:{}/", farm.ports(&slug(attack.name))[0]);
        let (body, needs) = (posted(attack), attack.needs);
        (0..SICK)
            .map(move |number| (format!("sick-{number}"), url.clone(), format!("{body}{needs}")))
    });
    let healthy = (0..HEALTHY).map(|number| {
        let kind = if number % 2 == 0 { "http" } else { "https" };
        let url = format!("{kind}://127.0.0.1:{}/", farm.ports(kind)[number]);
        (format!("healthy-{number}"), url, String::new())
    });
    let config = farm.of("fifty", TIMEOUT, sick.chain(healthy));
    let mut command = Command::new(prober);
    command.args(["check", "--format", "json", "--config"]).arg(&config);
    let (used, said) = run_within(&mut command, quota);
    let said: Value = serde_json::from_slice(&said).unwrap();
    let targets = said["targets"].as_array().unwrap().iter();
    let (sick, healthy): (Vec<_>, Vec<_>) =
        targets.partition(|target| target["name"].as_str().unwrap().starts_with("sick"));
    let latency = |target: &&Value| target["latency_ms"].as_f64().unwrap();
    let mut latencies: Vec<f64> = healthy.iter().map(latency).collect();
    latencies.sort_by(f64::total_cmp);
    Round {
        used,
        slowest: sick.iter().map(latency).fold(0.0, f64::max),
        latencies,
        wrong: healthy.iter().filter(|target| target["outcome"] != "success").count(),
    }
}

/// What is sent to one that does not read.
fn posted(attack: &Attack) -> String {
    if attack.name == "never reads" {
        format!("method = \"POST\"\nbody = \"{}\"\n", "b".repeat(60_000))
    } else {
        String::new()
    }
}
