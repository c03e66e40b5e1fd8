//! `endpoints` → `[[target]]`.

use serde_json::Value;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text};
use crate::import::gatus::alerting::Channels;
use crate::import::gatus::conditions::{self, Speaks};
use crate::import::gatus::{alerts, maintenance};
use crate::import::kinds::{self, Address};
use crate::import::request::{self, body, header};
use crate::import::tree::Table;
use crate::import::{duration, names, secrets};

/// How often Gatus probes unless it is told otherwise, in seconds; prober likewise.
const INTERVAL: u64 = 60;

/// Keys that are not carried over, and why.
const LEFT: &[(&str, &str)] = &[
    ("ui", "prober's page shows neither URLs nor conditions"),
    ("extra-labels", "prober has no labels"),
    ("store", "prober has no requests that use the answers of others"),
    ("always-run", "prober has no requests that use the answers of others"),
];

pub(super) fn draft(endpoint: Value, channels: &Channels, draft: &mut Draft) {
    let mut table = Table::new(endpoint, "endpoints", &mut draft.report);
    let group = table.text("group");
    let source_name = table.text("name").unwrap_or_default();
    let name = draft.names.unique(&source_name, group.as_deref());
    table.place.clone_from(&name);
    let (kind, base) = base(&mut table, &name, draft);
    let mut part = Part::new(Shape::Target, &name, &name, base);
    if let Some(group) = group {
        part.carry("group", Setting::new("group", text(&names::tidy(&group))));
    }
    let interval = table.text("interval");
    let is_usual = |interval: &&String| {
        duration::go(interval).is_some_and(|interval| interval.as_secs() == INTERVAL)
    };
    if let Some(interval) = interval.as_ref().filter(|interval| !is_usual(interval)) {
        part.carry("interval", time("interval", interval));
    }
    request_of(&mut table, &mut part, draft);
    client(&mut table, &mut part, draft);
    let sources: Vec<String> =
        table.list("conditions").iter().filter_map(crate::import::tree::as_text).collect();
    // What an answer is compared with may come from the environment.
    for source in &sources {
        draft.variables.refer(source);
    }
    let speaks = match kind.as_str() {
        "http" | "https" => Speaks::Http,
        "dns" => Speaks::Dns,
        _ => Speaks::Other,
    };
    part.carried.extend(conditions::carried(&sources, &name, speaks, &mut draft.variables));
    alerts::apply(&mut table, &mut part, channels, draft);
    maintenance::of_target(&mut table, &name, draft);
    if table.boolean("enabled") == Some(false) {
        part.off = Some("it is not enabled in Gatus".to_owned());
    }
    table.leave(LEFT, &mut draft.report);
    table.finish(&mut draft.report);
    draft.parts.push(part);
}

/// The kind of the endpoint, and where it is.
fn base(table: &mut Table, name: &str, draft: &mut Draft) -> (String, Carried) {
    let url = table.text("url").unwrap_or_default();
    draft.variables.refer(&url);
    let dns = table.table("dns", &mut draft.report);
    let ssh = table.table("ssh", &mut draft.report);
    if let Some(mut ssh) = ssh {
        let why = "prober does not sign in by SSH";
        ssh.leave(&[("username", why), ("password", why), ("private-key", why)], &mut draft.report);
        ssh.finish(&mut draft.report);
    }
    if let Some(mut dns) = dns {
        let query = dns.text("query-name").unwrap_or_default();
        let kind = dns.text("query-type").unwrap_or_else(|| "A".to_owned());
        dns.finish(&mut draft.report);
        let mut address = Address::of(&url);
        address.rest = format!("/{}?type={kind}", query.trim_end_matches('.'));
        address.port = address.port.filter(|port| *port != 53).or(Some(53));
        return ("dns".to_owned(), kinds::base("dns", &address).named(name));
    }
    let kind = url.split_once("://").map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    let is_variable = kind.is_empty() && crate::import::interpolation::has_variable(&url);
    if matches!(kind.as_str(), "http" | "https") || is_variable {
        return ("http".to_owned(), request::base(name, &url, draft).named(name));
    }
    let base = kinds::base(&kind, &Address::of(&url));
    (kind, base.named(name))
}

