//! docs/inbox.md is what people copy: its commands are run as they stand
//! there, but for the address and the key.

use std::process::Output;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use super::listening::Listening;
use crate::home::{LIMIT, Nas};

const DOCUMENT: &str = include_str!("../../../docs/inbox.md");
const ADDRESS: &str = "https://prober.example.com";
const KEY: &str = "k3y-of-8-or-more";

/// With the recipes' `backup.sh`.
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recipes:/usr/bin:/bin");

/// The code blocks below the `### heading`, with their languages.
fn blocks(heading: &str) -> Vec<(&'static str, &'static str)> {
    let (_, section) = DOCUMENT.split_once(&format!("\n### {heading}\n")).expect(heading);
    let section = section.split("\n#").next().unwrap();
    let fenced = section.split("\n```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).collect()
}

/// The only block of that language below the heading.
fn block(heading: &str, language: &str) -> &'static str {
    let mut found = blocks(heading).into_iter().filter(|(each, _)| *each == language);
    let (_, text) = found.next().unwrap_or_else(|| panic!("no {language} below {heading}"));
    assert!(found.next().is_none(), "more than one {language} below {heading}");
    text
}

/// An inbox with the heartbeat of a recipe.
struct Recipe {
    inbox: Listening,
}

impl Recipe {
    async fn new() -> Self {
        Self::with("[[heartbeat]]\nname = 'backup'\nkey = 'k3y-of-8-or-more'\ninterval = '1d'\n")
            .await
    }

    async fn with(config: &str) -> Self {
        Self { inbox: Listening::to(config).await }
    }

    /// The recipe's text, for this inbox.
    fn here(&self, text: &str) -> String {
        assert!(text.contains(ADDRESS), "{text}");
        text.replace(ADDRESS, &format!("http://{}", self.inbox.address))
    }

    /// Runs `command` in a shell, as it is in the document, where
    /// `backup.sh` does what `backup` says.
    async fn sh(&self, command: &str, backup: &str) -> Output {
        let mut sh = Command::new("/bin/sh");
        sh.args(["-c", &self.here(command)]).env_clear().env("PATH", PATH);
        sh.env("BACKUP_KEY", KEY).env("BACKUP", backup).kill_on_drop(true);
        timeout(LIMIT, sh.output()).await.expect("it takes too long").unwrap()
    }

    /// The same, where it must work.
    async fn works(&self, command: &str, backup: &str) {
        let output = self.sh(command, backup).await;
        assert!(output.status.success(), "{command}\n{output:?}");
    }

    /// Waits for so many messages, and gives all of them.
    async fn told(&self, messages: usize) -> String {
        self.inbox.home.slack.has(messages).await;
        self.inbox.home.slack.requests().concat()
    }

    async fn end(self, messages: usize) {
        let heard = self.inbox.stop().await.heard();
        assert_eq!(heard.len(), messages, "{heard:?}");
    }
}

#[test]
fn every_recipe_is_one_that_is_tried_here() {
    let (_, recipes) = DOCUMENT.split_once("\n## Recipes\n").unwrap();
    let recipes = recipes.split("\n## ").next().unwrap();
    let headings = recipes.lines().filter_map(|line| line.strip_prefix("### "));
    let languages = |heading| blocks(heading).into_iter().map(|(language, _)| language).collect();
    let found: Vec<(&str, Vec<&str>)> =
        headings.map(|heading| (heading, languages(heading))).collect();
    let tried = [
        ("Cron", vec!["cron", "sh"]),
        ("systemd", vec!["ini", "ini"]),
        ("A Windows task", vec!["powershell"]),
        ("Home Assistant", vec!["yaml", "toml"]),
        ("Docker", vec!["yaml"]),
        ("A browser", vec!["js", "js"]),
    ];
    assert_eq!(found, tried);
}

#[tokio::test]
async fn cron_tells_the_exit_status() {
    let recipe = Recipe::new().await;
    let (variable, line) = block("Cron", "cron").split_once('\n').unwrap();
    assert_eq!(variable, format!("BACKUP_KEY={KEY}"));
    let (schedule, command) = line.split_once("  ").unwrap();
    assert_eq!(schedule.split(' ').count(), 5);
    recipe.works(command, "exit 3").await;
    assert!(recipe.told(1).await.contains("failed: exit status 3"));
    recipe.works(command, "exit 0").await;
    recipe.told(2).await;
    recipe.end(2).await;
}

