//! Keys that are right one by one, and yet do not go together.

use crate::config::address::Address;
use crate::config::mistake::{Mistake, Span};
use crate::config::toml_key::TomlKey as _;
use crate::config::{cadence, raw};

/// What is wrong with one table, be it `[[target]]` or `[defaults]`, by itself.
pub(super) fn check_table(table: &raw::Target, mistakes: &mut Vec<Mistake>) {
    cadence::check(table.interval.as_ref(), table.schedule.as_ref(), mistakes);
    if let Some(tls) = &table.tls {
        check_insecure(&tls.value, mistakes);
    }
    if let Some(expect) = &table.expect {
        check_expect(&expect.value, mistakes);
    }
}

fn check_insecure(tls: &raw::Tls, mistakes: &mut Vec<Mistake>) {
    if let (Some(insecure), Some(ca)) = (tls.insecure.as_ref().filter(|at| at.value), &tls.ca) {
        let title = "`ca` has no effect beside `insecure = true`";
        let label = "accepts any certificate: take it out, and `ca` will do";
        mistakes
            .push(Mistake::new(insecure.key.clone(), title, label).also(ca.key.clone(), "this"));
    }
}

fn check_expect(expect: &raw::Expect, mistakes: &mut Vec<Mistake>) {
    if let Some(status) = expect.status.as_ref().filter(|at| at.value.0.is_empty()) {
        let label = "expected at least one, such as \"2xx\"";
        mistakes.push(Mistake::new(status.span.clone(), "no status would be fine", label));
    }
    let Some(unreachable) = expect.unreachable.as_ref().filter(|at| at.value) else { return };
    for (key, span) in expect.keys().into_iter().filter(|(key, _)| *key != "unreachable") {
        let title = format!("`{key}` contradicts `unreachable = true`");
        let label = "what must not answer cannot answer like this: keep one of the two";
        mistakes.push(Mistake::new(span, title, label).also(unreachable.key.clone(), "this"));
    }
}

/// The schemes that a key is for; a key that fits all of them is not listed.
fn schemes_of(key: &str) -> &'static [&'static str] {
    match key {
        "method"
        | "headers"
        | "body"
        | "auth"
        | "follow_redirects"
        | "proxy"
        | "expect.status"
        | "expect.body_contains"
        | "expect.body_matches"
        | "expect.body_not_contains"
        | "expect.header"
        | "expect.json"
        | "expect.max_body" => &["http", "https"],
        "send" | "expect.banner" => &["tcp"],
        // An `http` URL may redirect to an `https` one.
        "tls" | "warn.cert_expires_within" => &["http", "https", "tls"],
        _ => &["http", "https", "tcp", "tls"],
    }
}

/// Only a target's own keys must fit: the defaults are for whom they fit.
pub(super) fn check_fit(own: &raw::Target, address: &Address, mistakes: &mut Vec<Mistake>) {
    let within = |table: &str, keys: Vec<(&str, Span)>| {
        keys.into_iter().map(|(key, span)| (format!("{table}.{key}"), span)).collect::<Vec<_>>()
    };
    let top = own.keys().into_iter().map(|(key, span)| (key.to_owned(), span));
    let expect = own.expect.as_ref().map(|at| within("expect", at.value.keys()));
    let warn = own.warn.as_ref().map(|at| within("warn", at.value.keys()));
    let keys = top.chain(expect.into_iter().flatten()).chain(warn.into_iter().flatten());
    for (key, span) in keys {
        let fitting = schemes_of(&key);
        if !fitting.contains(&address.scheme()) {
            let title = format!("`{key}` does not fit the scheme `{}`", address.scheme());
            let label = format!("only for {}", fitting.join(", "));
            mistakes.push(Mistake::new(span, title, label));
        }
    }
}

/// A port that must not answer is asked directly: through a proxy, it would be
/// the proxy that answers, or not. Of the defaults' `proxy` as well, because
/// where everything goes through one, whatever is asked directly is closed.
pub(super) fn check_proxy(target: &raw::Target, mistakes: &mut Vec<Mistake>) {
    let is_http = target.url.as_ref().is_some_and(|at| matches!(at.value, Address::Http { .. }));
    let expect = target.expect.as_ref().filter(|_| is_http);
    let unreachable = expect.and_then(|expect| expect.value.unreachable.as_ref());
    if let (Some(proxy), Some(unreachable)) =
        (&target.proxy, unreachable.filter(|unreachable| unreachable.value))
    {
        let title = "`unreachable = true` does not go together with `proxy`";
        let label = "would be asked directly: watch the port with a `tcp://` URL";
        let mistake = Mistake::new(unreachable.key.clone(), title, label);
        mistakes.push(mistake.also(proxy.key.clone(), "this would not be used"));
    }
}
