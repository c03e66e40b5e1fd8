//! Which keys apply: each is right on its own, but together, or with the
//! scheme of the URL, they make no sense.

use crate::config::build::cadence;
use crate::config::build::context::Context;
use crate::config::tables::target::{Expect, Target, Tls};
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::table::Table as _;
use crate::config::values::address::{Address, SCHEMES};
use crate::model::target::DnsCode;

/// Checks one table by itself, either a `[[target]]` or `[defaults]`.
pub(super) fn check_table(table: &Target, context: &Context<'_>) {
    cadence::check(&table.interval, &table.schedule, context);
    if let Some(tls) = table.tls.value() {
        check_insecure(tls, context);
    }
    if let Some(expect) = table.expect.value() {
        check_expect(expect, context);
    }
}

fn check_insecure(tls: &Tls, context: &Context<'_>) {
    let insecure = tls.insecure.given().filter(|at| at.value);
    if let (Some(insecure), Some(ca)) = (insecure, tls.ca.given()) {
        let title = "`ca` has no effect beside `insecure = true`";
        let label = "accepts any certificate: take it out, and `ca` will do";
        let diagnostic = Diagnostic::new(insecure.key.clone(), title, label);
        context.report(diagnostic.also(ca.key.clone(), "this"));
    }
}

fn check_expect(expect: &Expect, context: &Context<'_>) {
    if let Some(status) = expect.status.given().filter(|at| at.value.is_empty()) {
        let label = "expected at least one, such as \"2xx\"";
        context.report(Diagnostic::new(status.span.clone(), "no status would be fine", label));
    }
    check_head_only(expect, context);
    check_records(expect, context);
    let Some(unreachable) = expect.unreachable.given().filter(|at| at.value) else { return };
    for (key, span) in expect.given_keys().into_iter().filter(|(key, _)| *key != "unreachable") {
        let title = format!("`{key}` contradicts `unreachable = true`");
        let label = "what must not answer cannot answer like this: keep one of the two";
        let diagnostic = Diagnostic::new(span, title, label);
        context.report(diagnostic.also(unreachable.key.clone(), "this"));
    }
}

/// A name that is not there has no records.
fn check_records(expect: &Expect, context: &Context<'_>) {
    let Some(rcode) = expect.rcode.given().filter(|at| at.value == DnsCode::NxDomain) else {
        return;
    };
    let of_records = ["answer", "answer_matches"];
    for (key, span) in expect.given_keys().into_iter().filter(|(key, _)| of_records.contains(key)) {
        let title = format!("`{key}` contradicts `rcode = \"NXDOMAIN\"`");
        let label = "a name that is not there has no records: keep one of the two";
        let diagnostic = Diagnostic::new(span, title, label);
        context.report(diagnostic.also(rcode.key.clone(), "this"));
    }
}

/// If the head of an answer is enough, nothing can be expected of its body.
fn check_head_only(expect: &Expect, context: &Context<'_>) {
    let Some(head_only) = expect.head_only.given().filter(|at| at.value) else { return };
    let of_body = |key: &str| key.starts_with("body_") || key == "json" || key == "max_body";
    for (key, span) in expect.given_keys().into_iter().filter(|(key, _)| of_body(key)) {
        let title = format!("`{key}` contradicts `head_only = true`");
        let diagnostic = Diagnostic::new(span, title, "the body is not read: keep one of the two");
        context.report(diagnostic.also(head_only.key.clone(), "this"));
    }
}

/// The schemes that a key applies to. Keys that are not listed apply to all.
fn schemes_of(key: &str) -> &'static [&'static str] {
    match key {
        "headers" | "auth" | "proxy" => &["http", "https", "ws", "wss", "grpc", "grpcs"],
        "method"
        | "body"
        | "follow_redirects"
        | "expect.status"
        | "expect.body_contains"
        | "expect.body_matches"
        | "expect.body_not_contains"
        | "expect.body_not_matches"
        | "expect.header"
        | "expect.header_not"
        | "expect.json"
        | "expect.head_only"
        | "expect.max_body" => &["http", "https"],
        "send" => &["tcp", "tls", "udp", "ws", "wss"],
        "dialogue" => &["tcp", "tls", "ws", "wss"],
        "subprotocol" | "expect.close_code" => &["ws", "wss"],
        "starttls" => STARTTLS,
        "expect.banner" => BANNER,
        "expect.answer" | "expect.answer_matches" | "expect.rcode" => &["dns", "dns+tls"],
        "pings" | "expect.answered" => &["icmp"],
        "expect.host_key" => &["ssh"],
        "expect.health" => &["grpc", "grpcs"],
        "expect.unreachable" => CONNECTED,
        // An `http` URL may redirect to an `https` one.
        "tls" | "warn.cert_expires_within" => WITH_TLS,
        _ => &SCHEMES,
    }
}

