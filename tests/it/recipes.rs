//! Every code block of the documents is known here, and is checked as far as that goes without
//! the internet: configurations are validated, units verified, shell is parsed, and commands of
//! prober have the options that it takes. Some are also run: the table says by what.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use prober::config::{self, Sources};
use prober::model::cron::CronExpression;
use prober::model::target::Config;
use serde_json::Value;

use crate::documents::{blocks, read};
use crate::support::on_file;
use crate::world::epoch;

/// How many blocks of a language a document has, and what runs them, or why nothing does: what
/// every block of that language undergoes here is [`every_block_is_well_formed`].
const KNOWN: &[(&str, &str, usize, &str)] = &[
    ("CONTRIBUTING.md", "sh", 2, "cargo's own options; the second needs a nightly compiler"),
    ("README.md", "console", 2, "scripts/test-stack deploys with the same template; init.rs"),
    ("README.md", "cron", 1, "documents.rs: it hands variables on"),
    ("README.md", "ini", 1, "documents.rs, and verified here"),
    ("README.md", "sh", 3, ".ci/run runs all of them"),
    ("README.md", "text", 3, "documents.rs: messages and help; the table of `check` is an example"),
    ("README.md", "toml", 1, "documents.rs"),
    ("docs/causes.md", "text", 1, "message/languages.rs says the line of each"),
    ("docs/coming-from.md", "toml", 3, "here: what Gatus's says, too"),
    ("docs/coming-from.md", "yaml", 1, "here, against the TOML beside it"),
    ("docs/configuration.md", "toml", 14, "config/documents.rs"),
    ("docs/deploy.md", "console", 10, "AWS; scripts/test-stack deploys the same"),
    ("docs/deploy.md", "sh", 8, "AWS's own commands; there is no account here"),
    ("docs/deploy.md", "toml", 2, "validated here"),
    ("docs/guarantees.md", "sh", 1, "cargo test; its variables are read by simulation.rs"),
    ("docs/import.md", "console", 1, "an example; import/command.rs reads its words"),
    ("docs/import.md", "sh", 1, "import/command.rs runs the first line; the others send"),
    ("docs/inbox.md", "cron", 1, "inbox/recipes.rs runs it"),
    ("docs/inbox.md", "ini", 2, "inbox/recipes.rs runs the commands; verified here"),
    (
        "docs/inbox.md",
        "js",
        2,
        "scripts/test-browser runs them; inbox/recipes.rs sends what they send",
    ),
    ("docs/inbox.md", "powershell", 1, "inbox/recipes.rs runs what it runs: curl"),
    ("docs/inbox.md", "sh", 8, "inbox/recipes.rs runs the first; AWS's own commands"),
    ("docs/inbox.md", "toml", 4, "validated here; inbox/recipes.rs uses that of Home Assistant"),
    ("docs/inbox.md", "yaml", 2, "inbox/recipes.rs: a container's check, Home Assistant's request"),
    ("docs/metrics.md", "toml", 1, "validated here"),
    ("docs/metrics.md", "yaml", 3, "metrics/recipes.rs; scripts/check-metrics"),
    ("docs/outages.md", "sh", 1, "cli/outages.rs runs each form"),
    ("docs/outages.md", "text", 1, "an example"),
    ("docs/performance.md", "sh", 1, "a benchmark of minutes"),
    ("docs/probes.md", "toml", 13, "validated here"),
    ("docs/replay.md", "console", 1, "an example"),
    ("docs/replay.md", "json", 2, "replay.rs runs it"),
    ("docs/replay.md", "sh", 1, "its options are checked here"),
    ("docs/status-page.md", "markdown", 1, "an image of a badge: page/documents.rs"),
    ("docs/status-page.md", "toml", 1, "validated here"),
    ("docs/status.md", "sh", 1, "its options are checked here"),
    ("docs/webhook.md", "json", 1, "channels/webhook.rs"),
    ("docs/webhook.md", "python", 1, "channels/webhook.rs runs it"),
    ("docs/webhook.md", "toml", 1, "validated here"),
    ("docs/witness.md", "json", 2, "inbox/witness.rs asks and answers so"),
    ("docs/witness.md", "sh", 1, "its options are checked here"),
    ("docs/witness.md", "text", 1, "an example"),
    ("docs/witness.md", "toml", 2, "validated here"),
];

/// The documents that people copy from.
fn documents() -> Vec<String> {
    let files = fs::read_dir(on_file::root().join("docs")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let docs = names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "md"))
        .map(|name| format!("docs/{name}"));
    docs.chain(["README.md", "CONTRIBUTING.md"].map(str::to_owned)).collect()
}

/// The languages of all fences of `document`, indented ones too; without one it is `""`.
fn languages(document: &str) -> Vec<String> {
    let fences = document.lines().filter_map(|line| line.trim_start().strip_prefix("```"));
    fences.step_by(2).map(str::to_owned).collect()
}

