//! The facts of an outage, from what is remembered of all targets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::answers::{address, is_silent};
use super::facts::{Calling, Facts, Neighbour, Sighting};
use super::place::{Place, place};
use crate::model::measured::Whereabouts;
use crate::model::names::TargetName;
use crate::model::observation::Failure;
use crate::model::record::StateLookup;
use crate::model::state::{GoodAddress, State, Streak};
use crate::model::target::{Cadence, Endpoint, Heartbeat, Kind, Protocol, Target, Targets};

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
}

impl<'a, S: StateLookup> Scene<'a, S> {
    /// The scene of `targets`, of which `states` are remembered.
    #[must_use]
    pub fn new(targets: &Targets<'a>, states: &'a S) -> Self {
        let (places, of_place) = (BTreeMap::new(), BTreeMap::new());
        let (of_host, of_address) = (BTreeMap::new(), BTreeMap::new());
        let mut scene = Self { states, places, of_place, of_host, of_address };
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
        let good = self.states.state(&target.name).and_then(|state| state.by_kind.endpoint().good);
        if let Some(good) = good {
            self.of_address.entry(good.ip).or_default().push(target);
        }
    }

    /// What is known at `now` of the outage of the endpoint `target`, which a probe that
    /// looked for it at `whereabouts` has just seen fail; `None` if it does not fail, or must
    /// not answer at all.
    #[must_use]
    pub fn facts(
        &self,
        target: &'a Target,
        whereabouts: &'a Whereabouts,
        now: DateTime<Utc>,
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
        let own = Own { scene: self, place: place.copied(), host: host(endpoint) };
        let looked = Looked { since: *since, at: state.last_slot?, now };
        let mut facts = Facts {
            failure: latest,
            since: *since,
            is_name: host(endpoint).parse::<IpAddr>().is_err(),
            ip: endpoint.ip,
            whereabouts,
            good,
            neighbours: Vec::new(),
            calls: Vec::new(),
            reached_from: &[],
        };
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
    now: DateTime<Utc>,
}

/// The endpoint that fails.
struct Own<'s, 'a, S> {
    scene: &'s Scene<'a, S>,
    place: Option<Place<'a>>,
    host: String,
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
                good: state.by_kind.endpoint().good,
                seen: seen(state, looked),
            }),
            Kind::Heartbeat(heartbeat) => {
                facts.calls.extend(self.call(other, heartbeat, (state, looked.now)));
            }
            Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => {}
        }
    }

    /// What a heartbeat of the place says; nothing if it has never called.
    fn call(
        &self,
        other: &'a Target,
        heartbeat: &Heartbeat,
        (state, now): (&State, DateTime<Utc>),
    ) -> Option<Calling<'a>> {
        let last = state.by_kind.beat()?.latest();
        let who = match self.place {
            Some(Place::Named(name)) => name,
            Some(Place::Behind(_)) | None => other.name.as_str(),
        };
        let (missed, from) = (missed(heartbeat, last, now), state.by_kind.caller());
        Some(Calling { who, last, missed, from })
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

/// How many calls a heartbeat has missed that calls at an interval and called `last`: each may
/// come half an interval late, or by its grace if that is shorter.
fn missed(heartbeat: &Heartbeat, last: DateTime<Utc>, now: DateTime<Utc>) -> Option<u32> {
    let interval = match &heartbeat.cadence {
        Cadence::Every(interval) => *interval,
        Cadence::Cron { .. } => return None,
    };
    let late = (now - last).to_std().unwrap_or_default();
    let late = late.saturating_sub(heartbeat.grace.min(interval / 2));
    let missed = late.as_millis().checked_div(interval.as_millis())?;
    Some(u32::try_from(missed).unwrap_or(u32::MAX))
}

/// The host that is probed, in small letters.
fn host(endpoint: &Endpoint) -> String {
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
