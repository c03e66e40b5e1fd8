//! `UptimeRobot`: a CSV of monitors, as its dashboard exports and imports it.

use serde_json::{Map, Value};

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text};
use crate::import::kinds::{self, Address};
use crate::import::request;
use crate::import::tree::Table;
use crate::import::{Content, ImportError, Outside, Source, duration, heartbeat, names};

/// Most monitors: more than prober takes.
const MOST_ROWS: usize = 10_000;

/// How often it probes unless it is told otherwise, in seconds.
const INTERVAL: f64 = 300.0;

/// Columns by their names in small letters without blanks, as its exports have had them.
const COLUMNS: &[(&str, &[&str])] = &[
    ("name", &["friendlyname", "name", "monitorname"]),
    ("url", &["url", "urlip", "urlorip", "urlhostip", "ip", "host"]),
    ("type", &["type", "monitortype"]),
    ("subtype", &["subtype", "portsubtype"]),
    ("keyword_type", &["keywordtype"]),
    ("keyword", &["keywordvalue", "keyword"]),
    ("case", &["keywordcasetype", "keywordcase"]),
    ("port", &["port"]),
    ("interval", &["interval", "monitoringinterval", "intervals", "intervalseconds"]),
    ("timeout", &["timeout"]),
    ("status", &["status", "currentstatus"]),
    ("method", &["httpmethod", "method"]),
    ("user", &["httpusername", "username"]),
    ("password", &["httppassword", "password"]),
    ("body", &["postvalue", "postbody", "body"]),
    ("group", &["group", "groupname"]),
    ("tags", &["tags"]),
];

/// Columns that say how it was, or how it looks.
const STATE: [&str; 12] = [
    "id",
    "monitorid",
    "created",
    "createdat",
    "createdatetime",
    "uptime",
    "uptimeratio",
    "lastincident",
    "lastcheck",
    "responsetime",
    "averageresponsetime",
    "sslexpirationdate",
];

/// Drafts what `sources` say.
pub(super) fn draft(
    sources: Vec<Source>,
    draft: &mut Draft,
    outside: &Outside<'_>,
) -> Result<(), ImportError> {
    for source in sources {
        let Content::Bytes(bytes) = source.content else { continue };
        for row in rows(&source.name, &bytes)? {
            one(row, draft, outside);
        }
    }
    Ok(())
}

fn rows(name: &str, bytes: &[u8]) -> Result<Vec<Map<String, Value>>, ImportError> {
    let broken = |why: String| ImportError::Broken {
        name: name.to_owned(),
        what: "a CSV of UptimeRobot",
        why,
    };
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| head.split(|byte| *byte == sign).count();
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let headers = reader.byte_headers().map_err(|error| broken(error.to_string()))?.clone();
    let columns: Vec<String> =
        headers.iter().map(|header| column(&String::from_utf8_lossy(header))).collect();
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        if rows.len() == MOST_ROWS {
            return Err(broken(format!("it has more than {MOST_ROWS} rows")));
        }
        let values = record.iter().map(|value| String::from_utf8_lossy(value).into_owned().into());
        rows.push(columns.iter().cloned().zip(values).collect());
    }
    Ok(rows)
}

/// Our name of a column, or its own.
fn column(header: &str) -> String {
    let folded: String =
        header.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let ours = COLUMNS.iter().find(|(_, names)| names.contains(&folded.as_str()));
    match ours {
        Some((name, _)) => (*name).to_owned(),
        None if STATE.contains(&folded.as_str()) => format!("state {folded}"),
        None => header.trim().to_owned(),
    }
}

fn one(row: Map<String, Value>, draft: &mut Draft, outside: &Outside<'_>) {
    let row =
        row.into_iter().filter(|(key, value)| !key.starts_with("state ") && value != "").collect();
    let mut row = Table::new(Value::Object(row), "monitor", &mut draft.report);
    let group = row.text("group");
    let url = row.text("url").unwrap_or_default();
    let source_name = row.text("name").unwrap_or_else(|| Address::of(&url).host);
    let name = draft.names.unique(&source_name, group.as_deref());
    row.place.clone_from(&name);
    let kind = kind(&row.text("type").unwrap_or_else(|| "http".to_owned()));
    let interval = row.number("interval").unwrap_or(INTERVAL);
    let mut part = if kind == "heartbeat" {
        beat(&name, interval, draft, outside)
    } else {
        target(&name, kind, &url, interval, &mut row, draft)
    };
    if let Some(group) = group {
        part.carry("group", Setting::new("group", text(&names::tidy(&group))));
    }
    if let Some(tags) = row.text("tags") {
        part.comments.push(format!("tags: {tags}"));
        draft.report.changed(&name, "tags", "are a comment: prober has groups, and no tags");
    }
    if row
        .text("status")
        .is_some_and(|status| matches!(status.to_ascii_lowercase().as_str(), "paused" | "0"))
    {
        part.off = Some("it is paused at UptimeRobot".to_owned());
    }
    row.finish(&mut draft.report);
    draft.parts.push(part);
}

