//! Uptime Kuma: the tables of kuma.db, of versions 1 and 2, and the JSON backup of version 1.
//! <https://github.com/louislam/uptime-kuma/tree/master/db>

mod address;
mod backup;
pub(super) mod database;
mod maintenance;
mod monitor;
mod notification;
mod request;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::import::draft::Draft;
use crate::import::tree::Table;
use crate::import::{Content, ImportError, Source};

/// What an installation of Uptime Kuma knows, wherever it was read.
#[derive(Default)]
pub(super) struct Kuma {
    /// By the order of their numbers.
    monitors: Vec<Table>,
    notifications: Vec<Table>,
    maintenance: Vec<Table>,
    proxies: BTreeMap<i64, Table>,
    /// Which notification is sent for which monitor.
    notified: Vec<(i64, i64)>,
    /// Which monitor has which tag, and its value.
    tags: Vec<(i64, String)>,
    /// Which window is for which monitor.
    maintained: Vec<(i64, i64)>,
    /// What the columns have where nobody set them.
    defaults: BTreeMap<String, Value>,
    timezone: Option<String>,
    /// Things of which prober has none, with their number.
    others: Vec<(&'static str, usize)>,
}

/// Drafts what `sources` say.
pub(super) fn draft(sources: Vec<Source>, draft: &mut Draft) -> Result<(), ImportError> {
    for source in sources {
        let kuma = match source.content {
            Content::Database(tables) => database::kuma(tables, &mut draft.report),
            Content::Bytes(bytes) => backup::kuma(&source.name, &bytes, &mut draft.report)?,
        };
        one(kuma, draft);
    }
    Ok(())
}

fn one(mut kuma: Kuma, draft: &mut Draft) {
    for (what, count) in std::mem::take(&mut kuma.others) {
        draft.report.left(
            "Uptime Kuma",
            &format!("{what} ({count})"),
            "prober has nothing like it",
        );
    }
    let why = "prober keeps its own, from now on";
    draft.report.left("Uptime Kuma", "the history of monitors", why);
    let channels = notification::channels(std::mem::take(&mut kuma.notifications), draft);
    let names = monitor::draft_all(&mut kuma, &channels, draft);
    maintenance::draft_all(&mut kuma, &names, draft);
}

/// The number that is `column` of `table`.
fn id(table: &mut Table, column: &str) -> Option<i64> {
    table.text(column)?.parse().ok()
}
