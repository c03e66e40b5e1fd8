//! `prober tick`: one pass, exactly what a scheduled Lambda run does.

use std::path::Path;

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::progress::Progress;
use super::{At, Ended, Error, Format, Record, say, say_json, setup};
use crate::clock;
use crate::engine::{Summary, TickRequest};
use crate::model::names::TargetName;
use crate::os::Stop;
use crate::text::visible;

/// Why no pass is made just after the start of a machine that cannot keep the time.
const CLOCK_UNSET: &str = "the clock of this machine is not set yet; the next tick looks again";

#[derive(Debug, Args)]
pub(super) struct Tick {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    record: Record,
    /// The shape of the summary.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What `pass` comes to; an error if somebody asks twice to stop. At first it is finished:
/// one that ends between a message and the record of it would have it told twice.
async fn finished<T>(pass: impl Future<Output = T>, mut stop: Stop) -> Result<T, Error> {
    let mut pass = std::pin::pin!(pass);
    for is_first in [true, false] {
        tokio::select! {
            biased;
            done = pass.as_mut() => return Ok(done),
            () = stop.recv() => {}
        }
        if is_first {
            tracing::warn!("asked to stop: this pass is finished first; ask again to stop now");
        }
    }
    Err("stopped before the pass was complete, because it was asked to twice".into())
}

impl Tick {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let clock = setup::clock(self.at.at);
        if clock.is_the_machines() && clock::is_unset_still() {
            return Err(CLOCK_UNSET.into());
        }
        let engine = setup::engine(path, clock, self.format).await?;
        let engine = engine.with_recorder(self.record.recorder());
        let mut progress = Progress::of(engine.config().endpoints().count());
        let stop = Stop::new()?;
        let pass = engine.tick(TickRequest::default(), |_, _| progress.step());
        let summary = finished(pass, stop).await?;
        progress.finish();
        let summary = summary?;
        match self.format {
            Format::Json => say_json(&summary)?,
            Format::Text => say(&text(&summary))?,
        };
        Ok(Ended::good_if(summary.owed == 0))
    }
}

/// The summary for people: a line that counts, and a line for each thing that
/// happened.
pub(super) fn text(summary: &Summary) -> String {
    let mut line = format!("{} due, {} probed", summary.due, summary.probed);
    if summary.blind {
        line += ", blind: the self-check does not answer either";
    }
    for (count, what) in [
        (summary.inconclusive, "inconclusive"),
        (summary.conflicts, "judged by another process"),
        (summary.ahead, "seen while the clock was ahead, which is forgotten"),
        (summary.owed, "still to be told"),
    ] {
        if count > 0 {
            line += &format!(", {count} {what}");
        }
    }
    line += "\n";
    for transition in &summary.transitions {
        let kind = transition.kind.replace('_', " ");
        let what = format!("{} {kind}: {}", transition.target, transition.detail);
        line += &format!("  {}\n", visible(&what));
    }
    for told in &summary.announced {
        let names: Vec<&str> = told.targets.iter().map(TargetName::as_str).collect();
        let whom = if names.is_empty() { "prober".to_owned() } else { names.join(", ") };
        let what = format!("told {}: {whom} {}", told.channel, told.kind.replace('_', " "));
        line += &format!("  {}\n", visible(&what));
    }
    line
}
