//! The decisions, all pure: no clock, no I/O, no words.

pub mod announce;
pub mod diagnose;
pub mod judge;
pub mod step;
