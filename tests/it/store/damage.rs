//! What becomes of a file that is prober's and has suffered.

use std::fs;

use prober::model::channel_state::ChannelState;
use prober::store::{Holder, Lease};
use rusqlite::Connection;

use super::file::without_path;
use super::*;

/// SQLite's own size of a page.
const PAGE: usize = 4096;

impl File {
    /// What opening or reading it fails with; the file may not have changed.
    fn damaged(&self) -> String {
        let before = self.bytes();
        let read = |store: SqliteStore| {
            block_on(async {
                store.load().await?;
                store.days(NaiveDate::MIN).await
            })
        };
        let failed = self.open().and_then(read).unwrap_err().to_string();
        assert_eq!(self.bytes(), before);
        without_path(&failed, &self.path())
    }
}

#[test]
fn a_file_cut_short_is_damaged() {
    let whole = File::full().bytes();
    for length in [50, 100, 4096, 5000, whole.len() / 2, whole.len() - 4096] {
        let file = File::new();
        fs::write(file.path(), &whole[..length]).unwrap();
        assert!(file.damaged().contains("damaged"), "{length}");
    }
}

#[test]
fn a_file_with_a_spoilt_page_is_damaged() {
    let whole = File::full().bytes();
    for page in 0..whole.len() / PAGE {
        let file = File::new();
        let mut spoilt = whole.clone();
        spoilt[page * PAGE..][..PAGE].fill(0xff);
        fs::write(file.path(), spoilt).unwrap();
        let failed = block_on(use_all(&file)).unwrap_err().to_string();
        assert!(failed.contains("damaged"), "{page}: {failed}");
    }
}

/// Meets every page: readers alone would not see the indexes.
async fn use_all(file: &File) -> Result<(), StoreError> {
    let store = file.open()?;
    store.load().await?;
    store.days(NaiveDate::MIN).await?;
    store.outages(None, DateTime::<Utc>::MIN_UTC).await?;
    store.last_good_config().await?;
    store.forget(&[target("target 0"), target("target 199")]).await?;
    store.lease(&slack(), &Holder::new(), noon(), after(60)).await.map(|_| ())
}

#[test]
fn a_record_that_cannot_be_read_is_named_and_kept() {
    let file = File::full();
    let garbled = r#"{"status":"purring"}"#;
    drop(file.sql(&format!("UPDATE target SET state = '{garbled}' WHERE name = 'target 7'")));
    let records = block_on(file.handle().load()).unwrap();
    let problem = &records.unreadable[&target("target 7")];
    let expected = "the record of \"target 7\" cannot be read (unknown variant `purring`";
    assert!(problem.to_string().starts_with(expected), "{problem}");
    assert_eq!((records.len(), records.unreadable.len()), (199, 1));
    let blind = block_on(file.handle().commit(&[write("target 7", 0, counted(1))])).unwrap();
    assert_eq!(blind, [Committed::Conflict]);
    let connection = Connection::open(file.path()).unwrap();
    let sql = "SELECT state FROM target WHERE name = 'target 7'";
    let kept: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, garbled);
}

#[test]
fn a_channel_s_record_that_cannot_be_read_begins_afresh() {
    for spoilt in ["[", "", "null", r#"{"state":{"heard":[1]}}"#, r#"{"held":{"by":7}}"#] {
        let file = File::full();
        drop(file.sql(&format!("INSERT INTO channel VALUES ('slack', '{spoilt}')")));
        let (store, holder) = (file.handle(), Holder::new());
        let lease = || block_on(store.lease(&slack(), &holder, noon(), after(60))).unwrap();
        assert_eq!(lease(), Lease::Held(ChannelState::default()), "{spoilt}");
        let other = block_on(store.lease(&slack(), &Holder::new(), noon(), after(60))).unwrap();
        assert!(matches!(other, Lease::Taken { .. }), "{spoilt}");
    }
}

#[test]
fn a_day_that_is_no_date_hides_no_other() {
    let file = File::full();
    let before = block_on(file.handle().days(NaiveDate::MIN)).unwrap();
    drop(file.sql("INSERT INTO day VALUES ('target 7', 'yesterday', 1, 1, 1)"));
    assert_eq!(block_on(file.handle().days(NaiveDate::MIN)).unwrap(), before);
}

#[test]
fn a_crash_that_leaves_a_wal_file_loses_nothing() {
    let file = File::full();
    let store = file.handle();
    block_on(store.commit(&[write("nas", 0, counted(5))])).unwrap();
    let copy = File::new();
    for suffix in ["", "-wal"] {
        let name = format!("prober.db{suffix}");
        fs::copy(file.0.path().join(&name), copy.0.path().join(&name)).unwrap();
    }
    let records = block_on(copy.handle().load()).unwrap();
    assert_eq!((records.len(), count(&records[&target("nas")].state)), (201, 5));
}
