//! Gatus: its YAML, of one file or of all files of a folder, merged as Gatus merges them.
//! <https://github.com/TwiN/gatus#configuration>

mod alerting;
mod alerts;
mod body;
mod comparison;
mod conditions;
mod endpoint;
mod external;
mod glob;
mod maintenance;
mod merge;

use serde_json::Value;

use crate::import::draft::Draft;
use crate::import::interpolation::shell;
use crate::import::tree::Table;
use crate::import::{Content, ImportError, Outside, Source, yaml};

/// Keys at the top that are not carried over, and why.
const LEFT: &[(&str, &str)] = &[
    ("announcements", "write `announcement` under `[page]`"),
    ("concurrency", "prober paces its probes by itself"),
    ("debug", "write RUST_LOG=debug in the environment of `prober watch`"),
    ("disable-monitoring-lock", "prober paces its probes by itself"),
    ("metrics", "are at /metrics: for readers elsewhere, set `metrics_key` under `[inbox]`"),
    ("remote", "import the configuration of that instance, too"),
    ("security", "set `password` under `[page]`; prober's page takes one password, and no names"),
    ("skip-invalid-config-update", "prober always goes on with the last good configuration"),
    ("storage", "prober keeps its own history, from now on; [store] says where"),
    ("tunneling", "prober opens no SSH tunnels: watch what can be reached from outside"),
    ("ui", "write `title`, `logo` and `link` under `[page]`"),
    ("web", "is an option: prober watch --listen ADDRESS:PORT"),
];

/// Drafts what `sources` say.
pub(super) fn draft(
    sources: Vec<Source>,
    draft: &mut Draft,
    outside: &Outside<'_>,
) -> Result<(), ImportError> {
    let mut whole = Value::Object(serde_json::Map::new());
    for source in sources {
        let Content::Bytes(bytes) = source.content else { continue };
        let text = shell(&String::from_utf8_lossy(&bytes));
        draft.variables.reserve(&text);
        merge::merge(&mut whole, yaml::read(&source.name, &text)?);
    }
    let mut top = Table::new(whole, "Gatus", &mut draft.report);
    // Keys that YAML's anchors stand in mean nothing to Gatus.
    for key in top.keys().into_iter().filter(|key| key.starts_with("x-")) {
        top.take(&key);
    }
    top.leave(LEFT, &mut draft.report);
    let astray = connectivity(&mut top, draft);
    let channels = alerting::channels(&mut top, draft);
    maintenance::global(&mut top, draft);
    for endpoint in top.list("endpoints").into_iter().chain(astray) {
        endpoint::draft(endpoint, &channels, draft);
    }
    for endpoint in top.list("external-endpoints") {
        external::draft(endpoint, &channels, draft, outside);
    }
    for suite in top.list("suites") {
        leave_suite(suite, draft);
    }
    top.finish(&mut draft.report);
    Ok(())
}

/// Endpoints that stand under `connectivity` by their indentation.
fn connectivity(top: &mut Table, draft: &mut Draft) -> Vec<Value> {
    let Some(mut table) = top.table("connectivity", &mut draft.report) else { return Vec::new() };
    let endpoints = table.list("endpoints");
    if !endpoints.is_empty() {
        let how = "are taken as if they stood at the top; Gatus does not read them there";
        draft.report.changed("Gatus", "endpoints under connectivity", how);
    }
    let why = "prober finds out by [self_check] whether its own network works";
    table.leave(&[("checker", why)], &mut draft.report);
    table.finish(&mut draft.report);
    endpoints
}

fn leave_suite(suite: Value, draft: &mut Draft) {
    let mut suite = Table::new(suite, "suites", &mut draft.report);
    let name = suite.text("name").unwrap_or_else(|| "unnamed".to_owned());
    let why = "prober has no requests that use the answers of others: write a [[target]] for \
               each endpoint that can stand alone";
    draft.report.left(&format!("suite {name}"), "all of it", why);
}
