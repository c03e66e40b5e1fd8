//! What every store promises to several who use it at once.

use std::thread;

use prober::model::record::Records;
use prober::store::{Holder, Lease};

use super::*;

contract! {
    no_update_is_lost
    one_of_many_gets_the_lease
    many_may_make_the_same_record_at_once
}

const WRITERS: u32 = 4;
const ROUNDS: u32 = 30;

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

async fn no_update_is_lost(place: &impl Place) {
    race(place, async |store| {
        for _ in 0..ROUNDS {
            increment(&store, "nas").await;
        }
    });
    let record = place.handle().load().await.unwrap().remove(&target("nas")).unwrap();
    assert_eq!(count(&record.state), WRITERS * ROUNDS);
    assert_eq!(record.revision.0, u64::from(WRITERS * ROUNDS));
}

async fn one_of_many_gets_the_lease(place: &impl Place) {
    for round in 0..20 {
        let (now, until) = (after(round * 60), after(round * 60 + 60));
        let leases = race(place, async |store| {
            store.lease(&slack(), &Holder::new(), now, until).await.unwrap()
        });
        let held = leases.iter().filter(|lease| matches!(lease, Lease::Held(_))).count();
        assert_eq!(held, 1, "{leases:?}");
    }
}

async fn many_may_make_the_same_record_at_once(place: &impl Place) {
    race(place, async |store| increment(&store, "nas").await);
    let records = place.handle().load().await.unwrap();
    assert_eq!(count(&records[&target("nas")].state), WRITERS);
}
