//! probes.toml: text → a validated [`Config`], or every mistake at its place.
//!
//! This room is pure: it must not know the environment, the file system or
//! the clock. What it needs of them is handed in as [`Sources`].
//!
//! The way through it: `reader` walks the parsed TOML and makes the structs
//! of `raw`, whose leaves (`leaf`, `address`, `condition`) are already of
//! their final types; `build` joins targets with `[defaults]` and each other,
//! and checks what no single key can show. All of them add to one list of
//! [mistakes](ConfigErrors).

mod address;
mod build;
mod cadence;
mod choice;
mod condition;
mod defaults;
mod dependencies;
mod fit;
mod heartbeat;
mod key;
mod leaf;
mod listeners;
mod mail;
mod maintenance;
mod masking;
mod mention;
mod mistake;
mod moment;
mod name;
mod notify;
mod policy;
mod public_url;
mod quantity;
mod rare;
mod raw;
mod reader;
mod reports;
mod request;
mod self_check;
mod service;
mod several;
mod table;
mod target;
mod text;
mod tls;
mod token;
mod toml_key;
mod who_asks;

use std::path::Path;

use chrono::{DateTime, Utc};
use toml::de::DeTable;

pub use crate::config::mistake::ConfigErrors;
use crate::config::mistake::Mistake;
use crate::config::reader::Reader;
use crate::config::toml_key::TomlKey;
use crate::model::target::Config;

/// What a reference to a stored parameter begins with; its name follows,
/// which begins with a slash: `ssm:/prober/slack`.
pub const STORED: &str = "ssm:/";

/// What the value of a stored secret begins with that was not fetched, and is
/// taken for right wherever a secret may stand: a URL that leads nowhere
/// (<https://datatracker.ietf.org/doc/html/rfc6761#section-6.4>).
pub const STAND_IN: &str = "https://stored.invalid/";

/// What validation needs of the world, handed in, because this room is pure.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Looks a variable of the environment up, for `${NAME}`; and what is
    /// stored under `ssm:/NAME`, where that is the whole value of a secret.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Reads a whole file: for certificates and keys.
    pub read_file: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
    /// The instant after which a cron expression must still fire.
    pub now: DateTime<Utc>,
}

/// Reads the `text` of the file at `path`, which stands in messages and is
/// what relative file names in it are relative to.
///
/// ```
/// use prober::config::{Sources, parse};
/// let sources = Sources {
///     env: &|_| None,
///     read_file: &|_| Err(std::io::ErrorKind::NotFound.into()),
///     now: chrono::DateTime::UNIX_EPOCH,
/// };
/// let text = "[[target]]\nname = 'router'\nurl = 'tcp://192.0.2.1:443'\n";
/// let config = parse("probes.toml".as_ref(), text, &sources).unwrap();
/// assert_eq!(config.targets[0].name.as_str(), "router");
/// ```
///
/// # Errors
///
/// Every mistake of the file, in its order, each with its place.
pub fn parse(path: &Path, text: &str, sources: &Sources<'_>) -> Result<Config, ConfigErrors> {
    let (document, syntax_errors) = DeTable::parse_recoverable(text);
    if !syntax_errors.is_empty() {
        // What was recovered from broken TOML would only add misleading mistakes.
        let mistakes = syntax_errors.iter().map(|error| Mistake::syntax(error, text)).collect();
        return Err(ConfigErrors::new(path, masking::broken(text), mistakes));
    }
    let mut reader = Reader::new(text, sources.env);
    let file = raw::File::read_table(document.get_ref(), 0..0, &mut reader, &[]);
    // Of thousands of targets, this is megabytes.
    drop(document);
    let config = build::config(
        file,
        path,
        sources,
        std::mem::take(&mut reader.values),
        &mut reader.mistakes,
    );
    if reader.mistakes.is_empty() {
        return Ok(config);
    }
    Err(ConfigErrors::new(path, masking::masked(text, &reader.hidden), reader.mistakes))
}

/// The JSON Schema of probes.toml, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = raw::File::schema();
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), "probes.toml".into());
    schema.to_value()
}
