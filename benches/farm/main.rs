//! What a probe costs, and what it costs the others, against a farm of servers on this machine, beside the
//! barest client that can send the same request: `cargo bench --bench farm`.
//!
//! This one program plays three parts, each in a process of its own, so that
//! the kernel counts what each used: the farm (`serve`), the barest client
//! (`floor`), and the one that starts all others and prints Markdown, whose
//! figures docs/performance.md quotes. Nothing here decides whether a test
//! passes: figures are for people.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]
#![allow(clippy::print_stdout, reason = "the tables are its result")]

mod attack;
mod farm;
mod fifty;
mod floor;
mod latency;
mod pki;
mod quota;
mod report;
mod run;
mod serve;
mod sick;
mod steady;

use std::path::PathBuf;

/// How the benchmark is run.
struct Options {
    /// The prober that is measured.
    prober: PathBuf,
    /// Runs of which the median is told.
    runs: usize,
    /// Targets at most; smaller is sooner.
    most: usize,
    /// The one table that is wanted; all without it.
    only: Option<String>,
}

impl Options {
    fn wants(&self, table: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == table)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve"] => serve::serve(),
        ["floor", kind, count, ports, ca] => floor::floor(kind, count, ports, ca),
        // Without `--bench`, `cargo test --all-targets` is the caller.
        options if options.contains(&"--bench") => report::report(&self::options(options)),
        _ => println!(
            "for figures: cargo bench --bench farm [-- --runs N --most N --only TABLE --prober FILE]"
        ),
    }
}

fn options(arguments: &[&str]) -> Options {
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| *argument == name)?;
        arguments.get(at + 1).copied()
    };
    let number = |name, default| value(name).map_or(default, |text| text.parse().unwrap());
    Options {
        prober: value("--prober").unwrap_or(env!("CARGO_BIN_EXE_prober")).into(),
        runs: number("--runs", 5),
        most: number("--most", 10_000),
        only: value("--only").map(str::to_owned),
    }
}
