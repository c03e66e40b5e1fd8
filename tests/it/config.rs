//! probes.toml: what is made of valid files, and what is said of wrong ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use std::{env, fs, io};

use chrono::{DateTime, Utc};
use prober::config::{ConfigErrors, Sources, parse, schema};
use prober::target::{Cadence, ChannelKind, Config, HttpProbe, IpChoice, Protocol, Target};

/// Stands in every secret of these tests, be it in a file or in a variable.
const MARKER: &str = "hunter2";

/// A certificate and its key, and a key that is another's, as PEM.
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
        "EMPTY" => "",
        "SECONDS" => "30s",
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

fn read(text: &str) -> Result<Config, ConfigErrors> {
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let sources = Sources { env: &variable, read_file: &read_file, now };
    parse(Path::new("etc/probes.toml"), text, &sources)
}

fn config(text: &str) -> Config {
    read(text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn target(text: &str) -> Target {
    config(text).targets.remove(0)
}

fn http(target: &Target) -> &HttpProbe {
    match &target.endpoint.protocol {
        Protocol::Http(probe) => probe,
        other => panic!("{other:?}"),
    }
}

/// Where the mistakes lie: one a file, whose name is the sentence.
fn mistakes() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().unwrap() == "toml").collect();
    files.sort();
    assert!(files.len() > 50, "the folder of mistakes has been emptied");
    files
}

/// Run with `PROBER_BLESS=1` to write the texts anew; then read them aloud.
#[test]
#[expect(clippy::disallowed_methods, reason = "a developer's switch, not the product's")]
fn every_mistake_is_told_in_its_exact_words() {
    let bless = env::var_os("PROBER_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in mistakes() {
        let told = read(&fs::read_to_string(&file).unwrap()).unwrap_err();
        let told = format!("{told}\n");
        let expected = file.with_extension("stderr");
        if bless {
            fs::write(&expected, &told).unwrap();
        } else if told != fs::read_to_string(&expected).unwrap_or_default() {
            wrong.push(format!("{}:\n{told}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_file_has_one_mistake_unless_it_says_many() {
    for file in mistakes() {
        let errors = read(&fs::read_to_string(&file).unwrap()).unwrap_err();
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert_eq!(errors.len() == 1, !name.starts_with("many_"), "{name}:\n{errors}");
    }
}

#[test]
fn no_mistake_tells_a_secret() {
    for file in mistakes() {
        let errors = read(&fs::read_to_string(&file).unwrap()).unwrap_err();
        for told in [errors.to_string(), errors.render(true), format!("{errors:?}")] {
            assert!(!told.contains(MARKER), "{}:\n{told}", file.display());
        }
    }
}