/// All blocks of `language`, with where they stand.
fn all(language: &str) -> Vec<(String, String)> {
    let of = |name: String| {
        let found = blocks(&read(&name), language).into_iter();
        found.zip(1..).map(move |(text, n)| (format!("{name}, {language} {n}"), text))
    };
    documents().into_iter().flat_map(of).collect()
}

#[test]
fn every_block_of_every_document_is_known() {
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    for name in documents() {
        for language in languages(&read(&name)) {
            *found.entry((name.clone(), language)).or_default() += 1;
        }
    }
    let known = KNOWN.iter().map(|(name, language, count, by)| {
        assert!(!by.is_empty());
        (((*name).to_owned(), (*language).to_owned()), *count)
    });
    assert_eq!(found, known.collect(), "left: the documents; right: what this file knows");
}

/// What a variable of an example could hold.
fn stand_in(name: &str) -> String {
    match name {
        "SMTP_URL" => "smtps://me:secret@mail.example.com",
        _ if name.contains("URL") => "https://hooks.example.com/x",
        _ => "k3y-of-8-or-more",
    }
    .to_owned()
}

/// The configuration in `text`, which is part of a file that also watches something.
fn parsed(text: &str) -> Result<Config, String> {
    let watches = ["[[target]]", "[[heartbeat]]", "[[reports]]", "[alarms]"];
    let rest = "\n[[target]]\nname = 'beside'\nurl = 'tcp://192.0.2.1:1'\n";
    let is_whole = watches.iter().any(|table| text.contains(table));
    let text = if is_whole { text.to_owned() } else { format!("{text}{rest}") };
    let missing = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|name| Some(stand_in(name)), read_file: &missing, now: epoch() };
    let config = config::parse(Path::new("probes.toml"), &text, &sources);
    config.map_err(|diagnostics| diagnostics.render(false))
}

#[test]
fn every_configuration_is_valid() {
    // Those of docs/configuration.md name files; config/documents.rs has them.
    let elsewhere = |place: &String| place.starts_with("docs/configuration.md");
    let found: Vec<_> = all("toml").into_iter().filter(|(place, _)| !elsewhere(place)).collect();
    assert!(found.len() > 9);
    for (place, text) in found {
        // A secret of SSM is fetched before the file is parsed.
        let text = text.replace("ssm:/prober/slack", "https://hooks.example.com/x");
        let text = text.replace("ssm:/prober/backup-key", "k3y-of-8-or-more");
        parsed(&text).unwrap_or_else(|why| panic!("{place}: {why}"));
    }
}

#[test]
fn what_gatus_s_file_says_the_file_beside_it_says() {
    let document = read("docs/coming-from.md");
    let gatus: Value = serde_saphyr::from_str(&blocks(&document, "yaml")[0]).unwrap();
    let config = parsed(&blocks(&document, "toml")[0]).unwrap();
    let text = blocks(&document, "toml")[0].clone();
    let [endpoints, external] =
        ["endpoints", "external-endpoints"].map(|key| gatus[key].as_array().unwrap());
    assert_eq!(config.targets.len(), endpoints.len() + external.len());
    for (target, theirs) in config.targets.iter().zip(endpoints.iter().chain(external)) {
        assert_eq!(target.name.as_str(), theirs["name"]);
        assert_eq!(target.group.as_deref(), theirs["group"].as_str());
        let interval = theirs["interval"].as_str().or(theirs["heartbeat"]["interval"].as_str());
        assert!(text.contains(&format!("interval = \"{}\"", interval.unwrap())), "{theirs}");
        assert!(
            theirs["url"].as_str().is_none_or(|url| text.contains(&format!("url = \"{url}\"")))
        );
        assert_eq!(theirs["alerts"][0]["type"], "slack");
    }
    let threshold = gatus["alerting"]["slack"]["default-alert"]["failure-threshold"].as_u64();
    let theirs = config.targets[0].policy.failure_threshold.get().into();
    assert_eq!(threshold, Some(theirs));
}

/// The commands of a block of `sh`, or those after `$` in one of `console`.
fn commands(language: &str, text: &str) -> String {
    if language == "sh" {
        return text.to_owned();
    }
    let mut commands = String::new();
    let mut goes_on = false;
    for line in text.lines() {
        let command = line.strip_prefix("$ ").or(goes_on.then_some(line));
        goes_on = command.is_some_and(|command| command.ends_with('\\'));
        commands.extend(command.map(|command| format!("{command}\n")));
    }
    commands
}

/// All shell: with the lines of crontabs, less their schedules.
fn shell() -> Vec<(String, String)> {
    let of = |language: &'static str| {
        all(language).into_iter().map(move |(place, text)| (place, commands(language, &text)))
    };
    let lines = all("cron").into_iter().flat_map(|(place, text)| {
        let command = |line: &str| line.splitn(6, ' ').nth(5).map(str::to_owned);
        let commands: Vec<String> = text.lines().filter_map(command).collect();
        commands.into_iter().map(move |command| (place.clone(), command))
    });
    of("sh").chain(of("console")).chain(lines).collect()
}

