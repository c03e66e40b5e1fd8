//! What is written into probes.toml for somebody: the text of a new file, a target that
//! is added to an old one, and what a target should expect by what answered.
//!
//! This room is pure: it makes proposals and texts. It must not know sockets, files or
//! the environment; `cli` probes what is proposed, has the text validated by `config`,
//! and writes it.

mod hidden;
mod insert;
mod name;
mod new_file;
mod products;
mod proposal;
mod target;

pub use hidden::NewVariable;
pub use insert::{InlineTargets, insert};
pub use name::{free_name, name_of};
pub use new_file::{NewChannel, NewFile};
pub use proposal::{Proposal, WebPage, proposals};
pub use target::NewTarget;

/// `text` as a string of TOML.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// `texts` as an array of TOML.
fn list(texts: &[String]) -> String {
    let items: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", items.join(", "))
}
