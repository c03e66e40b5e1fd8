//! What is in the table: sizes, pages, and how history gets there.

use std::collections::HashMap;
use std::thread;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Days, NaiveDate, Utc};
use prober::model::history::{DAYS, Day};
use prober::model::outage_log::KEPT;
use prober::model::record::{Committed, Write, oldest_kept};
use prober::model::state::State;
use prober::store::{Holder, Lease, Store};

use crate::proxy::{Fate, Proxy};
use crate::standin::Table;
use crate::store::place::{
    Place, after, block_on, close, counted, date, day, noon, outage, over, slack, stored, target,
    write,
};
use crate::world::{config, lived};
use crate::{faults, store::place::count};

type Item = HashMap<String, AttributeValue>;

/// One write unit.
const KIB: usize = 1024;

fn item(table: &Table, kind: &str, name: &str) -> Option<Item> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let get = table.client().get_item().table_name(&table.name);
    let get = get.key("kind", text(kind)).key("name", text(name)).consistent_read(true);
    block_on(get.send()).unwrap().item
}

/// An item's size, as DynamoDB counts it; numbers by their upper bound:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>.
fn size(item: &Item) -> usize {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.len().div_ceil(2) + 1,
        other => panic!("no such attribute is written: {other:?}"),
    };
    item.iter().map(|(name, each)| name.len() + value(each)).sum()
}

#[test]
fn an_ordinary_target_s_item_is_one_write_unit() {
    let table = Table::in_dynalite();
    let config = config(1, 1);
    let records = lived(&config, 3 * 24 * 60, noon());
    let (name, record) = records.first_key_value().unwrap();
    assert_eq!(record.state.history.recent.len(), 30);
    assert!(record.state.last_outage.is_some());
    let write = Write {
        closed_day: Some(day("2026-02-28")),
        ..write(name.as_str(), 0, record.state.clone())
    };
    block_on(table.handle().commit(&[write])).unwrap();
    let size = size(&item(&table, "target", name.as_str()).unwrap());
    println!("an ordinary target's item: {size} bytes");
    assert!(size < KIB, "{size}");
}

#[test]
fn ninety_days_of_history_are_three_write_units() {
    let table = Table::in_dynalite();
    let store = table.handle();
    let first = date("2026-01-01");
    block_on(async {
        for n in 0..=DAYS + 20 {
            let day = Day { date: first + Days::new(n), ..day("2026-01-01") };
            store.commit(&[close("nas", n, day)]).await.unwrap();
        }
    });
    let item = item(&table, "days", "nas").unwrap();
    println!("ninety days: {} bytes", size(&item));
    assert!(size(&item) < 3 * KIB, "{}", size(&item));
    let days = block_on(store.days(NaiveDate::MIN)).unwrap();
    let last = first + Days::new(DAYS + 20);
    assert_eq!(days.len() as u64, DAYS);
    assert_eq!((days[0].1.date, days[89].1.date), (oldest_kept(last), last));
    let rolled = last - Days::new(1);
    let expires = (rolled + Days::new(DAYS + 1)).and_time(chrono::NaiveTime::MIN).and_utc();
    assert_eq!(item["expires"].as_n().unwrap(), &expires.timestamp().to_string());
}

#[test]
fn more_than_a_page_of_records_is_read_whole() {
    for table in [Table::in_ministack(), Table::in_dynalite()] {
        let long = "x".repeat(300 * KIB);
        let mut writes = Vec::new();
        for n in 0..5 {
            let mut state = counted(n);
            state.told.insert(
                prober::model::names::ChannelName::new(long.clone()),
                prober::model::state::Announced::default(),
            );
            writes.push(write(&format!("target {n}"), 0, state));
        }
        let store = table.handle();
        block_on(store.commit(&writes)).unwrap();
        let records = block_on(store.load()).unwrap();
        let counts: Vec<_> = records.values().map(|record| count(&record.state)).collect();
        assert_eq!(counts, [0, 1, 2, 3, 4]);
    }
}

