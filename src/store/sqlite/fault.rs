//! What can go wrong with the file, in words that say what to do.

use rusqlite::ErrorCode;
use rusqlite::types::FromSqlError;

use crate::model::detail::{Detail, StoreDetail};
use crate::store::StoreError;
use crate::text::one_line;

/// Most characters of a path, and of what went wrong.
const LONGEST_WORDS: usize = 500;

/// What went wrong, before it is known to whom and in which file.
#[derive(Debug)]
pub(super) struct Fault(StoreDetail);

impl Fault {
    /// A fault with this text.
    pub(super) fn told(problem: impl Into<String>) -> Self {
        Self(StoreDetail::Other { said: problem.into() })
    }

    /// The file does not begin as SQLite's do.
    pub(super) fn not_sqlite() -> Self {
        Self(StoreDetail::NotSqlite {})
    }

    /// The operating system refused.
    pub(super) fn io(error: &std::io::Error) -> Self {
        Self(StoreDetail::Path { why: error.into() })
    }

    /// The record of `name`, a target or a prober, is there and cannot be read. It may be
    /// mended alone.
    pub(super) fn unreadable(name: &str, error: impl std::fmt::Display) -> Self {
        Self(StoreDetail::Row { name: name.to_owned(), said: error.to_string() })
    }

    /// What went wrong, where the store as a whole goes on.
    pub(super) fn detail(self) -> Detail {
        self.0.into()
    }

    /// The error that callers see.
    pub(super) fn at(self, action: &'static str, place: &str) -> StoreError {
        // SQLite quotes what it found in the file.
        let fit = |text: String| one_line(&text, LONGEST_WORDS);
        StoreError {
            action,
            place: fit(place.to_owned()),
            problem: Box::new(self.detail().with_texts(&fit)),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(code) => Self(explanation(code, &error)),
            // The file holds a value of a type that this prober does not write there.
            None => Self(StoreDetail::Damaged { said: error.to_string() }),
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
        Self::told(format!("the work broke off ({error})"))
    }
}

/// The codes are SQLite's: <https://www.sqlite.org/rescode.html>.
#[expect(clippy::wildcard_enum_match_arm, reason = "the codes are SQLite's, which adds some")]
fn explanation(code: ErrorCode, error: &rusqlite::Error) -> StoreDetail {
    let said = error.to_string();
    match code {
        ErrorCode::NotADatabase => StoreDetail::NotSqlite {},
        ErrorCode::DatabaseCorrupt => StoreDetail::Damaged { said },
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
            StoreDetail::NoAccess { said }
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreDetail::Busy { said },
        ErrorCode::DiskFull => StoreDetail::DiskFull { said },
        // A full disk too, where the file beside the database finds no room.
        ErrorCode::SystemIoFailure => StoreDetail::DiskFails { said },
        // All other codes, also future ones, explain themselves.
        _ => StoreDetail::Other { said },
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
