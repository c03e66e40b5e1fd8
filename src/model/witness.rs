//! Witnesses: other probers, elsewhere, that are asked for a second opinion when a probe
//! fails. How their votes count is decided in `core::judge::witness`.

use url::Url;

use crate::model::observation::Vantage;
use crate::model::secret::Secret;

/// The most witnesses that a configuration may have.
pub const MAX_WITNESSES: usize = 8;

/// Another prober, elsewhere: `[[witness]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name, as messages show it; unique.
    pub name: Vantage,
    /// Where it is asked: `http` or `https`, and the path ends in `/witness`.
    pub url: Url,
    /// What it is asked with: its own `[inbox] witness_key`.
    pub key: Secret,
}

/// What a witness saw of a target. One that saw nothing conclusive has no vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who saw it.
    pub witness: Vantage,
    /// Whether the target works from there.
    pub works: bool,
}
