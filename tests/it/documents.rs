//! What the documents show is what the program does.

use std::path::Path;
use std::process::Command;

use chrono_tz::Asia::Seoul;
use prober::core::announce::Fact;
use prober::message::Message;
use prober::model::names::TargetName;
use prober::model::observation::Reason;
use prober::model::state::Outage;
use prober::notify::slack::payload;
use serde_json::Value;

use crate::message::{at, incident, say_in};

pub(crate) fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks of `document` in `language`.
pub(crate) fn blocks(document: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if fence == language {
            blocks.push(body.join("\n"));
        }
    }
    blocks
}

fn prober() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prober"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("PROBER_CONFIG");
    command
}

#[test]
fn readme_shows_the_help_that_the_program_prints() {
    let help = String::from_utf8(prober().arg("--help").output().unwrap().stdout).unwrap();
    let shown = blocks(&read("README.md"), "text");
    assert!(shown.iter().any(|block| block.trim_end() == help.trim_end()), "README lacks:\n{help}");
}

/// `message` as Slack shows it: its text, then its blocks beside a coloured bar.
fn picture(message: &Message) -> String {
    let sent: Value = serde_json::from_str(&payload(message, Some("<!here>"))).unwrap();
    let text = sent["text"].as_str().unwrap().replace("<!here>", "@here");
    let blocks = sent["attachments"][0]["blocks"].as_array().unwrap();
    let texts = blocks.iter().map(|block| {
        let text = if block["text"].is_null() { &block["elements"][0] } else { &block["text"] };
        text["text"].as_str().unwrap().trim_matches('*').to_owned()
    });
    let lines = texts.collect::<Vec<_>>().join("\n");
    format!("{text}\n┃ {}\n", lines.replace('\n', "\n┃ "))
}

#[test]
fn readme_shows_messages_as_they_are_sent() {
    // `probe::trace` makes sure that it says so.
    let detail = "no connection within 10 s (203.0.113.7:443)";
    let gone = incident("2026-07-05T05:02:00Z", Reason::Timeout, detail);
    let back = Outage::of(&gone, at("2026-07-05T05:44:00Z"));
    let affected = ["blog", "photos"].map(TargetName::new).to_vec();
    let say = |now, fact| say_in(Seoul, now, &[(TargetName::new("router"), fact)]);
    let down = say("2026-07-05T05:03:00Z", Fact::Down { incident: gone, affected });
    let recovered = say("2026-07-05T05:44:00Z", Fact::Recovered(back));
    let shown = [picture(&down), picture(&recovered)].join("\n");
    let blocks = blocks(&read("README.md"), "text");
    assert_eq!(format!("{}\n", blocks[0]), shown, "left: README");
}

#[test]
fn readme_s_recipes_start_what_readme_installs() {
    let readme = read("README.md");
    let cron = &blocks(&readme, "cron")[0];
    // What the unit and the crontab start is where README has it installed.
    let unit = &blocks(&readme, "ini")[0];
    assert!(readme.contains("sudo install ~/.cargo/bin/prober /usr/local/bin/"));
    for recipe in [cron, unit] {
        assert!(recipe.contains("/usr/local/bin/prober "), "{recipe}");
    }
}

#[test]
fn readme_promises_two_commands() {
    let shell = blocks(&read("README.md"), "sh");
    assert_eq!(shell[..2], ["cargo run -- check", "cargo test"]);
}

#[test]
fn readme_shows_a_configuration_that_is_valid() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("probes.toml");
    std::fs::write(&config, &blocks(&read("README.md"), "toml")[0]).unwrap();
    let mut validate = prober();
    validate.arg("--config").arg(&config).arg("validate");
    let output = validate.env("SLACK_WEBHOOK_URL", "https://hooks.example.com/x").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.ends_with("is valid: 2 targets, 1 channel\n"), "{said}{output:?}");
}

#[test]
fn the_guarantees_list_every_break_of_scripts_mutants_and_no_other() {
    let promises = [
        "No silence",
        "A second opinion",
        "No noise",
        "Order",
        "Idempotence",
        "Evidence",
        "Monotone",
        "The log",
    ];
    let (script, document) = (read("scripts/mutants"), read("docs/guarantees.md"));
    let mut breaks: Vec<(&str, &str)> = script
        .lines()
        .filter_map(|line| line.strip_prefix("    (\"")?.split_once("\", \""))
        .map(|(promise, rest)| (promise, rest.split('"').next().unwrap()))
        .collect();
    let (_, table) = document.split_once("| promise | break | noticed by |\n").unwrap();
    let mut listed: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .map(|(promise, rest)| (promise, rest.split(" | ").next().unwrap()))
        .filter(|(promise, _)| promises.contains(promise))
        .collect();
    breaks.sort_unstable();
    listed.sort_unstable();
    assert!(breaks.len() > 30, "{breaks:?}");
    assert_eq!(listed, breaks, "left: docs/guarantees.md");
}

#[test]
fn readme_and_architecture_are_short_enough_to_be_read() {
    assert!(read("README.md").lines().count() <= 250);
    assert!(read("ARCHITECTURE.md").lines().count() <= 150);
}

#[test]
fn the_demo_tells_one_outage_once() {
    let output = prober().args(["demo", "--fast"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("┃ 🔴 photos is down").count(), 1, "{said}");
    assert_eq!(said.matches("┃ 🟢 photos recovered after 4 min").count(), 1, "{said}");
    assert_eq!(said.matches("your phone:").count(), 2, "{said}");
    assert!(said.contains("2 messages: one outage, told once."), "{said}");
}

#[test]
fn every_room_of_the_library_is_on_the_map() {
    let map = read("ARCHITECTURE.md");
    let rooms = read("src/lib.rs");
    for room in rooms.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let file = format!("`{}.rs`", room.trim_end_matches(';'));
        assert!(map.contains(&file), "ARCHITECTURE.md does not name {file}");
    }
}
