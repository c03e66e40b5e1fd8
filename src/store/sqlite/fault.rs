//! What can go wrong with the file, in words that say what to do.

use rusqlite::ErrorCode;
use rusqlite::types::FromSqlError;

use crate::store::StoreError;
use crate::text::one_line;

/// Most characters of a path, and of what went wrong.
const LONGEST_WORDS: usize = 500;

/// What went wrong, before it is known to whom and in which file.
#[derive(Debug)]
pub(super) struct Fault(String);

impl Fault {
    /// A fault with this text.
    pub(super) fn told(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }

    /// The file does not begin as SQLite's do.
    pub(super) fn not_sqlite() -> Self {
        Self::told(NOT_SQLITE)
    }

    /// The operating system refused.
    pub(super) fn io(error: &std::io::Error) -> Self {
        Self(format!("{error}: check the path and its permissions"))
    }

    /// The record of `name`, a target or a prober, is there and cannot be read. It may be
    /// mended alone.
    pub(super) fn unreadable(name: &str, error: impl std::fmt::Display) -> Self {
        Self(format!("the record of {name:?} cannot be read ({error}): {REPAIR_ROW}"))
    }

    /// What went wrong, where the store as a whole goes on.
    pub(super) fn words(self) -> String {
        self.0
    }

    /// The error that callers see.
    pub(super) fn at(self, action: &'static str, place: &str) -> StoreError {
        // SQLite quotes what it found in the file.
        let [place, problem] = [place, &self.0].map(|text| one_line(text, LONGEST_WORDS));
        StoreError { action, place, problem }
    }
}

const NOT_SQLITE: &str =
    "it is not a SQLite file, or its beginning is damaged: name another file, or put a copy back";

/// The `-wal` file belongs to the database; alone it spoils the next one.
const REPAIR: &str =
    "put a copy of the file back, or move it and its -wal file away to start afresh";

/// The rest of the file is as good as it was.
const REPAIR_ROW: &str = "put a copy of the file back, or delete the row of this name from its \
                          table \"target\", so that it starts afresh";

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(code) => Self(explanation(code, &error)),
            // The file holds a value of a type that this prober does not write there.
            None => Self(format!("it is damaged ({error}): {REPAIR}")),
        }
    }
}

impl From<FromSqlError> for Fault {
    fn from(error: FromSqlError) -> Self {
        rusqlite::Error::from(error).into()
    }
}

impl From<tokio::task::JoinError> for Fault {
    fn from(error: tokio::task::JoinError) -> Self {
        Self(format!("the work broke off ({error})"))
    }
}

/// The codes are SQLite's: <https://www.sqlite.org/rescode.html>.
#[expect(clippy::wildcard_enum_match_arm, reason = "the codes are SQLite's, which adds some")]
fn explanation(code: ErrorCode, error: &rusqlite::Error) -> String {
    match code {
        ErrorCode::NotADatabase => NOT_SQLITE.to_owned(),
        ErrorCode::DatabaseCorrupt => format!("it is damaged ({error}): {REPAIR}"),
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
            format!("{error}: check that this user may write to the file and to its folder")
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            format!("{error}: another process has been writing to it for too long, try again")
        }
        ErrorCode::DiskFull => format!("{error}: make room on its disk"),
        // A full disk too, where the file beside the database finds no room.
        ErrorCode::SystemIoFailure => format!("{error}: its disk may be full, or failing"),
        // All other codes, also future ones, explain themselves.
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn what_the_file_says_moves_no_cursor() {
        let told = Fault::told("bad \u{1b}[2J\u{202e}page").at("open", "a\u{7}.db").to_string();
        assert_eq!(told, "failed to open the state in a .db: bad [2Jpage");
    }

    #[test]
    fn a_disk_that_takes_nothing_is_what_is_to_be_looked_at() {
        for (code, advice) in [
            (ffi::SQLITE_FULL, "make room on its disk"),
            (ffi::SQLITE_IOERR_SHMSIZE, "its disk may be full, or failing"),
        ] {
            let failed = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let told = Fault::from(failed).at("open", "prober.db").to_string();
            assert!(told.ends_with(advice), "{told}");
        }
    }
}
