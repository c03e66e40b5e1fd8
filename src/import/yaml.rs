//! YAML, within limits: a file that unfolds to gigabytes is refused.

use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Options};

use crate::import::ImportError;
use crate::text::one_line;

/// Most characters of what the parser complains of.
const LONGEST_COMPLAINT: usize = 200;

/// The document in `text`, which is of the file `name`.
pub(super) fn read(name: &str, text: &str) -> Result<Value, ImportError> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| ImportError::Broken {
        name: name.to_owned(),
        what: "YAML",
        why: one_line(&error.to_string(), LONGEST_COMPLAINT),
    })
}

/// What it complains of may not show the file: it has secrets.
fn options() -> Options {
    serde_saphyr::options! {
        with_snippet: false,
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        legacy_octal_numbers: false,
    }
}