#[tokio::test]
async fn a_script_tells_what_was_printed() {
    let recipe = Recipe::new().await;
    let script = block("Cron", "sh");
    recipe.works(script, "echo copying; echo 'no space left on \"/\"' >&2; exit 28").await;
    let told = recipe.told(1).await;
    assert!(told.contains(r#"failed: no space left on \"/\" (exit status 28)"#), "{told}");
    recipe.works(script, "echo done").await;
    recipe.told(2).await;
    recipe.end(2).await;
}

#[tokio::test]
async fn systemd_tells_of_success_and_of_failure() {
    let recipe = Recipe::new().await;
    let command = |unit: &'static str, key: &str| {
        let line = unit.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim_start_matches('-')
    };
    let units: Vec<_> = blocks("systemd").into_iter().map(|(_, unit)| unit).collect();
    assert!(units[0].contains("OnFailure=backup-failed.service"));
    // Of any other type, what follows the start follows it at once.
    assert!(units[0].contains("\nType=oneshot\n"));
    recipe.works(command(units[1], "ExecStart="), "").await;
    assert!(recipe.told(1).await.contains("it reported a failure"));
    recipe.works(command(units[0], "ExecStartPost="), "").await;
    recipe.told(2).await;
    recipe.end(2).await;
}

/// PowerShell is not here, but what it is to run is curl.
#[tokio::test]
async fn a_windows_task_pings() {
    let recipe = Recipe::new().await;
    recipe.inbox.get(&format!("/ping/{KEY}/fail")).await;
    recipe.told(1).await;
    let task = block("A Windows task", "powershell");
    let quoted = |after: &str| task.split_once(after).unwrap().1.split('"').nth(1).unwrap();
    assert_eq!(quoted("-Execute"), "curl.exe");
    let arguments = quoted("-Argument").replace("NUL", "/dev/null");
    recipe.works(&format!("curl {arguments}"), "").await;
    recipe.told(2).await;
    recipe.end(2).await;
}

/// Home Assistant is not here: the request is made of its parts.
#[tokio::test]
async fn home_assistant_tells_a_value_that_is_held_against_what_is_expected() {
    let config = block("Home Assistant", "toml").replace("${GREENHOUSE_KEY}", KEY);
    let recipe = Recipe::with(&config).await;
    let yaml = block("Home Assistant", "yaml");
    let value = |key: &str| {
        let line = yaml.lines().find_map(|line| line.trim().strip_prefix(key)).unwrap();
        line.trim().trim_matches(['\'', '"'])
    };
    assert_eq!((value("method:"), value("content_type:")), ("post", "application/json"));
    assert!(yaml.contains("- action: rest_command.greenhouse"));
    let url = value("url:").strip_prefix(ADDRESS).unwrap();
    let (before, rest) = value("payload:").split_once("{{").unwrap();
    let after = rest.split_once("}}").unwrap().1;
    for (reading, messages) in [("45.5", 1), ("23", 2), ("unavailable", 3)] {
        let answer = recipe.inbox.post(url, &[before, reading, after].concat()).await;
        assert_eq!(answer.status, 200);
        recipe.told(messages).await;
    }
    recipe.end(3).await;
}

#[tokio::test]
async fn a_container_tells_of_its_own_health() {
    let (recipe, web) = (Recipe::new().await, Nas::start());
    let yaml = block("Docker", "yaml");
    let test = yaml.lines().find_map(|line| line.trim().strip_prefix("test: ")).unwrap();
    let test: Vec<String> = serde_json::from_str(test).unwrap();
    assert_eq!(test[0], "CMD-SHELL");
    // Compose puts variables in, and takes `$$` for `$`.
    let command = test[1].replace("$$", "$").replace("http://localhost/", &web.http());
    recipe.works(&command, "").await;
    web.stop().await;
    assert_eq!(recipe.sh(&command, "").await.status.code(), Some(7));
    assert!(recipe.told(1).await.contains("failed: exit status 7"));
    web.start_again().await;
    recipe.works(&command, "").await;
    recipe.told(2).await;
    recipe.end(2).await;
}

/// What a browser makes of it, scripts/test-browser sees; here, that both
/// scripts send what the inbox takes.
#[tokio::test]
async fn a_browser_sends_what_is_a_report() {
    let config = "[[reports]]\nservice = 'map-web'\norigins = ['https://map.example.com']\n";
    let recipe = Recipe::with(config).await;
    for (_, script) in blocks("A browser") {
        let (_, url) = script.split_once(ADDRESS).unwrap();
        let (path, object) = url.split_once('"').unwrap();
        let field = |name: &str| {
            let line = object.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap();
            line.trim().trim_end_matches(',')
        };
        let (service, types) = (field("serviceName:"), field("types:"));
        assert_eq!(field("description:"), "String(event.error?.stack ?? event.message)");
        let body = format!(r#"{{"serviceName": {service}, "types": {types}, "description": "x"}}"#);
        serde_json::from_str::<Value>(&body).unwrap();
        let headers = ["origin: https://map.example.com", "content-type: application/json"];
        let answer = recipe.inbox.send("POST", path, &headers, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    recipe.told(1).await;
    recipe.end(1).await;
}
