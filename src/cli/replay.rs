//! `prober replay`: what channels would have heard of a trace.

mod view;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::setup::{self, Secrets};
use super::{Ended, Error, Format, say, say_json};
use crate::app;
use crate::replay::{Replay as Trace, Sent};

/// Bytes that are read, and written, at a time: a trace of a year is 600 MB.
const BUFFER: usize = 1 << 18;

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The trace, as JSON Lines; docs/replay.md describes it.
    trace: PathBuf,
    /// Print a summary instead: incidents, delays and time down of each target.
    #[arg(long)]
    summary: bool,
    /// The shape of the output: messages are JSON Lines unless it is text, and a summary is text unless it is json.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

impl Replay {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let config = app::with_a_channel(setup::config(path, Secrets::LeftOut).await?);
        let mut trace = Trace::new(&config, app::vantage());
        let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
        let shown = self.replay(&mut trace, |sent| self.show(&mut out, sent));
        // What was sent before a line that is wrong is shown all the same.
        let shown = out.flush().map_err(Error::from).and(shown);
        drop(out);
        match (shown, self.summary, self.format) {
            (Err(problem), _, _) if is_unread(&problem) => Ok(Ended::Good),
            (Err(problem), _, _) => Err(problem),
            (Ok(()), false, _) => Ok(Ended::Good),
            (Ok(()), true, Some(Format::Json)) => say_json(&trace.summary()),
            (Ok(()), true, Some(Format::Text) | None) => say(&view::text(&trace.summary())),
        }
    }

    /// Replays the whole file; `show` gets what is sent, and ends it all with
    /// an error where nobody reads on.
    fn replay(
        &self,
        trace: &mut Trace<'_>,
        mut show: impl FnMut(&[Sent]) -> io::Result<()>,
    ) -> Result<(), Error> {
        let place = self.trace.display();
        let unreadable = |error| format!("failed to read the trace {place}: {error}");
        let file = File::open(&self.trace).map_err(unreadable)?;
        let mut lines = BufReader::with_capacity(BUFFER, file);
        let mut line = String::new();
        while lines.read_line(&mut line).map_err(unreadable)? > 0 {
            let sent = trace.line(&line).map_err(|bad| format!("{place}:{bad}"))?;
            show(&sent)?;
            line.clear();
        }
        show(&trace.end())?;
        Ok(())
    }

    fn show(&self, out: &mut impl Write, sent: &[Sent]) -> io::Result<()> {
        if self.summary {
            return Ok(());
        }
        for each in sent {
            match self.format {
                Some(Format::Text) => out.write_all(view::message(each).as_bytes())?,
                Some(Format::Json) | None => {
                    serde_json::to_writer(&mut *out, each)?;
                    out.write_all(b"\n")?;
                }
            }
        }
        Ok(())
    }
}

/// Whether the reader went away (`prober replay TRACE | head`), which is no fault.
fn is_unread(problem: &Error) -> bool {
    let error = problem.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
