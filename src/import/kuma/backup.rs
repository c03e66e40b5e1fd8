//! The JSON backup of version 1: the same in other words.

use serde_json::{Map, Value};

use crate::import::ImportError;
use crate::import::kuma::{Kuma, database};
use crate::import::report::ImportReport;
use crate::import::tree::Table;

/// Keys of a monitor that no column has.
const DERIVED: &[&str] = &[
    "childrenIDs",
    "forceInactive",
    "includeSensitiveData",
    "maintenance",
    "path",
    "pathName",
    "screenshot",
    "tlsInfo",
];

pub(super) fn kuma(
    name: &str,
    bytes: &[u8],
    report: &mut ImportReport,
) -> Result<Kuma, ImportError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| ImportError::Broken {
        name: name.to_owned(),
        what: "a backup of Uptime Kuma",
        why: error.to_string(),
    })?;
    let mut top = Table::new(value, "backup", report);
    top.take("version");
    let mut kuma = Kuma::default();
    for monitor in top.list("monitorList") {
        let Value::Object(monitor) = monitor else { continue };
        kuma_monitor(monitor, &mut kuma, report);
    }
    for notification in top.list("notificationList") {
        kuma.notifications.push(Table::new(notification, "notification", report));
    }
    for proxy in top.list("proxyList") {
        let mut proxy = Table::new(proxy, "proxy", report);
        kuma.proxies.extend(super::id(&mut proxy, "id").map(|id| (id, proxy)));
    }
    top.finish(report);
    Ok(kuma)
}

fn kuma_monitor(mut monitor: Map<String, Value>, kuma: &mut Kuma, report: &mut ImportReport) {
    let id = monitor.get("id").and_then(Value::as_i64).unwrap_or_default();
    if let Some(Value::Object(list)) = monitor.remove("notificationIDList") {
        let on = list.into_iter().filter(|(_, is_on)| is_on.as_bool().unwrap_or(true));
        kuma.notified.extend(on.filter_map(|(other, _)| Some((id, other.parse().ok()?))));
    }
    if let Some(Value::Array(tags)) = monitor.remove("tags") {
        for tag in tags {
            let mut tag = Table::new(tag, "tags", report);
            let text = tag.text("name").map(|name| database::tagged(&name, tag.text("value")));
            kuma.tags.extend(text.map(|text| (id, text)));
        }
    }
    if let Some(statuses) = monitor.remove("accepted_statuscodes") {
        monitor.insert("accepted_statuscodes_json".to_owned(), statuses.to_string().into());
    }
    for key in DERIVED {
        monitor.remove(*key);
    }
    let columns: Map<String, Value> =
        monitor.into_iter().map(|(key, value)| (column(&key), flat(value))).collect();
    kuma.monitors.push(Table::new(Value::Object(columns), "monitor", report));
}

/// A column has a text where the backup has a list or a table.
fn flat(value: Value) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) => Value::String(value.to_string()),
        Value::Bool(boolean) => Value::from(i64::from(boolean)),
        value @ (Value::Null | Value::Number(_) | Value::String(_)) => value,
    }
}

/// The column of a key such as `maxRedirects`.
fn column(key: &str) -> String {
    let mut column = String::new();
    for c in key.chars() {
        if c.is_ascii_uppercase() && !column.is_empty() {
            column.push('_');
        }
        column.push(c.to_ascii_lowercase());
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_backup_is_a_column() {
        for (key, expected) in [
            ("ignoreTls", "ignore_tls"),
            ("maxretries", "maxretries"),
            ("dns_resolve_type", "dns_resolve_type"),
        ] {
            assert_eq!(column(key), expected);
        }
    }
}
