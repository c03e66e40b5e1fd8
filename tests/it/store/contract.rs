//! What every store promises of targets' records.

use prober::model::observation::Vantage;
use prober::model::prober_state::ProberState;
use prober::model::record::{ProberWrite, Record, Write, oldest_kept};

use super::*;

contract! {
    the_saved_configuration_replaces_the_one_before
    a_new_store_is_empty
    a_record_is_created_once_and_read_by_others
    a_write_needs_the_revision_that_was_read
    a_conflict_changes_neither_record_nor_days
    one_conflict_does_not_hold_up_the_rest
    a_forgotten_target_is_gone_with_its_days
    a_forgotten_target_is_not_brought_back_by_a_late_write
    days_come_oldest_first_since_the_day_asked_for
    days_older_than_the_limit_are_forgotten
    any_name_is_a_name
    some_records_are_read_alone
    a_prober_s_own_record_is_written_on_the_same_condition
    a_prober_s_own_record_is_forgotten_by_its_name
}

async fn a_new_store_is_empty(place: &impl Place) {
    let store = place.handle();
    assert!(store.load().await.unwrap().is_empty());
    assert!(store.days(NaiveDate::MIN).await.unwrap().is_empty());
    assert_eq!(store.outages(None, DateTime::<Utc>::MIN_UTC).await.unwrap(), []);
    assert_eq!(store.commit(&[]).await.unwrap(), []);
}

async fn a_record_is_created_once_and_read_by_others(place: &impl Place) {
    let create = [write("nas", 0, counted(1))];
    assert_eq!(place.handle().commit(&create).await.unwrap(), [stored(1)]);
    assert_eq!(place.handle().commit(&create).await.unwrap(), [Committed::Conflict]);
    let records = place.handle().load().await.unwrap();
    let record = Record { revision: Revision(1), state: counted(1).into() };
    assert_eq!(records.into_iter().collect::<Vec<_>>(), [(target("nas"), record)]);
}

/// The own record of the prober at `here`, after this many gaps.
fn own(expected: u64, times: u32) -> ProberWrite {
    let state = ProberState { times, ..ProberState::default() };
    ProberWrite { vantage: Vantage("here".into()), expected: Revision(expected), state }
}

async fn a_prober_s_own_record_is_written_on_the_same_condition(place: &impl Place) {
    let store = place.handle();
    for (expected, times, committed) in
        [(1, 7, Committed::Conflict), (0, 1, stored(1)), (0, 8, Committed::Conflict)]
    {
        assert_eq!(store.commit_prober(&own(expected, times)).await.unwrap(), committed);
    }
    assert_eq!(store.commit_prober(&own(1, 2)).await.unwrap(), stored(2));
    let records = place.handle().load().await.unwrap();
    let record = Record { revision: Revision(2), state: own(1, 2).state };
    assert_eq!(records.probers.iter().collect::<Vec<_>>(), [(&own(1, 2).vantage, &record)]);
    assert!(records.is_empty(), "no target has such a record: {records:?}");
}

async fn a_prober_s_own_record_is_forgotten_by_its_name(place: &impl Place) {
    let store = place.handle();
    store.commit_prober(&own(0, 1)).await.unwrap();
    store.forget(&[target("here"), target("prober:there")]).await.unwrap();
    assert_eq!(store.load().await.unwrap().probers.len(), 1);
    store.forget(&[target("prober:here")]).await.unwrap();
    assert!(store.load().await.unwrap().probers.is_empty());
}

async fn a_write_needs_the_revision_that_was_read(place: &impl Place) {
    let store = place.handle();
    store.commit(&[write("nas", 0, counted(1))]).await.unwrap();
    assert_eq!(store.commit(&[write("nas", 1, counted(2))]).await.unwrap(), [stored(2)]);
    for stale in [0, 1, 3, u64::MAX] {
        let late = [write("nas", stale, counted(9))];
        assert_eq!(store.commit(&late).await.unwrap(), [Committed::Conflict], "{stale}");
    }
    let record = store.load().await.unwrap().remove(&target("nas")).unwrap();
    assert_eq!((record.revision, count(&record.state)), (Revision(2), 2));
}

async fn a_conflict_changes_neither_record_nor_days(place: &impl Place) {
    let store = place.handle();
    store.commit(&[write("nas", 0, counted(1))]).await.unwrap();
    let before = store.load().await.unwrap();
    let late = [close("nas", 0, day("2026-03-01"))];
    assert_eq!(store.commit(&late).await.unwrap(), [Committed::Conflict]);
    assert_eq!(store.load().await.unwrap(), before);
    assert!(store.days(NaiveDate::MIN).await.unwrap().is_empty());
}

async fn one_conflict_does_not_hold_up_the_rest(place: &impl Place) {
    let store = place.handle();
    store.commit(&[write("b", 0, counted(7))]).await.unwrap();
    let batch = [write("a", 0, counted(1)), write("b", 0, counted(2)), write("c", 0, counted(3))];
    let committed = store.commit(&batch).await.unwrap();
    assert_eq!(committed, [stored(1), Committed::Conflict, stored(1)]);
    let records = store.load().await.unwrap();
    let counts: Vec<_> = records.values().map(|record| count(&record.state)).collect();
    assert_eq!(counts, [1, 7, 3]);
}

