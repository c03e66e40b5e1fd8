//! How much one sender, and one service, may send. Pure; the caller passes the instant.

pub(super) mod buckets;
mod known;

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Utc};

use self::buckets::Buckets;
use self::known::Known;
use crate::model::names::TargetName;
use crate::signal::ping::Action;

/// Reports that one address may send at once, and in a minute from then on.
const PER_SOURCE: u32 = 120;

/// Reports of one service, from everywhere.
const PER_SERVICE: u32 = 1200;

/// Pings of one sort that one address may send for one heartbeat. A loop that
/// ran away is still heard once a second, and no sort drowns another.
const PER_CALLER: u32 = 60;

/// Wrong keys that one address may try.
const WRONG_KEYS: u32 = 30;

/// How many pages, badges and the like one address may read. A page full of badges fits.
const PER_READER: u32 = 120;

/// How often one address may ask whether the store answers.
const PER_CHECKER: u32 = 60;

/// How often the store is asked for that, whoever asks.
const CHECKS: u32 = 60;

/// How often one address may ask for a second opinion: a prober asks once a round.
const PER_ASKER: u32 = 30;

/// What was sent of late, by whom and of what.
#[derive(Debug, Default)]
pub(super) struct Limits {
    sources: Buckets<IpAddr>,
    services: Buckets<String>,
    wrong_keys: Buckets<IpAddr>,
    readers: Buckets<IpAddr>,
    checkers: Buckets<IpAddr>,
    checks: Buckets<()>,
    askers: Buckets<IpAddr>,
    callers: Buckets<(IpAddr, TargetName, Sort)>,
    known: Known,
}

/// What a ping is about, as far as one may stand for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sort {
    Works,
    Fails,
    Begins,
    Remarks,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Works, Self::Fails, Self::Begins, Self::Remarks];

    const fn of(action: Action) -> Self {
        match action {
            Action::Success | Action::Exit(0) => Self::Works,
            Action::Fail | Action::Exit(1..) => Self::Fails,
            Action::Start => Self::Begins,
            Action::Log => Self::Remarks,
        }
    }
}

impl Limits {
    /// Counts a report from `source`; false if that is one too many.
    pub(super) fn source(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        self.sources.take(sender(source), PER_SOURCE, now)
    }

    /// Counts a report of `service`, which is configured; false if that is one too many.
    pub(super) fn service(&mut self, service: &str, now: DateTime<Utc>) -> bool {
        self.services.take(service.to_owned(), PER_SERVICE, now)
    }

    /// Counts somebody at `source` who reads a page; false if that is one too many.
    pub(super) fn admits_reader(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        self.readers.take(sender(source), PER_READER, now)
    }

    /// Counts a question from `source` whether the store answers; false if that is one too many.
    pub(super) fn check(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        self.checkers.take(sender(source), PER_CHECKER, now)
    }

    /// Counts a question to the store whether it answers.
    pub(super) fn check_all(&mut self, now: DateTime<Utc>) -> bool {
        self.checks.take((), CHECKS, now)
    }

    /// Counts a question of another prober from `source`; false if that is one too many.
    pub(super) fn question(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        self.askers.take(sender(source), PER_ASKER, now)
    }

    /// Counts a ping with a wrong key; false if that is one too many.
    pub(super) fn wrong_key(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        self.wrong_keys.take(sender(source), WRONG_KEYS, now)
    }

    /// Whether `source` may try a password: it has not tried too many wrong ones.
    pub(super) fn may_guess(&self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        !self.wrong_keys.is_empty(&sender(source), WRONG_KEYS, now)
    }

    /// Whether a key of `source` is compared at all: it has not tried too many wrong ones,
    /// or it had a right one before.
    pub(super) fn may_try_key(&self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        self.is_known(source) || self.may_guess(source, now)
    }

    /// Remembers that a key was right that came from `source`.
    pub(super) fn was_right(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) {
        self.known.remember(sender(source), now);
    }

    /// Whether a key was right that came from `source` before.
    pub(super) fn is_known(&self, source: Option<IpAddr>) -> bool {
        self.known.contains(sender(source))
    }

