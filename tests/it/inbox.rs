//! The inbox on real sockets: `prober watch --listen`, and what people hear.

mod heartbeats;
mod limits;
mod listening;
mod reports;
mod words;
