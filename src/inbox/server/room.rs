//! Places for connections: a limit in all, a limit for one sender, and some reserved for
//! senders that have sent a right key before. A connection that has not finished sending
//! gives way to a new one, so that nobody takes all places by being slow.
//!
//! Pure except for the bells that connections wait for; the caller passes the instant.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Allowance;

/// The places that there are.
#[derive(Debug, Clone)]
pub(super) struct Room(Rc<Shared>);

#[derive(Debug)]
struct Shared {
    allowance: Allowance,
    seats: RefCell<Seats>,
    freed: Notify,
    waiting: Rc<()>,
}

#[derive(Debug, Default)]
struct Seats {
    by_number: BTreeMap<u64, Seat>,
    next: u64,
}

#[derive(Debug)]
struct Seat {
    guest: Guest,
    since: Instant,
    phase: Phase,
    bells: Rc<Bells>,
}

/// Who connects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest {
    /// Whom the connection counts for.
    pub(super) sender: IpAddr,
    /// Whether this is a proxy that sends for many.
    pub(super) is_proxy: bool,
    /// Whether a key was right that came from there before.
    pub(super) is_known: bool,
}

/// What the other end is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It sends, or it reads its answer: it may take its time over either.
    Theirs,
    /// It waits for us.
    Ours,
}

#[derive(Debug, Default)]
struct Bells {
    leave: Notify,
    answered: Notify,
}

/// One that is taken until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    room: Rc<Shared>,
    number: u64,
    bells: Rc<Bells>,
}

/// One who waits, until this is dropped.
#[derive(Debug)]
pub(super) struct Waiting(#[expect(dead_code, reason = "it is counted")] Rc<()>);

/// What becomes of one who comes.
#[derive(Debug)]
pub(super) enum Entry {
    /// There is a place; it may have been a slower one's.
    Seated {
        /// It.
        place: Place,
        /// Whether somebody else had to leave for it.
        displaced: bool,
    },
    /// Nobody may be sent away before then, so long as no place is free.
    Wait(Option<Instant>),
    /// Its sender has as many as it may.
    Refused,
}

impl Room {
    pub(super) fn new(allowance: Allowance) -> Self {
        let (seats, freed) = (RefCell::default(), Notify::new());
        Self(Rc::new(Shared { allowance, seats, freed, waiting: Rc::default() }))
    }

    /// A place in the line of those who wait; `None` if it is long enough.
    pub(super) fn line_up(&self) -> Option<Waiting> {
        let waiting = Waiting(Rc::clone(&self.0.waiting));
        (Rc::strong_count(&self.0.waiting) <= self.0.allowance.waiting + 1).then_some(waiting)
    }

    /// Waits until a place is given back, or `until` then.
    pub(super) async fn wait(&self, until: Option<Instant>) {
        let freed = self.0.freed.notified();
        match until {
            // It is free, or it is time: either way it is asked for again.
            Some(until) => drop(tokio::time::timeout_at(until, freed).await),
            None => freed.await,
        }
    }

    /// A place for `guest`, who came `now`.
    pub(super) fn enter(&self, guest: Guest, now: Instant) -> Entry {
        let mut seats = self.0.seats.borrow_mut();
        let victim = match seats.find(guest, self.0.allowance, now) {
            Found::Free => None,
            Found::Held(number) => Some(number),
            Found::Later(until) => return Entry::Wait(until),
            Found::Never => return Entry::Refused,
        };
        let left = victim.and_then(|number| seats.by_number.remove(&number));
        if let Some(seat) = &left {
            seat.bells.leave.notify_one();
        }
        let (number, bells) = seats.take(guest, now);
        let place = Place { room: Rc::clone(&self.0), number, bells };
        Entry::Seated { place, displaced: left.is_some() }
    }
}

/// Where one who comes may sit.
enum Found {
    /// There is a place that nobody has.
    Free,
    /// Whoever has this one gives way.
    Held(u64),
    /// Nobody gives way before then.
    Later(Option<Instant>),
    /// Its sender has enough.
    Never,
}

/// Who would give way.
struct Rival {
    number: u64,
    since: Instant,
    /// Its sender has more than whoever comes: it need not have stayed a while.
    at_once: bool,
}

impl Seats {
    fn find(&self, guest: Guest, allowance: Allowance, now: Instant) -> Found {
        let own = self.of(guest.sender);
        if own >= allowance.per_sender && !guest.is_proxy {
            let slowest = self.slowest(|seat| seat.guest.sender == guest.sender);
            let slow = slowest.filter(|(_, since)| *since + allowance.stay <= now);
            return slow.map_or(Found::Never, |(number, _)| Found::Held(number));
        }
        if !self.are_full(guest, allowance) {
            return Found::Free;
        }
        let Some(Rival { number, since, at_once }) = self.who_gives_way(guest, own) else {
            return Found::Later(None);
        };
        let until = since + allowance.stay;
        match (at_once || until <= now, own) {
            (true, _) => Found::Held(number),
            // It has its share: whoever has none shall not wait behind it.
            (false, 1..) if !guest.is_proxy => Found::Never,
            (false, _) => Found::Later(Some(until)),
        }
    }

    fn of(&self, sender: IpAddr) -> usize {
        self.by_number.values().filter(|seat| seat.guest.sender == sender).count()
    }

    /// Whether there is no place for `guest`: some are not for strangers.
    fn are_full(&self, guest: Guest, allowance: Allowance) -> bool {
        let strangers = self.by_number.values().filter(|seat| !seat.guest.is_known).count();
        let for_strangers = allowance.connections.saturating_sub(allowance.reserved);
        self.by_number.len() >= allowance.connections
            || (!guest.is_known && strangers >= for_strangers)
    }

    /// The connection that has been slow for longest, among those that `may` leave.
    fn slowest(&self, may: impl Fn(&Seat) -> bool) -> Option<(u64, Instant)> {
        let slow = self.by_number.iter().filter(|(_, seat)| seat.phase == Phase::Theirs);
        let slow = slow.filter(|(_, seat)| may(seat)).map(|(number, seat)| (*number, seat.since));
        slow.min_by_key(|(number, since)| (*since, *number))
    }

    /// The slowest stranger of those senders that have most places; of a proxy's
    /// senders nobody knows how many each has.
    fn who_gives_way(&self, guest: Guest, own: usize) -> Option<Rival> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for seat in self.by_number.values().filter(|seat| !seat.guest.is_known) {
            *counts.entry(seat.guest.sender).or_default() += 1;
        }
        let is_slow = |seat: &Seat| seat.phase == Phase::Theirs && !seat.guest.is_known;
        let slow = self.by_number.values().filter(|seat| is_slow(seat));
        let most = slow.map(|seat| counts[&seat.guest.sender]).max()?;
        let of_most = |seat: &Seat| is_slow(seat) && counts[&seat.guest.sender] == most;
        let (number, since) = self.slowest(of_most)?;
        let is_proxy = self.by_number.get(&number).is_some_and(|seat| seat.guest.is_proxy);
        Some(Rival { number, since, at_once: guest.is_known || (!is_proxy && most > own + 1) })
    }

    fn take(&mut self, guest: Guest, now: Instant) -> (u64, Rc<Bells>) {
        let (number, bells) = (self.next, Rc::new(Bells::default()));
        self.next += 1;
        let seat = Seat { guest, since: now, phase: Phase::Theirs, bells: Rc::clone(&bells) };
        self.by_number.insert(number, seat);
        (number, bells)
    }
}

