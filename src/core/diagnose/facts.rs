//! What is known of one outage.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::line::{is_other_line, is_same_line};
use crate::model::measured::Whereabouts;
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Vantage};
use crate::model::state::{Caller, GoodAddress};
use crate::model::target::IpChoice;

/// Everything that is known of one outage.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// What failed last.
    pub failure: &'a Failure,
    /// The first failing observation of its streak.
    pub since: DateTime<Utc>,
    /// The last one.
    pub at: DateTime<Utc>,
    /// Whether its host is a name, and no address.
    pub is_name: bool,
    /// Which addresses it may be probed at.
    pub ip: IpChoice,
    /// Where the last probe looked for it.
    pub whereabouts: &'a Whereabouts,
    /// Where it last worked.
    pub good: Option<GoodAddress>,
    /// The other endpoints that say something of it.
    pub neighbours: Vec<Neighbour<'a>>,
    /// The heartbeats of its place that have called.
    pub calls: Vec<Calling<'a>>,
    /// Whether some endpoint, wherever it stands, works over each version of IP: so prober's own
    /// network speaks it.
    pub works_over: WorksOver,
    /// The other vantages that reach it now.
    pub reached_from: &'a [Vantage],
}

/// Over which versions of IP something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorksOver {
    /// Over IPv4.
    pub v4: bool,
    /// Over IPv6.
    pub v6: bool,
}

/// Another endpoint: one of the same place, of the same address, or of the same host.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// Its name.
    pub name: &'a TargetName,
    /// Whether it stands at the same place.
    pub is_of_place: bool,
    /// Whether it is probed at the same host.
    pub is_of_host: bool,
    /// Whether it is probed at the same host and port.
    pub is_of_port: bool,
    /// Where it last worked.
    pub good: Option<GoodAddress>,
    /// What is seen of it.
    pub seen: Sighting,
}

/// What is seen of a neighbour in this outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// It works, as it has from before the outage on.
    Works,
    /// Nothing answers at it.
    Silent,
    /// What stands in front of it says that nothing answers behind.
    Cut,
    /// It fails, and something answers.
    Fails,
    /// It was not observed since, or has just come back.
    Unknown,
}

/// A heartbeat of the place.
#[derive(Debug, Clone, Copy)]
pub struct Calling<'a> {
    /// Who calls: the place as it is configured, or the heartbeat's name.
    pub who: &'a str,
    /// When it last called.
    pub last: DateTime<Utc>,
    /// How many calls it has missed since; `None` if it has a schedule, and its silence means
    /// nothing.
    pub missed: Option<u32>,
    /// Whether it had missed none when the endpoint last worked: what had fallen silent before
    /// says nothing of this outage.
    pub was_heard: bool,
    /// How long it is silent at most while it misses no call.
    pub pause: Option<TimeDelta>,
    /// Where it calls from, if that is known.
    pub from: Option<Caller>,
}

impl Calling<'_> {
    /// Whether it called until the endpoint failed, and has missed calls since.
    #[must_use]
    pub fn fell_silent(&self) -> bool {
        self.was_heard && self.missed.is_some_and(|missed| missed > 0)
    }

    /// Whether it called from the line of `ip` when it last called.
    #[must_use]
    pub fn is_from(&self, ip: IpAddr) -> bool {
        self.from.is_some_and(|from| is_same_line(from.ip, ip))
    }

    /// Whether it called from another line than that of `ip`, for sure, when it last called.
    #[must_use]
    pub fn is_from_elsewhere(&self, ip: IpAddr) -> bool {
        self.from.is_some_and(|from| is_other_line(from.ip, ip))
    }
}

impl<'a> Facts<'a> {
    /// The neighbours of the same place.
    pub fn of_place(&self) -> impl Iterator<Item = &Neighbour<'a>> {
        self.neighbours.iter().filter(|neighbour| neighbour.is_of_place)
    }

    /// The neighbours that last worked where it did.
    pub fn of_address(&self) -> impl Iterator<Item = &Neighbour<'a>> {
        let good = self.good.map(|good| good.ip);
        let is_here =
            move |other: &&Neighbour<'a>| good.is_some() && other.good.map(|good| good.ip) == good;
        self.neighbours.iter().filter(is_here)
    }

    /// The heartbeats that have called since it began to fail.
    pub fn called_since(&self) -> impl Iterator<Item = &Calling<'a>> {
        self.calls.iter().filter(|call| call.last > self.since)
    }
}
