//! The files that are imported.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use url::Url;

use crate::cli::Error;
use crate::import::{self, Content, LARGEST_SOURCE, Source};
use crate::text::address::discreet;

/// Most files of a folder.
const MOST_FILES: usize = 1000;

/// Most folders within each other.
const DEEPEST: usize = 10;

/// How long to wait for a program that writes to the database.
const BUSY: Duration = Duration::from_secs(5);

/// Standard input, as programs call it.
const STANDARD_INPUT: &str = "-";

/// Reads `files`; of a folder, its YAML.
pub(super) fn read_all(files: &[PathBuf]) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    for file in files {
        if file.is_dir() {
            let mut found = Vec::new();
            yaml_in(file, 0, &mut found).map_err(|error| unreadable(file, &error))?;
            if found.is_empty() {
                return Err(format!("the folder {} has no YAML", file.display()).into());
            }
            for file in found {
                sources.push(read(&file)?);
            }
        } else {
            sources.push(read(file)?);
        }
    }
    Ok(sources)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    format!("failed to read {}: {error}", path.display()).into()
}

/// The files of YAML in `folder`, in the order of their names, as Gatus takes them.
fn yaml_in(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() && depth < DEEPEST {
            yaml_in(&path, depth + 1, found)?;
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            found.push(path);
        }
        if found.len() > MOST_FILES {
            return Err(io::Error::other(format!("it has more than {MOST_FILES} files")));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Source, Error> {
    let name = discreet(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
    let content = if path.as_os_str() == STANDARD_INPUT {
        Content::Bytes(bounded(io::stdin().lock()).map_err(|error| unreadable(path, &error))?)
    } else {
        let bytes = File::open(path).and_then(bounded).map_err(|error| unreadable(path, &error))?;
        if import::is_database(&bytes) {
            drop(bytes);
            Content::Database(database(path, &name)?)
        } else {
            Content::Bytes(bytes)
        }
    };
    Ok(Source { name, content })
}

/// Reads one byte more than may be: so the reader of the text sees that it is too much.
fn bounded(from: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST_SOURCE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a database without changing it, nor what is beside it.
fn database(path: &Path, name: &str) -> Result<import::KumaTables, Error> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let has_log = fs::metadata(log).is_ok_and(|log| log.len() > 0);
    // What is in the log alone is read, too. Without one, no other file is needed or made.
    let how = if has_log { "mode=ro" } else { "immutable=1" };
    let unwritable = || format!("failed to open {name}: its path cannot be written as a URL");
    let mut url = Url::from_file_path(std::path::absolute(path)?).map_err(|()| unwritable())?;
    url.set_query(Some(how));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(url.as_str(), flags);
    let failed =
        |error: rusqlite::Error| -> Error { format!("failed to open {name}: {error}").into() };
    let connection = opened.map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    Ok(import::tables(&connection, name)?)
}
