//! Which files the store takes, and which it leaves alone.

use std::fs;
use std::path::Path;

use prober::model::channel_state::ChannelState;
use prober::store::{Holder, Lease};
use rusqlite::Connection;

use super::*;

/// "prbr": a change of it would disown every file out there.
const MARK: i32 = 0x7072_6272;

impl File {
    /// What opening it fails with; nothing may have changed, in it or beside it.
    fn refused(&self) -> String {
        let before = (self.bytes(), self.listing());
        let refused = self.open().unwrap_err().to_string();
        assert_eq!((self.bytes(), self.listing()), before);
        let also = SqliteStore::open_for_reading(&self.path()).unwrap_err().to_string();
        assert_eq!(also, refused);
        without_path(&refused, &self.path())
    }
}

pub(super) fn without_path(error: &str, path: &Path) -> String {
    assert!(error.contains(path.to_str().unwrap()), "does not name the file: {error}");
    error.replace(path.to_str().unwrap(), "prober.db")
}

fn refusal(path: &Path) -> String {
    without_path(&SqliteStore::open(path).unwrap_err().to_string(), path)
}

#[test]
fn a_file_that_is_not_sqlite_is_left_alone() {
    let file = File::new();
    for text in ["x", "\0", "SQLite format 3\0", &"Dear diary, ".repeat(500)] {
        fs::write(file.path(), text).unwrap();
        let expected = "failed to open the state in prober.db: it is not a SQLite file, or its \
                        beginning is damaged: name another file, or put a copy back";
        assert_eq!(file.refused(), expected);
    }
}

#[test]
fn another_program_s_file_is_left_alone() {
    let expected = "failed to open the state in prober.db: it belongs to another program: name \
                    another file";
    for sql in [
        "CREATE TABLE target (name TEXT);",
        "PRAGMA application_id = 7; CREATE TABLE diary (page TEXT);",
        "PRAGMA journal_mode = WAL; CREATE TABLE diary (page TEXT);",
        "PRAGMA user_version = 1; VACUUM;",
    ] {
        let file = File::new();
        file.sql(sql);
        assert_eq!(file.refused(), expected, "{sql}");
    }
}

#[test]
fn another_program_s_file_is_left_alone_while_it_is_in_use() {
    let file = File::new();
    let diary = file.sql("PRAGMA journal_mode = WAL; CREATE TABLE diary (page TEXT);");
    assert!(file.refused().contains("another program"));
    drop(diary);
}

#[test]
fn a_newer_prober_s_file_is_left_alone() {
    let file = File::full();
    file.sql("PRAGMA user_version = 1000;");
    let expected = "failed to open the state in prober.db: it was made by a newer prober (its \
                    version is 1000, this prober knows 2): install a newer prober, or name \
                    another file";
    assert_eq!(file.refused(), expected);
}

#[test]
fn a_folder_is_not_a_file() {
    let file = File::new();
    let expected = "failed to open the state in prober.db: it is a folder: name a file in it";
    assert_eq!(refusal(file.0.path()), expected);
    let missing = file.0.path().join("not/there/prober.db");
    let failed = refusal(&missing);
    assert!(failed.contains("not/there does not exist: make it, or name another file"), "{failed}");
    assert!(file.listing().is_empty());
    fs::write(file.path(), "").unwrap();
    refusal(&file.path().join("below a file.db"));
}

fn make_read_only(path: &Path) {
    let mut permissions = fs::metadata(path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions).unwrap();
}

#[test]
fn a_read_only_file_is_refused_by_who_would_write() {
    let file = File::full();
    make_read_only(&file.path());
    let expected = "failed to open the state in prober.db: it is read-only: make it writable, or \
                    name another file";
    assert_eq!(refusal(&file.path()), expected);
}

fn reader(file: &File) -> SqliteStore {
    SqliteStore::open_for_reading(&file.path()).unwrap().unwrap()
}

#[test]
fn a_reader_needs_no_file_that_can_be_written_and_cannot_write() {
    let file = File::full();
    let known = block_on(file.handle().load()).unwrap();
    make_read_only(&file.path());
    let reader = reader(&file);
    assert_eq!(block_on(reader.load()).unwrap(), known);
    block_on(reader.days(NaiveDate::MIN)).unwrap();
    block_on(reader.commit(&[write("new", 0, counted(1))])).unwrap_err();
}

/// Where the file beside it should be is a folder, so that root cannot make it either.
#[test]
fn a_reader_of_a_folder_that_takes_no_files_reads_what_is_at_rest() {
    let file = File::full();
    let known = block_on(file.handle().load()).unwrap();
    fs::create_dir(file.0.path().join("prober.db-shm")).unwrap();
    assert_eq!(block_on(reader(&file).load()).unwrap(), known);
}

