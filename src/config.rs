//! probes.toml: text → a validated [`Config`], or everything that is wrong with it.
//!
//! This room is pure: it must not know the environment, the file system or the
//! clock. The caller passes in what it needs from them as [`Sources`].
//!
//! It has four layers. Each may use those before it, and none after it:
//!
//! - `toml` is the reading machine. It turns one declaration of a table into the
//!   table's reader, its JSON Schema, its merging with `[defaults]` and its
//!   masking. It knows no key and no type of value.
//! - `values` are the types of values: durations, addresses, tokens. Each reads
//!   its value into a final type.
//! - `tables` are the declarations: one struct for each table, one field for each key.
//! - `build` turns tables into the types of `target`: it joins them with
//!   `[defaults]` and with each other, and checks what no single key can show.
//!
//! All of them report to one list of [diagnostics](ConfigErrors).

mod build;
mod sources;
mod tables;
mod toml;
mod values;

use std::path::Path;

use ::toml::de::DeTable;

pub use crate::config::sources::{STAND_IN, STORED, Sources};
use crate::config::tables::file::File;
pub use crate::config::toml::diagnostic::ConfigErrors;
use crate::config::toml::diagnostic::{Diagnostic, Diagnostics};
pub use crate::config::toml::limits::LARGEST_FILE;
use crate::config::toml::limits::MEMORY;
use crate::config::toml::masking::{mask_lines, mask_spans};
use crate::config::toml::reader::Reader;
use crate::config::toml::table::Table as _;
use crate::config::toml::value_type::is_never_masked;
use crate::model::target::Config;

/// Reads the `text` of the file at `path`. Diagnostics show the path, and
/// relative file names in the text are relative to its folder.
///
/// # Errors
///
/// Everything that is wrong with the text, each at its place.
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
pub fn parse(path: &Path, text: &str, sources: &Sources<'_>) -> Result<Config, ConfigErrors> {
    if text.len() > LARGEST_FILE {
        return Err(too_large(path));
    }
    let (document, syntax_errors) = DeTable::parse_recoverable(text);
    if !syntax_errors.is_empty() {
        // What the parser recovered from broken TOML would only add misleading diagnostics.
        let diagnostics = Diagnostics::default();
        for error in &syntax_errors {
            diagnostics.report(Diagnostic::syntax(error, text));
        }
        let masked = mask_lines(text, is_never_masked::<File>);
        return Err(ConfigErrors::new(path, masked, diagnostics));
    }
    let mut reader = Reader::new(text, sources.env);
    let file = File::read_table(document.get_ref(), &(0..0), &[], &mut reader);
    // With thousands of targets, this is megabytes.
    drop(document);
    check_defaults(&file, &reader);
    let Reader { diagnostics, masked, variables, .. } = reader;
    let config = build::config(file, path, sources, variables, &diagnostics);
    if diagnostics.is_empty() {
        return Ok(config);
    }
    Err(ConfigErrors::new(path, mask_spans(text, &masked), diagnostics))
}

fn too_large(path: &Path) -> ConfigErrors {
    let diagnostics = Diagnostics::default();
    let title = format!("the file is larger than {} MiB", LARGEST_FILE >> 20);
    diagnostics.report(Diagnostic::new(0..0, title, "split it, and run a prober for each part"));
    ConfigErrors::new(path, String::new(), diagnostics)
}

/// What `[defaults]` says is in memory once for each target.
fn check_defaults(file: &File, reader: &Reader<'_>) {
    let targets = file.target.value().map_or(0, Vec::len);
    if let Some(defaults) = file.defaults.given().filter(|_| reader.repeated * targets > MEMORY) {
        reader.report(Reader::too_much(&defaults.key));
    }
}

/// The JSON Schema of probes.toml, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = File::schema_except(&[]);
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), "probes.toml".into());
    schema.to_value()
}
