//! A second opinion: what another prober is asked, and what it answers. [`ask`] is the side
//! that asks, [`testify`] the one that answers. Both are thin: `core::judge::witness`
//! decides what the answers mean.

mod ask;
mod testify;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::probe::ProbeLine;

pub use ask::{AskError, Testimony, WitnessedLine, WitnessedOutcome, ask, question};

/// The most targets that a witness is asked about at once.
pub const MAX_ASKED: usize = 100;

/// What a witness is asked: how these targets are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WitnessQuestion {
    /// The targets, at most [`MAX_ASKED`].
    pub targets: Vec<AskedTarget>,
}

/// A target that a witness is asked about: one of its own, which it must know by the same
/// digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedTarget {
    /// Its name.
    pub name: TargetName,
    /// [`Endpoint::digest`](crate::model::target::Endpoint::digest).
    pub digest: String,
}

/// What a witness answers: as `check --format json`, with two keys more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WitnessAnswer {
    at: DateTime<Utc>,
    vantage: Vantage,
    /// Whether it has no network itself.
    blind: bool,
    targets: Vec<ProbeLine>,
    /// What it did not probe.
    refused: Vec<RefusedTarget>,
    up: usize,
    down: usize,
    inconclusive: usize,
}

/// A target that a witness does not probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedTarget {
    /// Its name, as it was asked for.
    pub name: TargetName,
    /// Why not.
    pub why: WhyRefused,
}

/// Why a witness does not probe a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyRefused {
    /// Its own configuration has another digest under that name.
    Digest,
    /// It probes no target of that name; or a newer version has another reason.
    #[serde(other)]
    Unknown,
}
