//! The one integration test binary: a file per subject.

#![allow(clippy::unwrap_used, reason = "a helper that panics fails the test that called it")]

mod config;