impl Place {
    /// Who sends turns out to be known: this place is kept for it.
    pub(super) fn is_known(&self) {
        self.change(|seat| seat.guest.is_known = true);
    }

    /// The request is there: nobody is sent away who waits for us.
    pub(super) fn is_heard(&self) {
        self.change(|seat| seat.phase = Phase::Ours);
    }

    /// The answer is ready, and to be read.
    pub(super) fn is_answered(&self, now: Instant) {
        self.change(|seat| (seat.phase, seat.since) = (Phase::Theirs, now));
        self.bells.answered.notify_one();
    }

    /// Waits until somebody else has this place.
    pub(super) async fn gives_way(&self) {
        self.bells.leave.notified().await;
    }

    /// Waits until the answer is ready.
    pub(super) async fn answered(&self) {
        self.bells.answered.notified().await;
    }

    fn change(&self, change: impl FnOnce(&mut Seat)) {
        let mut seats = self.room.seats.borrow_mut();
        // One that gave way has no place any more.
        if let Some(seat) = seats.by_number.get_mut(&self.number) {
            change(seat);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.seats.borrow_mut().by_number.remove(&self.number);
        self.room.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const STAY: Duration = Duration::from_millis(250);

    /// Of nine places, three are kept for who is known.
    fn room() -> Room {
        let patience = Duration::ZERO;
        Room::new(Allowance {
            connections: 9,
            per_sender: 4,
            reserved: 3,
            waiting: 1,
            patience,
            stay: STAY,
        })
    }

    fn stranger(address: &str) -> Guest {
        Guest { sender: address.parse().unwrap(), is_proxy: false, is_known: false }
    }

    fn known(address: &str) -> Guest {
        Guest { is_known: true, ..stranger(address) }
    }

    fn proxy() -> Guest {
        Guest { is_proxy: true, ..stranger("127.0.0.1") }
    }

    fn seated(room: &Room, guest: Guest, now: Instant) -> Option<(Place, bool)> {
        match room.enter(guest, now) {
            Entry::Seated { place, displaced } => Some((place, displaced)),
            Entry::Wait(_) | Entry::Refused => None,
        }
    }

    /// As many places of each of these as are given at once.
    fn full(room: &Room, guests: &[Guest], now: Instant) -> Vec<Place> {
        guests.iter().map(|guest| seated(room, *guest, now).unwrap().0).collect()
    }

    fn has_left(place: &Place) -> bool {
        let left = std::pin::pin!(place.gives_way());
        futures_util::FutureExt::now_or_never(left).is_some()
    }

    #[test]
    fn no_sender_takes_the_places_of_all_but_a_proxy() {
        let (room, now) = (room(), Instant::now());
        let mut first = full(&room, &[stranger("192.0.2.1"); 4], now);
        assert!(matches!(room.enter(stranger("192.0.2.1"), now), Entry::Refused));
        first.pop();
        first.extend(full(&room, &[stranger("192.0.2.1")], now));
        drop(first);
        let all = full(&room, &[proxy(); 6], now);
        assert!(all.iter().all(|place| !has_left(place)));
        drop(all);
        assert!(room.0.seats.borrow().by_number.is_empty());
    }

    #[test]
    fn who_was_right_before_finds_a_place_among_strangers() {
        let (room, now) = (room(), Instant::now());
        let strangers: Vec<_> = (1..=6).map(|n| stranger(&format!("192.0.2.{n}"))).collect();
        let held = full(&room, &strangers, now);
        assert!(matches!(room.enter(stranger("192.0.2.9"), now), Entry::Wait(Some(_))));
        let at_home = full(&room, &[known("203.0.113.9"); 3], now);
        assert!(held.iter().all(|place| !has_left(place)));
        // The fourth takes a stranger's, at once.
        let (_fourth, displaced) = seated(&room, known("203.0.113.9"), now).unwrap();
        assert!(displaced && has_left(&held[0]) && !at_home.iter().any(has_left));
    }

    #[test]
    fn who_drips_gives_way_to_who_comes() {
        let (room, now) = (room(), Instant::now());
        let drips = full(&room, &[proxy(); 6], now);
        drips[0].is_heard();
        let Entry::Wait(until) = room.enter(proxy(), now) else { panic!("not full") };
        assert_eq!(until, Some(now + STAY));
        let (_place, displaced) = seated(&room, proxy(), now + STAY).unwrap();
        // The first is being answered, and stays.
        assert!(displaced && !has_left(&drips[0]) && has_left(&drips[1]) && !has_left(&drips[2]));
    }

    #[test]
    fn who_has_a_place_does_not_wait_for_another_and_few_wait_for_one() {
        let (room, now) = (room(), Instant::now());
        let strangers: Vec<_> = (1..=6).map(|n| stranger(&format!("192.0.2.{n}"))).collect();
        let _held = full(&room, &strangers, now);
        assert!(matches!(room.enter(stranger("192.0.2.1"), now), Entry::Refused));
        assert!(matches!(room.enter(stranger("192.0.2.9"), now), Entry::Wait(Some(_))));
        let first = room.line_up();
        assert!(first.is_some() && room.line_up().is_none());
        drop(first);
        assert!(room.line_up().is_some());
    }

    #[test]
    fn who_holds_most_places_gives_way_at_once_to_who_has_none() {
        let (room, now) = (room(), Instant::now());
        let mut guests = vec![stranger("192.0.2.1"); 4];
        guests.extend([stranger("192.0.2.2"), stranger("192.0.2.3")]);
        let held = full(&room, &guests, now);
        let (_place, displaced) = seated(&room, stranger("192.0.2.4"), now).unwrap();
        assert!(displaced && has_left(&held[0]));
        assert!(held[1..].iter().all(|place| !has_left(place)));
    }

    #[test]
    fn a_sender_s_own_slow_connections_give_way_to_its_next() {
        let (room, now) = (room(), Instant::now());
        let held = full(&room, &[known("192.0.2.1"); 4], now);
        assert!(matches!(room.enter(known("192.0.2.1"), now), Entry::Refused));
        let (_place, displaced) = seated(&room, known("192.0.2.1"), now + STAY).unwrap();
        assert!(displaced && has_left(&held[0]) && !has_left(&held[1]));
    }

    #[test]
    fn who_waits_for_us_is_not_sent_away_and_who_does_not_read_is() {
        let (room, now) = (room(), Instant::now());
        let held = full(&room, &[proxy(); 6], now);
        held.iter().for_each(Place::is_heard);
        assert!(matches!(room.enter(proxy(), now + STAY), Entry::Wait(None)));
        held[3].is_answered(now);
        let (_place, displaced) = seated(&room, proxy(), now + STAY).unwrap();
        assert!(displaced && has_left(&held[3]));
    }
}
