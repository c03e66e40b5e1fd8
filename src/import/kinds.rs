//! What the kinds of probes of other programs become. This table is the place for a kind
//! that prober learns: a scheme that the room `config` takes is used by itself.

use crate::import::draft::{Carried, Setting, Way, text};
use crate::import::interpolation::has_variable;

/// What is left of a probe whose protocol prober does not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weaker {
    /// Nothing.
    Nothing,
    /// That its port takes connections.
    Port,
    /// That its port takes connections, and what is said first.
    Banner(&'static str),
    /// That its port speaks TLS with a certificate that is valid.
    Tls,
}

/// A kind of probe.
struct Row {
    /// The names that sources have for it.
    names: &'static [&'static str],
    /// The scheme of its URLs in probes.toml.
    scheme: &'static str,
    /// The port, where none is given.
    port: Option<u16>,
    weaker: Weaker,
    /// What to do where it is not carried over.
    instead: &'static str,
}

const fn row(
    names: &'static [&'static str],
    scheme: &'static str,
    port: Option<u16>,
    weaker: Weaker,
    instead: &'static str,
) -> Row {
    Row { names, scheme, port, weaker, instead }
}

/// What is said of a database or a broker.
const BY_PORT: &str = "watch its port: url = \"tcp://HOST:PORT\"";
/// What is said of what only its own machine can see.
const FROM_INSIDE: &str =
    "prober watches from outside; let a job on that machine call a [[heartbeat]]";

const ROWS: &[Row] = &[
    row(
        &["http", "keyword", "json-query"],
        "http",
        None,
        Weaker::Nothing,
        "it has no URL that prober takes",
    ),
    row(&["tcp", "port"], "tcp", None, Weaker::Nothing, "it needs a port: \"tcp://HOST:PORT\""),
    row(&["tls", "ssl"], "tls", Some(443), Weaker::Nothing, "it needs a port: \"tls://HOST:PORT\""),
    row(&["icmp", "ping"], "icmp", None, Weaker::Nothing, "it has no host that prober takes"),
    row(
        &["dns"],
        "dns",
        Some(53),
        Weaker::Nothing,
        "it has no name server, name and type that prober takes",
    ),
    row(&["smtp"], "smtp", Some(25), Weaker::Nothing, BY_PORT),
    row(&["starttls"], "smtp", Some(587), Weaker::Nothing, BY_PORT),
    row(&["smtps"], "smtps", Some(465), Weaker::Nothing, BY_PORT),
    row(&["ssh"], "ssh", Some(22), Weaker::Banner("^SSH-"), BY_PORT),
    row(&["ws", "websocket-upgrade"], "ws", Some(80), Weaker::Port, BY_PORT),
    row(&["wss"], "wss", Some(443), Weaker::Tls, BY_PORT),
    row(&["grpc"], "grpc", Some(80), Weaker::Port, BY_PORT),
    // Any method of any service, where prober asks for the health.
    row(&["grpc-keyword"], "grpc-keyword", Some(80), Weaker::Port, BY_PORT),
    row(&["grpcs"], "grpcs", Some(443), Weaker::Tls, BY_PORT),
    row(
        &["udp"],
        "udp",
        None,
        Weaker::Nothing,
        "prober must know what to send: url = \"udp://HOST:PORT\" and send = \"…\" that is answered",
    ),
    row(&["ntp"], "udp", Some(123), Weaker::Nothing, "prober does not ask for the time"),
    row(
        &["sctp"],
        "sctp",
        None,
        Weaker::Nothing,
        "prober does not speak SCTP; watch a TCP port there",
    ),
    row(&["mysql"], "mysql", Some(3306), Weaker::Port, BY_PORT),
    row(&["postgres", "postgresql"], "postgres", Some(5432), Weaker::Port, BY_PORT),
    row(&["sqlserver", "mssql"], "sqlserver", Some(1433), Weaker::Port, BY_PORT),
    row(&["oracledb"], "oracledb", Some(1521), Weaker::Port, BY_PORT),
    row(&["mongodb"], "mongodb", Some(27017), Weaker::Port, BY_PORT),
    row(&["redis"], "redis", Some(6379), Weaker::Port, BY_PORT),
    row(&["mqtt"], "mqtt", Some(1883), Weaker::Port, BY_PORT),
    row(&["rabbitmq"], "rabbitmq", Some(15672), Weaker::Port, BY_PORT),
    row(&["kafka-producer"], "kafka", Some(9092), Weaker::Port, BY_PORT),
    row(&["minecraft"], "minecraft", Some(25565), Weaker::Port, BY_PORT),
    row(
        &["gamedig", "steam"],
        "gamedig",
        None,
        Weaker::Nothing,
        "prober does not ask game servers",
    ),
    row(&["sip-options"], "sip", Some(5060), Weaker::Port, BY_PORT),
    row(
        &["snmp", "radius"],
        "snmp",
        None,
        Weaker::Nothing,
        "prober does not speak SNMP and RADIUS",
    ),
    row(&["docker", "system-service", "pm2"], "docker", None, Weaker::Nothing, FROM_INSIDE),
    row(&["tailscale-ping"], "tailscale", None, Weaker::Nothing, FROM_INSIDE),
    row(
        &["real-browser"],
        "http",
        None,
        Weaker::Nothing,
        "prober runs no browser; write its URL to watch the page itself",
    ),
    row(&["globalping"], "globalping", None, Weaker::Nothing, "prober watches from where it runs"),
    row(&["manual"], "manual", None, Weaker::Nothing, "prober only knows what it sees"),
];

