//! A terminal between two questions. A prompt takes one key at a time; between prompts the
//! terminal would show what is typed or pasted, and change its line ends.

use std::io;

use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// As long as this lives, keys wait as they are for the next question. Ctrl-C stays a signal.
pub(super) struct Uncooked(Option<Termios>);

impl Uncooked {
    pub(super) fn new() -> Self {
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

impl Drop for Uncooked {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
