//! The one integration test binary: a file per subject.

mod judging;
mod reconciling;
mod world;