/// A duration; as it is written, if it may be a variable.
pub(super) fn time(key: &str, written: &str) -> Setting {
    let value = duration::go(written).map_or_else(|| text(written), duration::value);
    Setting::new(key, value)
}

/// What is sent.
fn request_of(table: &mut Table, part: &mut Part, draft: &mut Draft) {
    if let Some(method) = table.text("method").filter(|method| method != "GET") {
        part.carry("method", Setting::new("method", method.to_ascii_uppercase()));
    }
    let mut headers = table.texts("headers", &mut draft.report);
    let sent = table.text("body");
    let is_graphql = table.boolean("graphql").unwrap_or(false);
    let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if is_graphql && !has_type {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    for (name, value) in headers {
        header(part, &name, &value, draft);
    }
    match sent {
        Some(query) if is_graphql => {
            let sent = serde_json::json!({ "query": query }).to_string();
            body(part, &sent, draft);
        }
        Some(sent) => body(part, &sent, draft),
        None => {}
    }
}

/// `client`: how to connect.
fn client(table: &mut Table, part: &mut Part, draft: &mut Draft) {
    let Some(mut client) = table.table("client", &mut draft.report) else { return };
    if let Some(timeout) = client.text("timeout") {
        part.carry("client.timeout", time("timeout", &timeout));
    }
    if client.boolean("insecure") == Some(true) {
        part.carried.push(Carried::new(
            "client.insecure",
            vec![Way::exact(Setting::new("tls.insecure", true))],
            "only a target with TLS has a certificate",
        ));
    }
    if client.boolean("ignore-redirect") == Some(true) {
        part.carry("client.ignore-redirect", Setting::new("follow_redirects", false));
    }
    if let Some(resolver) = client.text("dns-resolver") {
        let resolver = Way::exact(Setting::new("resolver", text(&resolver)));
        let why = "it is no address of a name server";
        part.carried.push(Carried::new("client.dns-resolver", vec![resolver], why));
    }
    if let Some(proxy) = client.text("proxy-url") {
        let proxy = secrets::url(&mut draft.variables, &part.name, &proxy);
        draft.variables.refer(&proxy);
        part.carry("client.proxy-url", Setting::new("proxy", text(&proxy)));
    }
    match client.text("network").as_deref() {
        Some("ip4" | "tcp4" | "udp4") => part.carry("client.network", Setting::new("ip", "v4")),
        Some("ip6" | "tcp6" | "udp6") => part.carry("client.network", Setting::new("ip", "v6")),
        _ => {}
    }
    certificate(&mut client, part, draft);
    client.leave(
        &[
            ("oauth2", "prober gets no tokens by OAuth 2: `auth.bearer` takes one that lasts"),
            ("identity-aware-proxy", "prober gets no tokens from Google"),
            ("tunnel", "prober opens no SSH tunnels: watch what can be reached from outside"),
            ("store-cookies", "prober keeps cookies only while it follows redirects"),
        ],
        &mut draft.report,
    );
    client.finish(&mut draft.report);
}

fn certificate(client: &mut Table, part: &mut Part, draft: &mut Draft) {
    let Some(mut tls) = client.table("tls", &mut draft.report) else { return };
    let files = tls.peek("certificate-file").zip(tls.peek("private-key-file"));
    if let Some((certificate, key)) = files {
        tls.take("certificate-file");
        tls.take("private-key-file");
        let settings = vec![
            Setting::new("tls.client_cert", text(&certificate)),
            Setting::new("tls.client_key", text(&key)),
        ];
        let why = "the files are not there for prober to read: put them beside the configuration, \
                   and write tls.client_cert and tls.client_key";
        let ways = vec![Way { settings, note: None }];
        part.carried.push(Carried::new("client.tls", ways, why));
    }
    tls.leave(&[("renegotiation", "TLS 1.3 has none")], &mut draft.report);
    tls.finish(&mut draft.report);
}