async fn a_forgotten_target_is_gone_with_its_days(place: &impl Place) {
    let store = place.handle();
    let both = [close("nas", 0, day("2026-03-01")), close("router", 0, day("2026-03-01"))];
    store.commit(&both).await.unwrap();
    store.forget(&[target("nas"), target("never seen")]).await.unwrap();
    let records = store.load().await.unwrap();
    assert_eq!(records.keys().collect::<Vec<_>>(), [&target("router")]);
    let days = store.days(NaiveDate::MIN).await.unwrap();
    assert_eq!(days, [(target("router"), day("2026-03-01"))]);
}

async fn a_forgotten_target_is_not_brought_back_by_a_late_write(place: &impl Place) {
    let store = place.handle();
    store.commit(&[write("nas", 0, counted(1))]).await.unwrap();
    store.forget(&[target("nas")]).await.unwrap();
    let late = [write("nas", 1, counted(2))];
    assert_eq!(store.commit(&late).await.unwrap(), [Committed::Conflict]);
    assert_eq!(store.commit(&[write("nas", 0, counted(1))]).await.unwrap(), [stored(1)]);
}

async fn days_come_oldest_first_since_the_day_asked_for(place: &impl Place) {
    let store = place.handle();
    let (first, last) = (day("2025-12-31"), Day { up: 0, ..day("2026-01-02") });
    let again = Day { down: 9, latency_ms: 1, ..last };
    store.commit(&[close("b", 0, first), close("a", 0, last)]).await.unwrap();
    store.commit(&[close("b", 1, last), close("a", 1, again)]).await.unwrap();
    let all = [(target("b"), first), (target("a"), again), (target("b"), last)];
    assert_eq!(store.days(NaiveDate::MIN).await.unwrap(), all);
    assert_eq!(store.days(first.date).await.unwrap(), all);
    assert_eq!(store.days(date("2026-01-01")).await.unwrap(), all[1..]);
    assert_eq!(store.days(date("2026-01-03")).await.unwrap(), []);
}

async fn days_older_than_the_limit_are_forgotten(place: &impl Place) {
    let store = place.handle();
    let today = day("2026-03-01");
    let oldest = Day { date: oldest_kept(today.date), ..today };
    let too_old = Day { date: oldest.date.pred_opt().unwrap(), ..today };
    assert_eq!((today.date - too_old.date).num_days(), 90);
    store.commit(&[close("a", 0, too_old), close("b", 0, too_old)]).await.unwrap();
    store.commit(&[close("a", 1, oldest)]).await.unwrap();
    store.commit(&[close("a", 2, today)]).await.unwrap();
    let kept = [(target("b"), too_old), (target("a"), oldest), (target("a"), today)];
    assert_eq!(store.days(NaiveDate::MIN).await.unwrap(), kept);
}

async fn any_name_is_a_name(place: &impl Place) {
    let store = place.handle();
    // As long as a name may be in probes.toml, and its characters as wide.
    let long = "🏠".repeat(100);
    let names = [
        "🏠 Zuhause",
        "it's \"quoted\"; --",
        "two\nlines",
        "%_*?",
        "nul\0nul",
        "NAS",
        "nas",
        &long,
    ];
    let writes: Vec<_> = (1..)
        .zip(names)
        .map(|(n, name)| Write {
            closed_day: Some(day("2026-03-01")),
            ..write(name, 0, counted(n))
        })
        .collect();
    store.commit(&writes).await.unwrap();
    let records = place.handle().load().await.unwrap();
    for write in &writes {
        assert_eq!(records[&write.target].state, write.state, "{:?}", write.target);
    }
    store.forget(&names.map(target)).await.unwrap();
    assert!(store.load().await.unwrap().is_empty());
    assert!(store.days(NaiveDate::MIN).await.unwrap().is_empty());
}

async fn the_saved_configuration_replaces_the_one_before(place: &impl Place) {
    assert_eq!(place.handle().last_good_config().await.unwrap(), None);
    place.handle().save_last_good_config("first").await.unwrap();
    place.handle().save_last_good_config("사진 \"second\"\n").await.unwrap();
    assert_eq!(
        place.handle().last_good_config().await.unwrap().as_deref(),
        Some("사진 \"second\"\n")
    );
    assert!(place.handle().load().await.unwrap().is_empty());
}

async fn some_records_are_read_alone(place: &impl Place) {
    let store = place.handle();
    store.commit(&[write("nas", 0, counted(1)), write("router", 0, counted(2))]).await.unwrap();
    store.commit_prober(&own(0, 1)).await.unwrap();
    let some = store.load_some(&[target("router"), target("nobody")]).await.unwrap();
    let record = Record { revision: Revision(1), state: counted(2).into() };
    assert!(some.probers.is_empty() && some.unreadable.is_empty());
    assert_eq!(some.into_iter().collect::<Vec<_>>(), [(target("router"), record)]);
    assert!(store.load_some(&[]).await.unwrap().is_empty());
    // Whoever looks sees all, and what was written long ago for certain.
    assert_eq!(store.load_for_display().await.unwrap().names().count(), 2);
}
