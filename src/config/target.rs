//! `[[target]]` and `[defaults]` → a target.

use std::num::NonZeroU32;
use std::time::Duration;

use http::Method;
use http::header::AUTHORIZATION;

use crate::config::address::Address;
use crate::config::build::Surroundings;
use crate::config::leaf::{Count, Cron, Period, Reference};
use crate::config::mistake::{Mistake, Span};
use crate::config::raw;
use crate::config::reader::{Located, nearest};
use crate::config::request;
use crate::config::several::OneOrMany;
use crate::config::tls::TlsRoom;
use crate::config::toml_key::TomlKey as _;
use crate::expect::BannerExpect;
use crate::secret::Secret;
use crate::target::{
    Cadence, ChannelName, Endpoint, HttpProbe, IpChoice, Policy, Protocol, Target, TargetName,
    TcpProbe, TlsProbe, Warn,
};

/// How often a target is probed unless it says otherwise.
const INTERVAL: Duration = Duration::from_mins(1);

/// The most often that a target may be probed: more is an attack.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The time for one attempt unless a target says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Tries within a probe unless a target says otherwise.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// Failures that make a target down unless it says otherwise.
const FAILURES: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// How long before its end a certificate is told of unless a target says otherwise.
const CERT_EXPIRES_WITHIN: Duration = Duration::from_hours(14 * 24);

