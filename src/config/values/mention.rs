//! Whom a message to Slack mentions.

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;

/// What people type in Slack, and what its API needs instead: in an app's text,
/// `@here` is only five letters.
/// <https://docs.slack.dev/messaging/formatting-message-text/#special-mentions>
const GROUPS: [(&str, &str); 3] =
    [("@here", "<!here>"), ("@channel", "<!channel>"), ("@everyone", "<!everyone>")];

/// One mention or several, as Slack's API understands them.
pub(in crate::config) enum Mention {}

impl TextType for Mention {
    type Value = String;

    const NAME: &'static str = "mention";
    const EXPECTED: &'static str = "`@here`, `@channel`, `@everyone`, or ids such as `<@U0123456789>` and `<!subteam^S0123456789>`";

    fn from_text(text: &Text) -> Result<String, Option<String>> {
        let mentions: Option<Vec<&str>> = text.value.split_whitespace().map(understood).collect();
        let mentions = mentions.filter(|mentions| !mentions.is_empty()).ok_or(None)?;
        Ok(mentions.join(" "))
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(@(here|channel|everyone)|<[@!][^<>\s]+>)(\s+(@(here|channel|everyone)|<[@!][^<>\s]+>))*\s*$|\$\{",
            "examples": ["@here", "@channel", "<@U0123456789>"],
        })
    }
}

/// `mention` as Slack's API understands it; `None` if it mentions nobody.
fn understood(mention: &str) -> Option<&str> {
    if let Some((_, markup)) = GROUPS.iter().find(|(typed, _)| *typed == mention) {
        return Some(markup);
    }
    let inner = mention.strip_prefix('<')?.strip_suffix('>')?;
    // Slack shows what follows a bar if it does not know the id.
    let id = inner.split_once('|').map_or(inner, |(id, _)| id);
    let is_group = GROUPS.iter().any(|(typed, _)| typed.strip_prefix('@') == id.strip_prefix('!'));
    let member = id.strip_prefix('@').is_some_and(|id| is_id(id, &['U', 'W']));
    let team = id.strip_prefix("!subteam^").is_some_and(|id| is_id(id, &['S']));
    (is_group || member || team).then_some(mention)
}

/// Whether `id` is one of Slack's: a capital that says its kind, then capitals and digits.
fn is_id(id: &str, of: &[char]) -> bool {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    id.len() > 1 && id.starts_with(of) && id.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_slack_is_what_its_api_understands() {
        for (typed, markup) in [
            ("@here", "<!here>"),
            ("@channel", "<!channel>"),
            ("@everyone", "<!everyone>"),
            ("<!here>", "<!here>"),
            ("<@U0123AB>", "<@U0123AB>"),
            ("<!subteam^S012|@home>", "<!subteam^S012|@home>"),
        ] {
            assert_eq!(understood(typed), Some(markup), "{typed}");
        }
    }

    #[test]
    fn what_wakes_nobody_is_refused() {
        for typed in ["here", "@me", "@U0123AB", "<@me>", "<!all>", "<https://x>", "U012", "<@>"] {
            assert_eq!(understood(typed), None, "{typed}");
        }
    }
}
