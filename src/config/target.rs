//! `[[target]]` and `[defaults]` → a target.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use url::Url;

use crate::config::address::Address;
use crate::config::build::Surroundings;
use crate::config::leaf::Cron;
use crate::config::mistake::Mistake;
use crate::config::name::Reference;
use crate::config::quantity::{Count, Period};
use crate::config::raw;
use crate::config::reader::{Located, nearest};
use crate::config::several::OneOrMany;
use crate::config::tls::TlsRoom;
use crate::config::{defaults, fit, request, who_asks};
use crate::expect::BannerExpect;
use crate::secret::Secret;
use crate::target::{
    Cadence, ChannelName, Endpoint, Flapping, HttpProbe, IpChoice, Kind, Policy, Protocol, Target,
    TargetName, TcpProbe, TlsProbe, TlsSettings, Warn,
};

/// How often a target is probed unless it says otherwise.
const INTERVAL: Duration = Duration::from_mins(1);

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
    fit::check_table(&own, mistakes);
    if let Some(url) = &own.url {
        fit::check_fit(&own, &url.value, mistakes);
        who_asks::check_once(&own, &url.value, mistakes);
    }
    let mut target = own;
    defaults::join(&mut target, &around.defaults);
    let cadence = cadence(&target, around, mistakes);
    let timeout = timeout(&target, &cadence, mistakes);
    Some(Target {
        group: target.group.take().map(|group| group.value.0.value),
        policy: Policy {
            failure_threshold: target.failure_threshold.as_ref().map_or(FAILURES, count),
            success_threshold: target.success_threshold.as_ref().map_or(NonZeroU32::MIN, count),
            remind: target.remind.as_ref().map(period),
            flapping: Flapping::default(),
        },
        notify: notify(target.notify.take(), &around.channels, mistakes),
        depends_on: depends_on(target.depends_on.take()),
        // The name goes last: without one, the rest is still looked through.
        kind: Kind::Endpoint(Box::new(endpoint(
            &target,
            &around.values,
            cadence,
            timeout,
            tls,
            mistakes,
        )?)),
        name: TargetName::new(target.name?.value.0.value),
    })
}

fn endpoint(
    target: &raw::Target,
    secrets: &Arc<[Secret]>,
    cadence: Cadence,
    timeout: Duration,
    tls: &mut TlsRoom<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Endpoint> {
    let unreachable = target.expect.as_ref().and_then(|at| at.value.unreachable.as_ref());
    Some(Endpoint {
        cadence,
        secrets: Arc::clone(secrets),
        protocol: protocol(target, tls, mistakes)?,
        timeout,
        attempts: target.attempts.as_ref().map_or(ATTEMPTS, count),
        ip: target.ip.as_ref().map_or(IpChoice::Any, |ip| ip.value.0),
        unreachable: unreachable.is_some_and(|unreachable| unreachable.value),
        warn: warn(target.warn.as_ref().map(|at| &at.value)),
    })
}

fn warn(limits: Option<&raw::Warn>) -> Warn {
    let within = limits.and_then(|limits| limits.cert_expires_within.as_ref());
    Warn {
        latency_over: limits.and_then(|limits| limits.latency_over.as_ref()).map(period),
        cert_expires_within: within.map_or(CERT_EXPIRES_WITHIN, period),
    }
}

fn period(period: &Located<Period>) -> Duration {
    period.value.0
}

fn count<const MOST: u32>(count: &Located<Count<MOST>>) -> NonZeroU32 {
    count.value.0
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
    target: &raw::Target,
    tls: &mut TlsRoom<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Protocol> {
    let settings = tls.settings(target.tls.as_ref().map(|at| &*at.value), mistakes);
    match target.url.as_ref()?.value.clone() {
        Address::Http { url, authorization } => {
            let probe = http(target, url, authorization, settings, mistakes);
            probe.map(Box::new).map(Protocol::Http)
        }
        Address::Tcp { host, port } => {
            let banner = target.expect.as_ref().and_then(|at| at.value.banner.as_ref());
            Some(Protocol::Tcp(TcpProbe {
                host,
                port,
                send: target.send.as_ref().map(|send| Secret::new(send.value.0.as_str())),
                expect: banner.map(|banner| BannerExpect { banner: banner.value.0.clone() }),
            }))
        }
        Address::Tls { host, port } => Some(Protocol::Tls(TlsProbe { host, port, tls: settings? })),
    }
}

fn http(
    target: &raw::Target,
    url: Url,
    authorization: Option<Secret>,
    tls: Option<Arc<TlsSettings>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<HttpProbe> {
    let auth = target.auth.as_ref().and_then(|auth| who_asks::authorization(auth, mistakes));
    let authorization = authorization.or(auth);
    let method = target.method.as_ref().map_or(Method::GET, |at| at.value.0.clone());
    let expect = target.expect.as_ref().map(|at| raw::Expect::clone(&at.value)).unwrap_or_default();
    Some(HttpProbe {
        url,
        headers: request::headers(target.headers.as_ref(), authorization.as_ref(), mistakes),
        body: body(target, &method, mistakes),
        follow_redirects: target.follow_redirects.as_ref().is_none_or(|follow| follow.value),
        proxy: target.proxy.as_ref().map(|proxy| proxy.value.0.clone()),
        expect: request::expect(expect, &method, mistakes),
        tls: tls?,
        method,
    })
}

fn body(target: &raw::Target, method: &Method, mistakes: &mut Vec<Mistake>) -> Option<Secret> {
    let body = target.body.as_ref()?;
    if !defaults::carries_body(method) {
        let title = format!("a `{method}` request has no body");
        let label = "add `method = \"POST\"`, or take the body out";
        mistakes.push(Mistake::new(body.key.clone(), title, label));
    }
    Some(Secret::new(body.value.0.clone()))
}
