//! `ports`: what is published, at a host that the file does not name.

use serde_json::Value;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text};
use crate::import::interpolation::mark;
use crate::import::tree::{Table, as_text};

/// The variable for the host that ports are published at.
const HOST: &str = "PUBLIC_HOST";

/// Drafts the published ports of a service that has no site.
pub(super) fn draft(name: &str, table: &mut Table, has_site: bool, draft: &mut Draft) -> Vec<Part> {
    let published_ports = table.list("ports");
    if has_site && !published_ports.is_empty() {
        let why = "its site is watched instead";
        draft.report.left(&table.place, "ports", why);
        return Vec::new();
    }
    let mut parts = Vec::new();
    for port in published_ports {
        match published(&port) {
            Ok(port) => parts.push(part(name, port, &table.place, draft)),
            Err(why) => {
                let what =
                    format!("port {}", as_text(&port).unwrap_or_else(|| "of its list".to_owned()));
                draft.report.left(&table.place, &what, why);
            }
        }
    }
    parts
}

fn part(name: &str, port: u16, place: &str, draft: &mut Draft) -> Part {
    let name = draft.names.unique(&format!("{name} port {port}"), None);
    let url = format!("tcp://{}:{port}", mark(HOST));
    draft.variables.refer(&url);
    let settings = vec![Setting::new("name", text(&name)), Setting::new("url", text(&url))];
    let base = Carried::new("all of it", vec![Way { settings, note: None }], "");
    Part::new(Shape::Target, &name, place, base)
}

/// The port that is open to others; an error says why none is.
fn published(port: &Value) -> Result<u16, &'static str> {
    let (address, port, protocol) = match port {
        Value::Object(long) => {
            let field = |key: &str| long.get(key).and_then(as_text).unwrap_or_default();
            (field("host_ip"), field("published"), field("protocol"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            short(&as_text(port).unwrap_or_default())
        }
    };
    if protocol == "udp" {
        return Err("prober must know what to send: url = \"udp://HOST:PORT\" and send");
    }
    if address.starts_with("127.")
        || address == "localhost"
        || address == "[::1]"
        || address == "::1"
    {
        return Err("only that machine itself can reach it");
    }
    port.parse().map_err(|_| "it is no single port that is the same each time")
}

/// `[ADDRESS:]PUBLISHED:TARGET[/PROTOCOL]`.
fn short(text: &str) -> (String, String, String) {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (before, _) = ports.rsplit_once(':').unwrap_or(("", ports));
    let (address, port) = before.rsplit_once(':').unwrap_or(("", before));
    (address.to_owned(), port.to_owned(), protocol.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_port_is_found() {
        for (text, expected) in [
            ("8080:80", Ok(8080)),
            ("0.0.0.0:25565:25565/tcp", Ok(25565)),
            ("127.0.0.1:5432:5432", Err("only that machine itself can reach it")),
            ("53:53/udp", Err("prober must know what to send: url = \"udp://HOST:PORT\" and send")),
            ("3000", Err("it is no single port that is the same each time")),
            ("3000-3005:3000-3005", Err("it is no single port that is the same each time")),
        ] {
            assert_eq!(published(&Value::from(text)), expected, "{text}");
        }
    }
}
