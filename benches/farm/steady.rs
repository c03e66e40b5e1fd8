//! `watch` in its steady state: what a probe costs when the program has long been started.
#![allow(clippy::cast_precision_loss, reason = "figures are told with three digits")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::farm::{Farm, Field};
use crate::run::Use;

/// Seconds between two rounds.
const INTERVAL: u32 = 5;
/// Rounds that are not counted: the first makes the records, and chains are verified.
const UNCOUNTED: u32 = 1;
/// Rounds of which the mean is told.
const ROUNDS: u32 = 6;

/// Prints the table; `floor` measures the barest client at as many targets.
pub(crate) fn steady(prober: &Path, farm: &Farm, most: usize, floor: impl Fn(Field) -> Use) {
    println!("| targets | floor µs | `watch` µs | × floor | MB |\n|{}", " ---: |".repeat(5));
    for (kind, targets) in [("http", 1_000), ("https", 1_000)] {
        if targets > most {
            continue;
        }
        let field = Field { kind, targets, hang: None };
        let floor = floor(field).cpu.as_secs_f64() * 1e6 / targets as f64;
        let (cpu, resident) = watched(prober, &farm.config_every(field, INTERVAL));
        let each = cpu.as_secs_f64() * 1e6 / (targets as f64 * f64::from(ROUNDS));
        let times = each / floor;
        println!("| {targets} {kind} | {floor:.0} | {each:.0} | {times:.2} | {resident:.1} |");
    }
}

/// What `watch` computes in [`ROUNDS`], and the megabytes that are resident then.
#[allow(clippy::disallowed_methods, reason = "it waits for another process's time to pass")]
fn watched(prober: &Path, config: &Path) -> (Duration, f64) {
    let mut command = Command::new(prober);
    command.args(["watch", "--config"]).arg(config).env_clear().stdin(Stdio::null());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // From the middle of a pause to the middle of another.
    let interval = Duration::from_secs(INTERVAL.into());
    std::thread::sleep(interval * UNCOUNTED + interval / 2);
    let before = computed(child.id());
    std::thread::sleep(interval * ROUNDS);
    let used = computed(child.id()).saturating_sub(before);
    let resident = resident(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    (used, resident)
}

/// User and system time of a process so far, in the kernel's hundredths of a second:
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
fn computed(id: u32) -> Duration {
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(11).take(2).map(|field| field.parse::<u32>().unwrap());
    TICK * ticks.sum()
}

/// Megabytes.
fn resident(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0 / 1e6
}
