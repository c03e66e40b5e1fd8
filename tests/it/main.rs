//! The one integration test binary: a file per subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed, helpers included")]
#![allow(unreachable_pub, reason = "the helpers of `support` are not for the outside anyway")]

mod expect;
mod probe_http;
mod probe_proxy;
mod probe_redirect;
mod probe_round;
mod probe_secrets;
mod probe_sick;
mod probe_tcp;
mod probe_tls;
mod support;
