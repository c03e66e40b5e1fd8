//! The one integration test binary: a file per subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed, helpers included")]

mod config;
mod documents;
mod judging;
mod message;
mod notify;
mod reconciling;
mod slack_limits;
mod store;
mod webhook;
mod world;
