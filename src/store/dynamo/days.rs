//! The history: the finished days of a target, all in one item.
//!
//! No condition spans two items, so a day goes there in two steps. It is
//! first stored with the record that counted it, in the same write; there it
//! stays until the record is about to close another day, and only then moves
//! to the item of days. A process may die between any two of these requests,
//! and two may do them at once: a day that was stored is in one place or in
//! both, alike, and readers take it once.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{Days, NaiveDate, NaiveTime};

use super::fault::Fault;
use super::item::{self, CLOSED_DAY, EXPIRES, Item, Key};
use super::table::{Freshness, Table};
use crate::model::history::{DAYS, Day};
use crate::model::names::TargetName;
use crate::model::record::{Write, oldest_kept};

/// How many days before the oldest kept one are removed with each new day. A target
/// that was not observed for longer leaves some behind, which are never shown.
const SWEPT: u64 = 30;

/// Moves the day that is stored with the record of `write`, which is `found` as it was
/// read, to its days, before `write` takes its place.
pub(super) async fn make_room(
    table: &Table,
    write: &Write,
    found: Option<&Item>,
) -> Result<(), Fault> {
    let Some(closed) = write.closed_day else { return Ok(()) };
    match found.and_then(closed_day).filter(|day| day.date != closed.date) {
        Some(day) => save_day(table, &write.target, day).await,
        None => Ok(()),
    }
}

/// Enters `day`, and takes out those that are too old beside it.
async fn save_day(table: &Table, target: &TargetName, day: Day) -> Result<(), Fault> {
    let mut update = table
        .update(Key::days(target))
        .expression_attribute_names("#day", day.date.to_string())
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_values(":day", AttributeValue::S(item::counts(&day)))
        .expression_attribute_values(":expires", AttributeValue::N(expiry(day.date).to_string()));
    let mut old = Vec::new();
    for (n, date) in too_old(day.date).enumerate() {
        old.push(format!("#old{n}"));
        update = update.expression_attribute_names(format!("#old{n}"), date.to_string());
    }
    let expression = format!("SET #day = :day, #expires = :expires REMOVE {}", old.join(", "));
    update.update_expression(expression).send().await?;
    Ok(())
}

fn too_old(newest: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let oldest = oldest_kept(newest);
    (1..=SWEPT).filter_map(move |days| oldest.checked_sub_days(Days::new(days)))
}

/// When all of a target's days are too old, if `newest` was the last.
fn expiry(newest: NaiveDate) -> i64 {
    let end = newest.checked_add_days(Days::new(DAYS + 1)).unwrap_or(NaiveDate::MAX);
    end.and_time(NaiveTime::MIN).and_utc().timestamp()
}

/// The days of all targets that have a record: a target that was forgotten
/// while another process closed its day leaves days that nobody asks for.
pub(super) async fn since(
    table: &Table,
    since: NaiveDate,
) -> Result<Vec<(TargetName, Day)>, Fault> {
    let (records, days) = tokio::try_join!(
        table.all(item::TARGET, Freshness::Now),
        table.all(item::DAYS, Freshness::Now)
    )?;
    let days: BTreeMap<&str, &Item> = days.iter().map(|item| (item::name(item), item)).collect();
    let mut all = Vec::new();
    for record in &records {
        let name = item::name(record);
        let history = history(days.get(name).copied(), record);
        let target = TargetName::new(name);
        let asked = history.into_values().filter(|day| day.date >= since);
        all.extend(asked.map(|day| (target.clone(), day)));
    }
    all.sort_by(|(a, day_a), (b, day_b)| (day_a.date, a).cmp(&(day_b.date, b)));
    Ok(all)
}

/// What is kept of one target: the record's day takes the place of what was
/// kept of the same day.
fn history(days: Option<&Item>, record: &Item) -> BTreeMap<NaiveDate, Day> {
    let mut history = days.map(finished_days).unwrap_or_default();
    history.extend(closed_day(record).map(|day| (day.date, day)));
    // DynamoDB is days late with what has expired, and SWEPT is no promise.
    if let Some(oldest) = history.keys().next_back().copied().map(oldest_kept) {
        history = history.split_off(&oldest);
    }
    history
}

/// The days of an item of days: those of its attributes whose name is a date. A day
/// is for people to look at: one that is spoilt hides no other.
fn finished_days(item: &Item) -> BTreeMap<NaiveDate, Day> {
    let dated = item.keys().filter(|attribute| attribute.parse::<NaiveDate>().is_ok());
    let days = dated.filter_map(|date| {
        let day = item::text(item, date).and_then(|counts| item::parse_counts(date, counts));
        if day.is_none() {
            left_out(item, date);
        }
        day.map(|day| (day.date, day))
    });
    days.collect()
}

/// The day that is stored with a record.
fn closed_day(record: &Item) -> Option<Day> {
    let text = item::text(record, CLOSED_DAY)?;
    let day = item::parse_dated(text);
    if day.is_none() {
        left_out(record, text);
    }
    day
}

fn left_out(item: &Item, day: &str) {
    tracing::error!(name = item::name(item), day, "left out: a day in the history that is none");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_spoilt_hides_no_other() {
        let item = |attributes: &[(&str, &str)]| -> Item {
            let text = |text: &str| AttributeValue::S(text.to_owned());
            attributes.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect()
        };
        let days = item(&[("2026-03-01", "9 1 52"), ("2026-03-02", "many"), ("name", "nas")]);
        let record = item(&[("name", "nas"), (CLOSED_DAY, "yesterday 1 2 3")]);
        let history = history(Some(&days), &record);
        assert_eq!(history.values().map(|day| day.up).collect::<Vec<_>>(), [9]);
    }
}
