//! Slots for connections: a limit in all, a limit for one sender, and some reserved for
//! senders that have sent a right key before. A connection that has not finished sending
//! gives way to a new one, so that nobody takes all slots by being slow.
//!
//! Pure except for the wakers that connections wait for; the caller passes the instant.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Allowance;

/// The slots that there are.
#[derive(Debug, Clone)]
pub(super) struct Slots(Rc<Shared>);

#[derive(Debug)]
struct Shared {
    allowance: Allowance,
    connections: RefCell<Connections>,
    freed: Notify,
    waiting: Rc<()>,
}

#[derive(Debug, Default)]
struct Connections {
    by_number: BTreeMap<u64, Connection>,
    next: u64,
}

#[derive(Debug)]
struct Connection {
    client: Client,
    since: Instant,
    phase: Phase,
    wakers: Rc<Wakers>,
}

/// Who connects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
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
struct Wakers {
    leave: Notify,
    answered: Notify,
}

/// One slot, taken until this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    shared: Rc<Shared>,
    number: u64,
    wakers: Rc<Wakers>,
}

/// A client that waits, until this is dropped.
#[derive(Debug)]
pub(super) struct Ticket(#[expect(dead_code, reason = "it is counted")] Rc<()>);

/// What becomes of a client that connects.
#[derive(Debug)]
pub(super) enum Admission {
    /// There is a slot; it may have been a slower one's.
    Admitted {
        /// The slot.
        slot: Slot,
        /// Whether another connection was closed for it.
        evicted: bool,
    },
    /// No connection may be closed for it before then, so long as no slot is free.
    Wait(Option<Instant>),
    /// Its sender has as many as it may.
    Refused,
}

impl Slots {
    pub(super) fn new(allowance: Allowance) -> Self {
        let (connections, freed) = (RefCell::default(), Notify::new());
        Self(Rc::new(Shared { allowance, connections, freed, waiting: Rc::default() }))
    }

    /// A ticket in the queue for a slot; `None` if the queue is full.
    pub(super) fn enqueue(&self) -> Option<Ticket> {
        let waiting = Ticket(Rc::clone(&self.0.waiting));
        (Rc::strong_count(&self.0.waiting) <= self.0.allowance.waiting + 1).then_some(waiting)
    }

    /// Waits until a slot is given back, or `until` then.
    pub(super) async fn wait(&self, until: Option<Instant>) {
        let freed = self.0.freed.notified();
        match until {
            // It is free, or it is time: either way it is asked for again.
            Some(until) => drop(tokio::time::timeout_at(until, freed).await),
            None => freed.await,
        }
    }

    /// A slot for `client`, which connected `now`.
    pub(super) fn admit(&self, client: Client, now: Instant) -> Admission {
        let mut connections = self.0.connections.borrow_mut();
        let victim = match connections.find(client, self.0.allowance, now) {
            Decision::Free => None,
            Decision::Evict(number) => Some(number),
            Decision::Later(until) => return Admission::Wait(until),
            Decision::Refuse => return Admission::Refused,
        };
        let left = victim.and_then(|number| connections.by_number.remove(&number));
        if let Some(connection) = &left {
            connection.wakers.leave.notify_one();
        }
        let (number, wakers) = connections.take(client, now);
        let slot = Slot { shared: Rc::clone(&self.0), number, wakers };
        Admission::Admitted { slot, evicted: left.is_some() }
    }
}

/// Whether a client may have a slot.
enum Decision {
    /// There is a slot that nobody has.
    Free,
    /// The connection of this number is closed for it.
    Evict(u64),
    /// No connection may be closed before then.
    Later(Option<Instant>),
    /// Its sender has enough.
    Refuse,
}

/// A connection that may be closed for another.
struct Candidate {
    number: u64,
    since: Instant,
    /// Its sender has more than the client that connects: it need not have stayed a while.
    at_once: bool,
}

impl Connections {
    fn find(&self, client: Client, allowance: Allowance, now: Instant) -> Decision {
        let own = self.of(client.sender);
        if own >= allowance.per_sender && !client.is_proxy {
            let slowest = self.slowest(|connection| connection.client.sender == client.sender);
            let slow = slowest.filter(|(_, since)| *since + allowance.stay <= now);
            return slow.map_or(Decision::Refuse, |(number, _)| Decision::Evict(number));
        }
        if !self.are_full(client, allowance) {
            return Decision::Free;
        }
        let Some(Candidate { number, since, at_once }) = self.who_gives_way(client, own) else {
            return Decision::Later(None);
        };
        let until = since + allowance.stay;
        match (at_once || until <= now, own) {
            (true, _) => Decision::Evict(number),
            // It has a slot already: a sender that has none shall not wait behind it.
            (false, 1..) if !client.is_proxy => Decision::Refuse,
            (false, _) => Decision::Later(Some(until)),
        }
    }

    fn of(&self, sender: IpAddr) -> usize {
        self.by_number.values().filter(|connection| connection.client.sender == sender).count()
    }

    /// Whether there is no slot for `client`: some are only for known senders.
    fn are_full(&self, client: Client, allowance: Allowance) -> bool {
        let unknown =
            self.by_number.values().filter(|connection| !connection.client.is_known).count();
        let for_unknown = allowance.connections.saturating_sub(allowance.reserved);
        self.by_number.len() >= allowance.connections
            || (!client.is_known && unknown >= for_unknown)
    }

    /// The connection that has been slow for longest, among those that `may` leave.
    fn slowest(&self, may: impl Fn(&Connection) -> bool) -> Option<(u64, Instant)> {
        let slow =
            self.by_number.iter().filter(|(_, connection)| connection.phase == Phase::Theirs);
        let slow = slow
            .filter(|(_, connection)| may(connection))
            .map(|(number, connection)| (*number, connection.since));
        slow.min_by_key(|(number, since)| (*since, *number))
    }

    /// The slowest connection of those unknown senders that have most slots; of a proxy's
    /// senders nobody knows how many each has.
    fn who_gives_way(&self, client: Client, own: usize) -> Option<Candidate> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for connection in self.by_number.values().filter(|connection| !connection.client.is_known) {
            *counts.entry(connection.client.sender).or_default() += 1;
        }
        let is_slow = |connection: &Connection| {
            connection.phase == Phase::Theirs && !connection.client.is_known
        };
        let slow = self.by_number.values().filter(|connection| is_slow(connection));
        let most = slow.map(|connection| counts[&connection.client.sender]).max()?;
        let of_most = |connection: &Connection| {
            is_slow(connection) && counts[&connection.client.sender] == most
        };
        let (number, since) = self.slowest(of_most)?;
        let is_proxy =
            self.by_number.get(&number).is_some_and(|connection| connection.client.is_proxy);
        Some(Candidate { number, since, at_once: client.is_known || (!is_proxy && most > own + 1) })
    }

    fn take(&mut self, client: Client, now: Instant) -> (u64, Rc<Wakers>) {
        let (number, wakers) = (self.next, Rc::new(Wakers::default()));
        self.next += 1;
        let connection =
            Connection { client, since: now, phase: Phase::Theirs, wakers: Rc::clone(&wakers) };
        self.by_number.insert(number, connection);
        (number, wakers)
    }
}

