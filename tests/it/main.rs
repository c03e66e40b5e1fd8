//! The one integration test binary: a file per subject.

mod message;
mod notify;
mod webhook;
