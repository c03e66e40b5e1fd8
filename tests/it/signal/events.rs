//! AWS's events, as AWS documents them, in `tests/events`: `NAME.json` is
//! what is received, `NAME.txt` what it says, and the message that a channel
//! gets of it. `BLESS=1 cargo test signal`
//! writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use prober::core::step::Event;
use prober::inbox::HttpRequest;
use prober::model::observation::Outcome;
use prober::model::observation::Vantage;
use prober::signal::Signal;
use prober::signal::envelope::{Envelope, EventError, Record, decode};
use serde_json::Value;

use super::told::{REGION, message};
use crate::support::on_file;

/// Stands in every place of these files whose value nobody may see.
const MARKER: &str = "hunter2";

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().unwrap() == "json").collect();
    files.sort();
    assert!(files.len() > 40, "the folder of events has been emptied");
    files
}

fn received(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn every_event_says_exactly_what_is_on_file() {
    let difference =
        |file: PathBuf| on_file::difference(&file.with_extension("txt"), &shown(&received(&file)));
    on_file::assert_none(files().into_iter().filter_map(difference));
}

#[test]
fn exactly_the_files_that_say_so_are_refused() {
    for file in files() {
        let refused = read(&received(&file)).is_err();
        let name = file.file_name().unwrap().to_str().unwrap();
        assert_eq!(refused, name.starts_with("refused_"), "{name}");
    }
}

#[test]
fn a_refusal_quotes_nothing_that_may_be_secret() {
    for file in files() {
        if let Err(error) = read(&received(&file)) {
            let told = format!("{error} {error:?}");
            assert!(!told.contains(MARKER), "{}: {told}", file.display());
            assert!(told.chars().count() < 1_000, "{}: {told}", file.display());
        }
    }
}

#[test]
fn an_event_delivered_twice_has_the_same_slots() {
    for file in files() {
        let said = || -> Vec<Event> {
            let Ok(Envelope::Records(records)) = decode(&received(&file)) else { return vec![] };
            let signals = records.into_iter().filter_map(|record| match record {
                Record::Signal(signal) => super::said(&signal),
                Record::Object(_) | Record::Unusable(_) => None,
            });
            signals.collect()
        };
        assert_eq!(said(), said(), "{}", file.display());
    }
}

#[test]
fn a_request_that_is_logged_shows_no_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    let events = decode(&received(&folder.join("http_function_url.json"))).unwrap();
    assert!(!format!("{events:?}").contains("k3y"), "{events:?}");
}

/// What `event` says, in a form that can be read aloud.
fn shown(event: &Value) -> String {
    let records = match read(event) {
        Ok(Read::Schedule(schedule)) => return schedule,
        Ok(Read::Http(request)) => return http(&request),
        Ok(Read::Records(records)) if records.is_empty() => return "nothing\n".to_owned(),
        Ok(Read::Records(records)) => records,
        Err(error) => return format!("refused: {error}\n"),
    };
    let shown: Vec<_> = records
        .iter()
        .map(|record| match record {
            Record::Signal(signal) => said(&heard(signal)),
            Record::Object(object) => format!("{object:#?}\n"),
            Record::Unusable(error) => format!("refused: {error}\n"),
        })
        .collect();
    let signals = records.into_iter().filter_map(|record| match record {
        Record::Signal(signal) => Some(signal),
        Record::Object(_) | Record::Unusable(_) => None,
    });
    shown.join("\n") + &message(&signals.collect::<Vec<_>>())
}

/// An event, as far as the function reads it before it has a configuration.
enum Read {
    Schedule(String),
    Http(HttpRequest),
    Records(Vec<Record>),
}

fn read(event: &Value) -> Result<Read, EventError> {
    match decode(event)? {
        Envelope::NotifyTest => Ok(Read::Schedule("a test message\n".into())),
        Envelope::Schedule(schedule) => Ok(Read::Schedule(format!("{schedule:#?}\n"))),
        Envelope::Http(event) => HttpRequest::received(*event).map(Read::Http),
        Envelope::Records(records) => Ok(Read::Records(records)),
    }
}

fn heard(signal: &Signal) -> Event {
    signal.event(&Vantage(REGION.into()), Some(REGION)).unwrap()
}

fn said(said: &Event) -> String {
    let mut shown = format!("{} ({})\nat {}\n", said.target, said.count, said.at);
    if let Some(news) = &said.news {
        writeln!(shown, "news: {}", news.headline).unwrap();
    }
    match said.outcome.as_ref() {
        None => Ok(()),
        Some(outcome) => match outcome {
            Outcome::Success { .. } => writeln!(shown, "success"),
            Outcome::Failure(why) => {
                writeln!(shown, "failure `{}`: {}", why.reason.code(), why.detail)
            }
            Outcome::Inconclusive { why } => writeln!(shown, "inconclusive: {why}"),
        },
    }
    .unwrap();
    let Some(attachment) = &said.attachment else { return shown };
    if let Some(link) = &attachment.link {
        writeln!(shown, "{link}").unwrap();
    }
    for line in attachment.text.lines() {
        writeln!(shown, "| {line}").unwrap();
    }
    shown
}

fn http(request: &HttpRequest) -> String {
    let mut shown = format!("{} {} ? {}\n", request.method, request.path, request.query);
    writeln!(shown, "from {:?}", request.source).unwrap();
    for (name, value) in &request.headers {
        writeln!(shown, "{name}: {}", value.to_str().unwrap()).unwrap();
    }
    writeln!(shown, "{}", request.body.escape_ascii()).unwrap();
    shown
}