impl Slot {
    /// Its sender turns out to be known: it is not closed for an unknown one.
    pub(super) fn mark_known(&self) {
        self.change(|connection| connection.client.is_known = true);
    }

    /// The request is there: a connection that waits for us is not closed.
    pub(super) fn mark_received(&self) {
        self.change(|connection| connection.phase = Phase::Ours);
    }

    /// The answer is ready, and to be read.
    pub(super) fn mark_answered(&self, now: Instant) {
        self.change(|connection| (connection.phase, connection.since) = (Phase::Theirs, now));
        self.wakers.answered.notify_one();
    }

    /// Waits until another connection is to have this slot.
    pub(super) async fn evicted(&self) {
        self.wakers.leave.notified().await;
    }

    /// Waits until the answer is ready.
    pub(super) async fn answered(&self) {
        self.wakers.answered.notified().await;
    }

    fn change(&self, change: impl FnOnce(&mut Connection)) {
        let mut connections = self.shared.connections.borrow_mut();
        // An evicted one has no slot any more.
        if let Some(connection) = connections.by_number.get_mut(&self.number) {
            change(connection);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.shared.connections.borrow_mut().by_number.remove(&self.number);
        self.shared.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const STAY: Duration = Duration::from_millis(250);

    /// Of nine slots, three are kept for who is known.
    fn slots() -> Slots {
        let patience = Duration::ZERO;
        Slots::new(Allowance {
            connections: 9,
            per_sender: 4,
            reserved: 3,
            waiting: 1,
            patience,
            stay: STAY,
        })
    }

    fn unknown(address: &str) -> Client {
        Client { sender: address.parse().unwrap(), is_proxy: false, is_known: false }
    }

    fn known(address: &str) -> Client {
        Client { is_known: true, ..unknown(address) }
    }

    fn proxy() -> Client {
        Client { is_proxy: true, ..unknown("127.0.0.1") }
    }

    fn admitted(slots: &Slots, client: Client, now: Instant) -> Option<(Slot, bool)> {
        match slots.admit(client, now) {
            Admission::Admitted { slot, evicted } => Some((slot, evicted)),
            Admission::Wait(_) | Admission::Refused => None,
        }
    }

    /// As many slots of each of these as are given at once.
    fn full(slots: &Slots, clients: &[Client], now: Instant) -> Vec<Slot> {
        clients.iter().map(|client| admitted(slots, *client, now).unwrap().0).collect()
    }

    fn has_left(slot: &Slot) -> bool {
        let left = std::pin::pin!(slot.evicted());
        futures_util::FutureExt::now_or_never(left).is_some()
    }

    #[test]
    fn no_sender_takes_the_places_of_all_but_a_proxy() {
        let (slots, now) = (slots(), Instant::now());
        let mut first = full(&slots, &[unknown("192.0.2.1"); 4], now);
        assert!(matches!(slots.admit(unknown("192.0.2.1"), now), Admission::Refused));
        first.pop();
        first.extend(full(&slots, &[unknown("192.0.2.1")], now));
        drop(first);
        let all = full(&slots, &[proxy(); 6], now);
        assert!(all.iter().all(|slot| !has_left(slot)));
        drop(all);
        assert!(slots.0.connections.borrow().by_number.is_empty());
    }

    #[test]
    fn who_was_right_before_finds_a_place_among_strangers() {
        let (slots, now) = (slots(), Instant::now());
        let senders: Vec<_> = (1..=6).map(|n| unknown(&format!("192.0.2.{n}"))).collect();
        let held = full(&slots, &senders, now);
        assert!(matches!(slots.admit(unknown("192.0.2.9"), now), Admission::Wait(Some(_))));
        let at_home = full(&slots, &[known("203.0.113.9"); 3], now);
        assert!(held.iter().all(|slot| !has_left(slot)));
        // The fourth takes a unknown's, at once.
        let (_fourth, evicted) = admitted(&slots, known("203.0.113.9"), now).unwrap();
        assert!(evicted && has_left(&held[0]) && !at_home.iter().any(has_left));
    }

    #[test]
    fn who_drips_gives_way_to_who_comes() {
        let (slots, now) = (slots(), Instant::now());
        let drips = full(&slots, &[proxy(); 6], now);
        drips[0].mark_received();
        let Admission::Wait(until) = slots.admit(proxy(), now) else { panic!("not full") };
        assert_eq!(until, Some(now + STAY));
        let (_place, evicted) = admitted(&slots, proxy(), now + STAY).unwrap();
        // The first is being answered, and stays.
        assert!(evicted && !has_left(&drips[0]) && has_left(&drips[1]) && !has_left(&drips[2]));
    }

    #[test]
    fn who_has_a_place_does_not_wait_for_another_and_few_wait_for_one() {
        let (slots, now) = (slots(), Instant::now());
        let senders: Vec<_> = (1..=6).map(|n| unknown(&format!("192.0.2.{n}"))).collect();
        let _held = full(&slots, &senders, now);
        assert!(matches!(slots.admit(unknown("192.0.2.1"), now), Admission::Refused));
        assert!(matches!(slots.admit(unknown("192.0.2.9"), now), Admission::Wait(Some(_))));
        let first = slots.enqueue();
        assert!(first.is_some() && slots.enqueue().is_none());
        drop(first);
        assert!(slots.enqueue().is_some());
    }

    #[test]
    fn who_holds_most_places_gives_way_at_once_to_who_has_none() {
        let (slots, now) = (slots(), Instant::now());
        let mut clients = vec![unknown("192.0.2.1"); 4];
        clients.extend([unknown("192.0.2.2"), unknown("192.0.2.3")]);
        let held = full(&slots, &clients, now);
        let (_place, evicted) = admitted(&slots, unknown("192.0.2.4"), now).unwrap();
        assert!(evicted && has_left(&held[0]));
        assert!(held[1..].iter().all(|slot| !has_left(slot)));
    }

    #[test]
    fn a_sender_s_own_slow_connections_give_way_to_its_next() {
        let (slots, now) = (slots(), Instant::now());
        let held = full(&slots, &[known("192.0.2.1"); 4], now);
        assert!(matches!(slots.admit(known("192.0.2.1"), now), Admission::Refused));
        let (_place, evicted) = admitted(&slots, known("192.0.2.1"), now + STAY).unwrap();
        assert!(evicted && has_left(&held[0]) && !has_left(&held[1]));
    }

    #[test]
    fn who_waits_for_us_is_not_sent_away_and_who_does_not_read_is() {
        let (slots, now) = (slots(), Instant::now());
        let held = full(&slots, &[proxy(); 6], now);
        held.iter().for_each(Slot::mark_received);
        assert!(matches!(slots.admit(proxy(), now + STAY), Admission::Wait(None)));
        held[3].mark_answered(now);
        let (_place, evicted) = admitted(&slots, proxy(), now + STAY).unwrap();
        assert!(evicted && has_left(&held[3]));
    }
}
