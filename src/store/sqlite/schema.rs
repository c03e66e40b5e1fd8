//! What is in the file: its mark, its version, and the way from each version
//! to the next.
//!
//! A step that was released is never edited; a change is a new step at the
//! end. A new form of the JSON that an older prober cannot read takes a step
//! too, even one without SQL, so that the older one says why it stops.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::fault::Fault;

/// "prbr", by which programs know whose file it is:
/// <https://www.sqlite.org/pragma.html#pragma_application_id>.
pub(super) const APPLICATION_ID: i32 = i32::from_be_bytes(*b"prbr");

/// The step at index *n* makes version *n* + 1 of version *n*; a new file is version 0.
///
/// STRICT, because SQLite would store a word where a number belongs. Days are
/// small and found by their key: <https://www.sqlite.org/withoutrowid.html>;
/// a target's state is too long for that.
pub(super) const STEPS: &[&str] = &[
    "
    CREATE TABLE target (
        name TEXT NOT NULL PRIMARY KEY,
        revision INTEGER NOT NULL CHECK (revision > 0),
        state TEXT NOT NULL
    ) STRICT;
    CREATE TABLE day (
        target TEXT NOT NULL,
        date TEXT NOT NULL,
        up INTEGER NOT NULL,
        down INTEGER NOT NULL,
        latency_ms INTEGER NOT NULL,
        PRIMARY KEY (target, date)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE channel (
        name TEXT NOT NULL PRIMARY KEY,
        state TEXT NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE kept (
        only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
        text TEXT NOT NULL
    ) STRICT;
",
];

/// Tables that an older prober does not know and does not miss. They make no version, so
/// that one can go back to it.
///
/// An outage that moves away from its target's record is a row, found by its start, in
/// text that sorts as time does.
const BESIDE: &str = "
    CREATE TABLE IF NOT EXISTS outage (
        target TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        outage TEXT NOT NULL,
        PRIMARY KEY (target, since)
    ) STRICT;
";

/// Takes the file to the version after the last of `steps`, in one
/// transaction: whole, or not at all.
///
/// The write lock is taken even if there is nothing to do: a file that cannot
/// be written is found out before the probes, not after them.
pub(super) fn prepare(connection: &mut Connection, steps: &[&str]) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = version(&transaction)?;
    let ahead = steps.get(version..).ok_or_else(|| newer(version, steps.len()))?;
    transaction.execute_batch(BESIDE)?;
    if ahead.is_empty() {
        return Ok(transaction.commit()?);
    }
    ahead.iter().try_for_each(|step| transaction.execute_batch(step))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", steps.len().cast_signed())?;
    Ok(transaction.commit()?)
}

/// Checks that a file that is only read can be, whichever version of prober made it. What
/// an older one did not have is empty.
pub(super) fn prepare_to_read(connection: &Connection) -> Result<(), Fault> {
    if mark(connection)? != APPLICATION_ID {
        return Err(somebody_elses());
    }
    let version: isize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version.cast_unsigned() > STEPS.len() {
        return Err(newer(version.cast_unsigned(), STEPS.len()));
    }
    let log = "SELECT count(*) FROM sqlite_schema WHERE name = 'outage'";
    let has_log: bool = connection.query_row(log, [], |row| row.get(0))?;
    if !has_log {
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.execute_batch(&BESIDE.replace("CREATE TABLE", "CREATE TEMP TABLE"))?;
    }
    Ok(())
}

/// The file has a `version` that this prober, which knows `known`, cannot read.
fn newer(version: usize, known: usize) -> Fault {
    Fault::told(format!(
        "it was made by a newer prober (its version is {version}, this prober knows {known}): \
         install a newer prober, or name another file"
    ))
}

/// The mark of the program that the file belongs to; 0 if it has none.
pub(super) fn mark(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

/// The file lacks prober's mark.
pub(super) fn somebody_elses() -> Fault {
    Fault::told("it belongs to another program: name another file")
}

/// The version of the file: under the lock, because it may have been made by
/// another process since it was looked at.
fn version(transaction: &Transaction<'_>) -> Result<usize, Fault> {
    if mark(transaction)? == APPLICATION_ID {
        let version: isize =
            transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        return Ok(version.cast_unsigned());
    }
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: isize = transaction.query_row(tables, [], |row| row.get(0))?;
    if tables == 0 { Ok(0) } else { Err(somebody_elses()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: &str = "ALTER TABLE channel ADD COLUMN note TEXT NOT NULL DEFAULT 'none';";

    fn version_1() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        prepare(&mut connection, &STEPS[..1]).unwrap();
        connection.execute("INSERT INTO channel (name, state) VALUES ('slack', '{}')", []).unwrap();
        connection
    }

    fn note(connection: &Connection) -> rusqlite::Result<String> {
        connection.query_row("SELECT note FROM channel WHERE name = 'slack'", [], |row| row.get(0))
    }

    #[test]
    fn an_older_file_is_taken_forward_with_its_records() {
        let mut connection = version_1();
        prepare(&mut connection, &[STEPS[0], NEXT]).unwrap();
        assert_eq!(note(&connection).unwrap(), "none");
        prepare(&mut connection, &[STEPS[0], NEXT]).unwrap();
        let failed = prepare(&mut connection, &STEPS[..1]).unwrap_err().at("open", "prober.db");
        assert!(failed.to_string().contains("made by a newer prober"), "{failed}");
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut connection = version_1();
        prepare(&mut connection, &[STEPS[0], NEXT, "CREATE TABLE channel (name TEXT);"])
            .unwrap_err();
        assert!(note(&connection).is_err());
        prepare(&mut connection, &[STEPS[0], NEXT]).unwrap();
    }
}
