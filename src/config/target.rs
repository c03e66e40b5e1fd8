//! `[[target]]` and `[defaults]` → a target.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use url::Url;

use crate::config::address::Address;
use crate::config::build::Surroundings;
use crate::config::listeners::listeners;
use crate::config::mistake::Mistake;
use crate::config::policy::{count, flapping, period};
use crate::config::tls::TlsRoom;
use crate::config::{cadence, defaults, dependencies, fit, raw, request, who_asks};
use crate::model::expect::BannerExpect;
use crate::model::names::TargetName;
use crate::model::secret::Secret;
use crate::model::target::{
    Cadence, Endpoint, HttpProbe, IpChoice, Kind, Policy, Protocol, Target, TcpProbe, TlsProbe,
    TlsSettings, Warn,
};
use crate::text::duration;

/// How often a target is probed unless it says otherwise.
const INTERVAL: Duration = Duration::from_mins(1);

/// The time for one attempt unless a target says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Tries within a probe unless a target says otherwise.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(2).unwrap();

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
    fit::check_proxy(&target, mistakes);
    let cadence = cadence(&target, around, mistakes);
    let timeout = timeout(&target, &cadence, mistakes);
    Some(Target {
        group: target.group.take().map(|group| group.value.0.value),
        policy: policy(&target),
        notify: listeners(target.notify.take(), &around.channels, mistakes),
        depends_on: dependencies::names(target.depends_on.take()),
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

fn policy(target: &raw::Target) -> Policy {
    let default = Policy::default();
    let (failures, successes) = (&target.failure_threshold, &target.success_threshold);
    Policy {
        failure_threshold: failures.as_ref().map_or(default.failure_threshold, count),
        success_threshold: successes.as_ref().map_or(default.success_threshold, count),
        remind: target.remind.as_ref().map(period),
        flapping: flapping(target.flapping.as_ref()),
    }
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

fn cadence(
    target: &raw::Target,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Cadence {
    match &target.schedule {
        Some(schedule) => cadence::cron(schedule, around, mistakes),
        None => Cadence::Every(target.interval.as_ref().map_or(INTERVAL, period)),
    }
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
        let shown = duration::written(*interval);
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
