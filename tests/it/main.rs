//! The one integration test binary: a file per subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed, helpers included")]

mod config;
mod documents;
mod expect;
mod judging;
#[cfg(feature = "aws")]
mod lambda;
mod message;
mod notify;
mod probe_http;
mod probe_proxy;
mod probe_redirect;
mod probe_round;
mod probe_secrets;
mod probe_sick;
mod probe_tcp;
mod probe_tls;
mod reconciling;
mod slack_limits;
mod store;
mod support;
mod template;
mod webhook;
mod world;
