//! healthchecks.io: the JSON of `/api/v3/checks/`. <https://healthchecks.io/docs/api/>

use serde_json::Value;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text};
use crate::import::tree::Table;
use crate::import::{Content, ImportError, Outside, Source, duration, heartbeat, names};

/// What says how a check is, and where; not what it should do.
const STATE: &[&str] = &[
    "badge_url",
    "last_duration",
    "last_ping",
    "n_pings",
    "next_ping",
    "pause_url",
    "ping_url",
    "resume_url",
    "slug",
    "started",
    "unique_key",
    "update_url",
    "uuid",
];

/// What is not carried over unless it is empty, and why.
const LEFT: &[(&str, &str)] = &[
    ("channels", "the API does not say whom they reach: write a [notify.NAME] for each"),
    ("failure_kw", FILTERS),
    ("filter_body", FILTERS),
    ("filter_default_fail", FILTERS),
    ("filter_http_body", FILTERS),
    ("filter_subject", FILTERS),
    ("manual_resume", "a pause ends with prober resume, or at its end"),
    ("methods", "prober takes GET, POST, PUT and HEAD"),
    ("start_kw", FILTERS),
    ("subject", FILTERS),
    ("subject_fail", FILTERS),
    ("success_kw", FILTERS),
];

/// Why words in a mail or a body are not carried over.
const FILTERS: &str =
    "prober takes pings by HTTP: expect.body_contains and its like say what one must say";

/// Drafts what `sources` say.
pub(super) fn draft(
    sources: Vec<Source>,
    draft: &mut Draft,
    outside: &Outside<'_>,
) -> Result<(), ImportError> {
    for source in sources {
        let Content::Bytes(bytes) = source.content else { continue };
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| ImportError::Broken {
            name: source.name.clone(),
            what: "JSON of healthchecks.io",
            why: error.to_string(),
        })?;
        // One check alone, a list of them, or what the API answers.
        let mut top = if value.get("grace").is_some() {
            list(vec![value])
        } else if let Value::Array(checks) = value {
            list(checks)
        } else {
            Table::new(value, "healthchecks.io", &mut draft.report)
        };
        for channel in top.list("channels") {
            let mut channel = Table::new(channel, "channel", &mut draft.report);
            let name = channel.text("name").or_else(|| channel.text("id")).unwrap_or_default();
            let why = "the API does not say whom it reaches: write a [notify.NAME]";
            draft.report.left(&format!("channel {name}"), "all of it", why);
        }
        for check in top.list("checks") {
            one(check, draft, outside);
        }
        top.finish(&mut draft.report);
    }
    Ok(())
}

fn list(checks: Vec<Value>) -> Table {
    let mut table = Table::default();
    table.place.push_str("healthchecks.io");
    table.insert("checks", Value::Array(checks));
    table
}

fn one(check: Value, draft: &mut Draft, outside: &Outside<'_>) {
    let mut check = Table::new(check, "check", &mut draft.report);
    let source_name = check.text("name").or_else(|| check.peek("slug"));
    let name = draft.names.unique(&source_name.unwrap_or_default(), None);
    check.place.clone_from(&name);
    let uuid = check.peek("uuid");
    let mut settings = vec![Setting::new("name", text(&name))];
    settings.extend(heartbeat::key(&name, uuid.as_deref(), draft, outside));
    let (cadence, why) = cadence(&mut check);
    let ways = cadence.map(|cadence| {
        settings.push(cadence);
        Way { settings, note: None }
    });
    let base = Carried::new("all of it", ways.into_iter().collect(), why);
    let mut part = Part::new(Shape::Heartbeat, &name, &name, base);
    part.zone = check.text("tz");
    if let Some(grace) = check.number("grace").and_then(duration::seconds_of) {
        part.carry("grace", Setting::new("grace", duration::value(grace)));
    }
    part.comments.extend(check.text("desc"));
    tags(&mut check, &mut part, draft);
    if check.text("status").as_deref() == Some("paused") {
        part.off = Some("it is paused at healthchecks.io".to_owned());
    }
    for key in STATE {
        check.take(key);
    }
    without_empty(&mut check);
    check.leave(LEFT, &mut draft.report);
    check.finish(&mut draft.report);
    let how = match uuid {
        Some(_) => "its URL changes: what called hc-ping.com/UUID calls /ping/UUID of prober",
        None => {
            "the export has no key (it is of a read-only key): a new one is in the environment file"
        }
    };
    draft.report.changed(&name, "ping URL", how);
    draft.parts.push(part);
}

/// How often it calls.
fn cadence(check: &mut Table) -> (Option<Setting>, &'static str) {
    if let Some(schedule) = check.text("schedule") {
        let why = "prober knows cron expressions, and not systemd's OnCalendar";
        return (Some(Setting::new("schedule", schedule)), why);
    }
    let timeout = check.number("timeout").and_then(duration::seconds_of);
    let interval = timeout.map(|timeout| Setting::new("interval", duration::value(timeout)));
    (interval, "it has neither a timeout nor a schedule")
}

/// One tag is a group; several are a comment.
fn tags(check: &mut Table, part: &mut Part, draft: &mut Draft) {
    let Some(tags) = check.text("tags") else { return };
    let mut words = tags.split_whitespace();
    if let (Some(one), None) = (words.next(), words.next()) {
        part.carry("tags", Setting::new("group", text(&names::tidy(one))));
        return;
    }
    part.comments.push(format!("tags: {tags}"));
    draft.report.changed(&part.name, "tags", "are a comment: prober has groups, and no tags");
}

fn without_empty(check: &mut Table) {
    for key in check.keys() {
        if check.peek(&key).is_none_or(|text| text == "false") {
            // A list or a table says something.
            if check.take(&key).is_some_and(|value| value.is_array() || value.is_object()) {
                check.insert(&key, Value::Bool(true));
            }
        }
    }
}
