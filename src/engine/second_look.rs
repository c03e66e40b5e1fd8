//! One more look, within the tick: where a name is gone, whether its last address still
//! answers; where nothing answers and the place calls from elsewhere, whether it answers there.
//! It is a connection (and a handshake for the name, over TLS) and nothing else, and decides
//! nothing but what the outage looks like.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustls_pki_types::ServerName;
use tokio::time::Instant;

use super::probes::ProberSide;
use crate::core::diagnose::{self, Place, is_same_line};
use crate::model::detail::Cause;
use crate::model::observation::{Observation, Outcome};
use crate::model::record::Records;
use crate::model::state::{Caller, GoodAddress};
use crate::model::target::{Endpoint, IpChoice, Protocol, Target, Targets, TcpProbe, TcpSecurity};
use crate::probe::ProbeOnce;

/// Time for all of them, which are made at once.
const LONGEST: Duration = Duration::from_secs(3);

/// The most connections in a tick: many names of one server need one.
const MOST: usize = 8;

impl<S, P: ProbeOnce> ProberSide<'_, S, P> {
    /// Notes in the `observations` of `at` which of those that failed answer elsewhere.
    pub(super) async fn look_again(
        &self,
        targets: &Targets<'_>,
        records: &Records,
        observations: &mut [Observation],
        at: DateTime<Utc>,
    ) {
        if !observations.iter().any(|seen| matches!(seen.outcome, Outcome::Failure(_))) {
            return;
        }
        let calls = diagnose::calls_from(targets, records, at);
        let elsewhere = Elsewhere { targets, records, calls };
        let mut wanted: BTreeMap<Peer, (Endpoint, Vec<usize>)> = BTreeMap::new();
        for (index, seen) in observations.iter().enumerate() {
            let Some((peer, endpoint)) = elsewhere.look(seen) else { continue };
            let is_new = !wanted.contains_key(&peer);
            if is_new && wanted.len() == MOST {
                continue;
            }
            wanted.entry(peer).or_insert_with(|| (endpoint, Vec::new())).1.push(index);
        }
        if wanted.is_empty() {
            return;
        }
        let endpoints: Vec<&Endpoint> = wanted.values().map(|(endpoint, _)| endpoint).collect();
        let longest = Instant::now() + LONGEST;
        let deadline = self.probing_ends.map_or(longest, |ends| ends.min(longest));
        let reports = self.round(&endpoints, Some(deadline)).await;
        for (((ip, ..), (_, indexes)), report) in wanted.iter().zip(reports) {
            let answers = matches!(report.outcome, Outcome::Success { .. });
            for index in indexes {
                if let Some(measured) = &mut observations[*index].measured {
                    measured.whereabouts.answers_at = answers.then_some(*ip);
                }
            }
        }
    }
}

/// What a look is made at: many targets of one server need one. Over TLS each name has its own.
type Peer = (IpAddr, u16, Option<String>);

/// What may answer in place of what has failed.
struct Elsewhere<'a> {
    targets: &'a Targets<'a>,
    records: &'a Records,
    calls: Vec<(Place<'a>, Caller)>,
}

impl Elsewhere<'_> {
    /// Where the target of `seen` may answer, and how a connection there is made; `None` if it
    /// did not fail in such a way, or that is explained.
    fn look(&self, seen: &Observation) -> Option<(Peer, Endpoint)> {
        let Outcome::Failure(failure) = &seen.outcome else { return None };
        let target = self.targets.get(&seen.target).copied()?;
        let (endpoint, state) = (target.endpoint()?, &self.records.get(&seen.target)?.state);
        let is_explained = |cause: &Cause| !matches!(cause, Cause::PlaceDark { .. });
        let incident = state.incident();
        if incident.and_then(|incident| incident.cause.as_ref()).is_some_and(is_explained) {
            return None;
        }
        let good = state.by_kind.endpoint().good?;
        let ip = if diagnose::is_gone(failure) {
            good.ip
        } else {
            let until = good.until.or(state.last_slot)?;
            self.moved(target, good, until).filter(|_| is_unreached(seen))?
        };
        let port = diagnose::port(&endpoint.protocol)?;
        let (name, connection) = connection(endpoint, ip, port);
        Some(((ip, port, name), connection))
    }

    /// The address from which the place of `target` has called since it worked at its own one
    /// `until` then.
    fn moved(&self, target: &Target, good: GoodAddress, until: DateTime<Utc>) -> Option<IpAddr> {
        if !good.home || self.calls.is_empty() {
            return None;
        }
        let place = diagnose::place(target, self.targets)?;
        let is_new = |call: &&(Place<'_>, Caller)| {
            call.0 == place && call.1.since > until && !is_same_line(call.1.ip, good.ip)
        };
        let new = self.calls.iter().filter(is_new).max_by_key(|(_, caller)| caller.since);
        new.map(|(_, caller)| caller.ip)
    }
}

/// Whether there was no connection at all.
fn is_unreached(seen: &Observation) -> bool {
    seen.measured.as_ref().is_some_and(|measured| measured.whereabouts.reached.is_none())
}

/// A connection to `ip`, with a handshake for the name of `endpoint` where that proves
/// something; returns that name, too.
fn connection(endpoint: &Endpoint, ip: IpAddr, port: u16) -> (Option<String>, Endpoint) {
    // After a dialogue, or in a redirect, is not from the beginning.
    let is_later = match &endpoint.protocol {
        Protocol::Tcp(tcp) => matches!(tcp.security, TcpSecurity::StartTls(_)),
        Protocol::Http(http) => http.url.scheme() != "https",
        Protocol::Udp(_)
        | Protocol::Dns(_)
        | Protocol::Icmp(_)
        | Protocol::WebSocket(_)
        | Protocol::Ssh(_)
        | Protocol::Grpc(_) => false,
    };
    let tls = endpoint.protocol.tls().filter(|_| !is_later);
    let name = tls.map(|_| diagnose::host(endpoint));
    let security = tls.cloned().map_or(TcpSecurity::Plain, TcpSecurity::Tls);
    let server_name = name.clone().and_then(|name| ServerName::try_from(name).ok());
    let (scheme, host, dialogue) = ("tcp", ip.to_string(), Arc::from([]));
    let probe = TcpProbe { scheme, host, port, security, server_name, dialogue };
    let endpoint = Endpoint {
        protocol: Protocol::Tcp(Box::new(probe)),
        timeout: LONGEST,
        attempts: NonZeroU32::MIN,
        ip: IpChoice::Any,
        resolver: None,
        unreachable: false,
        latency_under: None,
        ..endpoint.clone()
    };
    (name, endpoint)
}
