//! A detail of each kind, made from the tables of all that can be said, so that a new one is
//! said in every language.

use prober::model::detail::{
    Cause, CertificateFlaw, CertificateLimit, Detail, FramingConflict, OsFault, ResolverFault, Row,
};
use prober::model::observation::{Reason, WarningKind};
use serde_json::{Value, json};

/// Arguments of a type, without a word that others wrote.
fn arguments(of_type: &str) -> Vec<Value> {
    match of_type {
        "String" => vec!["…".into()],
        "u8" | "u16" | "u64" | "usize" => vec![8.into()],
        "Box<Detail>" => vec![json!({"detail": "…"})],
        "Reason" => vec![Reason::Status.code().into()],
        "HttpStatus" => vec![599.into()],
        "Span" => vec![2_300.into(), 7_200_000.into()],
        "Date" | "Moment" => vec!["2025-12-31T05:02:00Z".into()],
        "IpAddr" => vec!["192.0.2.1".into()],
        "SocketAddr" => vec!["192.0.2.1:1".into()],
        "IpFamily" => vec!["v4".into(), "v6".into()],
        "PeerName" => vec![json!({"host": "…"}), json!({"host": "…", "is_proxy": true})],
        "NameList" => vec![json!({"names": ["…"], "more": 0}), json!({"names": ["…"], "more": 3})],
        "DefaultOwner" => vec![json!({"program": "…"}), "proxy".into(), "web_server".into()],
        "Past" => vec![json!({"at": "2025-12-31T05:02:00Z", "seen": "2026-01-02T05:02:00Z"})],
        "CertificateOwner" => vec![
            json!({"server": {"host": "…"}}),
            json!({"authority": {"name": "…"}}),
            json!({"authority_of": {"name": "…", "host": "…"}}),
        ],
        "Front" => vec!["cloudflare".into(), "load_balancer".into(), "proxy".into()],
        "OsFault" => OsFault::TABLE.iter().copied().flat_map(filled).collect(),
        "ResolverFault" => ResolverFault::TABLE.iter().copied().flat_map(filled).collect(),
        "CertificateFlaw" => CertificateFlaw::TABLE.iter().copied().flat_map(filled).collect(),
        "CertificateLimit" => CertificateLimit::TABLE.iter().copied().flat_map(filled).collect(),
        "FramingConflict" => FramingConflict::TABLE.iter().copied().flat_map(filled).collect(),
        other => panic!("no argument is known of the type {other}"),
    }
}

/// `NoBody` → `no_body`, as it is stored.
fn stored_as(name: &str) -> String {
    let mut stored = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !stored.is_empty() {
            stored.push('_');
        }
        stored.extend(letter.to_lowercase());
    }
    stored
}

/// A detail with every choice of arguments.
fn filled((name, fields): Row) -> Vec<Value> {
    let mut all = vec![json!({"code": stored_as(name)})];
    for (field, of_type) in fields {
        let arguments = arguments(of_type);
        let with = |detail: &Value, argument: &Value| {
            let mut detail = detail.clone();
            detail[field] = argument.clone();
            detail
        };
        all = all
            .iter()
            .flat_map(|detail| arguments.iter().map(|argument| with(detail, argument)))
            .collect();
    }
    all
}

fn read(kind: &str, data: &Value) -> Detail {
    let stored = json!({"detail": "", "data": {(stored_as(kind)): data}});
    let detail: Detail = serde_json::from_value(stored.clone()).unwrap();
    assert!(!matches!(detail, Detail::Text(_)), "{stored} is not understood");
    detail
}

/// All details, each with the kind that it is of.
pub(super) fn all() -> Vec<(&'static str, Detail)> {
    let tables = Detail::TABLES.iter();
    let rows = tables.flat_map(|(kind, table)| table.iter().map(move |row| (*kind, *row)));
    rows.flat_map(|(kind, row)| {
        filled(row).into_iter().map(move |data| (kind, read(kind, &data))).collect::<Vec<_>>()
    })
    .collect()
}

/// Those of failures.
pub(super) fn failures() -> Vec<(Reason, Detail)> {
    let all = all().into_iter().filter(|(kind, _)| *kind != "Limit");
    all.flat_map(|(kind, detail)| {
        let reason = match kind {
            "Heartbeat" => Reason::Late,
            "Alarm" => Reason::Alarm,
            _ => Reason::Body,
        };
        [(reason, detail.clone()), (Reason::Reachable, detail)]
    })
    .collect()
}

/// Those of warnings.
pub(super) fn limits() -> Vec<(WarningKind, Detail)> {
    let all = all().into_iter().filter(|(kind, _)| *kind == "Limit");
    all.map(|(_, detail)| (WarningKind::CertExpiring, detail)).collect()
}

/// Each cause, with every choice of arguments.
pub(super) fn causes() -> Vec<Cause> {
    let data = Cause::TABLE.iter().copied().flat_map(filled);
    data.map(|data| serde_json::from_value(data).unwrap()).collect()
}
