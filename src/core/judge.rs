//! From observations to a status: what is due, what silence means, and whether
//! the prober itself can see.

pub mod deadline;
pub mod expect;
pub mod freshness;
pub mod health;
pub mod lapse;
pub mod latency;
pub mod schedule;
pub mod self_check;
pub mod unwatched;
pub mod witness;
