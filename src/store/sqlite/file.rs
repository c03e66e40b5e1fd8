//! Whether a file may be touched, decided before anything is written to it,
//! and how it is opened.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use url::Url;

use super::fault::Fault;
use super::{Access, schema};

/// How long a call waits for other processes' transactions, which take milliseconds; but a
/// disk that is busy with much else may take seconds to write one, and several may wait.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The bytes that every SQLite file begins with: <https://www.sqlite.org/fileformat.html>, 1.3.
const HEADER: u64 = 100;

/// What lies at a path.
pub(super) enum Found {
    Missing,
    /// A file of no bytes, such as `touch` makes: SQLite's idea of a new database.
    Empty,
    Something,
}

/// Looks at what lies at `path` without opening it.
pub(super) fn inspect(path: &Path, access: Access) -> Result<Found, Fault> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Missing),
        Err(error) => return Err(Fault::io(&error)),
    };
    if metadata.is_dir() {
        return Err(Fault::told("it is a folder: name a file in it"));
    }
    if !metadata.is_file() {
        return Err(Fault::told("it is not a regular file: name another"));
    }
    // SQLite would open it for reading only, and root could write to a file that
    // its owner marked as read-only.
    if access == Access::Write && metadata.permissions().readonly() {
        return Err(Fault::told("it is read-only: make it writable, or name another file"));
    }
    match metadata.len() {
        0 => Ok(Found::Empty),
        // SQLite takes the fields that are missing for zeros.
        1..HEADER => Err(Fault::not_sqlite()),
        HEADER.. => Ok(Found::Something),
    }
}

/// Checks that the folder of a new file exists.
pub(super) fn check_folder(path: &Path) -> Result<(), Fault> {
    match absolute(path)?.parent() {
        Some(folder) if !folder.is_dir() => Err(Fault::told(format!(
            "its folder {} does not exist: make it, or name another file",
            folder.display()
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Checks that the file at `path` is prober's, and leaves no trace in it or beside it.
///
/// An immutable connection takes no locks, makes no `-wal` file and rolls no
/// journal back: <https://www.sqlite.org/uri.html#uriimmutable>. Reading the
/// header by hand would be simpler, but closing a file drops all locks that
/// this process has on it: <https://www.sqlite.org/howtocorrupt.html>, 2.2.
pub(super) fn check_owner(path: &Path) -> Result<(), Fault> {
    let connection = read_only(path, "mode=ro&immutable=1")?;
    match schema::mark(&connection) {
        Ok(mark) if mark == schema::APPLICATION_ID => Ok(()),
        Ok(_) => Err(schema::somebody_elses()),
        // Without its -wal file, which a crash may have left, a good file can
        // look torn. The real connection reads both and has the last word.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Opens the file at `path` to read it, and prepares the connection by `prepare`.
///
/// A file in WAL mode is read by way of the files beside it. If they are not there and this
/// user may not make them, nobody writes to the file and it holds everything, so it is read
/// as one that does not change: <https://www.sqlite.org/wal.html#read_only_databases>.
pub(super) fn connect_to_read(
    path: &Path,
    prepare: fn(&Connection) -> Result<(), Fault>,
) -> Result<Connection, Fault> {
    let connection = read_only(path, "mode=ro")?;
    let version = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    let connection = match version {
        Err(error)
            if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) && is_at_rest(path) =>
        {
            read_only(path, "mode=ro&immutable=1")?
        }
        Ok(()) => connection,
        Err(error) => return Err(error.into()),
    };
    prepare(&connection)?;
    Ok(connection)
}

/// Whether all that was written is in the file itself, and nothing in the -wal file beside it.
fn is_at_rest(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    fs::metadata(wal).map_or(true, |wal| wal.len() == 0)
}

/// A connection that cannot write; `how` are parameters of SQLite's URIs.
fn read_only(path: &Path, how: &str) -> Result<Connection, Fault> {
    let mut url = Url::from_file_path(absolute(path)?)
        .map_err(|()| Fault::told("its path cannot be written as a URL: name another file"))?;
    url.set_query(Some(how));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(url.as_str(), flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// Opens the file at `path`, and makes it if it is missing.
pub(super) fn connect(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // Absolute, because the bundled SQLite takes a name like `file:x` for a URI.
    let connection = Connection::open_with_flags(absolute(path)?, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // In WAL mode only FULL makes a commit survive a power failure:
    // <https://www.sqlite.org/pragma.html#pragma_synchronous>. A lost record
    // of what a channel was told would be told again.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// Lets readers go on while somebody writes: <https://www.sqlite.org/wal.html>.
///
/// The rollback journal that a new file begins with is as correct, only slower
/// for many. So it may stay: for good where the file system has no shared
/// memory, and until the next opening where another process uses the file now,
/// for which SQLite does not wait here.
pub(super) fn use_wal(connection: &Connection) -> Result<(), Fault> {
    match connection.pragma_update_and_check(None, "journal_mode", "WAL", |_mode| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
        other => Ok(other?),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Fault> {
    std::path::absolute(path).map_err(|error| Fault::io(&error))
}
