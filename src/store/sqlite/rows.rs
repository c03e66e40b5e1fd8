//! The SQL that reads and writes records. States are JSON, because only
//! prober looks into them; names, revisions and days are columns, because
//! SQLite does.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Rows, Transaction, TransactionBehavior, params};

use super::fault::Fault;
use super::outages;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::{Committed, ProberWrite, Records, Revision, Write, oldest_kept};
use crate::model::record_key::RecordKey;
use crate::model::state::Outage;
use crate::store::channel::ChannelRecord;
use crate::store::stored::{self, StoredProber};

/// A [`Write`] or a [`ProberWrite`] in the file's words.
pub(super) struct Row {
    target: TargetName,
    expected: Revision,
    state: String,
    closed_day: Option<Day>,
    closed_outages: Vec<Outage>,
}

impl Row {
    pub(super) fn of(write: &Write) -> Result<Self, Fault> {
        Ok(Self {
            target: write.target.clone(),
            expected: write.expected,
            state: json(&write.state)?,
            closed_day: write.closed_day,
            closed_outages: write.closed_outages.clone(),
        })
    }

    pub(super) fn of_prober(write: &ProberWrite) -> Result<Self, Fault> {
        Ok(Self {
            target: RecordKey::prober(&write.vantage).name(),
            expected: write.expected,
            state: json(&StoredProber::of(&write.state))?,
            closed_day: None,
            closed_outages: Vec::new(),
        })
    }
}

pub(super) fn load(connection: &Connection) -> Result<Records, Fault> {
    let mut statement = connection.prepare_cached("SELECT name, revision, state FROM target")?;
    let mut records = Records::new();
    enter(&mut records, statement.query([])?)?;
    Ok(records)
}

/// The records of `targets` alone.
pub(super) fn load_some(connection: &Connection, targets: &[TargetName]) -> Result<Records, Fault> {
    let sql = "SELECT name, revision, state FROM target WHERE name = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut records = Records::new();
    for target in targets {
        enter(&mut records, statement.query(params![target.as_str()])?)?;
    }
    Ok(records)
}

/// Enters the records in `rows`; those that cannot be read are set aside.
fn enter(records: &mut Records, mut rows: Rows<'_>) -> Result<(), Fault> {
    while let Some(row) = rows.next()? {
        let name = row.get_ref(0)?.as_str()?;
        let revision = Revision(unsigned(row.get(1)?));
        let text = row.get_ref(2)?.as_str().map_err(|error| Fault::unreadable(name, error));
        let entered = text.and_then(|text| {
            stored::enter(records, name, revision, text)
                .map_err(|error| Fault::unreadable(name, error))
        });
        if let Err(fault) = entered {
            records.unreadable.insert(TargetName::new(name), fault.detail());
        }
    }
    Ok(())
}

pub(super) fn commit(connection: &mut Connection, rows: &[Row]) -> Result<Vec<Committed>, Fault> {
    let transaction = begin(connection)?;
    let committed = rows.iter().map(|row| write(&transaction, row)).collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(committed)
}

pub(super) fn commit_one(connection: &mut Connection, row: &Row) -> Result<Committed, Fault> {
    let transaction = begin(connection)?;
    let committed = write(&transaction, row)?;
    transaction.commit()?;
    Ok(committed)
}

/// Writes one record if nobody else has since it was read.
fn write(transaction: &Transaction<'_>, row: &Row) -> Result<Committed, Fault> {
    let name = row.target.as_str();
    let closes = !row.closed_outages.is_empty();
    let before = if closes { outages::last(transaction, name)? } else { None };
    let changed = if row.expected == Revision(0) {
        let sql = "INSERT INTO target (name, revision, state) VALUES (?1, 1, ?2)
                   ON CONFLICT (name) DO NOTHING";
        transaction.prepare_cached(sql)?.execute(params![name, row.state])?
    } else {
        let sql = "UPDATE target SET revision = revision + 1, state = ?2
                   WHERE name = ?1 AND revision = ?3";
        let expected = signed(row.expected.0);
        transaction.prepare_cached(sql)?.execute(params![name, row.state, expected])?
    };
    if changed == 0 {
        return Ok(Committed::Conflict);
    }
    if let Some(day) = row.closed_day {
        keep(transaction, &row.target, day)?;
    }
    if closes {
        outages::log(transaction, name, before.as_ref(), &row.closed_outages)?;
    }
    Ok(Committed::Stored(Revision(row.expected.0 + 1)))
}

