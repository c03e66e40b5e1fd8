//! What the tests share: fake servers, certificates, and targets made by hand.

pub mod certificates;
pub mod on_file;
pub mod probes;
pub mod server;
pub mod smtp;
pub mod switch;
