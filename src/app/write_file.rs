//! Files written for somebody, whole or not at all: beside their place first, and then put
//! there in one step.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::os;

/// Puts `text` into a new file at `path`, with these permissions.
///
/// # Errors
/// Where there is a file already, or none can be made.
pub fn create(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let file = written(path, text)?;
    os::set_mode(file.as_file(), mode)?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Whether a new file can be made at `path`: one is made beside it, and taken away at once.
///
/// # Errors
/// Where none can be made there.
pub fn can_create(path: &Path) -> io::Result<()> {
    written(path, "").map(drop)
}

/// Puts `text` in place of the file at `path`, which must still say `before`. Its owner and
/// permissions stay; a link stays one.
///
/// # Errors
/// Where the file was changed meanwhile, or cannot be replaced.
pub fn replace(path: &Path, before: &str, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    let file = written(&path, text)?;
    os::give_to_owner_of(&metadata, file.as_file())?;
    file.as_file().set_permissions(metadata.permissions())?;
    if fs::read(&path)? != before.as_bytes() {
        return Err(io::Error::other("somebody changed it at this moment; try again"));
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// A file beside `path` that holds `text`, for good.
fn written(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Its own error names a file that nobody asked for.
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_file_is_never_overwritten_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, "1", 0o640).unwrap();
        assert_eq!(create(&path, "2", 0o640).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "1");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn whether_a_file_can_be_made_is_known_without_leaving_one() {
        let folder = tempfile::tempdir().unwrap();
        can_create(&folder.path().join("a")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let missing = can_create(&folder.path().join("none/a")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_replaced_file_keeps_its_permissions_and_the_link_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        create(&path, "1", 0o604).unwrap();
        std::os::unix::fs::symlink("a", &link).unwrap();
        replace(&link, "1", "2").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "2");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o604);
    }

    #[test]
    fn what_somebody_changed_meanwhile_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, "theirs", 0o600).unwrap();
        assert!(replace(&path, "1", "2").unwrap_err().to_string().contains("try again"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }
}
