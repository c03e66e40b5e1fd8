//! What every store promises of outages that are over.

use prober::model::outage_log::{KEPT, MAX_OUTAGES, Outages, oldest_kept};
use prober::model::record::Write;
use prober::model::state::{Outage, Silenced, State};

use super::*;

contract! {
    an_outage_is_kept_when_the_next_one_takes_its_place
    outages_come_newest_first_since_the_instant_asked_for
    what_is_written_between_outages_moves_none
    several_outages_that_close_at_once_are_all_kept
    an_outage_keeps_all_that_was_known_of_it
    a_lost_race_logs_nothing
    two_who_close_the_same_incident_log_it_once
    a_year_of_outages_is_bounded
    outages_that_ended_a_year_before_the_newest_are_forgotten
    a_forgotten_target_is_gone_with_its_outages
    the_outages_of_any_name_are_its_own
    an_outage_of_an_older_version_moves_to_the_log_too
}

/// The seconds after noon at which the outages of `name` began, newest first.
async fn starts(place: &impl Place, name: &str) -> Vec<i64> {
    let name = target(name);
    let of = place.handle().outages(Some(&name), DateTime::<Utc>::MIN_UTC).await.unwrap();
    assert!(of.iter().all(|(each, _)| *each == name), "{of:?}");
    let all = everything(place).await;
    let ours: Outages = all.into_iter().filter(|(each, _)| *each == name).collect();
    assert_eq!(ours, of, "one target's outages are the same among all");
    of.into_iter().map(|(_, outage)| (outage.since - noon()).num_seconds()).collect()
}

async fn everything(place: &impl Place) -> Outages {
    place.handle().outages(None, DateTime::<Utc>::MIN_UTC).await.unwrap()
}

async fn commit(place: &impl Place, write: Write) -> Committed {
    place.handle().commit(&[write]).await.unwrap().remove(0)
}

/// Closes an outage at each of these seconds after noon, one after the other.
async fn close_each(place: &impl Place, name: &str, starts: &[i64]) {
    for (expected, start) in (0..).zip(starts) {
        let write = over(name, expected, &[outage(after(*start))]);
        assert_eq!(commit(place, write).await, stored(expected + 1));
    }
}

async fn an_outage_is_kept_when_the_next_one_takes_its_place(place: &impl Place) {
    close_each(place, "nas", &[0]).await;
    assert_eq!(starts(place, "nas").await, [0]);
    assert_eq!(commit(place, over("nas", 1, &[outage(after(100))])).await, stored(2));
    assert_eq!(starts(place, "nas").await, [100, 0]);
    assert_eq!(commit(place, over("nas", 2, &[outage(after(200))])).await, stored(3));
    assert_eq!(starts(place, "nas").await, [200, 100, 0]);
}

async fn outages_come_newest_first_since_the_instant_asked_for(place: &impl Place) {
    close_each(place, "router", &[0, 200, 400]).await;
    close_each(place, "nas", &[100, 200]).await;
    let store = place.handle();
    let since = async |seconds: i64| -> Vec<(String, i64)> {
        let all = store.outages(None, after(seconds)).await.unwrap();
        let start = |outage: &Outage| (outage.since - noon()).num_seconds();
        all.iter().map(|(name, outage)| (name.to_string(), start(outage))).collect()
    };
    let all = [("router", 400), ("nas", 200), ("router", 200), ("nas", 100), ("router", 0)]
        .map(|(name, start)| (name.to_owned(), start));
    assert_eq!(since(0).await, all);
    // Each lasts a minute; what ended later counts, whenever it began.
    assert_eq!(since(60).await, all);
    assert_eq!(since(61).await, all[..4]);
    assert_eq!(since(461).await, []);
}

async fn what_is_written_between_outages_moves_none(place: &impl Place) {
    close_each(place, "nas", &[0]).await;
    let kept = State { last_outage: Some(outage(noon())), ..counted(7) };
    assert_eq!(commit(place, write("nas", 1, kept)).await, stored(2));
    assert_eq!(starts(place, "nas").await, [0]);
    assert_eq!(commit(place, over("nas", 2, &[outage(after(100))])).await, stored(3));
    assert_eq!(starts(place, "nas").await, [100, 0]);
}

async fn several_outages_that_close_at_once_are_all_kept(place: &impl Place) {
    let at = |starts: &[i64]| starts.iter().map(|start| outage(after(*start))).collect::<Vec<_>>();
    assert_eq!(commit(place, over("nas", 0, &at(&[0, 100]))).await, stored(1));
    assert_eq!(commit(place, over("nas", 1, &at(&[200, 300, 400]))).await, stored(2));
    assert_eq!(starts(place, "nas").await, [400, 300, 200, 100, 0]);
}

