//! The facts of an outage, from what is remembered of all targets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::answers::{address, is_cut, is_silent};
use super::facts::{Calling, Facts, Neighbour, Sighting, WorksOver};
use super::place::{Place, place};
use super::silence;
use crate::model::measured::Whereabouts;
use crate::model::names::TargetName;
use crate::model::observation::Failure;
use crate::model::record::StateLookup;
use crate::model::state::{GoodAddress, State, Streak};
use crate::model::target::{Endpoint, Heartbeat, Kind, Protocol, Target, Targets};

/// The most neighbours and heartbeats that are looked at for one outage: where there are more,
/// nothing is said. Thousands of targets may fail in one tick.
const MAX_OTHERS: usize = 200;

/// All targets, by where they stand.
pub struct Scene<'a, S> {
    states: &'a S,
    places: BTreeMap<&'a TargetName, Place<'a>>,
    of_place: BTreeMap<Place<'a>, Vec<&'a Target>>,
    of_host: BTreeMap<String, Vec<&'a Target>>,
    of_address: BTreeMap<IpAddr, Vec<&'a Target>>,
    /// When something was last seen to work over IPv4, and over IPv6.
    v4_works: Option<DateTime<Utc>>,
    v6_works: Option<DateTime<Utc>>,
}

impl<'a, S: StateLookup> Scene<'a, S> {
    /// The scene of `targets`, of which `states` are remembered.
    #[must_use]
    pub fn new(targets: &Targets<'a>, states: &'a S) -> Self {
        let (places, of_place) = (BTreeMap::new(), BTreeMap::new());
        let (of_host, of_address) = (BTreeMap::new(), BTreeMap::new());
        let (v4_works, v6_works) = (None, None);
        let mut scene = Self { states, places, of_place, of_host, of_address, v4_works, v6_works };
        for target in targets.values().copied() {
            scene.add(target, targets);
        }
        scene
    }

    fn add(&mut self, target: &'a Target, targets: &Targets<'a>) {
        let is_heartbeat = matches!(target.kind, Kind::Heartbeat(_));
        let endpoint = target.endpoint().filter(|endpoint| !endpoint.unreachable);
        if endpoint.is_none() && !is_heartbeat {
            return;
        }
        if let Some(place) = place(target, targets) {
            self.places.insert(&target.name, place);
            self.of_place.entry(place).or_default().push(target);
        }
        let Some(endpoint) = endpoint else { return };
        self.of_host.entry(host(endpoint)).or_default().push(target);
        let Some(state) = self.states.state(&target.name) else { return };
        let Some(good) = state.by_kind.endpoint().good else { return };
        self.of_address.entry(good.ip).or_default().push(target);
        if matches!(state.streak, Some(Streak::Succeeding { .. })) {
            let latest = if good.ip.is_ipv4() { &mut self.v4_works } else { &mut self.v6_works };
            *latest = state.last_slot.max(*latest);
        }
    }

    /// What is known of the outage of the endpoint `target`, which a probe that looked for it
    /// at `whereabouts` has just seen fail; `None` if it does not fail, or must not answer at
    /// all. Calls until `deaf_until` may have been lost.
    #[must_use]
    pub fn facts(
        &self,
        target: &'a Target,
        whereabouts: &'a Whereabouts,
        deaf_until: Option<DateTime<Utc>>,
    ) -> Option<Facts<'a>> {
        let endpoint = target.endpoint().filter(|endpoint| !endpoint.unreachable)?;
        let state = self.states.state(&target.name)?;
        let Some(Streak::Failing { since, latest, .. }) = &state.streak else { return None };
        let (good, place) = (state.by_kind.endpoint().good, self.places.get(&target.name));
        let of_place = place.and_then(|place| self.of_place.get(place));
        let of_host = self.of_host.get(&host(endpoint));
        let of_address = good.and_then(|good| self.of_address.get(&good.ip));
        let near = [of_place, of_host, of_address].into_iter().flatten();
        if near.clone().map(Vec::len).sum::<usize>() > MAX_OTHERS {
            return None;
        }
        let others: BTreeMap<&TargetName, &Target> =
            near.flatten().map(|other| (&other.name, *other)).collect();
        let (host, port) = (host(endpoint), port(&endpoint.protocol));
        let (since, at, until) = (*since, state.last_slot?, good.and_then(|good| good.until));
        let looked = Looked { since, at, until, deaf_until };
        let mut facts = Facts {
            failure: latest,
            since,
            at,
            is_name: host.parse::<IpAddr>().is_err(),
            ip: endpoint.ip,
            whereabouts,
            good,
            neighbours: Vec::new(),
            calls: Vec::new(),
            works_over: WorksOver { v4: self.v4_works >= Some(at), v6: self.v6_works >= Some(at) },
            reached_from: &[],
        };
        let own = Own { scene: self, place: place.copied(), host, port };
        for other in others.into_values().filter(|other| other.name != target.name) {
            own.add(other, looked, &mut facts);
        }
        Some(facts)
    }
}

