//! What every store promises to several who use it at once.

use std::collections::HashSet;
use std::thread;

use prober::store::{Holder, Lease, Records, Store};

use super::*;

const WRITERS: u32 = 4;
const ROUNDS: u32 = 100;

/// Runs `work` in [`WRITERS`] threads, each with a handle of its own.
fn race<P: Place, T: Send>(place: &P, work: impl AsyncFn(P::Store) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..WRITERS).map(|_| scope.spawn(|| block_on(work(place.handle())))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Adds one to the count of `name`, however often somebody else is faster.
async fn increment(store: &impl Store, name: &str) {
    loop {
        let records: Records = store.load().await.unwrap();
        let (expected, before) = records
            .get(&target(name))
            .map_or((0, 0), |record| (record.revision.0, count(&record.state)));
        let next = [write(name, expected, counted(before + 1))];
        if store.commit(&next).await.unwrap() == [stored(expected + 1)] {
            return;
        }
    }
}

fn no_update_is_lost(place: &impl Place) {
    race(place, async |store| {
        for _ in 0..ROUNDS {
            increment(&store, "nas").await;
        }
    });
    let record = block_on(place.handle().load()).unwrap().remove(&target("nas")).unwrap();
    assert_eq!(count(&record.state), WRITERS * ROUNDS);
    assert_eq!(record.revision.0, u64::from(WRITERS * ROUNDS));
}

fn one_of_many_gets_the_lease(place: &impl Place) {
    for round in 0..20 {
        let (now, until) = (after(round * 60), after(round * 60 + 60));
        let leases = race(place, async |store| {
            store.lease(&slack(), &Holder::new(), now, until).await.unwrap()
        });
        let held = leases.iter().filter(|lease| matches!(lease, Lease::Held(_))).count();
        assert_eq!(held, 1, "{leases:?}");
    }
}

#[test]
fn no_update_is_lost_in_memory() {
    no_update_is_lost(&MemoryStore::new());
}

#[test]
fn no_update_is_lost_between_connections_to_one_file() {
    no_update_is_lost(&File::new());
}

#[test]
fn one_of_many_gets_the_lease_in_memory() {
    one_of_many_gets_the_lease(&MemoryStore::new());
}

#[test]
fn one_of_many_gets_the_lease_of_one_file() {
    one_of_many_gets_the_lease(&File::new());
}

#[test]
fn many_may_make_the_same_file_at_once() {
    for _ in 0..20 {
        let place = File::new();
        race(&place, async |store| increment(&store, "nas").await);
        let records = block_on(place.handle().load()).unwrap();
        assert_eq!(count(&records[&target("nas")].state), WRITERS);
    }
}

#[test]
fn no_two_holders_are_the_same() {
    let thousand = || (0..1000).map(|_| Holder::new().0).collect::<Vec<_>>();
    let holders: HashSet<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS).map(|_| scope.spawn(thousand)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(holders.len(), 4000);
}
