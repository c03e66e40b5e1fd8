//! What `prober --version` says: the version, and what it was built from. build.rs finds
//! that out.

/// The version, the commit and the features: what a report of a fault should have.
pub(super) const LONG: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("PROBER_COMMIT_SHOWN"),
    "\nfeatures: ",
    env!("PROBER_FEATURES_SHOWN"),
);
