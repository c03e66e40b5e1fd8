//! Windows.

use std::fs::{File, Metadata};
use std::future::pending;
use std::io;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown};
use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};

use super::Shortage;

/// Numbers of the system's errors:
/// <https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes--0-499->.
const TOO_MANY_OPEN_FILES: i32 = 4;
const NOT_ENOUGH_MEMORY: i32 = 8;

/// And of its sockets:
/// <https://learn.microsoft.com/en-us/windows/win32/winsock/windows-sockets-error-codes-2>.
const WSAEMFILE: i32 = 10024;
const WSAEAFNOSUPPORT: i32 = 10047;
const WSAENOBUFS: i32 = 10055;

pub(super) fn shortage(error: &io::Error) -> Option<Shortage> {
    match error.raw_os_error()? {
        TOO_MANY_OPEN_FILES | WSAEMFILE => Some(Shortage::Files),
        NOT_ENOUGH_MEMORY | WSAENOBUFS => Some(Shortage::Memory),
        _ => None,
    }
}

pub(super) fn lacks_family(error: &io::Error) -> bool {
    error.raw_os_error() == Some(WSAEAFNOSUPPORT)
}

/// There are no modes: a file is for whom its folder is for.
pub(super) const fn keep_files_private() {}

/// The standard library does not ask Windows what a thread has computed.
pub(super) fn thread_time() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}

/// No clock of the standard library counts while the machine is suspended.
pub(super) const fn running() -> Option<Duration> {
    None
}

/// Sockets are bounded by memory alone.
pub(super) const fn raise_file_limit() -> Option<u64> {
    None
}

/// The standard library does not give threads a priority.
pub(super) const fn lower_priority() {}

/// Nobody is.
pub(super) const fn is_root() -> bool {
    false
}

pub(super) const fn has_mode(_file: &Metadata, _mode: u32) -> bool {
    false
}

#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
pub(super) const fn set_mode(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// A file belongs to whoever makes it, and who may read it is said by its folder.
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
pub(super) const fn give_to_owner_of(_metadata: &Metadata, _file: &File) -> io::Result<()> {
    Ok(())
}

/// The temporary folder is already this user's own, and cannot be shown to be.
pub(super) fn make_private_folder(_folder: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) const fn is_private_folder(_folder: &Path) -> bool {
    false
}

/// Distinguishes a file from another one at the same path:
/// <https://learn.microsoft.com/en-us/windows/win32/api/fileapi/ns-fileapi-by_handle_file_information>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId {
    volume: u64,
    index: u64,
}

impl FileId {
    /// That of the file at `path`; `None` if there is none.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let found = winapi_util::file::information(file).ok()?;
        Some(Self { volume: found.volume_serial_number(), index: found.file_index() })
    }
}

/// Whoever asks this process to stop: Ctrl-C, Ctrl-Break, the console that is closed, the
/// session that ends, the machine that is shut down. For the last three, Windows waits some
/// seconds.
#[derive(Debug)]
pub struct Stop {
    interrupt: CtrlC,
    brk: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Stop {
    /// From now on.
    ///
    /// # Errors
    /// Where the system does not tell of them.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: ctrl_c()?,
            brk: ctrl_break()?,
            close: ctrl_close()?,
            logoff: ctrl_logoff()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    /// Waits until somebody asks.
    pub async fn recv(&mut self) {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => {}
            _ = self.brk.recv() => {}
            _ = self.close.recv() => {}
            _ = self.logoff.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}

/// Nobody can ask this process to read its configuration again: it looks by itself.
#[derive(Debug)]
pub struct Reload;

impl Reload {
    /// Never comes.
    ///
    /// # Errors
    /// None.
    pub const fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for ever.
    pub async fn recv(&mut self) {
        pending().await
    }
}

/// Nobody tells that the terminal has another size: what is drawn is drawn anew by itself.
#[derive(Debug)]
pub struct Resized;

impl Resized {
    /// Never comes.
    ///
    /// # Errors
    /// None.
    pub const fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for ever.
    pub async fn recv(&mut self) {
        pending().await
    }
}

/// The console keeps what is typed between two questions as it is.
#[derive(Debug, Default)]
pub struct Cbreak;

impl Cbreak {
    /// Changes nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}
