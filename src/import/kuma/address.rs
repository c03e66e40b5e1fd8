//! Where a monitor probes.

use serde_json::Value;

use crate::import::kinds::Address;
use crate::import::tree::Table;

/// The address of a monitor of this `kind` that is not one of HTTP.
pub(super) fn of(kind: &str, row: &mut Table) -> Address {
    let address = match kind {
        "dns" => return dns(row),
        "grpc-keyword" => row.text("grpc_url"),
        "websocket-upgrade" => row.text("url"),
        "kafka-producer" => first(row.text("kafka_producer_brokers")),
        "rabbitmq" => first(row.text("rabbitmq_nodes")),
        _ => row.take("database_connection_string").and_then(|text| database(text.as_str()?)),
    };
    let mut address = address.map(|text| Address::of(&text)).unwrap_or_default();
    if address.host.is_empty() {
        address = Address::of(&row.text("hostname").unwrap_or_default());
    }
    if !matches!(kind, "websocket-upgrade") {
        address.rest.clear();
    }
    let port = row.text("port").and_then(|port| port.parse().ok()).filter(|port| *port > 0);
    address.port = port.or(address.port);
    address
}

fn dns(row: &mut Table) -> Address {
    let servers = row.text("dns_resolve_server").unwrap_or_default();
    let kind = row.text("dns_resolve_type").unwrap_or_else(|| "A".to_owned());
    let name = row.text("hostname").unwrap_or_default();
    let port = row.text("port").and_then(|port| port.parse().ok()).filter(|port| *port > 0);
    let host = servers.split(',').next().unwrap_or("").trim().to_owned();
    Address { host, port, rest: format!("/{name}?type={kind}") }
}

/// The first text of a list in JSON.
fn first(list: Option<String>) -> Option<String> {
    let list: Value = serde_json::from_str(&list?).ok()?;
    list.as_array()?.first()?.as_str().map(str::to_owned)
}

/// The server in a connection string: a URL, or `Server=HOST,PORT;…`.
fn database(text: &str) -> Option<String> {
    if text.contains("://") {
        // Of several servers, the first one.
        return Some(text.split(',').next()?.to_owned());
    }
    let value = |entry: &str| {
        let (key, value) = entry.split_once('=')?;
        let is_server =
            ["server", "data source", "host"].contains(&key.trim().to_ascii_lowercase().as_str());
        is_server.then(|| value.trim().trim_start_matches("tcp:").replace(',', ":"))
    };
    text.split(';').find_map(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_in_a_connection_string() {
        for (text, expected) in [
            ("mysql://me:pw@db.example:3306/x", Some("mysql://me:pw@db.example:3306/x")),
            ("Server=db.example,1433;User Id=sa;Password=x", Some("db.example:1433")),
            ("nothing", None),
        ] {
            assert_eq!(database(text).as_deref(), expected);
        }
    }
}
