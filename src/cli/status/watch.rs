//! `prober status --watch`: the same, drawn again as it changes.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use super::{Format, Found, Status, one, setup, view};
use crate::app;
use crate::cli::wrap::WIDTH;
use crate::cli::{Ended, Error, draw};
use crate::model::target::Config;
use crate::os::{Resized, Stop};
use crate::text::error_chain::chain;
use crate::text::visible;

/// How often the state is read from a file.
const EVERY: Duration = Duration::from_secs(2);

/// How often it is read from a table, where each reading has a price.
const EVERY_OF_A_TABLE: Duration = Duration::from_secs(30);

/// A terminal that does not say how high it is.
const HEIGHT: usize = 24;

impl Status {
    /// Draws until somebody ends it.
    pub(super) async fn watch(&self, config: &Config) -> Result<Ended, Error> {
        if self.format == Format::Json || !io::stdout().is_terminal() {
            return Err("status --watch draws on a terminal: for a program, run `prober status \
                        --format json` as often as you like"
                .into());
        }
        let every = if app::table().await?.is_some() { EVERY_OF_A_TABLE } else { EVERY };
        let (mut stop, mut resized) = (Stop::new()?, Resized::new()?);
        // What is asked for exists: an error is told where it can be read.
        let mut found = self.found(config, setup::clock(None).now()).await?;
        let mut trouble = None;
        let screen = Screen::new()?;
        loop {
            screen.draw(&found, trouble.as_deref())?;
            tokio::select! {
                () = stop.recv() => return Ok(Ended::Good),
                () = resized.recv() => {}
                () = tokio::time::sleep(every) => {
                    // A store that is busy for once does not end it.
                    match self.found(config, setup::clock(None).now()).await {
                        Ok(next) => (found, trouble) = (next, None),
                        Err(problem) => trouble = Some(chain(problem.as_ref())),
                    }
                }
            }
        }
    }
}

/// The terminal's other screen: what was there before comes back at the end. The sequences
/// are xterm's, which all terminals of today know:
/// <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>.
struct Screen {
    coloured: bool,
}

impl Screen {
    /// Goes there, without a cursor.
    fn new() -> io::Result<Self> {
        put("\x1b[?1049h\x1b[?25l")?;
        Ok(Self { coloured: setup::colour(&io::stdout()) })
    }

    /// Writes what was `found` over what was drawn before, so that nothing flickers; above it
    /// the `trouble`, if it could not be read again.
    fn draw(&self, found: &Found<'_>, trouble: Option<&str>) -> io::Result<()> {
        let (width, height) = draw::terminal_size().unwrap_or((WIDTH, HEIGHT));
        let mut lines: Vec<String> = trouble
            .into_iter()
            .flat_map(|it| view::indented(&visible(it), 2, Some(width)))
            .collect();
        lines.extend(found.lines(width, height.saturating_sub(1 + lines.len())));
        let mut text = String::from("\x1b[H");
        for line in lines {
            let plain = || anstream::adapter::strip_str(&line).to_string();
            text += &if self.coloured { line.clone() } else { plain() };
            text += "\x1b[K\r\n";
        }
        put(&format!("{text}\x1b[J"))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(put("\x1b[?25h\x1b[?1049l"));
    }
}

fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

impl Found<'_> {
    /// What fits a terminal of that size.
    fn lines(&self, width: usize, height: usize) -> Vec<String> {
        if self.has_store && !self.each {
            return self.shown(|context| view::fitted(context, width, height));
        }
        let text = if self.has_store {
            self.shown(|context| one::view(context, &self.outages, Some(width)))
        } else {
            setup::nothing_yet(self.config)
        };
        text.lines().take(height).map(str::to_owned).collect()
    }
}