async fn an_outage_keeps_all_that_was_known_of_it(place: &impl Place) {
    let silenced = Silenced { maintained: 3, paused: 1, behind: [target("router")].into() };
    let full = Outage { unseen_s: 30, observations: 9, silenced, ..outage(noon()) };
    let next = outage(after(100));
    commit(place, over("nas", 0, std::slice::from_ref(&full))).await;
    commit(place, over("nas", 1, std::slice::from_ref(&next))).await;
    assert_eq!(everything(place).await, [(target("nas"), next), (target("nas"), full)]);
}

async fn a_lost_race_logs_nothing(place: &impl Place) {
    close_each(place, "nas", &[0, 100]).await;
    let before = everything(place).await;
    let late = over("nas", 1, &[outage(after(200)), outage(after(300))]);
    assert_eq!(commit(place, late.clone()).await, Committed::Conflict);
    assert_eq!(commit(place, Write { expected: Revision(0), ..late }).await, Committed::Conflict);
    assert_eq!(everything(place).await, before);
}

async fn two_who_close_the_same_incident_log_it_once(place: &impl Place) {
    close_each(place, "nas", &[0]).await;
    let seen_later = Outage { until: after(999), ..outage(after(100)) };
    let both = [over("nas", 1, &[outage(after(100))]), over("nas", 1, &[seen_later])];
    let committed: Vec<Committed> = thread::scope(|scope| {
        let each = both.map(|write| {
            let store = place.handle();
            scope.spawn(move || block_on(store.commit(&[write])).unwrap().remove(0))
        });
        each.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(committed.iter().filter(|each| **each == stored(2)).count(), 1, "{committed:?}");
    assert_eq!(starts(place, "nas").await, [100, 0]);
    assert_eq!(commit(place, over("nas", 2, &[outage(after(2000))])).await, stored(3));
    assert_eq!(starts(place, "nas").await, [2000, 100, 0]);
}

async fn a_year_of_outages_is_bounded(place: &impl Place) {
    let outages: Vec<Outage> =
        (0..530).map(|n| outage(noon() + TimeDelta::hours(12) * n)).collect();
    for (expected, some) in (0..).zip(outages.chunks(53)) {
        assert_eq!(commit(place, over("nas", expected, some)).await, stored(expected + 1));
    }
    let kept: Vec<Outage> = everything(place).await.into_iter().map(|(_, outage)| outage).collect();
    let newest: Vec<Outage> = outages.into_iter().rev().take(MAX_OUTAGES).collect();
    assert!(kept == newest, "{} are kept, and not the newest {}", kept.len(), newest.len());
}

async fn outages_that_ended_a_year_before_the_newest_are_forgotten(place: &impl Place) {
    let last = outage(noon() + KEPT);
    let oldest = oldest_kept(last.until);
    let ended = |until| Outage { until, ..outage(until - TimeDelta::minutes(1)) };
    let (kept, too_old) = (ended(oldest), ended(oldest - TimeDelta::seconds(1)));
    for (expected, outage) in (0..).zip([too_old, kept.clone(), last.clone()]) {
        commit(place, over("nas", expected, &[outage])).await;
    }
    assert_eq!(everything(place).await, [(target("nas"), last), (target("nas"), kept)]);
}

async fn a_forgotten_target_is_gone_with_its_outages(place: &impl Place) {
    for name in ["nas", "router"] {
        close_each(place, name, &[0, 100, 200]).await;
    }
    place.handle().forget(&[target("nas"), target("never seen")]).await.unwrap();
    assert_eq!(starts(place, "nas").await, [0; 0]);
    assert_eq!(starts(place, "router").await, [200, 100, 0]);
    close_each(place, "nas", &[300, 400]).await;
    assert_eq!(starts(place, "nas").await, [400, 300], "what begins anew begins without them");
}

async fn the_outages_of_any_name_are_its_own(place: &impl Place) {
    let names = ["nas", "nas #0", "NAS", "na", "two\nlines", "%", "nas\0", "🏠 Zuhause"];
    for (n, name) in (0..).zip(names) {
        close_each(place, name, &[n, 100 + n]).await;
    }
    for (n, name) in (0..).zip(names) {
        assert_eq!(starts(place, name).await, [100 + n, n], "{name:?}");
    }
    place.handle().forget(&[target("nas")]).await.unwrap();
    assert_eq!(everything(place).await.len(), 2 * (names.len() - 1));
}

async fn an_outage_of_an_older_version_moves_to_the_log_too(place: &impl Place) {
    let before = State { last_outage: Some(outage(noon())), ..State::default() };
    commit(place, write("nas", 0, before)).await;
    assert_eq!(starts(place, "nas").await, [0]);
    commit(place, over("nas", 1, &[outage(after(100))])).await;
    assert_eq!(starts(place, "nas").await, [100, 0]);
}
