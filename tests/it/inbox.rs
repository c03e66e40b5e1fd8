//! The inbox on real sockets: `prober watch --listen`, and what people hear.

mod heartbeats;
mod limits;
mod listening;
mod pages;
mod reports;
mod words;
