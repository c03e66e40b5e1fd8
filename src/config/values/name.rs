//! Names of targets and channels, and references to them.

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::text::address::secret_parts;
use crate::text::suspicion::has_token;

/// Most characters of a name: a message may name a dozen targets in one line.
const LONGEST_NAME: usize = 100;

/// The name of a target, a service or a group.
pub(in crate::config) enum Name {}

/// Checks that `name` can be a name; an error says what is wrong with it.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let expected = if name.trim().is_empty() {
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
    Err(expected.to_owned())
}

impl TextType for Name {
    type Value = Text;

    const NAME: &'static str = "name";
    const EXPECTED: &'static str = "1 to 100 characters in one line, such as \"photos\"";

    fn from_text(text: &Text) -> Result<Text, Option<String>> {
        check_name(&text.value).map_err(Some)?;
        Ok(text.clone())
    }

    fn doubt(text: &Text) -> Option<(&'static str, &'static str)> {
        let is_shown = has_token(&text.value) || !secret_parts(&text.value).is_empty();
        is_shown.then_some((
            "this name may hold a secret",
            "messages and pages show it: write another name",
        ))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": LONGEST_NAME })
    }
}

/// The name of something else in the file.
pub(in crate::config) enum Reference {}

impl TextType for Reference {
    type Value = Text;

    const NAME: &'static str = "name";
    const EXPECTED: &'static str = "a name in quotes, or a list of names";

    fn from_text(text: &Text) -> Result<Text, Option<String>> {
        Ok(text.clone())
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string" })
    }
}