    /// Counts a ping with the key of `heartbeat`; false if that is one too
    /// many, or if `source` has tried so many wrong keys that this may be a
    /// guess. It is none where the same was heard from there before: whoever
    /// guesses beside an honest caller, behind the same router, does it no harm.
    pub(super) fn ping(
        &mut self,
        source: Option<IpAddr>,
        heartbeat: &TargetName,
        action: Action,
        now: DateTime<Utc>,
    ) -> bool {
        let sender = sender(source);
        let caller = |sort| (sender, heartbeat.clone(), sort);
        let is_known = Sort::ALL.into_iter().any(|sort| self.callers.knows(&caller(sort)));
        if !is_known && self.wrong_keys.is_empty(&sender, WRONG_KEYS, now) {
            return false;
        }
        self.callers.take(caller(Sort::of(action)), PER_CALLER, now)
    }
}

/// Bits of an IPv6 address that all of a home's have in common: providers give
/// each a /56, or as much as a /48 (<https://www.ripe.net/publications/docs/ripe-690/>).
const HOME_PREFIX: u32 = 56;

/// The address that `source` counts as: unknown ones are one sender, and so is a home,
/// which has a whole /56 of IPv6.
pub(super) fn sender(source: Option<IpAddr>) -> IpAddr {
    match source.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let rest = u128::BITS - HOME_PREFIX;
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> rest << rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn second(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    fn backup() -> TargetName {
        TargetName::new("backup")
    }

    #[test]
    fn a_sender_has_its_share_again_after_a_while() {
        let (mut limits, home) = (Limits::default(), address("192.0.2.1"));
        assert!((0..PER_SOURCE).all(|_| limits.source(home, second(0))));
        assert!(!limits.source(home, second(0)));
        assert!(limits.source(address("192.0.2.2"), second(0)));
        assert!(limits.source(home, second(1)));
    }

    #[test]
    fn the_addresses_of_one_home_are_one_sender() {
        let mut limits = Limits::default();
        let address = |n: u32| format!("2001:db8:0:{:x}::{n:x}", n % 256).parse().ok();
        assert!((0..PER_SOURCE).all(|n| limits.source(address(n), second(0))));
        assert!(!limits.source(address(7777), second(0)));
        assert!(limits.source("2001:db8:0:100::1".parse().ok(), second(0)));
    }

    #[test]
    fn who_had_a_right_key_is_known_from_then_on() {
        let mut limits = Limits::default();
        assert!(!limits.is_known(address("192.0.2.1")));
        limits.was_right(address("192.0.2.1"), second(0));
        assert!(limits.is_known(address("192.0.2.1")) && !limits.is_known(address("192.0.2.2")));
    }

    #[test]
    fn a_loop_of_pings_is_held_back_and_drowns_no_failure() {
        let (mut limits, home) = (Limits::default(), address("192.0.2.1"));
        let mut ping = |action, at| limits.ping(home, &backup(), action, second(at));
        assert!((0..PER_CALLER).all(|_| ping(Action::Success, 0)));
        assert!(!ping(Action::Success, 0) && !ping(Action::Exit(0), 0));
        assert!(ping(Action::Exit(1), 0) && ping(Action::Fail, 0) && ping(Action::Start, 0));
        assert!(ping(Action::Success, 1));
    }

    #[test]
    fn who_tries_many_keys_finds_none_for_a_while() {
        let (mut limits, stranger) = (Limits::default(), address("192.0.2.9"));
        assert!((0..WRONG_KEYS).all(|_| limits.wrong_key(stranger, second(0))));
        assert!(!limits.wrong_key(stranger, second(0)));
        assert!(!limits.ping(stranger, &backup(), Action::Success, second(0)));
        assert!(limits.ping(address("192.0.2.1"), &backup(), Action::Success, second(0)));
        assert!(limits.ping(stranger, &backup(), Action::Success, second(60)));
    }

    #[test]
    fn a_caller_that_was_heard_before_is_heard_beside_one_that_guesses() {
        let (mut limits, router) = (Limits::default(), address("192.0.2.1"));
        assert!(limits.ping(router, &backup(), Action::Start, second(0)));
        while limits.wrong_key(router, second(0)) {}
        assert!(limits.ping(router, &backup(), Action::Fail, second(0)));
        assert!(!limits.ping(router, &TargetName::new("other"), Action::Fail, second(0)));
    }
}