/// The kind of probe by the word or the number of the API.
fn kind(kind: &str) -> &'static str {
    let folded: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
    match folded.to_ascii_lowercase().as_str() {
        "1" | "http" | "https" | "httphttps" | "httpss" | "website" => "http",
        "2" | "keyword" => "keyword",
        "3" | "ping" => "ping",
        "4" | "port" => "port",
        "5" | "heartbeat" | "cronjob" => "heartbeat",
        "dns" => "dns",
        "ssl" => "ssl",
        "udp" => "udp",
        _ => "unknown",
    }
}

fn beat(name: &str, interval: f64, draft: &mut Draft, outside: &Outside<'_>) -> Part {
    let mut settings = vec![Setting::new("name", text(name))];
    settings.extend(heartbeat::key(name, None, draft, outside));
    settings.extend(
        duration::seconds_of(interval)
            .map(|every| Setting::new("interval", duration::value(every))),
    );
    let how = "its URL changes: what called UptimeRobot calls /ping/KEY of prober; the key is in the \
               environment file";
    draft.report.changed(name, "heartbeat", how);
    Part::new(
        Shape::Heartbeat,
        name,
        name,
        Carried::new("all of it", vec![Way { settings, note: None }], ""),
    )
}

fn target(
    name: &str,
    kind: &str,
    url: &str,
    interval: f64,
    row: &mut Table,
    draft: &mut Draft,
) -> Part {
    let is_http = matches!(kind, "http" | "keyword");
    let base = if is_http {
        let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        request::base(name, &url, draft)
    } else {
        let mut address = Address::of(url);
        address.port = row.text("port").and_then(|port| port.parse().ok()).or_else(|| {
            address.port.or_else(|| well_known(&row.peek("subtype").unwrap_or_default()))
        });
        kinds::base(kind, &address)
    };
    row.take("subtype");
    let mut part = Part::new(Shape::Target, name, name, base.named(name));
    if let Some(every) = duration::seconds_of(interval).filter(|every| every.as_secs() != 60) {
        part.carry("interval", Setting::new("interval", duration::value(every)));
    }
    if let Some(timeout) = row.number("timeout").and_then(duration::seconds_of) {
        part.carry("timeout", Setting::new("timeout", duration::value(timeout)));
    }
    if is_http {
        http(row, &mut part, draft);
    }
    part
}

fn http(row: &mut Table, part: &mut Part, draft: &mut Draft) {
    if let Some(method) = row.text("method").filter(|method| method != "GET") {
        part.carry("method", Setting::new("method", method.to_ascii_uppercase()));
    }
    if let Some((user, password)) = row.text("user").zip(row.text("password")) {
        request::basic_auth(part, &user, &password, draft);
    }
    if let Some(body) = row.text("body") {
        request::body(part, &body, draft);
    }
    let kind = row.text("keyword_type").unwrap_or_default().to_ascii_lowercase();
    let ignores_case = row
        .text("case")
        .is_some_and(|case| case == "0" || case.to_ascii_lowercase().contains("insens"));
    let Some(keyword) = row.text("keyword") else { return };
    // It alarms if the word is there (1), or if it is not (2).
    let alarms_if_there = kind == "1" || (kind.contains("exists") && !kind.contains("not"));
    let setting = match (alarms_if_there, ignores_case) {
        (true, _) => Setting::new("expect.body_not_contains", text(&keyword)),
        (false, true) => {
            Setting::new("expect.body_matches", text(&format!("(?i){}", regex::escape(&keyword))))
        }
        (false, false) => Setting::new("expect.body_contains", text(&keyword)),
    };
    if alarms_if_there && ignores_case {
        draft.report.changed(
            &part.name,
            "keyword",
            "is looked for as it is written, in capitals or not",
        );
    }
    part.carry("keyword", setting);
}

/// The port of a service that is named instead of it.
fn well_known(service: &str) -> Option<u16> {
    Some(match service.to_ascii_lowercase().as_str() {
        "1" | "http" => 80,
        "2" | "https" => 443,
        "3" | "ftp" => 21,
        "4" | "smtp" => 25,
        "5" | "pop3" => 110,
        "6" | "imap" => 143,
        _ => return None,
    })
}
