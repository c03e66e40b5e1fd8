//! One line on a terminal that says how far a round has come.

use std::io::{self, IsTerminal, Write};

/// Counts reports. Silent where nobody watches.
pub(super) struct Progress {
    all: usize,
    done: usize,
    shown: bool,
}

impl Progress {
    /// For a round of `all` probes.
    pub(super) fn of(all: usize) -> Self {
        Self { all, done: 0, shown: io::stderr().is_terminal() }
    }

    /// One more is done.
    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.shown {
            drop(write!(io::stderr(), "\r  probing {} of {} ", self.done, self.all));
        }
    }

    /// Wipes the line, so that the result stands alone.
    pub(super) fn finish(self) {
        if self.shown {
            drop(write!(io::stderr(), "\r\x1b[2K"));
        }
    }
}