/// Where a probe goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Address {
    /// The host, without brackets.
    pub(super) host: String,
    pub(super) port: Option<u16>,
    /// What stands behind, with its `/` or `?`.
    pub(super) rest: String,
}

impl Address {
    /// The parts of `text` behind its scheme.
    pub(super) fn of(text: &str) -> Self {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let (authority, rest) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = host_and_port(authority);
        Self { host, port, rest: rest.to_owned() }
    }

    /// As a URL has it, with the port if there is one.
    fn authority(&self, port: Option<u16>) -> String {
        let host = if self.host.contains(':') && !has_variable(&self.host) {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
    }
}

fn host_and_port(authority: &str) -> (String, Option<u16>) {
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host.to_owned(), rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || has_variable(host) => match port.parse() {
            Ok(port) => (host.to_owned(), Some(port)),
            Err(_) => (authority.to_owned(), None),
        },
        _ => (authority.to_owned(), None),
    }
}

/// Whether `kind` is the name of a kind.
pub(super) fn is_known(kind: &str) -> bool {
    find(kind).is_some()
}

fn find(kind: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.names.contains(&kind))
}

/// The URL of a target of this `kind` at `address`, in all ways that there are.
pub(super) fn base(kind: &str, address: &Address) -> Carried {
    let Some(row) = find(kind) else {
        let why = "prober has no such probe";
        return Carried::new(&format!("the kind `{kind}`"), Vec::new(), why);
    };
    let port = address.port.or(row.port);
    let url = format!("{}://{}{}", row.scheme, address.authority(port), address.rest);
    let mut ways = vec![Way::exact(Setting::new("url", text(&url)))];
    ways.extend(weaker(row, address, port));
    Carried::new(&format!("the kind `{kind}`"), ways, row.instead)
}

fn weaker(row: &Row, address: &Address, port: Option<u16>) -> Option<Way> {
    port?;
    let url = |scheme: &str| {
        Setting::new("url", text(&format!("{scheme}://{}", address.authority(port))))
    };
    let note = |what: &str| Some(format!("prober does not speak it, and only watches {what}"));
    match row.weaker {
        Weaker::Nothing => None,
        Weaker::Port => {
            Some(Way { settings: vec![url("tcp")], note: note("whether the port is open") })
        }
        Weaker::Tls => Some(Way {
            settings: vec![url("tls")],
            note: note("whether the port is open, with a valid certificate"),
        }),
        Weaker::Banner(pattern) => Some(Way {
            settings: vec![url("tcp"), Setting::new("expect.banner", pattern)],
            note: note("whether the port is open and greets"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_two_rows() {
        let names: Vec<&str> = ROWS.iter().flat_map(|row| row.names).copied().collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
            assert!(is_known(name));
        }
    }

    #[test]
    fn an_address_is_taken_apart() {
        for (text, host, port, rest) in [
            ("tcp://a.example:22", "a.example", Some(22), ""),
            ("icmp://2001:db8::1", "2001:db8::1", None, ""),
            ("ws://[2001:db8::1]:80/x?y", "2001:db8::1", Some(80), "/x?y"),
            ("mysql://me:pw@db.example:3306/x", "db.example", Some(3306), "/x"),
        ] {
            let address = Address::of(text);
            assert_eq!(
                (address.host.as_str(), address.port, address.rest.as_str()),
                (host, port, rest)
            );
        }
    }
}
