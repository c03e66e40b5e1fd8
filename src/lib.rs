//! prober watches home servers from outside and says, once, what went down
//! and what is back.

pub mod advance;
pub mod announce;
pub mod assembly;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod clock;
pub mod config;
pub mod expect;
pub mod health;
pub mod history;
pub mod http_client;
pub mod inbox;
#[cfg(feature = "aws")]
pub mod lambda;
pub mod maintenance;
pub mod message;
pub mod notify;
pub mod observation;
pub mod origin;
pub mod overdue;
pub mod page;
pub mod probe;
pub mod replay;
pub mod schedule;
pub mod secret;
pub mod sight;
pub mod signal;
pub mod state;
pub mod store;
pub mod target;
pub mod text;
pub mod tick;
