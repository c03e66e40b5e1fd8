//! The one integration test binary: a file per subject.

mod config;
