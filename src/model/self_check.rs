//! The answer of the self-check, which distinguishes a broken network of the
//! prober's own from broken targets.

/// What a tick found out about the prober's own network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SelfCheck {
    /// Its endpoints were not asked: what was probed gave no reason to.
    #[default]
    NotAsked,
    /// At least one of its endpoints answered: the prober has a network.
    Answered,
    /// None of its endpoints answered: the prober is blind.
    Failed,
}

impl SelfCheck {
    /// Whether the prober had no network, so that its failures prove nothing.
    #[must_use]
    pub const fn is_blind(self) -> bool {
        match self {
            Self::NotAsked | Self::Answered => false,
            Self::Failed => true,
        }
    }
}
