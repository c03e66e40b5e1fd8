//! Fifty of one attacker at once beside twenty healthy servers: what it costs the one
//! who asks, and the others. Once with all of the processor, and once with a seventh of
//! it, as on Lambda with 256 MB.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::attack::{ATTACKS, Attack, Over};
use crate::farm::Farm;
use crate::run::{Use, ended};
use crate::serve::slug;

/// Of one attacker.
const SICK: usize = 50;
/// Of healthy ones, half of them https.
const HEALTHY: usize = 20;
/// Seconds that each is given.
const TIMEOUT: u32 = 2;
/// Within which the share is given out, as on Lambda.
const PERIOD: Duration = Duration::from_millis(20);
/// The share of a processor of 256 MB, of 1,769 MB for one:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>.
const SEVENTH: f64 = 0.145;

/// What one round was like.
struct Round {
    used: Use,
    /// Of those that attack, in milliseconds.
    slowest: u64,
    /// Of the healthy ones, sorted.
    latencies: Vec<u64>,
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
    let none = [1.0, SEVENTH].map(|share| round(prober, farm, None, share));
    line("none", &none, &none);
    for attack in ATTACKS {
        let rounds = [1.0, SEVENTH].map(|share| round(prober, farm, Some(attack), share));
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
        let over = self.slowest.saturating_sub(u64::from(TIMEOUT) * 1000);
        if over > 0 { format!("{over} ms") } else { format!("ended by {} ms", self.slowest) }
    }

    #[allow(clippy::cast_precision_loss, reason = "figures are told with three digits")]
    fn above(&self, idle: &Self) -> f64 {
        (self.used.resident as f64 - idle.used.resident as f64) / 1e6
    }

    fn latency(&self) -> String {
        let median = self.latencies.get(self.latencies.len() / 2).copied().unwrap_or_default();
        format!("{median}, {} ms", self.latencies.last().copied().unwrap_or_default())
    }
}

/// The sick ones stand first, so that the healthy ones begin among them.
fn round(prober: &Path, farm: &Farm, attack: Option<&Attack>, share: f64) -> Round {
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
    let (used, said) = throttled(&mut command, share);
    let said: Value = serde_json::from_slice(&said).unwrap();
    let targets = said["targets"].as_array().unwrap().iter();
    let (sick, healthy): (Vec<_>, Vec<_>) =
        targets.partition(|target| target["name"].as_str().unwrap().starts_with("sick"));
    let latency = |target: &&Value| target["latency_ms"].as_u64().unwrap_or_default();
    let mut latencies: Vec<u64> = healthy.iter().map(latency).collect();
    latencies.sort_unstable();
    Round {
        used,
        slowest: sick.iter().map(latency).max().unwrap_or_default(),
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

/// Runs `command` with a `share` of a processor: whenever it has used its part of a
/// period, it is stopped until the next.
fn throttled(command: &mut Command, share: f64) -> (Use, Vec<u8>) {
    let began = Instant::now();
    let mut child = command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        std::io::Read::read_to_end(&mut output, &mut said).unwrap();
        said
    });
    if share < 1.0 {
        throttle(i32::try_from(child.id()).unwrap(), PERIOD.mul_f64(share));
    }
    let used = ended(&mut child, began, 1);
    (used, reader.join().unwrap())
}

/// Until the process is gone.
#[allow(clippy::disallowed_methods, reason = "it waits for another process's time to pass")]
fn throttle(id: i32, part: Duration) {
    const LOOK: Duration = Duration::from_micros(500);
    let Some(pid) = Pid::from_raw(id) else { return };
    while let Some(before) = computed(id) {
        let period = Instant::now();
        while period.elapsed() < PERIOD {
            if computed(id).is_none_or(|now| now >= before + part) {
                let _gone = kill_process(pid, Signal::STOP);
                std::thread::sleep(PERIOD.saturating_sub(period.elapsed()));
                let _gone = kill_process(pid, Signal::CONT);
                break;
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// What all threads of a process have computed so far; nothing once it has ended.
fn computed(id: i32) -> Option<Duration> {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).ok()?;
    let nanos = |thread: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    let times: Vec<u64> = threads.filter_map(nanos).collect();
    let is_over = std::fs::read_to_string(format!("/proc/{id}/stat"))
        .map_or(true, |stat| stat.contains(") Z "));
    (!is_over).then(|| Duration::from_nanos(times.iter().sum()))
}