#[test]
fn a_reader_sees_what_is_written_meanwhile() {
    let file = File::new();
    let writer = file.handle();
    block_on(writer.commit(&[write("old", 0, counted(1))])).unwrap();
    let reader = reader(&file);
    assert_eq!(block_on(reader.load()).unwrap().len(), 1);
    block_on(writer.commit(&[write("new", 0, counted(1))])).unwrap();
    assert_eq!(block_on(reader.load()).unwrap().len(), 2);
}

#[test]
fn a_reader_leaves_an_older_prober_s_file_as_it_is() {
    let file = File::new();
    drop(file.sql(include_str!("../../store/version-1.sql")));
    let before = file.bytes();
    let reader = reader(&file);
    assert_eq!(block_on(reader.load()).unwrap().len(), 2);
    let outages = block_on(reader.outages(None, DateTime::UNIX_EPOCH)).unwrap();
    assert_eq!(outages.len(), 1, "that of the record; it has no log");
    drop(reader);
    assert_eq!(file.bytes(), before);
}

/// `/proc` takes no new files from anybody, so the test holds for root as well.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_an_error() {
    let failed = refusal(Path::new("/proc/prober.db"));
    assert!(
        failed.ends_with("check that this user may write to the file and to its folder"),
        "{failed}"
    );
}

#[test]
fn a_reader_makes_no_file() {
    let file = File::new();
    assert!(SqliteStore::open_for_reading(&file.path()).unwrap().is_none());
    assert!(SqliteStore::open_for_reading(&file.0.path().join("not/there.db")).unwrap().is_none());
    assert!(file.listing().is_empty());
    fs::write(file.path(), "").unwrap();
    assert!(SqliteStore::open_for_reading(&file.path()).unwrap().is_none());
    assert!(file.bytes().is_empty());
    block_on(file.handle().commit(&[write("nas", 0, counted(1))])).unwrap();
    let store = SqliteStore::open_for_reading(&file.path()).unwrap().unwrap();
    assert_eq!(block_on(store.load()).unwrap().len(), 1);
}

#[test]
fn a_file_that_is_moved_away_while_it_is_in_use_is_not_written_to_any_more() {
    let file = File::new();
    let running = file.handle();
    block_on(running.commit(&[write("old", 0, counted(1))])).unwrap();
    let (names, away) = (file.listing(), file.0.path().join("away"));
    fs::create_dir(&away).unwrap();
    for name in &names {
        fs::rename(file.0.path().join(name), away.join(name)).unwrap();
    }
    let other = file.handle();
    block_on(other.commit(&[write("new", 0, counted(1))])).unwrap();
    let found = block_on(running.load()).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), [&target("new")]);
    block_on(running.commit(&[write("newer", 0, counted(1))])).unwrap();
    assert_eq!(block_on(other.load()).unwrap().len(), 2);
    let kept = SqliteStore::open(&away.join("prober.db")).unwrap();
    assert_eq!(block_on(kept.load()).unwrap().keys().collect::<Vec<_>>(), [&target("old")]);
}

#[test]
fn a_file_may_have_any_name() {
    for name in ["file:x.db", "a?mode=ro", "50% #1.db", "Zähler 🏠.db"] {
        let file = File::new();
        let path = file.0.path().join(name);
        block_on(SqliteStore::open(&path).unwrap().commit(&[write("nas", 0, counted(1))])).unwrap();
        assert_eq!(file.listing(), [name]);
        let again = SqliteStore::open(&path).unwrap();
        assert_eq!(block_on(again.load()).unwrap().len(), 1);
    }
}

#[test]
fn a_new_file_carries_prober_s_mark_and_is_in_wal_mode() {
    let file = File::new();
    drop(file.handle());
    let connection = Connection::open(file.path()).unwrap();
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
    assert_eq!((pragma("application_id"), pragma("user_version")), (MARK, 2));
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_file_of_version_1_is_read() {
    let file = File::new();
    drop(file.sql(include_str!("../../store/version-1.sql")));
    let store = file.handle();
    let records = block_on(store.load()).unwrap();
    assert_eq!(*records[&target("new")].state, State::default());
    let nas = &records[&target("nas")];
    assert_eq!(nas.revision, Revision(7));
    assert_eq!(nas.state.told[&slack()].missed[0].incidents, 2);
    let days = block_on(store.days(NaiveDate::MIN)).unwrap();
    assert_eq!(days, [(target("nas"), day("2026-02-28"))]);
    let lease = block_on(store.lease(&slack(), &Holder::new(), noon(), after(60))).unwrap();
    let not_before = Some("2026-03-01T12:05:00Z".parse().unwrap());
    assert_eq!(lease, Lease::Held(ChannelState { not_before, ..ChannelState::default() }));
}