/// A process that dies after `requests` of closing the second of two days.
fn die_after(requests: u32) -> (Table, [(prober::model::names::TargetName, Day); 2]) {
    let table = Table::in_ministack();
    let (first, second) = (day("2026-03-01"), day("2026-03-02"));
    block_on(table.handle().commit(&[close("nas", 0, first)])).unwrap();
    let mut left = requests;
    let proxy = Proxy::start(&table.endpoint, move |_| {
        let Some(fewer) = left.checked_sub(1) else { return Fate::Reset };
        left = fewer;
        Fate::Passes
    });
    let outcome = block_on(faults::behind(&proxy, &table).commit(&[close("nas", 1, second)]));
    assert_eq!(outcome.is_ok(), requests > 2, "{requests}");
    (table, [(target("nas"), first), (target("nas"), second)])
}

#[test]
fn a_process_that_dies_while_it_closes_a_day_loses_none_and_counts_none_twice() {
    for requests in 0..=3 {
        let (table, both) = die_after(requests);
        let store = table.handle();
        let kept = block_on(store.days(NaiveDate::MIN)).unwrap();
        assert_eq!(kept, both[..if requests > 2 { 2 } else { 1 }], "{requests}");
        let again = block_on(store.commit(&[close("nas", 1, both[1].1)])).unwrap();
        let expected = if requests > 2 { Committed::Conflict } else { stored(2) };
        assert_eq!(again, [expected], "{requests}");
        assert_eq!(block_on(store.days(NaiveDate::MIN)).unwrap(), both, "{requests}");
    }
}

#[test]
fn the_days_of_a_target_that_is_forgotten_meanwhile_are_nobody_s() {
    let table = Table::in_ministack();
    let store = table.handle();
    block_on(store.commit(&[close("nas", 0, day("2026-03-01"))])).unwrap();
    block_on(store.commit(&[close("nas", 1, day("2026-03-02"))])).unwrap();
    let name = AttributeValue::S("nas".into());
    let delete = table.client().delete_item().table_name(&table.name);
    let record = delete.key("kind", AttributeValue::S("target".into())).key("name", name);
    block_on(record.send()).unwrap();
    assert!(item(&table, "days", "nas").is_some());
    assert_eq!(block_on(store.days(NaiveDate::MIN)).unwrap(), []);
}

/// A table in which the `attribute` of one item is `value`.
fn spoilt(kind: &str, name: &str, attribute: &str, value: &str) -> Table {
    let table = Table::in_ministack();
    let store = table.handle();
    block_on(store.commit(&[close("nas", 0, day("2026-03-01"))])).unwrap();
    block_on(store.commit(&[close("nas", 1, day("2026-03-02"))])).unwrap();
    block_on(store.lease(&slack(), &Holder::new(), noon(), after(60))).unwrap();
    spoil(&table, kind, name, attribute, value);
    table
}

fn spoil(table: &Table, kind: &str, name: &str, attribute: &str, value: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let update = table.client().update_item().table_name(&table.name);
    let update = update.key("kind", text(kind)).key("name", text(name));
    let update =
        update.update_expression("SET #it = :it").expression_attribute_names("#it", attribute);
    block_on(update.expression_attribute_values(":it", text(value)).send()).unwrap();
}

