//! What a sensible person would want to be told: each folder of
//! `tests/scenarios` is a story, `trace.jsonl` under `probes.toml`, with the
//! messages expected of it: `messages.jsonl` for programs, `messages.txt` as a
//! phone shows them. `BLESS=1 cargo test scenarios` writes both anew.

use std::fs;
use std::path::{Path, PathBuf};

use prober::app::with_a_channel;
use prober::config::{self, Sources};
use prober::model::observation::Vantage;
use prober::notify::console;
use prober::replay::{Replay, Sent};

use crate::support::on_file;
use crate::world::epoch;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name)
}

fn replay(folder: &Path) -> Vec<Sent> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let sources = Sources {
        env: &|_| None,
        read_file: &|_| Err(std::io::ErrorKind::NotFound.into()),
        now: epoch(),
    };
    let config = config::parse(&folder.join("probes.toml"), &read("probes.toml"), &sources);
    let config = with_a_channel(config.unwrap_or_else(|errors| panic!("{}", errors.render(false))));
    let mut replay = Replay::new(&config, Vantage("ap-northeast-2".into()));
    let trace = read("trace.jsonl");
    let mut sent: Vec<Sent> = Vec::new();
    for line in trace.lines() {
        sent.extend(replay.line(line).unwrap_or_else(|bad| panic!("{}:{bad}", folder.display())));
    }
    sent.extend(replay.end());
    sent
}

fn json(sent: &[Sent]) -> String {
    sent.iter().map(|each| serde_json::to_string(each).unwrap() + "\n").collect()
}

fn words(sent: &[Sent]) -> String {
    let message = |each: &Sent| {
        let words = console::text(&each.message, false);
        format!("{}, on {}:\n{words}", each.at.format("%d %b %H:%M:%S UTC"), each.channel)
    };
    sent.iter().map(message).collect::<Vec<_>>().join("\n")
}

/// Compares what is told in the story `name` with what should be.
fn check(name: &str) {
    let folder = folder(name);
    let sent = replay(&folder);
    for (file, told) in [("messages.jsonl", json(&sent)), ("messages.txt", words(&sent))] {
        on_file::assert_same(&folder.join(file), &told);
    }
}

macro_rules! stories {
    ($($name:ident,)+) => {
        $(#[test] fn $name() { check(stringify!($name)); })+

        #[test]
        fn every_story_is_replayed() {
            let mut told = vec![$(stringify!($name)),+];
            told.sort_unstable();
            let mut found: Vec<String> = fs::read_dir(folder(""))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            found.sort_unstable();
            assert_eq!(found, told);
        }
    };
}

stories! {
    a_certificate_is_renewed,
    a_crash_loop,
    a_lost_packet,
    a_night,
    a_power_cut,
    a_slow_start,
    a_tick_delivered_twice,
    a_way_that_is_cut,
    an_isp_flap,
    slack_is_out_during_an_outage,
    the_clocks_change_at_night,
    the_prober_slept,
}
