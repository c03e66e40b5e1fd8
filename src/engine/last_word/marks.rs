//! Files whose times tell the next process when each channel was told that the store
//! is broken. They have no content, so that they need no room on a full disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::model::names::ChannelName;
use crate::model::target::digest;
use crate::os;

/// Letters of a channel's name that a file is called by, at most.
const LONGEST_NAME: usize = 64;

/// Where the files are.
#[derive(Debug)]
pub(super) struct Marks {
    /// Beside the store: what their names begin with.
    beside: PathBuf,
    /// A folder of this user's alone, where they are if a disk is read-only.
    spare: Option<PathBuf>,
}

impl Marks {
    /// Files whose names begin with `beside`, or else in a folder within `temporary`.
    pub(super) fn new(beside: PathBuf, temporary: Option<&Path>) -> Self {
        let whole = std::path::absolute(&beside).unwrap_or_else(|_| beside.clone());
        let folder = format!("prober-{:016x}", digest(&whole.to_string_lossy()));
        Self { beside, spare: temporary.map(|temporary| temporary.join(folder)) }
    }

    /// What their names begin with.
    pub(super) fn beside(&self) -> &Path {
        &self.beside
    }

    /// When `channel` was told last.
    pub(super) fn at(&self, channel: &ChannelName) -> Option<DateTime<Utc>> {
        let spare = self.spare.as_ref().filter(|folder| os::is_private_folder(folder));
        let spare = spare.map(|folder| folder.join(file_name(channel)));
        let files = std::iter::once(self.file(channel)).chain(spare);
        files.filter_map(|file| Some(file.metadata().ok()?.modified().ok()?.into())).max()
    }

    /// Notes that it was told `at` that instant.
    pub(super) fn set(&self, channel: &ChannelName, at: DateTime<Utc>) -> io::Result<()> {
        touch(&self.file(channel), at).or_else(|error| {
            let Some(folder) = &self.spare else { return Err(error) };
            // Where it cannot be made, the error is that of the first.
            let _ = os::make_private_folder(folder);
            let spare = os::is_private_folder(folder)
                .then(|| touch(&folder.join(file_name(channel)), at).ok());
            spare.flatten().ok_or(error)
        })
    }

    /// Forgets it.
    pub(super) fn remove(&self, channel: &ChannelName) {
        // What is not there is forgotten; what stays is only older than the end of it.
        let _ = fs::remove_file(self.file(channel));
        if let Some(folder) = self.spare.as_ref().filter(|folder| os::is_private_folder(folder)) {
            let _ = fs::remove_file(folder.join(file_name(channel)));
            let _ = fs::remove_dir(folder);
        }
    }

    fn file(&self, channel: &ChannelName) -> PathBuf {
        let mut file = self.beside.clone().into_os_string();
        file.push(".");
        file.push(file_name(channel));
        file.into()
    }
}

fn touch(file: &Path, at: DateTime<Utc>) -> io::Result<()> {
    let file = File::options().write(true).create(true).truncate(false).open(file)?;
    file.set_modified(at.into())
}

fn file_name(channel: &ChannelName) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let name = channel.as_str();
    if name.len() <= LONGEST_NAME && name.bytes().all(is_plain) {
        return name.to_owned();
    }
    format!("{:016x}", digest(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn channel(name: &str) -> ChannelName {
        ChannelName::new(name)
    }

    #[test]
    fn each_channel_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let marks = Marks::new(folder.path().join("p.db.last-word"), None);
        marks.set(&channel("slack"), NOW).unwrap();
        assert_eq!(marks.at(&channel("slack")), Some(NOW));
        assert_eq!(marks.at(&channel("mail")), None);
        marks.set(&channel("../a b"), NOW).unwrap();
        assert_eq!(marks.at(&channel("../a b")), Some(NOW));
        marks.remove(&channel("slack"));
        marks.remove(&channel("../a b"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn where_the_disk_cannot_be_written_they_are_among_the_temporary_files() {
        let temporary = tempfile::tempdir().unwrap();
        let nowhere = temporary.path().join("no/such/folder/p.db.last-word");
        assert!(Marks::new(nowhere.clone(), None).set(&channel("slack"), NOW).is_err());
        let marks = || Marks::new(nowhere.clone(), Some(temporary.path()));
        marks().set(&channel("slack"), NOW).unwrap();
        assert_eq!(marks().at(&channel("slack")), Some(NOW));
        let other = Marks::new(temporary.path().join("other.db"), Some(temporary.path()));
        assert_eq!(other.at(&channel("slack")), None, "of another store");
        marks().remove(&channel("slack"));
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_may_write_is_not_believed() {
        use std::os::unix::fs::PermissionsExt as _;
        let temporary = tempfile::tempdir().unwrap();
        let marks = Marks::new("/no/such/folder/p.db".into(), Some(temporary.path()));
        marks.set(&channel("slack"), NOW).unwrap();
        let folder = marks.spare.clone().unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(marks.at(&channel("slack")), None);
    }
}
