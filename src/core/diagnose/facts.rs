//! What is known of one outage.

use chrono::{DateTime, Utc};

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
    /// The other vantages that reach it now.
    pub reached_from: &'a [Vantage],
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
    /// Where it calls from, if that is known.
    pub from: Option<Caller>,
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
