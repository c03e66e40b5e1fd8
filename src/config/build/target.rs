//! `[[target]]` and `[defaults]` → a target.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use url::Url;

use crate::config::build::context::Context;
use crate::config::build::policy::flapping;
use crate::config::build::recipients::recipients;
use crate::config::build::{
    applies, auth, cadence, defaults, dependencies, dialogue, grpc, off_limits, request, tls,
    websocket,
};
use crate::config::tables;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Located;
use crate::config::values::address::Address;
use crate::model::names::TargetName;
use crate::model::secret::Secret;
use crate::model::target::{
    Cadence, DnsExpect, DnsProbe, Endpoint, HttpProbe, IcmpProbe, Kind, Part, Policy, Protocol,
    SshProbe, Target, TlsSettings, Warn,
};

/// How often a target is probed unless `interval` or `schedule` is set.
const INTERVAL: Duration = Duration::from_mins(1);

/// The time for one attempt unless `timeout` is set.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Attempts within one probe unless `attempts` is set.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// Pings that are sent unless `pings` is set.
const PINGS: NonZeroU32 = NonZeroU32::new(3).unwrap();

/// How long before its end a certificate is warned of unless `cert_expires_within` is set.
const CERT_EXPIRES_WITHIN: Duration = Duration::from_hours(14 * 24);

/// The targets of the file.
pub(super) fn build_all(
    targets: Vec<Located<tables::target::Target>>,
    context: &Context<'_>,
) -> Vec<Target> {
    applies::check_table(&context.defaults, context);
    // Not `collect`: it would build the targets in the memory of the tables, and keep all of that.
    let mut built = Vec::with_capacity(targets.len());
    built.extend(targets.into_iter().filter_map(|own| build(own, context)));
    built
}

/// The target that its `own` keys make together with the defaults.
fn build(own: Located<tables::target::Target>, context: &Context<'_>) -> Option<Target> {
    let Located { value: own, span, .. } = own;
    applies::check_table(&own, context);
    if let Some(url) = own.url.value() {
        applies::check_scheme(&own, url, context);
        auth::check_once(&own, url, context);
        check_limits(&own, url, context);
    }
    let mut target = own;
    defaults::join(&mut target, &context.defaults);
    applies::check_proxy(&target, context);
    Some(Target {
        group: target.group.take().into_value().map(|group| group.value),
        is_public: target.public.copied().unwrap_or(true),
        is_urgent: target.urgent.copied().unwrap_or(false),
        link: target.link.take().into_value(),
        policy: policy(&target),
        notify: recipients(target.notify.take(), context),
        place: target.place.take().into_value().map(|place| place.value),
        depends_on: dependencies::names(target.depends_on.take().into_value().unwrap_or_default()),
        // The name comes last: without one, the rest is still checked.
        kind: kind(&target, &span, context)?,
        name: TargetName::new(target.name.into_value()?.value),
    })
}

fn kind(target: &tables::target::Target, span: &Span, context: &Context<'_>) -> Option<Kind> {
    let endpoint = context.owned(span, || endpoint(target, context));
    let name = || Some(TargetName::new(target.name.value()?.value.as_str()));
    if context.is_off(span, || name().map(Part::Target))
        || context.is_off_by_default(target.url.value(), || name().map(Part::Target))
    {
        return Some(Kind::Off);
    }
    Some(Kind::Endpoint(Box::new(endpoint?)))
}

/// Checks that neither the target nor its proxy is off limits here. The probe checks
/// the addresses of names.
fn check_limits(own: &tables::target::Target, address: &Address, context: &Context<'_>) {
    if let Some(at) = own.url.given() {
        match address {
            Address::Http { url, .. }
            | Address::WebSocket { url, .. }
            | Address::Grpc { url, .. } => {
                off_limits::check_url(url, &at.span, context);
            }
            Address::Tcp { host, port, .. } | Address::Dns { host, port, .. } => {
                off_limits::check(host, *port, &at.span, context);
            }
            Address::Icmp { host } => off_limits::check(host, 0, &at.span, context),
        }
    }
    if let Some(at) = own.resolver.given() {
        off_limits::check(&at.value.host, at.value.port, &at.span, context);
    }
    if let Some(at) = own.proxy.given() {
        off_limits::check(&at.value.host, at.value.port, &at.span, context);
    }
}

fn policy(target: &tables::target::Target) -> Policy {
    let default = Policy::default();
    Policy {
        failure_threshold: target.failure_threshold.copied().unwrap_or(default.failure_threshold),
        success_threshold: target.success_threshold.copied().unwrap_or(default.success_threshold),
        remind: target.remind.copied(),
        flapping: flapping(&target.flapping),
    }
}

fn endpoint(target: &tables::target::Target, context: &Context<'_>) -> Option<Endpoint> {
    let cadence = cadence::build(&target.interval, &target.schedule, Some(INTERVAL), context);
    let timeout = timeout(target, cadence.as_ref(), context);
    let unreachable = target.expect.value().and_then(|expect| expect.unreachable.copied());
    Some(Endpoint {
        protocol: protocol(target, context)?,
        cadence: cadence?,
        secrets: Arc::clone(&context.variables),
        timeout,
        attempts: target.attempts.copied().unwrap_or(ATTEMPTS),
        ip: target.ip.copied().unwrap_or_default(),
        resolver: target.resolver.value().cloned(),
        unreachable: unreachable.unwrap_or(false),
        asks_witnesses: target.witness.copied().unwrap_or(true),
        latency_under: target.expect.value().and_then(|expect| expect.latency_under.copied()),
        warn: warn(target.warn.value()),
    })
}

