//! prober watches home servers from outside and says, once, what went down
//! and what is back.

pub mod clock;
pub mod config;
pub mod expect;
pub mod observation;
pub mod secret;
pub mod target;
