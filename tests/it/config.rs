//! probes.toml: what valid files become, and the diagnostics of wrong ones.

mod channels;
mod documents;
mod hostile;
mod inbound;
mod lacking;
mod layers;
mod maintenance;
mod misplaced;
mod off_limits;
mod slips;
mod valid;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

use chrono::{DateTime, Utc};
use prober::config::{ConfigErrors, STAND_IN, STORED, Sources, parse};
use prober::model::target::Config;

use crate::support::on_file;

/// Part of every secret in these tests, whether it is in a file or in a variable.
const MARKER: &str = "hunter2";

/// A certificate, its key, and a key that belongs to another one, as PEM.
static PEMS: LazyLock<[String; 3]> = LazyLock::new(|| {
    let made = rcgen::generate_simple_self_signed(["home.example.com".to_owned()]).unwrap();
    let other = rcgen::KeyPair::generate().unwrap();
    [made.cert.pem(), made.signing_key.serialize_pem(), other.serialize_pem()]
});

fn variable(name: &str) -> Option<String> {
    let value = match name {
        "SLACK_WEBHOOK_URL" => "https://hooks.slack.com/services/hunter2",
        "PASSWORD" => "hunter2",
        "HOME" => "home.example.com",
        "BOT_TOKEN" => "xoxb-123456789012-hunter2",
        "EMPTY" => "",
        "SECONDS" => "30s",
        "ssm:/home/backup" => "hunter2-backup",
        name if name.starts_with(STORED) => return Some(format!("{STAND_IN}{name}")),
        _ => return None,
    };
    Some(value.to_owned())
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let [certificate, key, other_key] = &*PEMS;
    match path.to_str() {
        Some("etc/home.pem") => Ok(certificate.clone().into_bytes()),
        Some("etc/home.key") => Ok(key.clone().into_bytes()),
        Some("etc/other.key") => Ok(other_key.clone().into_bytes()),
        Some("etc/photo.jpg") => Ok(b"\xff\xd8\xff".to_vec()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

/// The configuration of a valid file.
fn config(text: &str) -> Config {
    read(text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn read(text: &str) -> Result<Config, ConfigErrors> {
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let sources = Sources { env: &variable, read_file: &read_file, now };
    parse(Path::new("etc/probes.toml"), text, &sources)
}

/// The files with something wrong: one thing in each file, whose name says it.
fn wrong_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().unwrap() == "toml").collect();
    files.sort();
    assert!(files.len() > 50, "the folder of wrong files has been emptied");
    files
}

#[test]
fn every_diagnostic_has_its_exact_words() {
    let difference = |file: PathBuf| {
        let errors = read(&fs::read_to_string(&file).unwrap()).unwrap_err();
        on_file::difference(&file.with_extension("stderr"), &format!("{errors}\n"))
    };
    on_file::assert_none(wrong_files().into_iter().filter_map(difference));
}

#[test]
fn one_file_has_one_diagnostic_unless_it_says_many() {
    for file in wrong_files() {
        let errors = read(&fs::read_to_string(&file).unwrap()).unwrap_err();
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert_eq!(errors.len() == 1, !name.starts_with("many_"), "{name}:\n{errors}");
    }
}

#[test]
fn no_diagnostic_shows_a_secret() {
    for file in wrong_files() {
        let errors = read(&fs::read_to_string(&file).unwrap()).unwrap_err();
        for shown in [errors.to_string(), errors.render(true), format!("{errors:?}")] {
            assert!(!shown.contains(MARKER), "{}:\n{shown}", file.display());
        }
    }
}

#[test]
fn a_diagnostic_of_the_defaults_is_reported_once() {
    let text = "[defaults]\ntimeout = '2m'\n\
                [[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n\
                [[target]]\nname = 'b'\nurl = 'tcp://192.0.2.1:2'\n";
    assert_eq!(read(text).unwrap_err().len(), 1);
}

/// A file with a secret at every place that takes one.
const SECRETS: &str = r#"[notify.slack]
type = "slack"
webhook_url = "https://hunter2.example.com"

[notify.bot]
type = "slack"
bot_token = "xoxb-hunter2"
channel = "C1"

[notify.mail]
type = "email"
smtp_url = "smtps://me:hunter2@smtp.example.com"
from = "prober@example.com"
to = "me@example.com"

[notify.phone]
type = "ntfy"
url = "https://ntfy.sh/hunter2"
token = "tk_hunter2"

[notify.home]
type = "webhook"
url = "https://example.com/hunter2"
secret = "hunter2"

[watchdog]
ping_url = "https://example.com/hunter2"

[defaults]
headers = { authorization = "hunter2", "x-key" = 'hunter2' }

[[target]]
name = "blog"
url = "https://me:hunter2@blog.example.com"
method = "POST"
proxy = "http://me:hunter2@proxy.example.com"
body = """
hunter2
key=hunter2
"""

[target.auth]
username = "hunter2"
password = "${PASSWORD}"

[[target]]
name = "mail"
url = "tcp://192.0.2.1:25"
send = 'hunter2'

[[heartbeat]]
name = "backup"
interval = "1d"
key = "hunter2-hunter2"

[[reports]]
service = "map"
origins = "*"
key = "hunter2.hunter2"
"#;

#[test]
fn wherever_a_file_is_cut_off_or_mistyped_its_secrets_are_not_shown() {
    for (at, c) in SECRETS.char_indices() {
        let (before, after) = SECRETS.split_at(at);
        let without = &after[c.len_utf8()..];
        for text in [before.to_owned(), format!("{before}{without}"), format!("{before}={after}")] {
            if let Err(errors) = read(&text) {
                let shown = errors.to_string();
                assert!(!shown.contains("unter2") && !shown.contains("hunter"), "{text}\n{shown}");
            }
        }
    }
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let errors = read("[[target]]\nname = 'a'\n").unwrap_err();
    assert!(errors.render(true).contains("\u{1b}["));
    assert!(!errors.render(false).contains("\u{1b}["));
}
