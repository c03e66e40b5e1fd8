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

use crate::config::build::Built;
pub use crate::config::sources::{STAND_IN, STORED, Sources};
use crate::config::tables::file::File;
use crate::config::tables::foreign::VOCABULARY;
pub use crate::config::toml::diagnostic::ConfigErrors;
use crate::config::toml::diagnostic::{Diagnostics, Span};
pub use crate::config::toml::limits::LARGEST_FILE;
use crate::config::toml::limits::{LARGEST_RECOVERED, MEMORY};
use crate::config::toml::masking::{mask_lines, mask_spans};
use crate::config::toml::reader::{Lack, Reader};
use crate::config::toml::syntax;
use crate::config::toml::table::Table as _;
pub use crate::config::values::address::SCHEMES;
use crate::model::target::{Config, Lacking, Part};
use crate::text::size::size;

/// Reads the `text` of the file at `path`. Diagnostics show the path, and
/// relative file names in the text are relative to its folder.
///
/// # Errors
///
/// Everything that is wrong with the text, each at its place; and every variable
/// and every stored secret that is missing.
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
    let examined = examine(path, text, sources)?;
    for lack in examined.lacks {
        examined.diagnostics.report(lack.diagnostic);
    }
    if examined.diagnostics.is_empty() {
        return Ok(examined.config);
    }
    Err(ConfigErrors::new(path, &examined.masked, examined.diagnostics))
}

/// A file that can be used, though perhaps not all of it here.
#[derive(Debug)]
pub struct Parsed {
    /// What it says. The parts that lack a secret are off: see [`Config::lacking`].
    pub config: Config,
    /// Warnings about what may not mean what its owner thinks, if there are any; also
    /// that a channel lacks a secret.
    pub warnings: Option<ConfigErrors>,
    /// The secrets that targets lack, if any do: a file that is prepared for
    /// another machine must not fail only there.
    pub lacking: Option<ConfigErrors>,
    /// The files that it names and that cannot be used, if there are any. Whoever has an
    /// older configuration in force goes on with that.
    pub unusable_files: Option<ConfigErrors>,
}

/// The same as [`parse`], but if a part lacks a secret (a variable or a stored
/// parameter) or a file, only that part is off.
///
/// # Errors
///
/// Everything that is wrong with the text, each at its place.
pub fn read(path: &Path, text: &str, sources: &Sources<'_>) -> Result<Parsed, ConfigErrors> {
    let Examined { config, lacks, off, diagnostics, masked } = examine(path, text, sources)?;
    let part = |lack: &Lack| {
        let owner = lack.owner.as_ref()?;
        off.iter().find(|(span, _)| span == owner).map(|(_, lacking)| &lacking.part)
    };
    let (lacking, unusable) = (Diagnostics::default(), Diagnostics::default());
    for lack in &lacks {
        if lack.is_file {
            unusable.report(lack.diagnostic.clone());
        }
        match part(lack) {
            Some(Part::Channel(_) | Part::Watchdog | Part::Witness(_)) => {
                diagnostics.report(lack.diagnostic.clone().into_warning());
            }
            Some(Part::Target(_) | Part::Inbound(_) | Part::Inbox | Part::Page) => {
                lacking.report(lack.diagnostic.clone());
            }
            None => diagnostics.report(lack.diagnostic.clone()),
        }
    }
    if !diagnostics.is_empty() {
        return Err(ConfigErrors::new(path, &masked, diagnostics));
    }
    let shown = |diagnostics: Diagnostics| {
        let is_something = !diagnostics.has_no_warning();
        is_something.then(|| ConfigErrors::new(path, &masked, diagnostics))
    };
    let (lacking, unusable_files) = (shown(lacking), shown(unusable));
    Ok(Parsed { config, warnings: shown(diagnostics), lacking, unusable_files })
}

/// A file of TOML, and what was found in it.
struct Examined {
    /// It may be used only if nothing is wrong.
    config: Config,
    lacks: Vec<Lack>,
    off: Vec<(Span, Lacking)>,
    diagnostics: Diagnostics,
    /// The text as it may be shown.
    masked: String,
}

fn examine(path: &Path, text: &str, sources: &Sources<'_>) -> Result<Examined, ConfigErrors> {
    if text.len() > LARGEST_FILE {
        return Err(too_large(path, text.len()));
    }
    let document = DeTable::parse(text).map_err(|first| not_toml(path, text, first))?;
    let mut reader = Reader::new(text, sources.env, VOCABULARY);
    let file = File::read_table(document.get_ref(), &(0..0), &[], &mut reader);
    // With thousands of targets, this is megabytes.
    drop(document);
    let is_too_much = check_defaults(&file, &reader);
    let Reader { diagnostics, masked, variables, lacks, .. } = reader;
    if is_too_much {
        return Err(ConfigErrors::new(path, &mask_spans(text, &masked), diagnostics));
    }
    let Built { config, lacks, off } =
        build::config(file, path, sources, variables, lacks, &diagnostics);
    Ok(Examined { config, lacks, off, diagnostics, masked: mask_spans(text, &masked) })
}

/// What is wrong with a `text` that is no TOML, of which the parser said the `first`.
fn not_toml(path: &Path, text: &str, first: ::toml::de::Error) -> ConfigErrors {
    // What the parser recovers from broken TOML would only add misleading diagnostics,
    // and of its errors it keeps all, which may be millions.
    let errors = if text.len() > LARGEST_RECOVERED {
        vec![first]
    } else {
        DeTable::parse_recoverable(text).1
    };
    let (diagnostics, mut end) = (Diagnostics::default(), 0);
    for diagnostic in syntax::diagnostics(&errors, text, &VOCABULARY) {
        end = end.max(diagnostic.window(text).end);
        diagnostics.report(diagnostic);
    }
    ConfigErrors::new(path, &mask_lines(&text[..end], &VOCABULARY), diagnostics)
}

fn too_large(path: &Path, bytes: usize) -> ConfigErrors {
    let title = format!("the file has {}, and may have {}", size(bytes), size(LARGEST_FILE));
    ConfigErrors::of_file(path, None, title, "split it, and run a prober for each part")
}

/// What `[defaults]` says is in memory once for each target. Whether that is too much
/// to go on; then it is reported.
fn check_defaults(file: &File, reader: &Reader<'_>) -> bool {
    let targets = file.target.value().map_or(0, Vec::len);
    let too_much = file.defaults.given().filter(|_| reader.repeated * targets > MEMORY);
    if let Some(defaults) = too_much {
        reader.report(Reader::too_much(&defaults.key));
    }
    too_much.is_some()
}

/// The JSON Schema of probes.toml, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = File::schema_except(&[]);
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), "probes.toml".into());
    schema.to_value()
}