/// Keeps a day that is over, and forgets those that are too old beside it.
fn keep(transaction: &Transaction<'_>, target: &TargetName, day: Day) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO day (target, date, up, down, latency_ms)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let name = target.as_str();
    let latency = signed(day.latency_ms);
    let values = params![name, day.date.to_string(), day.up, day.down, latency];
    transaction.prepare_cached(sql)?.execute(values)?;
    let sql = "DELETE FROM day WHERE target = ?1 AND date < ?2";
    let oldest = oldest_kept(day.date).to_string();
    transaction.prepare_cached(sql)?.execute(params![name, oldest])?;
    Ok(())
}

pub(super) fn forget(connection: &mut Connection, targets: &[TargetName]) -> Result<(), Fault> {
    let transaction = begin(connection)?;
    for target in targets {
        for sql in [
            "DELETE FROM target WHERE name = ?1",
            "DELETE FROM day WHERE target = ?1",
            "DELETE FROM outage WHERE target = ?1",
        ] {
            transaction.prepare_cached(sql)?.execute([target.as_str()])?;
        }
    }
    Ok(transaction.commit()?)
}

pub(super) fn days(
    connection: &Connection,
    since: NaiveDate,
) -> Result<Vec<(TargetName, Day)>, Fault> {
    let sql = "SELECT target, date, up, down, latency_ms FROM day
               WHERE date >= ?1 ORDER BY date, target";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([since.to_string()])?;
    let mut days = Vec::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(0)?.as_str()?;
        let date = row.get_ref(1)?.as_str()?;
        // A day is for people to look at: one that is spoilt hides no other.
        let Ok(date) = date.parse() else {
            tracing::error!(name, date, "left out: a day in the history that is no date");
            continue;
        };
        let latency_ms = unsigned(row.get(4)?);
        let day = Day { date, up: row.get(2)?, down: row.get(3)?, latency_ms };
        days.push((TargetName::new(name), day));
    }
    Ok(days)
}

/// Reads a channel's record, changes it and writes it back, alone.
pub(super) fn change_channel<T>(
    connection: &mut Connection,
    channel: &ChannelName,
    change: impl FnOnce(&mut ChannelRecord) -> T,
) -> Result<T, Fault> {
    let transaction = begin(connection)?;
    let sql = "SELECT state FROM channel WHERE name = ?1";
    let name = channel.as_str();
    let text: Option<String> =
        transaction.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?;
    let before = text.map_or_else(ChannelRecord::default, |text| ChannelRecord::read(name, &text));
    let mut after = before.clone();
    let answer = change(&mut after);
    if after != before {
        let sql = "INSERT OR REPLACE INTO channel (name, state) VALUES (?1, ?2)";
        transaction.prepare_cached(sql)?.execute(params![name, json(&after)?])?;
    }
    transaction.commit()?;
    Ok(answer)
}

pub(super) fn last_good_config(connection: &Connection) -> Result<Option<String>, Fault> {
    let sql = "SELECT text FROM kept";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
}

/// Stores `text` in the place of the last good configuration.
pub(super) fn save_last_good_config(connection: &Connection, text: &str) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO kept (only, text) VALUES (1, ?1)";
    connection.prepare_cached(sql)?.execute([text])?;
    Ok(())
}

/// Takes the write lock at once: a transaction that reads first and then
/// wants to write fails if somebody wrote in between, without waiting:
/// <https://www.sqlite.org/lang_transaction.html#deferred_immediate_and_exclusive_transactions>.
fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

pub(super) fn json(record: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(record)
        .map_err(|error| Fault::told(format!("a record cannot be written as JSON ({error})")))
}

/// SQLite's integers are signed; no revision and no sum of latencies comes near their end.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
