//! `prober validate`: is the configuration right?

use std::path::Path;

use super::setup::{self, Secrets};
use super::{Ended, Error, say};
use crate::config::Parsed;

pub(super) async fn run(path: &Path) -> Result<Ended, Error> {
    let Parsed { config, warnings, lacking, .. } = setup::parsed(path, Secrets::LeftOut).await?;
    if let Some(warnings) = warnings {
        setup::complain(&warnings);
    }
    if let Some(lacking) = lacking {
        return Err(lacking.into());
    }
    let plural = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let channels = match config.channels.len() {
        0 => "no channel (messages go to standard output)".to_owned(),
        count => plural(count, "channel"),
    };
    let targets = plural(config.targets.len(), "target");
    let witnesses = match config.witnesses.len() {
        0 => String::new(),
        1 => ", 1 witness".to_owned(),
        count => format!(", {count} witnesses"),
    };
    say(&format!("{} is valid: {targets}, {channels}{witnesses}\n", path.display()))
}
