//! Names: of targets and channels, and where they are referred to.

use schemars::{Schema, json_schema};

use crate::config::text::Text;
use crate::config::toml_key::FromText;

/// The longest name, in characters: messages name a dozen targets in one line.
const LONGEST_NAME: usize = 100;

/// The name of a target.
#[derive(Clone)]
pub(super) struct Name(pub(super) Text);

/// Whether `name` can name something; if not, why.
pub(super) fn checked_name(name: &str) -> Result<(), String> {
    let allowed = if name.trim().is_empty() {
        "must not be empty"
    } else if name.trim() != name {
        "must not begin or end with a space"
    } else if name.chars().any(char::is_control) {
        "must not contain control characters, such as line breaks"
    } else if name.chars().count() > LONGEST_NAME {
        "must have at most 100 characters"
    } else {
        return Ok(());
    };
    Err(allowed.to_owned())
}

impl FromText for Name {
    const WHAT: &'static str = "name";
    const ALLOWED: &'static str = "1 to 100 characters in one line, such as \"photos\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        checked_name(&text.value).map_err(Some)?;
        Ok(Self(text.clone()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": LONGEST_NAME })
    }
}

/// The name of something else in the file.
#[derive(Clone)]
pub(super) struct Reference(pub(super) Text);

impl FromText for Reference {
    const WHAT: &'static str = "name";
    const ALLOWED: &'static str = "a name in quotes, or a list of names";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        Ok(Self(text.clone()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string" })
    }
}