/// Those that go over to TLS when asked.
const STARTTLS: &[&str] = &["smtp", "imap", "pop3", "ftp", "xmpp"];

/// Those that greet.
const BANNER: &[&str] = &[
    "tcp", "tls", "udp", "ws", "wss", "ssh", "smtp", "smtps", "imap", "imaps", "pop3", "pop3s",
    "ftp", "ftps",
];

/// Those that begin with a connection.
pub(super) const CONNECTED: &[&str] = &[
    "http", "https", "ws", "wss", "tcp", "tls", "ssh", "dns+tls", "grpc", "grpcs", "smtp", "smtps",
    "imap", "imaps", "pop3", "pop3s", "ftp", "ftps", "xmpp", "xmpps",
];

/// Those that may speak TLS; of `tcp`, those whose dialogue begins it.
const WITH_TLS: &[&str] = &[
    "http", "https", "wss", "grpcs", "dns+tls", "tls", "smtp", "smtps", "imap", "imaps", "pop3",
    "pop3s", "ftp", "ftps", "xmpp", "xmpps",
];

/// Whether a dialogue begins TLS, so that its settings matter.
fn begins_tls(own: &Target) -> bool {
    let steps = own.dialogue.value().into_iter().flatten();
    steps.map(|step| &step.value).any(|step| step.starttls.copied().unwrap_or(false))
}

/// Checks that a target's own keys apply to its scheme. Keys of `[defaults]`
/// need not: each is taken by the targets that it applies to.
pub(super) fn check_scheme(own: &Target, address: &Address, context: &Context<'_>) {
    let within = |table: &str, keys: Vec<(&str, Span)>| {
        keys.into_iter().map(|(key, span)| (format!("{table}.{key}"), span)).collect::<Vec<_>>()
    };
    let top = own.given_keys().into_iter().map(|(key, span)| (key.to_owned(), span));
    let expect = own.expect.value().map(|expect| within("expect", expect.given_keys()));
    let warn = own.warn.value().map(|warn| within("warn", warn.given_keys()));
    for (key, span) in top.chain(expect.into_iter().flatten()).chain(warn.into_iter().flatten()) {
        let schemes = schemes_of(&key);
        let is_upgraded = schemes == WITH_TLS && address.scheme() == "tcp" && begins_tls(own);
        if !schemes.contains(&address.scheme()) && !is_upgraded {
            let title = format!("`{key}` does not fit the scheme `{}`", address.scheme());
            let mut label = format!("only for {}", schemes.join(", "));
            if schemes == WITH_TLS && address.scheme() == "tcp" {
                label += ", and tcp whose `dialogue` has a step `starttls = true`";
            }
            context.report(Diagnostic::new(span, title, label));
        }
    }
}

/// Checks that a port that must not answer is not probed through a proxy, which
/// would answer in its place. The `proxy` of `[defaults]` counts too: if everything
/// goes through a proxy, a direct connection always fails.
pub(super) fn check_proxy(target: &Target, context: &Context<'_>) {
    let is_of_web = |url: &Address| {
        matches!(url, Address::Http { .. } | Address::WebSocket { .. } | Address::Grpc { .. })
    };
    let is_http = target.url.value().is_some_and(is_of_web);
    let expect = target.expect.value().filter(|_| is_http);
    let unreachable = expect.and_then(|expect| expect.unreachable.given()).filter(|at| at.value);
    if let (Some(proxy), Some(unreachable)) = (target.proxy.given(), unreachable) {
        let title = "`unreachable = true` does not go together with `proxy`";
        let label = "would be asked directly: watch the port with a `tcp://` URL";
        let diagnostic = Diagnostic::new(unreachable.key.clone(), title, label);
        context.report(diagnostic.also(proxy.key.clone(), "this would not be used"));
    }
}
