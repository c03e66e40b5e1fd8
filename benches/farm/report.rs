//! What is run, and the tables that come of it.
#![allow(clippy::cast_precision_loss, reason = "figures are told with three digits")]

use std::path::Path;
use std::process::Command;

use crate::Options;
use crate::farm::{Farm, Field};
use crate::fifty::fifty;
use crate::latency::latency;
use crate::run::{Use, median, run};
use crate::sick::ILLNESSES;
use crate::steady::steady;

/// Seconds after which a target that hangs, or is sick, is given up.
const TIMEOUT: u32 = 2;

/// Prints all tables.
pub(crate) fn report(options: &Options) {
    let bench = Bench { options, farm: Farm::start() };
    println!("CPU is user + system of the whole process; medians of {} runs.\n", options.runs);
    if options.wants("healthy") {
        println!("### All targets answer\n");
        println!(
            "| targets | floor µs | `check` µs | × floor | `tick` µs | × floor \
             | floor wall | `check` wall | `tick` wall | `check` MB | `tick` MB |"
        );
        println!("|{}", " ---: |".repeat(11));
        for (kind, targets) in sizes(options.most) {
            println!("{}", bench.healthy(Field { kind, targets, hang: None }));
        }
    }
    if options.wants("hanging") {
        println!("\n### Every tenth target hangs; timeout {TIMEOUT} s\n");
        println!(
            "| targets | `check` wall | `tick` wall | `check` µs | `tick` µs | `check` MB \
             | `tick` MB |"
        );
        println!("|{}", " ---: |".repeat(7));
        for (kind, targets) in sizes(options.most) {
            println!("{}", bench.hanging(Field { kind, targets, hang: Some(TIMEOUT) }));
        }
    }
    if options.wants("single") {
        println!("\n### One target, process included\n");
        println!("| target | wall | CPU | MB above a healthy one |\n|{}", " --- |".repeat(4));
        bench.singles();
    }
    bench.report_more();
}

/// How many of what.
fn sizes(most: usize) -> impl Iterator<Item = (&'static str, usize)> {
    [10, 100, 1_000, 10_000]
        .map(|targets| ("http", targets))
        .into_iter()
        .chain([10, 100, 1_000].map(|targets| ("https", targets)))
        .chain([10, 100, 1_000].map(|targets| ("https-own", targets)))
        .filter(move |(_, targets)| *targets <= most)
}

struct Bench<'a> {
    options: &'a Options,
    farm: Farm,
}

impl Bench<'_> {
    /// The tables of what only one prober is asked, without the floor beside it.
    fn report_more(&self) {
        let (options, farm) = (self.options, &self.farm);
        if options.wants("watch") {
            println!("\n### `watch`, round after round\n");
            let floors = |field| (0..options.runs).map(|_| self.floor(field)).collect::<Vec<_>>();
            steady(&options.prober, farm, options.most, |field| median(&floors(field)));
        }
        if options.wants("latency") {
            println!("\n### What is reported of identical targets, on one processor\n");
            latency(&options.prober, farm, options.runs, options.most);
        }
        if options.wants("fifty") {
            println!("\n### Fifty of one attacker at once; timeout {TIMEOUT} s\n");
            fifty(&options.prober, farm);
        }
    }

    /// The three of them in turns, so that a busy minute hits all alike.
    fn healthy(&self, field: Field) -> String {
        let config = self.farm.config(field);
        let (mut floors, mut checks, mut ticks) = (Vec::new(), Vec::new(), Vec::new());
        // The first tick makes the records that all others change.
        self.tick(&config, 0);
        for number in 0..self.options.runs {
            floors.push(self.floor(field));
            checks.push(self.check(&config, 0));
            ticks.push(self.tick(&config, number + 1));
        }
        let [floor, check, tick] = [floors, checks, ticks].map(|uses| median(&uses));
        let each = |used: Use| micros(used) / field.targets as f64;
        let times = |used: Use| used.cpu.as_secs_f64() / floor.cpu.as_secs_f64();
        format!(
            "| {} {} | {:.0} | {:.0} | {:.2} | {:.0} | {:.2} | {} | {} | {} | {} | {} |",
            field.targets,
            field.kind,
            each(floor),
            each(check),
            times(check),
            each(tick),
            times(tick),
            wall(floor),
            wall(check),
            wall(tick),
            megabytes(check),
            megabytes(tick),
        )
    }

    fn hanging(&self, field: Field) -> String {
        let config = self.farm.config(field);
        self.tick(&config, 0);
        let check = self.check(&config, 1);
        let tick = self.tick(&config, 1);
        let each = |used: Use| micros(used) / field.targets as f64;
        format!(
            "| {} {} | {} | {} | {:.0} | {:.0} | {} | {} |",
            field.targets,
            field.kind,
            wall(check),
            wall(tick),
            each(check),
            each(tick),
            megabytes(check),
            megabytes(tick),
        )
    }

    /// One healthy target of each kind, and every sick one.
    fn singles(&self) {
        let single = |kind| self.farm.config(Field { kind, targets: 1, hang: None });
        let mut idle = 0;
        for kind in ["http", "https"] {
            let used = self.repeated(&single(kind), 0);
            if kind == "http" {
                idle = used.resident;
            }
            line(kind, used, idle);
        }
        for (name, _) in ILLNESSES {
            // The body is asked for, so that no sickness is overlooked.
            for (what, needs) in [
                ("default limits", "expect = { body_contains = [\"health\"] }\n"),
                (
                    "64 MiB allowed",
                    "expect = { body_contains = [\"health\"], max_body = \"64MiB\" }\n",
                ),
            ] {
                let config = self.farm.single(name, TIMEOUT, needs);
                line(&format!("{name}, {what}"), self.repeated(&config, 1), idle);
            }
        }
    }

    fn repeated(&self, config: &Path, code: i32) -> Use {
        let uses: Vec<Use> = (0..self.options.runs).map(|_| self.check(config, code)).collect();
        median(&uses)
    }

    fn floor(&self, field: Field) -> Use {
        let ports = self.farm.ports(field.kind).iter().map(u16::to_string).collect::<Vec<_>>();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["floor", field.kind, &field.targets.to_string(), &ports.join(",")]);
        run(command.arg(self.farm.ca()), 0)
    }

    fn check(&self, config: &Path, code: i32) -> Use {
        run(Command::new(&self.options.prober).arg("check").arg("--config").arg(config), code)
    }

    /// The tick of minute `number`, at which everything is due again.
    fn tick(&self, config: &Path, number: usize) -> Use {
        let at = format!("2030-01-01T00:{number:02}:00Z");
        let mut command = Command::new(&self.options.prober);
        run(command.args(["tick", "--at", &at]).arg("--config").arg(config), 0)
    }
}

/// One line of the last table.
fn line(what: &str, used: Use, idle: u64) {
    let above = (used.resident as f64 - idle as f64) / 1e6;
    println!("| {what} | {} | {:.1} ms | {above:.1} |", wall(used), micros(used) / 1e3);
}

fn micros(used: Use) -> f64 {
    used.cpu.as_secs_f64() * 1e6
}

fn wall(used: Use) -> String {
    match used.wall.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds => format!("{seconds:.2} s"),
    }
}

fn megabytes(used: Use) -> String {
    format!("{:.1}", used.resident as f64 / 1e6)
}
