//! The log of outages: what moves there from the records, and what is read of both.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::fault::Fault;
use super::known::Known;
use super::rows;
use crate::model::names::TargetName;
use crate::model::outage_log::{self, MAX_LOGGED, Outages};
use crate::model::state::Outage;
use crate::store::stored;

/// The last outage in the record called `name`, which is about to be written.
pub(super) fn last(transaction: &Transaction<'_>, name: &str) -> Result<Option<Outage>, Fault> {
    let sql = "SELECT state FROM target WHERE name = ?1";
    let state: Option<String> =
        transaction.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?;
    Ok(state.and_then(|state| stored::last_outage(name, &state)))
}

/// Moves to the log what a state that `closed` these takes the place of, and forgets what
/// is too old or too much beside it.
pub(super) fn log(
    transaction: &Transaction<'_>,
    target: &str,
    before: Option<&Outage>,
    closed: &[Outage],
) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO outage (target, since, until, outage)
               VALUES (?1, ?2, ?3, ?4)";
    let too_old = "DELETE FROM outage WHERE target = ?1 AND until < ?2";
    for outage in outage_log::moved(before, closed) {
        let (since, until) = (instant(outage.since), instant(outage.until));
        let row = params![target, since, until, rows::json(outage)?];
        transaction.prepare_cached(sql)?.execute(row)?;
        let oldest = instant(outage_log::oldest_kept(outage.until));
        transaction.prepare_cached(too_old)?.execute(params![target, oldest])?;
    }
    let too_many = "DELETE FROM outage WHERE target = ?1 AND since < (
                        SELECT since FROM outage WHERE target = ?1
                        ORDER BY since DESC LIMIT 1 OFFSET ?2)";
    let last = i64::try_from(MAX_LOGGED - 1).unwrap_or(i64::MAX);
    transaction.prepare_cached(too_many)?.execute(params![target, last])?;
    Ok(())
}

/// The outages that ended at `since` or later, of all targets or of one.
pub(super) fn since(
    connection: &mut Connection,
    target: Option<&TargetName>,
    since: DateTime<Utc>,
) -> Result<Outages, Fault> {
    // One transaction: an outage must not move between the two readings.
    let transaction = connection.transaction()?;
    let records = match target {
        Some(target) => rows::load_some(&transaction, std::slice::from_ref(target))?,
        None => rows::load(&transaction, &mut Known::default())?,
    };
    Ok(outage_log::all(&records, logged(&transaction, target, since)?, since))
}

fn logged(
    connection: &Connection,
    target: Option<&TargetName>,
    since: DateTime<Utc>,
) -> Result<Outages, Fault> {
    let sql = "SELECT target, outage FROM outage
               WHERE (?1 IS NULL OR target = ?1) AND until >= ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![target.map(TargetName::as_str), instant(since)])?;
    let mut logged = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, text) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        logged.extend(stored::outage(name, text).map(|outage| (TargetName::new(name), outage)));
    }
    Ok(logged)
}

/// An instant in text that sorts as time does.
fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()
}
