//! The tables of kuma.db, read as data: nothing in the database is run.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value};

use crate::import::ImportError;
use crate::import::kuma::Kuma;
use crate::import::report::ImportReport;
use crate::import::tree::{Table, as_text};

/// The tables that are read.
const TABLES: [&str; 13] = [
    "monitor",
    "notification",
    "monitor_notification",
    "tag",
    "monitor_tag",
    "maintenance",
    "monitor_maintenance",
    "proxy",
    "setting",
    "status_page",
    "docker_host",
    "remote_browser",
    "api_key",
];

/// Most rows of a table: more targets than prober takes.
const MOST_ROWS: usize = 10_000;

/// Most bytes of all values together.
const MOST_BYTES: usize = 64 << 20;

/// The rows of the tables that are read, and what their columns have unless they are set.
#[derive(Debug, Default)]
pub struct KumaTables {
    rows: BTreeMap<&'static str, Vec<Map<String, Value>>>,
    defaults: BTreeMap<String, Value>,
}

/// The tables of the database `name`, which `connection` has open.
///
/// # Errors
///
/// It is broken, is none of Uptime Kuma, or is too large.
pub fn tables(connection: &Connection, name: &str) -> Result<KumaTables, ImportError> {
    let broken = |why: String| ImportError::Broken {
        name: name.to_owned(),
        what: "a database of Uptime Kuma",
        why,
    };
    read(connection).map_err(|error| broken(error.to_string())).and_then(|read| match read {
        Ok(tables) if tables.rows.contains_key("monitor") => Ok(tables),
        Ok(_) => Err(broken("it has no table `monitor`".to_owned())),
        Err(table) => Err(broken(format!("its table `{table}` is too large"))),
    })
}

fn read(connection: &Connection) -> rusqlite::Result<Result<KumaTables, &'static str>> {
    let mut tables = KumaTables::default();
    let mut bytes = 0;
    for table in TABLES {
        // A view could compute for ever.
        let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
        let is_there: i64 = connection.query_row(sql, [table], |row| row.get(0))?;
        if is_there == 0 {
            continue;
        }
        let mut statement =
            connection.prepare(&format!("SELECT * FROM \"{table}\" LIMIT {}", MOST_ROWS + 1))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([])?;
        let mut read = Vec::new();
        while let Some(row) = rows.next()? {
            read.push(values(row, &columns, &mut bytes)?);
            if read.len() > MOST_ROWS || bytes > MOST_BYTES {
                return Ok(Err(table));
            }
        }
        tables.rows.insert(table, read);
    }
    tables.defaults = defaults(connection)?;
    Ok(Ok(tables))
}

fn values(
    row: &Row<'_>,
    columns: &[String],
    bytes: &mut usize,
) -> rusqlite::Result<Map<String, Value>> {
    let mut values = Map::new();
    for (at, column) in columns.iter().enumerate() {
        let value = match row.get_ref(at)? {
            ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            ValueRef::Integer(integer) => Value::from(integer),
            ValueRef::Real(real) => Value::from(real),
            ValueRef::Text(text) => {
                *bytes += text.len();
                // What comes behind the limit is not read, so it need not be copied either.
                if *bytes > MOST_BYTES { Value::Null } else { String::from_utf8_lossy(text).into() }
            }
        };
        values.insert(column.clone(), value);
    }
    Ok(values)
}

/// What the columns of `monitor` have where nobody set them.
fn defaults(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Value>> {
    let mut statement =
        connection.prepare("SELECT name, dflt_value FROM pragma_table_info('monitor')")?;
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?)))?;
    let mut defaults = BTreeMap::new();
    for row in rows {
        let (column, default) = row?;
        if let Some(default) = default {
            let text = default.trim_matches(['\'', '"', '(', ')']);
            let text = match text.to_ascii_lowercase().as_str() {
                "true" => "1".to_owned(),
                "false" => "0".to_owned(),
                _ => text.to_owned(),
            };
            defaults.insert(column, Value::String(text));
        }
    }
    Ok(defaults)
}

/// The same in terms that the backup has, too.
pub(super) fn kuma(mut tables: KumaTables, report: &mut ImportReport) -> Kuma {
    let mut rows = |table: &str, report: &mut ImportReport| -> Vec<Table> {
        let rows = tables.rows.remove(table).unwrap_or_default();
        rows.into_iter().map(|row| Table::new(Value::Object(row), table, report)).collect()
    };
    let mut kuma = Kuma {
        monitors: rows("monitor", report),
        maintenance: rows("maintenance", report),
        ..Kuma::default()
    };
    kuma.notifications = rows("notification", report);
    for mut row in rows("monitor_notification", report) {
        let pair = super::id(&mut row, "monitor_id").zip(super::id(&mut row, "notification_id"));
        kuma.notified.extend(pair);
    }
    for mut row in rows("monitor_maintenance", report) {
        let pair = super::id(&mut row, "monitor_id").zip(super::id(&mut row, "maintenance_id"));
        kuma.maintained.extend(pair);
    }
    for mut row in rows("proxy", report) {
        kuma.proxies.extend(super::id(&mut row, "id").map(|id| (id, row)));
    }
    let tags: BTreeMap<i64, String> = rows("tag", report)
        .into_iter()
        .filter_map(|mut row| Some((super::id(&mut row, "id")?, row.text("name")?)))
        .collect();
    for mut row in rows("monitor_tag", report) {
        let Some(monitor) = super::id(&mut row, "monitor_id") else { continue };
        let tag = super::id(&mut row, "tag_id").and_then(|id| tags.get(&id));
        kuma.tags.extend(tag.map(|tag| (monitor, tagged(tag, row.text("value")))));
    }
    kuma.timezone = rows("setting", report).into_iter().find_map(timezone);
    for (table, what) in [
        ("status_page", "status pages"),
        ("docker_host", "hosts of Docker"),
        ("remote_browser", "remote browsers"),
        ("api_key", "keys of its API"),
    ] {
        let count = rows(table, report).len();
        kuma.others.extend((count > 0).then_some((what, count)));
    }
    kuma.defaults = tables.defaults;
    kuma
}

/// A tag and its value.
pub(super) fn tagged(tag: &str, value: Option<String>) -> String {
    value.map_or_else(|| tag.to_owned(), |value| format!("{tag}: {value}"))
}

/// The time zone of the server, which is stored as JSON.
fn timezone(mut row: Table) -> Option<String> {
    (row.text("key")? == "serverTimezone").then_some(())?;
    let value = row.text("value")?;
    as_text(&serde_json::from_str(&value).unwrap_or(Value::String(value)))
}
