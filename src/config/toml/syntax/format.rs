//! Whether a text is something else than TOML: then one diagnostic says so, and not
//! one for each line.

use crate::config::toml::diagnostic::{Diagnostic, Span};

/// How a target is written here, for those who know another format.
const EXAMPLE: &str = "a target is three lines: `[[target]]`, `name = \"blog\"` and \
     `url = \"https://blog.example.com\"`; see the example that comes with prober";

/// What `text` is instead of TOML, if that is plain.
pub(super) fn other(text: &str) -> Option<Diagnostic> {
    let (span, is) = conflict(text).or_else(|| markup(text)).or_else(|| yaml(text))?;
    if let Format::Conflict = is {
        let label = "keep one of the two versions, and take these marks away";
        return Some(Diagnostic::new(span, "a merge was not finished here", label));
    }
    let title = format!("this file is {}, and prober reads TOML", is.name());
    Some(Diagnostic::new(span, title, "begins here").help(EXAMPLE))
}

enum Format {
    Json,
    Html,
    Yaml,
    Conflict,
}

impl Format {
    fn name(&self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Html => "HTML or XML",
            Self::Yaml => "YAML",
            Self::Conflict => "the middle of a merge",
        }
    }
}

/// The mark of a merge that git left to its user.
fn conflict(text: &str) -> Option<(Span, Format)> {
    let mark = |(start, line): &(usize, &str)| {
        let is_mark = ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark));
        is_mark.then(|| (*start..start + "<<<<<<<".len(), Format::Conflict))
    };
    lines(text).find_map(|line| mark(&line))
}

fn markup(text: &str) -> Option<(Span, Format)> {
    let (start, line) = lines(text).find(|(_, line)| !line.is_empty())?;
    let is = match line.chars().next()? {
        '{' => Format::Json,
        '[' if matches!(line[1..].trim_start().chars().next(), None | Some('{')) => Format::Json,
        '<' => Format::Html,
        _ => return None,
    };
    Some((start..start + 1, is))
}

/// YAML is lines that end their key with a colon, and not one that TOML could have.
fn yaml(text: &str) -> Option<(Span, Format)> {
    let is_said = |line: &str| !line.is_empty() && !line.starts_with('#');
    let said = || lines(text).filter(|(_, line)| is_said(line));
    let first = said().find(|(_, line)| is_yaml(line))?;
    let is_toml = said().any(|(_, line)| is_toml(line));
    let is_short = said().count() < FEWEST_LINES;
    (!is_toml && !is_short).then(|| (first.0..first.0 + first.1.len(), Format::Yaml))
}

/// One line with a colon may be a slip of the finger.
const FEWEST_LINES: usize = 2;

fn is_yaml(line: &str) -> bool {
    let line = line.strip_prefix("- ").unwrap_or(line);
    line == "---" || key(line).is_some_and(|after| after == ":" || after.starts_with(": "))
}

fn is_toml(line: &str) -> bool {
    line.starts_with("[[")
        || (line.starts_with('[') && line.contains(']') && !line.contains(','))
        || key(line).is_some_and(|after| after.trim_start().starts_with('='))
}

/// What follows the key at the beginning of `line`.
fn key(line: &str) -> Option<&str> {
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c))?;
    (end > 0).then(|| &line[end..])
}

/// The lines without the blanks around them, each with its place.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at + line.len() - line.trim_start_matches(['\u{feff}', ' ', '\t']).len();
        *at += line.len();
        Some((start, line.trim_start_matches('\u{feff}').trim()))
    })
}
