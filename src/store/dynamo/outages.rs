//! The log of outages: an item for each that has moved away from its target's record.
//!
//! No condition spans two items, so an outage goes there in two steps, as a day does:
//! it is first the last outage of the record, in the write that closed it. Before a write
//! that puts another in its place, whoever is about to do that moves it here. All who read
//! the same revision move the same outage to the same item, so a lost race does no harm,
//! and whoever dies in between leaves it in both places, where readers take it once.
//!
//! A target's items are a ring of [`MAX_LOGGED`] places. The record counts what has moved:
//! the count says which place is next, and which items were never confirmed by a write.
//! So nothing must be read or deleted to keep their number.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::CONCURRENCY;
use super::fault::Fault;
use super::item::{self, EXPIRES, Item, Key, NUMBER, OUTAGES, STATE, TARGET_NAME};
use super::table::{Freshness, Table};
use crate::model::names::TargetName;
use crate::model::outage_log::{self, KEPT, MAX_LOGGED, Outages};
use crate::model::record::Write;
use crate::model::state::Outage;
use crate::store::stored;

/// Moves what `write` takes the place of out of its record, which is `found` as it was
/// read. Returns how many outages of the target have moved then; `None` if none moves.
///
/// Once an incident, one request more.
pub(super) async fn make_room(
    table: &Table,
    write: &Write,
    found: Option<&Item>,
) -> Result<Option<u64>, Fault> {
    let before = found
        .and_then(|record| stored::last_outage(write.target.as_str(), item::text(record, STATE)?));
    let mut number = found.map_or(0, moved);
    let moves: Vec<_> = outage_log::moved(before.as_ref(), &write.closed_outages).collect();
    if write.closed_outages.is_empty() || moves.is_empty() {
        return Ok(None);
    }
    for outage in moves {
        put(table, &write.target, number, outage).await?;
        number = number.saturating_add(1);
    }
    Ok(Some(number))
}

/// How many outages have moved away from `record`.
fn moved(record: &Item) -> u64 {
    item::number(record, OUTAGES).unwrap_or_default()
}

async fn put(
    table: &Table,
    target: &TargetName,
    number: u64,
    outage: &Outage,
) -> Result<(), Fault> {
    let place = place(target, number);
    let mut item = Key::outage(&place).item();
    let count = |count: String| AttributeValue::N(count);
    let expires = outage.until.checked_add_signed(KEPT).unwrap_or(DateTime::<Utc>::MAX_UTC);
    item.extend([
        (TARGET_NAME.to_owned(), AttributeValue::S(target.to_string())),
        (NUMBER.to_owned(), count(number.to_string())),
        (STATE.to_owned(), AttributeValue::S(item::json(outage)?)),
        (EXPIRES.to_owned(), count(expires.timestamp().to_string())),
    ]);
    table.put_item(item).await
}

/// Which of the target's places the outage with this number has.
fn place(target: &TargetName, number: u64) -> String {
    format!("{}{:03}", beginning(target), number % MAX_LOGGED as u64)
}

/// How the names of the target's places begin; those of others may begin so, too.
fn beginning(target: &TargetName) -> String {
    format!("{target} #")
}

/// The outages that ended at `since` or later, of all targets that have a record, or of one.
pub(super) async fn since(
    table: &Table,
    target: Option<&TargetName>,
    since: DateTime<Utc>,
) -> Result<Outages, Fault> {
    // The records come first: what moves between the two readings is then in both.
    let records = match target {
        Some(target) => table.read(Key::target(target)).await?.into_iter().collect(),
        None => table.all(item::TARGET, Freshness::Now).await?,
    };
    let items = match target {
        Some(target) => places(table, target).await?,
        None => table.all(item::OUTAGE, Freshness::Now).await?,
    };
    let counts: BTreeMap<&str, u64> =
        records.iter().map(|record| (item::name(record), moved(record))).collect();
    let logged = items.iter().filter_map(|item| confirmed(item, &counts)).collect();
    Ok(outage_log::all(&super::records(&records), logged, since))
}

/// The outage in `item`, if a record says that it has moved there.
fn confirmed(item: &Item, counts: &BTreeMap<&str, u64>) -> Option<(TargetName, Outage)> {
    let target = item::text(item, TARGET_NAME)?;
    let count = *counts.get(target)?;
    let is_confirmed = item::number(item, NUMBER)? < count;
    let text = item::text(item, STATE).filter(|_| is_confirmed)?;
    Some((TargetName::new(target), stored::outage(target, text)?))
}

async fn places(table: &Table, target: &TargetName) -> Result<Vec<Item>, Fault> {
    let mut items = table.beginning(item::OUTAGE, &beginning(target)).await?;
    items.retain(|item| item::text(item, TARGET_NAME) == Some(target.as_str()));
    Ok(items)
}

/// Deletes the outages of `target`. Nobody sees those that are left if this process dies.
pub(super) async fn forget(table: &Table, target: &TargetName) -> Result<(), Fault> {
    let items = places(table, target).await?;
    let each = stream::iter(&items).map(|item| table.delete(Key::outage(item::name(item))));
    each.buffered(CONCURRENCY).try_collect().await
}
