//! The result of `outages --format csv`, as RFC 4180 has it
//! (<https://www.rfc-editor.org/rfc/rfc4180>), for spreadsheets.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Entry, Found};
use crate::model::incident_fields::IncidentFields;
use crate::model::names::TargetName;
use crate::model::state::Silenced;
use crate::text::visible;

/// The columns; those of `--format json`.
const HEADER: [&str; 12] = [
    "target",
    "incident",
    "since",
    "until",
    "duration_s",
    "unseen_s",
    "reason",
    "detail",
    "failures",
    "maintained",
    "paused",
    "behind",
];

pub(super) fn table(found: &Found) -> String {
    let header = HEADER.map(str::to_owned);
    let lines = std::iter::once(header).chain(found.entries.iter().map(line));
    lines.flat_map(|fields| [fields.join(","), "\r\n".to_owned()]).collect()
}

fn line(entry: &Entry) -> [String; 12] {
    let IncidentFields { id, since, until, reason, detail, duration_s, agreed_by: _ } =
        entry.fields();
    let Silenced { maintained, paused, behind } = &entry.outage.silenced;
    let behind: Vec<&str> = behind.iter().map(TargetName::as_str).collect();
    [
        text(entry.target.as_str()),
        text(&id),
        instant(since),
        until.map(instant).unwrap_or_default(),
        duration_s.map(|seconds| seconds.to_string()).unwrap_or_default(),
        entry.outage.unseen_s.to_string(),
        reason.to_owned(),
        text(&detail),
        entry.outage.observations.to_string(),
        maintained.to_string(),
        paused.to_string(),
        text(&behind.join(", ")),
    ]
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A field that others may have written. A spreadsheet would calculate what looks like a
/// formula, and a formula can read other cells and send them away; a quote before it makes
/// it text: <https://owasp.org/www-community/attacks/CSV_Injection>.
fn text(text: &str) -> String {
    let text = visible(text);
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\'', ' ']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_looks_like_a_formula_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1"] {
            let field = text(formula);
            let shown = field.trim_matches('"');
            assert!(!shown.trim_start().starts_with(['=', '+', '-', '@', '＝']), "{field}");
        }
    }

    #[test]
    fn a_field_cannot_end_before_its_text() {
        assert_eq!(text("plain"), "plain");
        assert_eq!(text("a, b"), "\"a, b\"");
        assert_eq!(text("say \"a\""), "\"say \"\"a\"\"\"");
        assert!(!text("two\r\nlines").contains(['\r', '\n']));
    }
}