/// When it was looked.
#[derive(Debug, Clone, Copy)]
struct Looked {
    /// The first failure.
    since: DateTime<Utc>,
    /// The last one.
    at: DateTime<Utc>,
    /// The last success before.
    until: Option<DateTime<Utc>>,
    /// Until when calls may have been lost.
    deaf_until: Option<DateTime<Utc>>,
}

/// The endpoint that fails.
struct Own<'s, 'a, S> {
    scene: &'s Scene<'a, S>,
    place: Option<Place<'a>>,
    host: String,
    port: Option<u16>,
}

impl<'a, S: StateLookup> Own<'_, 'a, S> {
    /// Adds to `facts` what another target says of this one.
    fn add(&self, other: &'a Target, looked: Looked, facts: &mut Facts<'a>) {
        let Some(state) = self.scene.states.state(&other.name) else { return };
        let is_of_place =
            self.place.is_some() && self.place.as_ref() == self.scene.places.get(&other.name);
        match &other.kind {
            Kind::Endpoint(endpoint) => facts.neighbours.push(Neighbour {
                name: &other.name,
                is_of_place,
                is_of_host: host(endpoint) == self.host,
                is_of_port: host(endpoint) == self.host && port(&endpoint.protocol) == self.port,
                good: state.by_kind.endpoint().good,
                seen: seen(state, looked),
            }),
            Kind::Heartbeat(heartbeat) => {
                facts.calls.extend(self.call(other, heartbeat, (state, looked)));
            }
            Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => {}
        }
    }

    /// What a heartbeat of the place says; nothing if it has never called.
    fn call(
        &self,
        other: &'a Target,
        heartbeat: &Heartbeat,
        (state, looked): (&State, Looked),
    ) -> Option<Calling<'a>> {
        let last = state.by_kind.beat()?.latest();
        let who = match self.place {
            Some(Place::Named(name)) => name,
            Some(Place::Behind(_)) | None => other.name.as_str(),
        };
        let missed = |last, now| silence::missed(heartbeat, last, now);
        let was_heard = looked.until.is_some_and(|until| missed(last, until) == Some(0));
        // What came while nobody listened may have come.
        let missed = missed(last.max(looked.deaf_until.unwrap_or(last)), looked.at);
        let (pause, from) =
            (silence::interval(heartbeat).map(silence::pause), state.by_kind.caller());
        Some(Calling { who, last, missed, was_heard, pause, from })
    }
}

/// What was seen of an endpoint since the outage began. What worked before the last failing
/// probe may have fallen since.
fn seen(state: &State, looked: Looked) -> Sighting {
    match &state.streak {
        Some(Streak::Succeeding { since, .. }) => {
            let is_new = state.last_slot.is_some_and(|last| last >= looked.at);
            if is_new && *since <= looked.since { Sighting::Works } else { Sighting::Unknown }
        }
        Some(Streak::Failing { latest, .. }) => {
            let good = state.by_kind.endpoint().good;
            if state.last_slot.is_none_or(|last| last < looked.since) {
                Sighting::Unknown
            } else if is_silent(latest) && !is_elsewhere(latest, good) {
                Sighting::Silent
            } else if is_cut(latest) && good.is_some_and(|good| good.front) {
                Sighting::Cut
            } else {
                Sighting::Fails
            }
        }
        None => Sighting::Unknown,
    }
}

/// Whether a failure is that of another server, to which a target redirects: its address is
/// not the one at which the target last worked.
fn is_elsewhere(failure: &Failure, good: Option<GoodAddress>) -> bool {
    let Some((seen, good)) = address(failure).zip(good.map(|good| good.ip)) else { return false };
    seen.is_ipv4() == good.is_ipv4() && seen != good
}

/// The host that is probed, in small letters.
#[must_use]
pub fn host(endpoint: &Endpoint) -> String {
    match &endpoint.protocol {
        Protocol::Http(http) => http.url.host_str().unwrap_or_default(),
        Protocol::Tcp(tcp) => &tcp.host,
        Protocol::Udp(udp) => &udp.host,
        Protocol::Dns(dns) => &dns.host,
        Protocol::Icmp(icmp) => &icmp.host,
        Protocol::WebSocket(socket) => socket.url.host_str().unwrap_or_default(),
        Protocol::Ssh(ssh) => &ssh.host,
        Protocol::Grpc(grpc) => grpc.url.host_str().unwrap_or_default(),
    }
    .to_ascii_lowercase()
}

/// The port to which a target connects, if it connects.
#[must_use]
pub fn port(protocol: &Protocol) -> Option<u16> {
    match protocol {
        Protocol::Http(http) => http.url.port_or_known_default(),
        Protocol::WebSocket(socket) => socket.url.port_or_known_default(),
        Protocol::Grpc(grpc) => grpc.url.port_or_known_default(),
        Protocol::Tcp(tcp) => Some(tcp.port),
        Protocol::Ssh(ssh) => Some(ssh.port),
        Protocol::Udp(_) | Protocol::Dns(_) | Protocol::Icmp(_) => None,
    }
}
