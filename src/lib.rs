//! prober watches home servers from outside and says, once, what went down
//! and what is back.

pub mod clock;
pub mod expect;
pub mod observation;
pub mod probe;
pub mod secret;
pub mod target;
