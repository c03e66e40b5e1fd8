//! prober watches home servers from outside and says, once, what went down
//! and what is back.

pub mod app;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod clock;
pub mod config;
pub mod core;
pub mod engine;
pub mod http_client;
pub mod inbox;
#[cfg(feature = "aws")]
pub mod lambda;
pub mod message;
pub mod model;
pub mod notify;
pub mod page;
pub mod probe;
pub mod replay;
pub mod signal;
pub mod store;
pub mod text;
