//! What everything else is about: targets, observations, states, records, and
//! the configuration in its final form. Values of these types cannot be wrong.

pub mod history;
pub mod observation;
pub mod secret;
pub mod state;
pub mod target;