/// The target that `own` keys make together with the defaults.
pub(super) fn build(
    own: raw::Target,
    around: &Surroundings<'_>,
    tls: &mut TlsRoom<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Target> {
    check_table(&own, mistakes);
    if let Some(url) = &own.url {
        check_fit(&own, &url.value, mistakes);
        check_authorization(&own, &url.value, mistakes);
    }
    let mut target = own;
    join_defaults(&mut target, &around.defaults);
    let cadence = cadence(&target, around, mistakes);
    let timeout = timeout(&target, &cadence, mistakes);
    let notify = notify(target.notify.take(), &around.channels, mistakes);
    let warn = target.warn.take().map(|warn| warn.value).unwrap_or_default();
    let unreachable = target.expect.as_ref().and_then(|expect| expect.value.unreachable.clone());
    Some(Target {
        name: TargetName::new(target.name.take()?.value.0.value),
        group: target.group.take().map(|group| group.value.0),
        cadence,
        policy: Policy {
            failure_threshold: target.failure_threshold.as_ref().map_or(FAILURES, count),
            success_threshold: target.success_threshold.as_ref().map_or(NonZeroU32::MIN, count),
            remind: target.remind.as_ref().map(period),
        },
        notify,
        depends_on: depends_on(target.depends_on.take()),
        endpoint: Endpoint {
            timeout,
            attempts: target.attempts.as_ref().map_or(ATTEMPTS, count),
            ip: target.ip.as_ref().map_or(IpChoice::Any, |ip| ip.value.0),
            unreachable: unreachable.is_some_and(|unreachable| unreachable.value),
            warn: Warn {
                latency_over: warn.latency_over.as_ref().map(period),
                cert_expires_within: warn
                    .cert_expires_within
                    .as_ref()
                    .map_or(CERT_EXPIRES_WITHIN, period),
            },
            protocol: protocol(target, tls, mistakes)?,
        },
    })
}

fn period(period: &Located<Period>) -> Duration {
    period.value.0
}

fn count<const MOST: u32>(count: &Located<Count<MOST>>) -> NonZeroU32 {
    count.value.0
}

/// What is wrong with one table, be it `[[target]]` or `[defaults]`, by itself.
pub(super) fn check_table(table: &raw::Target, mistakes: &mut Vec<Mistake>) {
    if let (Some(interval), Some(schedule)) = (&table.interval, &table.schedule) {
        let title = "`schedule` and `interval` are both given";
        let mistake = Mistake::new(schedule.key.clone(), title, "keep one of the two");
        mistakes.push(mistake.also(interval.key.clone(), "the other one"));
    }
    if let Some(interval) = table.interval.as_ref().filter(|at| at.value.0 < SHORTEST_INTERVAL) {
        let title = "the interval is too short";
        mistakes.push(Mistake::new(interval.span.clone(), title, "must be at least \"1s\""));
    }
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
fn check_fit(own: &raw::Target, address: &Address, mistakes: &mut Vec<Mistake>) {
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

/// A target must say only once who asks.
fn check_authorization(own: &raw::Target, address: &Address, mistakes: &mut Vec<Mistake>) {
    let url = own.url.as_ref().filter(|_| credentials(address).is_some());
    let header = own_header(own);
    let places = [
        url.map(|at| (at.span.clone(), "the user name in the URL")),
        own.auth.as_ref().map(|at| (at.key.clone(), "`auth`")),
        header.map(|span| (span, "the header `authorization`")),
    ];
    let mut places = places.into_iter().flatten();
    let Some((first, _)) = places.next() else { return };
    for (span, what) in places {
        let title = format!("who asks is said twice: {what} is the second");
        let mistake = Mistake::new(span, title, "keep one of the two");
        mistakes.push(mistake.also(first.clone(), "the first one"));
    }
}

fn credentials(address: &Address) -> Option<&Secret> {
    match address {
        Address::Http { authorization, .. } => authorization.as_ref(),
        Address::Tcp { .. } | Address::Tls { .. } => None,
    }
}

fn own_header(own: &raw::Target) -> Option<Span> {
    let headers = &own.headers.as_ref()?.value.0;
    headers.iter().find(|(name, _)| *name == AUTHORIZATION).map(|(_, value)| value.key.clone())
}

/// Puts the defaults where `target` says nothing.
fn join_defaults(target: &mut raw::Target, defaults: &raw::Target) {
    let mut defaults = defaults.clone();
    // Each of these pairs is one decision, which a target makes as a whole.
    if target.interval.is_some() || target.schedule.is_some() {
        (defaults.interval, defaults.schedule) = (None, None);
    }
    let own_credentials = target.url.as_ref().is_some_and(|at| credentials(&at.value).is_some());
    if own_credentials || own_header(target).is_some() {
        defaults.auth = None;
    }
    if target.auth.is_some() || own_credentials {
        if let Some(headers) = &mut defaults.headers {
            headers.value.0.retain(|(name, _)| *name != AUTHORIZATION);
        }
    }
    let method = target.method.as_ref().or(defaults.method.as_ref());
    if method.is_none_or(|method| !carries_body(&method.value.0)) {
        defaults.body = None;
    }
    join_expectations(target, &mut defaults);
    target.fill_from(&defaults);
}

/// Whether a port must answer is said together with how.
fn join_expectations(target: &raw::Target, defaults: &mut raw::Target) {
    let own = target.expect.as_ref().map(|expect| &expect.value);
    let Some(own) = own.filter(|own| !own.given().is_empty()) else { return };
    if own.unreachable.as_ref().is_some_and(|unreachable| unreachable.value) {
        defaults.expect = None;
    } else if let Some(expect) = &mut defaults.expect {
        expect.value.unreachable = None;
    }
}

fn carries_body(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

fn cadence(
    target: &raw::Target,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Cadence {
    let Some(schedule) = &target.schedule else {
        return Cadence::Every(target.interval.as_ref().map_or(INTERVAL, period));
    };
    let Cron(expression) = &schedule.value;
    let now = around.sources.now.with_timezone(&around.zone);
    if expression.after(&now).next().is_none() {
        let title = "this schedule never fires";
        let label = "no date from now on fits it";
        mistakes.push(Mistake::new(schedule.span.clone(), title, label));
    }
    Cadence::Cron { schedule: expression.clone(), zone: around.zone }
}

fn timeout(target: &raw::Target, cadence: &Cadence, mistakes: &mut Vec<Mistake>) -> Duration {
    let Cadence::Every(interval) = cadence else {
        return target.timeout.as_ref().map_or(TIMEOUT, period);
    };
    let Some(timeout) = &target.timeout else {
        // A short interval alone is no mistake: the default gives way to it.
        return TIMEOUT.min(*interval);
    };
    if timeout.value.0 > *interval {
        let shown = humantime::format_duration(*interval);
        let title = format!("the timeout is longer than the interval, which is {shown}");
        let label = format!("must be at most \"{shown}\"");
        let mistake = Mistake::new(timeout.span.clone(), title, label);
        mistakes.push(match &target.interval {
            Some(interval) => mistake.also(interval.span.clone(), "the interval"),
            None => mistake,
        });
    }
    timeout.value.0
}

fn notify(
    names: Option<Located<OneOrMany<Reference>>>,
    channels: &[ChannelName],
    mistakes: &mut Vec<Mistake>,
) -> Vec<ChannelName> {
    let Some(names) = names else { return channels.to_vec() };
    let mut notify: Vec<ChannelName> = Vec::new();
    for Located { value: Reference(text), span, .. } in names.value.0 {
        let name = ChannelName::new(text.value.as_str());
        if !channels.contains(&name) {
            let near = nearest(&text.shown, channels.iter().map(ChannelName::as_str));
            let label = near.map_or("expected the NAME of a `[notify.NAME]`".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            let title = format!("there is no channel called `{}`", text.shown);
            mistakes.push(Mistake::new(span, title, label));
        } else if !notify.contains(&name) {
            notify.push(name);
        }
    }
    notify
}

fn depends_on(names: Option<Located<OneOrMany<Reference>>>) -> Vec<TargetName> {
    let mut depends_on: Vec<TargetName> = Vec::new();
    for name in names.into_iter().flat_map(|names| names.value.0) {
        let name = TargetName::new(name.value.0.value);
        if !depends_on.contains(&name) {
            depends_on.push(name);
        }
    }
    depends_on
}

fn protocol(
    target: raw::Target,
    tls: &mut TlsRoom<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Protocol> {
    let expect = target.expect.as_ref().map(|at| at.value.clone()).unwrap_or_default();
    let settings = tls.settings(target.tls.as_ref().map(|at| &at.value), mistakes);
    match target.url.as_ref()?.value.clone() {
        Address::Http { url, authorization } => {
            let auth = target.auth.as_ref().and_then(|auth| request::authorization(auth, mistakes));
            let authorization = authorization.or(auth);
            let method = target.method.as_ref().map_or(Method::GET, |at| at.value.0.clone());
            Some(Protocol::Http(Box::new(HttpProbe {
                url,
                headers: request::headers(
                    target.headers.as_ref(),
                    authorization.as_ref(),
                    mistakes,
                ),
                body: body(&target, &method, mistakes),
                follow_redirects: target.follow_redirects.is_none_or(|follow| follow.value),
                tls: settings?,
                proxy: target.proxy.map(|proxy| proxy.value.0),
                expect: request::expect(expect, &method, mistakes),
                method,
            })))
        }
        Address::Tcp { host, port } => Some(Protocol::Tcp(TcpProbe {
            host,
            port,
            send: target.send.map(|send| Secret::new(send.value.0)),
            expect: expect.banner.map(|banner| BannerExpect { banner: banner.value.0 }),
        })),
        Address::Tls { host, port } => Some(Protocol::Tls(TlsProbe { host, port, tls: settings? })),
    }
}

fn body(target: &raw::Target, method: &Method, mistakes: &mut Vec<Mistake>) -> Option<Secret> {
    let body = target.body.as_ref()?;
    if !carries_body(method) {
        let title = format!("a `{method}` request has no body");
        let label = "add `method = \"POST\"`, or take the body out";
        mistakes.push(Mistake::new(body.key.clone(), title, label));
    }
    Some(Secret::new(body.value.0.clone()))
}