#[test]
fn a_record_that_cannot_be_read_is_named() {
    for (attribute, value, problem) in [
        ("state", r#"{"status":"purring"}"#, "(unknown variant `purring`"),
        ("revision", "seven", "(it has no revision"),
    ] {
        let table = spoilt("target", "nas", attribute, value);
        let said = block_on(table.handle().load()).unwrap().unreadable.remove(&target("nas"));
        let expected = format!("the record of \"nas\" cannot be read {problem}");
        assert!(
            said.as_ref().is_some_and(|said| said.to_string().starts_with(&expected)),
            "{said:?}"
        );
    }
}

#[test]
fn a_day_that_is_spoilt_hides_no_other_and_a_channel_begins_afresh() {
    let both = [day("2026-03-01"), day("2026-03-02")];
    for (kind, attribute, value, left) in
        [("target", "closed_day", "yesterday", both[0]), ("days", "2026-03-01", "1 2", both[1])]
    {
        let store = spoilt(kind, "nas", attribute, value).handle();
        assert_eq!(block_on(store.days(NaiveDate::MIN)).unwrap(), [(target("nas"), left)]);
    }
    let store = spoilt("channel", "slack", "state", "[").handle();
    let lease = block_on(store.lease(&slack(), &Holder::new(), noon(), after(60))).unwrap();
    assert!(matches!(lease, Lease::Held(_)), "{lease:?}");
}

/// A process that dies after `requests` of closing the third of three outages.
fn die_closing_after(requests: u32) -> (Table, Vec<DateTime<Utc>>) {
    let table = Table::in_ministack();
    let starts: Vec<_> = [0, 100, 200].map(after).into();
    let store = table.handle();
    for (expected, start) in (0..).zip(&starts[..2]) {
        block_on(store.commit(&[over("nas", expected, &[outage(*start)])])).unwrap();
    }
    let mut left = requests;
    let proxy = Proxy::start(&table.endpoint, move |_| {
        let Some(fewer) = left.checked_sub(1) else { return Fate::Reset };
        left = fewer;
        Fate::Passes
    });
    let close = [over("nas", 2, &[outage(starts[2])])];
    let outcome = block_on(faults::behind(&proxy, &table).commit(&close));
    assert_eq!(outcome.is_ok(), requests > 2, "{requests}");
    (table, starts)
}

fn starts(table: &Table) -> Vec<DateTime<Utc>> {
    let all = block_on(table.handle().outages(None, DateTime::<Utc>::MIN_UTC)).unwrap();
    all.into_iter().map(|(_, outage)| outage.since).rev().collect()
}

#[test]
fn a_process_that_dies_while_it_closes_an_outage_loses_none_and_logs_none_twice() {
    for requests in 0..=3 {
        let (table, all) = die_closing_after(requests);
        assert_eq!(starts(&table), all[..if requests > 2 { 3 } else { 2 }], "{requests}");
        // Whoever sees it next writes it, whether or not the one before has moved.
        let again = block_on(table.handle().commit(&[over("nas", 2, &[outage(all[2])])])).unwrap();
        let expected = if requests > 2 { Committed::Conflict } else { stored(3) };
        assert_eq!((again, starts(&table)), (vec![expected], all), "{requests}");
    }
}

#[test]
fn what_was_logged_for_a_write_that_lost_its_race_is_not_shown() {
    let table = Table::in_dynalite();
    block_on(table.handle().commit(&[over("nas", 0, &[outage(noon())])])).unwrap();
    // Its outages are put before its write, which finds that another was first.
    let (mut passed, other) = (0, table.handle());
    let kept = State { last_outage: Some(outage(noon())), ..counted(1) };
    let proxy = Proxy::start(&table.endpoint, move |_| {
        passed += 1;
        if passed == 4 {
            let (other, write) = (&other, write("nas", 1, kept.clone()));
            thread::scope(|scope| scope.spawn(|| block_on(other.commit(&[write])).unwrap()).join())
                .unwrap();
        }
        Fate::Passes
    });
    let late = [over("nas", 1, &[100, 200].map(|at| outage(after(at))))];
    let outcome = block_on(faults::behind(&proxy, &table).commit(&late)).unwrap();
    assert_eq!(outcome, [Committed::Conflict]);
    assert!(item(&table, "outage", "nas #001").is_some(), "it was put there");
    assert_eq!(starts(&table), [noon()]);
}

#[test]
fn an_outage_s_item_is_one_write_unit_and_expires_a_year_after_it() {
    let table = Table::in_dynalite();
    let store = table.handle();
    let both = [0, 100].map(|at| outage(after(at)));
    block_on(store.commit(&[over("nas", 0, &both)])).unwrap();
    let item = item(&table, "outage", "nas #000").unwrap();
    println!("an outage: {} bytes", size(&item));
    assert!(size(&item) < KIB / 2, "{}", size(&item));
    let expires = (both[0].until + KEPT).timestamp().to_string();
    assert_eq!(item["expires"].as_n().unwrap(), &expires);
}

#[test]
fn an_outage_that_is_spoilt_hides_no_other() {
    let table = Table::in_dynalite();
    let outages = [0, 100, 200].map(|at| outage(after(at)));
    block_on(table.handle().commit(&[over("nas", 0, &outages)])).unwrap();
    spoil(&table, "outage", "nas #000", "state", "[");
    assert_eq!(starts(&table), [after(100), after(200)]);
}
