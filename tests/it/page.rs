//! What people and programs look at. The documents are files in `tests/pages`;
//! `BLESS=1 cargo test page` writes them anew.

mod causes;
mod documents;
pub(crate) mod home;
mod look;
mod strangers;
mod verdicts;
