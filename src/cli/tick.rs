//! `prober tick`: one pass, exactly what a scheduled Lambda run does.

use std::path::Path;

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::progress::Progress;
use super::{At, Error, Format, Record, Verdict, say, say_json, setup};
use crate::engine::{Engine, Summary, TickRequest};
use crate::model::names::TargetName;

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

impl Tick {
    pub(super) async fn run(&self, path: &Path) -> Result<Verdict, Error> {
        setup::logs(LevelFilter::WARN);
        let engine = setup::engine(path, setup::clock(self.at.at), self.format).await?;
        let engine = Engine { recorder: self.record.recorder(), ..engine };
        let mut progress = Progress::of(engine.config.endpoints().count());
        let summary = engine.tick(TickRequest::default(), |_, _| progress.step()).await;
        progress.finish();
        let summary = summary?;
        match self.format {
            Format::Json => say_json(&summary)?,
            Format::Text => say(&text(&summary))?,
        };
        Ok(Verdict::good_if(summary.owed == 0))
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
        line += &format!("  {} {}: {}\n", transition.target, transition.kind, transition.detail);
    }
    for told in &summary.announced {
        let names: Vec<&str> = told.targets.iter().map(TargetName::as_str).collect();
        let whom = if names.is_empty() { "prober".to_owned() } else { names.join(", ") };
        line += &format!("  told {}: {whom} {}\n", told.channel, told.kind);
    }
    line
}
