//! One more look, within the tick: where a name is gone, whether its last address still
//! answers. It is a connection and nothing else, and decides nothing but what the outage
//! looks like.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::probes::ProberSide;
use crate::core::diagnose;
use crate::model::observation::{Observation, Outcome};
use crate::model::record::Records;
use crate::model::target::{Endpoint, IpChoice, Protocol, Target, Targets, TcpProbe, TcpSecurity};
use crate::probe::ProbeOnce;

/// Time for all of them, which are made at once.
const LONGEST: Duration = Duration::from_secs(3);

/// The most connections in a tick: many names of one server need one.
const MOST: usize = 8;

impl<S, P: ProbeOnce> ProberSide<'_, S, P> {
    /// Notes in `observations` of which of those whose name is gone the last address answers.
    pub(super) async fn look_again(
        &self,
        targets: &Targets<'_>,
        records: &Records,
        observations: &mut [Observation],
    ) {
        let mut wanted: BTreeMap<(IpAddr, u16), (Endpoint, Vec<usize>)> = BTreeMap::new();
        for (index, seen) in observations.iter().enumerate() {
            let Some((peer, endpoint)) = last_address(targets, records, seen) else { continue };
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
        for ((_, indexes), report) in wanted.values().zip(reports) {
            let answers = matches!(report.outcome, Outcome::Success { .. });
            for index in indexes {
                if let Some(measured) = &mut observations[*index].measured {
                    measured.whereabouts.last_address_answers = answers;
                }
            }
        }
    }
}

/// Where the target of `seen` last worked, and how a connection there is made; `None` unless
/// its name is gone, and that is not explained yet.
fn last_address(
    targets: &Targets<'_>,
    records: &Records,
    seen: &Observation,
) -> Option<((IpAddr, u16), Endpoint)> {
    let Outcome::Failure(failure) = &seen.outcome else { return None };
    if !diagnose::is_gone(failure) {
        return None;
    }
    let endpoint = targets.get(&seen.target).copied().and_then(Target::endpoint)?;
    let state = &records.get(&seen.target)?.state;
    let is_explained = state.incident().is_some_and(|incident| incident.cause.is_some());
    let ip = state.by_kind.endpoint().good.filter(|_| !is_explained)?.ip;
    let port = port(&endpoint.protocol)?;
    Some(((ip, port), connection(endpoint, ip, port)))
}

/// A connection to `ip`, and nothing else.
fn connection(endpoint: &Endpoint, ip: IpAddr, port: u16) -> Endpoint {
    let (scheme, security, dialogue) = ("tcp", TcpSecurity::Plain, Arc::from([]));
    let probe = TcpProbe { scheme, host: ip.to_string(), port, security, dialogue };
    Endpoint {
        protocol: Protocol::Tcp(Box::new(probe)),
        timeout: LONGEST,
        attempts: NonZeroU32::MIN,
        ip: IpChoice::Any,
        resolver: None,
        unreachable: false,
        latency_under: None,
        ..endpoint.clone()
    }
}

/// The port to which a target connects, if it connects.
fn port(protocol: &Protocol) -> Option<u16> {
    match protocol {
        Protocol::Http(http) => http.url.port_or_known_default(),
        Protocol::WebSocket(socket) => socket.url.port_or_known_default(),
        Protocol::Grpc(grpc) => grpc.url.port_or_known_default(),
        Protocol::Tcp(tcp) => Some(tcp.port),
        Protocol::Ssh(ssh) => Some(ssh.port),
        Protocol::Udp(_) | Protocol::Dns(_) | Protocol::Icmp(_) => None,
    }
}
