//! The inbox: on real sockets, `prober watch --listen`, and what people hear;
//! and at its desk, where the test chooses the time.

mod audience;
mod desk;
mod floods;
mod heartbeats;
mod keys;
mod lapses;
mod limits;
mod listening;
mod metered;
mod metrics;
mod overdue;
mod pages;
mod probed;
mod recipes;
mod reports;
mod senders;
mod slow;
mod witness;
mod words;
