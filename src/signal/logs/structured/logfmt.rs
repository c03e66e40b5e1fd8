//! A line of logfmt: `level=error msg="no sync" err="disk full"`, as Go's `slog`,
//! go-kit and logrus write it.

use serde_json::{Deserializer, Value};

use super::fields::Fields;

/// What one of must be there.
const LEVELS: [&str; 3] = ["level", "lvl", "severity"];

/// And one of these.
const MESSAGES: [&str; 2] = ["msg", "message"];

/// Reads `text` if all of it is such a line, and has a level and a message.
pub(super) fn read(text: &str) -> Option<Fields> {
    let mut fields = Fields::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let is_key = |c: char| c.is_ascii_alphanumeric() || "._-@/".contains(c);
        if key.is_empty() || !key.chars().all(is_key) {
            return None;
        }
        let (value, after) = value(after)?;
        fields.insert(key.to_owned(), Value::String(value));
        rest = after.trim_start();
    }
    let has = |names: &[&str]| names.iter().any(|name| fields.contains_key(*name));
    (has(&LEVELS) && has(&MESSAGES)).then_some(fields)
}

/// The value that `text` begins with, and what is behind it.
fn value(text: &str) -> Option<(String, &str)> {
    if !text.starts_with('"') {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    }
    // It is escaped as in JSON.
    let mut quoted = Deserializer::from_str(text).into_iter::<String>();
    let value = quoted.next()?.ok()?;
    Some((value, &text[quoted.byte_offset()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_whole_or_not_at_all() {
        let fields = read(r#"ts=1 level=error msg="no \"sync\"" err="disk full" n="#).unwrap();
        assert_eq!((&fields["msg"], &fields["err"]), (&"no \"sync\"".into(), &"disk full".into()));
        for other in
            ["level=error", "ERROR level=error msg=m", "level=error msg=\"m", "", "a = b", "=1"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
