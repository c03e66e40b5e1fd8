//! What each operating system has its own way for: signals, modes of files, limits, the
//! numbers of its errors. One side is for Unix and one for Windows; both have the same
//! functions, and no other room asks which system it is. It uses no other room.
//!
//! Windows has no modes: who may read a file is said by its folder there, so that a mode is
//! ignored and nobody is warned of one.

#[cfg(unix)]
mod unix;
mod wait_counter;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as here;
#[cfg(windows)]
use windows as here;

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::time::Duration;

pub use here::{Cbreak, FileId, Reload, Resized, Stop};
pub use wait_counter::WaitCounter;

/// Whether this is Linux, which is what AWS runs.
pub const IS_LINUX: bool = cfg!(target_os = "linux");

/// What a machine has run out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// Files and connections that may be open.
    Files,
    /// Memory, or room for what is sent.
    Memory,
}

/// What the machine has run out of, if `error` says so.
#[must_use]
pub fn shortage(error: &io::Error) -> Option<Shortage> {
    here::shortage(error)
}

/// Whether `error` says that this machine has no addresses of that family, such as IPv6.
#[must_use]
pub fn lacks_family(error: &io::Error) -> bool {
    here::lacks_family(error)
}

/// Keeps what this process writes for its own user. Where there are no modes, a file is for
/// whom its folder is for.
pub fn keep_files_private() {
    here::keep_files_private();
}

/// How long this thread has computed since some instant; where that cannot be found out
/// without harm, how long it has run, stops included.
#[must_use]
pub fn thread_time() -> Duration {
    here::thread_time()
}

/// How long this machine has run, suspended or not; `None` where that cannot be found out.
#[must_use]
pub fn running() -> Option<Duration> {
    here::running()
}

/// Raises the number of files and connections that this process may open to what the system
/// lets it have, and returns that; `None` is no limit.
#[must_use]
pub fn raise_file_limit() -> Option<u64> {
    here::raise_file_limit()
}

/// Lets threads that are not this one come first, where the system can do that for one thread.
pub fn lower_priority() {
    here::lower_priority();
}

/// Whether the Task Scheduler runs what is to run always.
pub const HAS_TASK_SCHEDULER: bool = cfg!(windows);

/// Whether this process may do anything on this machine.
#[must_use]
pub fn is_root() -> bool {
    here::is_root()
}

/// Whether everybody may write the file.
#[must_use]
pub fn everybody_may_write(file: &Metadata) -> bool {
    here::has_mode(file, 0o002)
}

/// Whether others than its owner may read or write the file.
#[must_use]
pub fn others_may_use(file: &Metadata) -> bool {
    here::has_mode(file, 0o077)
}

/// Whether everybody may read the file.
#[must_use]
pub fn everybody_may_read(file: &Metadata) -> bool {
    !cfg!(unix) || here::has_mode(file, 0o004)
}

/// Whether everybody may pass through the folder.
#[must_use]
pub fn everybody_may_pass(folder: &Metadata) -> bool {
    !cfg!(unix) || here::has_mode(folder, 0o001)
}

/// Gives the file this mode, such as `0o600`.
///
/// # Errors
/// Where it is somebody else's.
pub fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    here::set_mode(file, mode)
}

/// Gives `file` to the owner of another one, of which these are the `metadata`.
///
/// # Errors
/// Where this user may not give files to that one: the error says to whom.
pub fn give_to_owner_of(metadata: &Metadata, file: &File) -> io::Result<()> {
    here::give_to_owner_of(metadata, file)
}

/// Makes a folder that is for this user alone.
///
/// # Errors
/// Where it cannot be made, or the system has no such folders.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    here::make_private_folder(folder)
}

/// Whether nobody else could have put anything into `folder`, or have made it.
#[must_use]
pub fn is_private_folder(folder: &Path) -> bool {
    here::is_private_folder(folder)
}