fn bash(script: &str) -> Output {
    Command::new("bash").args(["-n", "-c", script]).output().unwrap()
}

#[test]
fn all_shell_can_be_parsed() {
    let found = shell();
    assert!(found.len() > 25);
    for (place, script) in found {
        let output = bash(&script);
        assert!(output.status.success() && output.stderr.is_empty(), "{place}: {output:?}");
    }
    assert!(!bash("echo \"not closed").status.success());
}

/// The arguments of each command of prober in `script`, as it is installed or by cargo.
fn arguments(script: &str) -> Vec<Vec<String>> {
    let script = script.replace("\\\n", " ");
    let pieces = script.split(['\n', ';', '|', '>', '#']).map(str::trim);
    let of_prober = pieces.filter_map(|piece| {
        let (program, rest) = piece.split_once(' ')?;
        match program {
            "prober" | "/usr/local/bin/prober" => Some(rest),
            "cargo" => rest.strip_prefix("run ")?.split_once("-- ").map(|(_, rest)| rest),
            _ => None,
        }
    });
    of_prober.map(|rest| rest.split_whitespace().map(str::to_owned).collect()).collect()
}

/// Whether prober takes `arguments`; nothing is done.
fn is_taken(arguments: &[String]) -> bool {
    let mut prober = Command::new(env!("CARGO_BIN_EXE_prober"));
    let output = prober.args(arguments).arg("--help").output().unwrap();
    output.status.success()
}

#[test]
fn commands_of_prober_have_options_that_it_takes() {
    let found: Vec<_> = shell()
        .into_iter()
        .flat_map(|(place, script)| {
            let each = arguments(&script).into_iter();
            each.map(move |arguments| (place.clone(), arguments)).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.len() > 8, "{found:?}");
    for (place, arguments) in found {
        assert!(is_taken(&arguments), "{place}: prober {}", arguments.join(" "));
    }
    assert!(!is_taken(&["tick".into(), "--no-such-option".into()]));
}

#[test]
fn the_schedules_of_crontabs_are_five_fields() {
    for (place, text) in all("cron") {
        let is_variable =
            |line: &&str| line.split(' ').next().is_some_and(|word| word.contains('='));
        for line in text.lines().filter(|line| !is_variable(line)) {
            let schedule: Vec<&str> = line.split_whitespace().take(5).collect();
            let schedule: Result<CronExpression, _> = schedule.join(" ").parse();
            assert!(schedule.is_ok(), "{place}: {line}");
        }
    }
}

#[test]
fn data_can_be_read() {
    for (place, text) in all("json") {
        let stream = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let values: Vec<Value> =
            stream.map(|value| value.unwrap_or_else(|why| panic!("{place}: {why}"))).collect();
        assert!(!values.is_empty(), "{place}");
    }
    for (place, text) in all("yaml") {
        serde_saphyr::from_str::<Value>(&text).unwrap_or_else(|why| panic!("{place}: {why}"));
    }
}

/// What `systemd-analyze verify` says of these units; `None` where it is not there.
fn verified(units: &[(&str, String)]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    for (name, text) in units {
        fs::write(path(name), text).unwrap();
    }
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]).args(units.iter().map(|(name, _)| path(name)));
    // An empty part at the end means: and where units are otherwise.
    verify.env("SYSTEMD_UNIT_PATH", format!("{}:", dir.path().display()));
    match verify.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let ours = |line: &&str| units.iter().any(|(name, _)| line.contains(name));
            Some(said.lines().filter(ours).collect::<Vec<_>>().join("\n"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn systemd_takes_the_units_where_it_is_there() {
    let runnable = |text: &str| {
        // What they start need not be here.
        text.replace("/usr/local/bin/prober", "/bin/true").replace("/usr/bin/curl", "/bin/true")
    };
    let own = runnable(&blocks(&read("README.md"), "ini")[0]);
    let recipes = blocks(&read("docs/inbox.md"), "ini");
    let backup = format!("{}\nExecStart=/bin/true\n", runnable(&recipes[0]));
    let units = [
        ("prober.service", own.clone()),
        ("backup.service", backup),
        ("backup-failed.service", runnable(&recipes[1])),
    ];
    let Some(said) = verified(&units) else { return };
    assert_eq!(said, "");
    let wrong = verified(&[("prober.service", own.replace("Restart=", "Restrat="))]).unwrap();
    assert!(wrong.contains("Restrat"), "{wrong}");
}

#[test]
fn commands_of_aws_name_what_the_stack_has() {
    let template = read("template.yaml");
    let has = |name: &str| template.contains(&format!("\n  {name}:\n"));
    let mut found = 0;
    for (place, script) in shell() {
        for (before, after) in [("OutputKey=='", '\''), ("--logical-resource-id ", ' ')] {
            for rest in script.split(before).skip(1) {
                let name = rest.split(after).next().unwrap();
                assert!(has(name), "{place}: template.yaml has no {name}");
                found += 1;
            }
        }
    }
    assert!(found > 5 && !has("NoSuchOutput"));
}
