//! What needs stand-ins for AWS: run by scripts/test-aws.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed, helpers included")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test names what it wants; all else fails it")]

mod faults;
mod function;
mod items;
mod proxy;
mod standin;
mod store;
mod ticks;
mod units;
mod words;
mod world;
