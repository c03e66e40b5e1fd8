//! A terminal of some size, with a real command in it.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::LIMIT;

/// A command that runs in a terminal.
pub(crate) struct Terminal {
    child: Child,
    master: OwnedFd,
    chunks: UnboundedReceiver<Vec<u8>>,
    bytes: Vec<u8>,
}

impl Terminal {
    /// Starts `command` in a terminal of `columns` and `rows`.
    pub(crate) fn start(mut command: Command, columns: u16, rows: u16) -> Self {
        let (master, ours) = pair(columns, rows);
        command.stdout(Stdio::from(ours));
        Self::spawn(command, master)
    }

    /// The same, and somebody sits there: keys come from it, and errors go to it.
    #[cfg(feature = "interactive")]
    pub(crate) fn with_keys(mut command: Command, columns: u16, rows: u16) -> Self {
        let (master, ours) = pair(columns, rows);
        let stream = || Stdio::from(ours.try_clone().unwrap());
        command.stdin(stream()).stdout(stream()).stderr(stream());
        drop(ours);
        Self::spawn(command, master)
    }

    fn spawn(mut command: Command, master: OwnedFd) -> Self {
        let child = command.spawn().unwrap();
        // With it goes the last handle of ours: the end of the child is the end of the text.
        drop(command);
        let (send, chunks) = unbounded_channel();
        let mut reader = File::from(master.try_clone().unwrap());
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            // A terminal that nobody has open any more is an error to read.
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                if send.send(chunk[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, master, chunks, bytes: Vec::new() }
    }

    /// Presses `keys`.
    #[cfg(feature = "interactive")]
    pub(crate) fn press(&self, keys: &str) {
        use std::io::Write as _;

        File::from(self.master.try_clone().unwrap()).write_all(keys.as_bytes()).unwrap();
    }

    /// Makes it so large.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        resize(&self.master, columns, rows);
        // It is not the controlling terminal of the command, so the kernel tells nobody.
        self.send(Signal::WINCH);
    }

    /// Waits until `text` was shown since the last call.
    pub(crate) async fn until(&mut self, text: &str) -> String {
        loop {
            let seen = String::from_utf8_lossy(&self.bytes).into_owned();
            if seen.contains(text) {
                self.bytes.clear();
                return seen;
            }
            let chunk = timeout(LIMIT, self.chunks.recv()).await.expect("it is not shown");
            self.bytes.extend(chunk.unwrap_or_else(|| panic!("ended without {text}: {seen}")));
        }
    }

    pub(crate) fn send(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// The exit code, and all that was shown since the last [`Terminal::until`].
    pub(crate) async fn end(mut self) -> (Option<i32>, String) {
        let status = timeout(LIMIT, self.child.wait()).await.expect("it takes too long").unwrap();
        while let Some(chunk) = timeout(LIMIT, self.chunks.recv()).await.unwrap() {
            self.bytes.extend(chunk);
        }
        (status.code(), String::from_utf8(self.bytes).unwrap())
    }
}

/// The two sides of a terminal of `columns` and `rows`: the one that we watch, and the
/// command's.
fn pair(columns: u16, rows: u16) -> (OwnedFd, File) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let name = std::ffi::OsStr::from_bytes(name.as_bytes());
    resize(&master, columns, rows);
    let ours = OpenOptions::new().read(true).write(true).open(name).unwrap();
    (master, ours)
}

fn resize(master: &OwnedFd, columns: u16, rows: u16) {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(master, size).unwrap();
}

/// What a person sees of `shown`: no colours, and lines as they are.
pub(crate) fn seen(shown: &str) -> String {
    anstream::adapter::strip_str(shown).to_string().replace('\r', "")
}
