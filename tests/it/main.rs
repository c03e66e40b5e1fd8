//! The one integration test binary: a file per subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed, helpers included")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test names what it wants; all else fails it")]

mod build_script;
mod channel_hours;
mod channels;
mod cli;
mod config;
mod crash;
#[cfg(feature = "aws")]
mod deploy_release;
mod diagnose;
mod documents;
mod evidence;
mod expect;
mod flapping;
mod home;
#[cfg(feature = "import")]
mod import;
mod inbox;
mod judging;
#[cfg(feature = "aws")]
mod lambda;
mod message;
mod metrics;
mod model;
mod notify;
mod notify_contract;
mod outage_log;
mod page;
mod passing;
mod probe_answers;
mod probe_certificates;
mod probe_dialogue;
mod probe_dns;
mod probe_flood;
mod probe_grpc;
mod probe_http;
mod probe_icmp;
mod probe_odd;
mod probe_proxy;
mod probe_redirect;
mod probe_round;
mod probe_secrets;
mod probe_sick;
mod probe_ssh;
mod probe_tcp;
mod probe_tls;
mod probe_websocket;
mod races;
mod recipes;
mod reconciling;
mod reload;
mod replay;
mod rooms;
mod roots;
mod scenarios;
mod second_opinion;
mod secrets;
mod sight;
mod signal;
mod silence;
mod simulation;
mod slack_limits;
mod store;
mod support;
mod telling;
mod template;
mod tick;
mod unwatched;
mod watch;
mod webhook;
mod world;