fn warn(limits: Option<&tables::target::Warn>) -> Warn {
    let within = limits.and_then(|limits| limits.cert_expires_within.copied());
    Warn {
        latency_over: limits.and_then(|limits| limits.latency_over.copied()),
        cert_expires_within: within.unwrap_or(CERT_EXPIRES_WITHIN),
    }
}

/// The time for one attempt. An interval that could not be read is not compared with it.
fn timeout(
    target: &tables::target::Target,
    cadence: Option<&Cadence>,
    context: &Context<'_>,
) -> Duration {
    let interval = match cadence {
        Some(Cadence::Every(interval)) => *interval,
        Some(Cadence::Cron { .. }) | None => return target.timeout.copied().unwrap_or(TIMEOUT),
    };
    let Some(timeout) = target.timeout.given() else {
        // A short interval alone is not wrong: the default is shortened to it.
        return TIMEOUT.min(interval);
    };
    if timeout.value > interval {
        let shown = crate::text::duration::written(interval);
        let title = format!("the timeout is longer than the interval, which is {shown}");
        let label = format!("must be at most \"{shown}\"");
        let diagnostic = Diagnostic::new(timeout.span.clone(), title, label);
        context.report(match target.interval.given() {
            Some(interval) => diagnostic.also(interval.span.clone(), "the interval"),
            None => diagnostic,
        });
    }
    timeout.value
}

fn protocol(target: &tables::target::Target, context: &Context<'_>) -> Option<Protocol> {
    let settings = tls::settings(target.tls.given(), context);
    match target.url.value()?.clone() {
        Address::Http { url, authorization } => {
            let probe = http(target, url, authorization, settings, context);
            probe.map(Box::new).map(Protocol::Http)
        }
        Address::Tcp { scheme: "udp", host, port } => {
            dialogue::udp(target, host, port, context).map(Box::new).map(Protocol::Udp)
        }
        Address::Tcp { scheme: "ssh", host, port } => {
            let expect = target.expect.value().cloned().unwrap_or_default();
            let (banner, host_keys) = (expect.banner.into_value(), expect.host_key.into_items());
            Some(Protocol::Ssh(Box::new(SshProbe { host, port, banner, host_keys })))
        }
        Address::Tcp { scheme, host, port } => {
            let peer = dialogue::Peer { scheme, host, port };
            dialogue::build(target, peer, settings, context).map(Box::new).map(Protocol::Tcp)
        }
        Address::Dns { over_tls, host, port, name, kind } => {
            let tls = if over_tls { Some(settings?) } else { None };
            let expect = target.expect.value().cloned().unwrap_or_default();
            let expect = DnsExpect {
                rcode: expect.rcode.copied(),
                answer: expect.answer.into_items(),
                answer_matches: expect.answer_matches.into_items(),
            };
            Some(Protocol::Dns(Box::new(DnsProbe { host, port, tls, name, kind, expect })))
        }
        Address::Icmp { host } => Some(Protocol::Icmp(icmp(target, host, context))),
        Address::Grpc { url, authorization, service, .. } => {
            let probe = grpc::build(target, (url, service), authorization, settings, context);
            probe.map(Box::new).map(Protocol::Grpc)
        }
        Address::WebSocket { url, authorization, .. } => {
            let probe = websocket::build(target, url, authorization, settings, context);
            probe.map(Box::new).map(Protocol::WebSocket)
        }
    }
}

fn icmp(target: &tables::target::Target, host: String, context: &Context<'_>) -> IcmpProbe {
    let count = target.pings.copied().unwrap_or(PINGS);
    let answered = target.expect.value().and_then(|expect| expect.answered.given());
    if let Some(answered) = answered.filter(|answered| answered.value > count) {
        let title = format!("{} pings cannot be answered: {count} are sent", answered.value);
        let label = "must be at most `pings`";
        context.report(Diagnostic::new(answered.span.clone(), title, label));
    }
    let answered = answered.map_or(NonZeroU32::MIN, |answered| answered.value);
    IcmpProbe { host, count, answered }
}

fn http(
    target: &tables::target::Target,
    url: Url,
    authorization: Option<Secret>,
    tls: Option<Arc<TlsSettings>>,
    context: &Context<'_>,
) -> Option<HttpProbe> {
    let login = target.auth.given().and_then(|auth| auth::login(auth, context));
    let (sent, digest) = login.map_or((None, None), |login| (login.authorization, login.digest));
    let authorization = authorization.or(sent);
    let method = target.method.value().cloned().unwrap_or(Method::GET);
    let expect = target.expect.value().cloned().unwrap_or_default();
    Some(HttpProbe {
        url,
        headers: request::headers(target.headers.value(), authorization.as_ref(), context),
        body: body(target, &method, context),
        digest,
        follow_redirects: target.follow_redirects.copied().unwrap_or(true),
        proxy: target.proxy.value().cloned(),
        expect: request::expect(expect, &method, context),
        tls: tls?,
        method,
    })
}

fn body(target: &tables::target::Target, method: &Method, context: &Context<'_>) -> Option<Secret> {
    let body = target.body.given()?;
    if !target.method.is_broken() && !defaults::carries_body(method) {
        let title = format!("a `{method}` request has no body");
        let label = "add `method = \"POST\"`, or take the body out";
        context.report(Diagnostic::new(body.key.clone(), title, label));
    }
    Some(body.value.clone())
}
