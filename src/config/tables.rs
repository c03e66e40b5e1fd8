//! The tables of probes.toml, as they are written: one struct for each table,
//! one field for each key. These files are the only list of keys. The reader,
//! the JSON Schema (the comments are its descriptions), the merging with
//! `[defaults]` and the masking of secrets are made from it.

pub(super) mod file;
pub(super) mod foreign;
pub(super) mod inbound;
pub(super) mod outbound;
pub(super) mod target;
