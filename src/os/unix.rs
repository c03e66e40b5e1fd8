//! Unix: Linux, macOS and their like.

use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Gid, Mode, Uid};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use rustix::time::{ClockId, clock_gettime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Shortage;

pub(super) fn shortage(error: &io::Error) -> Option<Shortage> {
    match Errno::from_io_error(error)? {
        Errno::MFILE | Errno::NFILE => Some(Shortage::Files),
        Errno::NOBUFS | Errno::NOMEM => Some(Shortage::Memory),
        _ => None,
    }
}

pub(super) fn lacks_family(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::AFNOSUPPORT)
}

pub(super) fn keep_files_private() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

pub(super) fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let part = |number: i64| u64::try_from(number).unwrap_or_default();
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}

#[cfg(target_os = "linux")]
pub(super) fn running() -> Option<Duration> {
    Duration::try_from(clock_gettime(ClockId::Boottime)).ok()
}

/// Only Linux has a clock that also counts while the machine is suspended, for all who ask.
#[cfg(not(target_os = "linux"))]
pub(super) const fn running() -> Option<Duration> {
    None
}

/// Distributions start with a soft limit of 1,024, for the sake of `select(2)`, which nothing
/// here uses.
pub(super) fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

/// On Linux, this changes only the calling thread; elsewhere it would change the whole process.
pub(super) fn lower_priority() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        let own = getpriority_process(None).unwrap_or_default();
        setpriority_process(None, (own + STEP).min(LEAST)).ok();
    }
}

/// How far a thread steps back from the priority that prober has, as `nice(1)` counts: to a
/// tenth of the share of the others. With less, a busy machine would never come to it.
#[cfg(target_os = "linux")]
const STEP: i32 = 10;
/// The least priority that there is.
#[cfg(target_os = "linux")]
const LEAST: i32 = 19;

pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether `file` has one of the bits of `mode`.
pub(super) fn has_mode(file: &Metadata, mode: u32) -> bool {
    file.mode() & mode != 0
}

pub(super) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode))
}

pub(super) fn give_to_owner_of(metadata: &Metadata, file: &File) -> io::Result<()> {
    let made = file.metadata()?;
    let (user, group) = (metadata.uid(), metadata.gid());
    if (made.uid(), made.gid()) == (user, group) {
        return Ok(());
    }
    let given = rustix::fs::fchown(file, Some(Uid::from_raw(user)), Some(Gid::from_raw(group)));
    given.map_err(|error| {
        io::Error::other(format!(
            "it belongs to user {user} and group {group}, to whom its replacement could not be \
             given ({error}): run this as that user, or as root"
        ))
    })
}

pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(folder)
}

pub(super) fn is_private_folder(folder: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(folder) else { return false };
    found.is_dir()
        && found.uid() == rustix::process::geteuid().as_raw()
        && found.mode() & 0o022 == 0
}

/// Distinguishes a file from another one at the same path. No file gets the number of
/// an open one, even if that was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// That of the file at `path`; `None` if there is none.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}

/// Whoever asks this process to stop: SIGINT or SIGTERM. One that comes while nobody waits
/// is kept.
#[derive(Debug)]
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// From now on.
    ///
    /// # Errors
    /// Where the system does not tell of signals.
    pub fn new() -> io::Result<Self> {
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    /// Waits until somebody asks.
    pub async fn recv(&mut self) {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Whoever asks this process to read its configuration again, or says that its terminal has
/// gone: SIGHUP.
#[derive(Debug)]
pub struct Reload(Signal);

impl Reload {
    /// From now on.
    ///
    /// # Errors
    /// Where the system does not tell of signals.
    pub fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    /// Waits until somebody asks.
    pub async fn recv(&mut self) {
        self.0.recv().await;
    }
}

/// That the terminal has another size: SIGWINCH.
#[derive(Debug)]
pub struct Resized(Signal);

impl Resized {
    /// From now on.
    ///
    /// # Errors
    /// Where the system does not tell of signals.
    pub fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::window_change())?))
    }

    /// Waits until it has.
    pub async fn recv(&mut self) {
        self.0.recv().await;
    }
}

/// As long as this lives, keys that are typed wait as they are for the next question.
/// Ctrl-C stays a signal.
#[derive(Debug)]
pub struct Cbreak(Option<Termios>);

impl Cbreak {
    /// Changes the terminal of standard input, if it is one.
    #[must_use]
    pub fn new() -> Self {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(mut modes) = before.clone() {
            modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
            modes.input_modes.remove(InputModes::ICRNL);
            // Where it fails, pasting several lines does not work well; nothing else.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
        }
        Self(before)
    }
}

impl Default for Cbreak {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Cbreak {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_steps_back_from_the_priority_of_the_process() {
        let priority = || rustix::process::getpriority_process(None).unwrap();
        let stepped = std::thread::spawn(move || {
            lower_priority();
            priority()
        });
        assert_eq!(stepped.join().unwrap(), (priority() + STEP).min(LEAST));
    }
}
