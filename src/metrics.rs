//! Everything that is stored, as numbers for Prometheus.
//!
//! Pure. Labels are names of targets, groups, channels and vantages, and codes of closed
//! sets; never a URL, an address or a detail. docs/metrics.md is the contract.

mod channels;
mod families;
mod own;
mod targets;

use std::fmt;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;

use self::families::Families;
use crate::model::remembered::Remembered;
use crate::model::target::{self, Config, Target};

/// The media type of [`text`]:
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What every name begins with.
const PREFIX: &str = "prober";

/// What `memory` says at `now` of the targets and channels of `config`, and of what became
/// a target without configuration.
///
/// # Errors
/// None that is known: it is written to memory.
pub fn text(
    config: &Config,
    memory: &Remembered,
    now: DateTime<Utc>,
) -> Result<String, fmt::Error> {
    let discovered = memory.records.names().filter_map(|name| config.discovered.target(name));
    let targets: Vec<Target> = config.targets.iter().cloned().chain(discovered).collect();
    let mut families = Families::default();
    own::add(&mut families, config, memory, now);
    targets::add(&mut families, &targets, memory, now);
    channels::add(&mut families, &target::by_name(&targets), config, memory, now);
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(families));
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry)?;
    Ok(text)
}
