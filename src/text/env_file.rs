//! Files of variables, `NAME=VALUE` in each line, as a shell, systemd and Docker read them.
//! See <https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=>.

/// The variables in `text`, in their order: of one that is set twice, both values. A value in
/// quotes may go on over several lines.
///
/// # Errors
/// The number of a line that is not understood. What it says may be a secret.
///
/// ```
/// use prober::text::env_file::variables;
/// let of = |name: &str, value: &str| (name.to_owned(), value.to_owned());
/// assert_eq!(variables("# a comment\nKEY='two words'"), Ok(vec![of("KEY", "two words")]));
/// assert_eq!(variables("A=1\nno variable"), Err(2));
/// ```
pub fn variables(text: &str) -> Result<Vec<(String, String)>, usize> {
    let (mut variables, mut rest, mut number) = (Vec::new(), text, 1);
    while !rest.is_empty() {
        let line = rest.lines().next().unwrap_or_default();
        let length = if is_empty(line) {
            line.len()
        } else {
            let (name, begin) = name(line).ok_or(number)?;
            let (value, length) = value(&rest[begin..]).ok_or(number)?;
            variables.push((name.to_owned(), value));
            begin + length
        };
        number += rest[..length].matches('\n').count();
        // The end of the line is a line break, or `\r` and one.
        let (end, after) = rest[length..].split_once('\n').unwrap_or((&rest[length..], ""));
        if !end.trim().is_empty() {
            return Err(number);
        }
        (rest, number) = (after, number + 1);
    }
    Ok(variables)
}

fn is_empty(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with(['#', ';'])
}

/// The name that `line` sets, and where the value begins.
fn name(line: &str) -> Option<(&str, usize)> {
    let (before, value) = line.split_once('=')?;
    let name = before.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim_start();
    let value = value.trim_start_matches([' ', '\t']);
    is_name(name).then_some((name, line.len() - value.len()))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The value at the beginning of `text`, and how long it is there: as it stands, in `'…'`, or
/// in `"…"`, where a backslash stands before what it protects.
fn value(text: &str) -> Option<(String, usize)> {
    if let Some(rest) = text.strip_prefix('\'') {
        let end = rest.find('\'')?;
        return Some((rest[..end].to_owned(), end + 2));
    }
    if let Some(rest) = text.strip_prefix('"') {
        let (value, length) = unescaped(rest, |c| c == '"')?;
        return rest[length..].starts_with('"').then_some((value, length + 2));
    }
    let line = text.lines().next().unwrap_or_default();
    let (value, _) = unescaped(line.trim_end(), |_| false)?;
    Some((value, line.len()))
}

/// `text` up to where it `ends`, without the backslashes; and how long it is there.
fn unescaped(text: &str, ends: impl Fn(char) -> bool) -> Option<(String, usize)> {
    let (mut value, mut chars) = (String::new(), text.char_indices());
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => match chars.next()?.1 {
                // The line goes on.
                '\n' => {}
                escaped => value.push(escaped),
            },
            char if ends(char) => return Some((value, at)),
            char => value.push(char),
        }
    }
    Some((value, text.len()))
}

/// The line that sets `name` to `value`, with its line break; `None` if no line can: nothing
/// in an environment has a NUL.
///
/// ```
/// use prober::text::env_file::line;
/// assert_eq!(line("KEY", "it's $5").as_deref(), Some("KEY=\"it's \\$5\"\n"));
/// ```
#[must_use]
pub fn line(name: &str, value: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=~".contains(c);
    if value.chars().all(is_plain) {
        return Some(format!("{name}={value}\n"));
    }
    if value.contains('\0') {
        return None;
    }
    if !value.contains('\'') {
        return Some(format!("{name}='{value}'\n"));
    }
    let mut escaped = String::with_capacity(value.len() + 4);
    for char in value.chars() {
        if matches!(char, '"' | '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    Some(format!("{name}=\"{escaped}\"\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Result<String, usize> {
        let all = variables(text)?;
        Ok(all.into_iter().rfind(|(name, _)| name == "KEY").unwrap().1)
    }

    #[test]
    fn lines_are_read_as_systemd_and_shells_do() {
        for (text, value) in [
            ("# a comment\n; another\n\nKEY=value", "value"),
            ("export KEY = 'two words'\r\nOTHER=1", "two words"),
            (r#"KEY="a \"b\" \\ c""#, r#"a "b" \ c"#),
            ("KEY=https://x.example/a?b=c#d", "https://x.example/a?b=c#d"),
            ("KEY=1\nKEY=2", "2"),
            ("KEY=", ""),
            ("KEY= \nOTHER=1", ""),
            ("KEY='{\n  \"a\": 1\n}'\nOTHER=1", "{\n  \"a\": 1\n}"),
            ("KEY=\"two\\\n words\"", "two words"),
        ] {
            assert_eq!(one(text), Ok(value.into()), "{text}");
        }
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_by_its_number() {
        for line in ["KEY", "1KEY=a", "K EY=a", "=a", "KEY='a", "KEY=\"a", "KEY=a\\", "KEY='a'b"] {
            assert_eq!(variables(&format!("OTHER='1'\n{line}\nA=b\n")), Err(2), "{line}");
        }
        assert_eq!(variables("A='1\n2'\nKEY"), Err(3));
        assert_eq!(variables("A='1\n2'x\nKEY"), Err(2));
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(value in "[^\0]*", other in "[a-z'\"\\\\$` \n]*") {
            for value in [value, other] {
                let text = format!("A=1\n{}B='2'\n", line("KEY", &value).unwrap());
                prop_assert_eq!(one(&text), Ok(value), "{}", text);
            }
        }
    }

    #[test]
    fn what_is_written_is_what_a_shell_reads() {
        for value in ["it's $5", "a\"b'c\\d`e` $HOME", "two\nlines", "비밀 ~ #"] {
            let script = format!("{}printf %s \"$KEY\"", line("KEY", value).unwrap());
            let read = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(read.stdout).unwrap(), value);
        }
        assert_eq!(line("KEY", "a\0b"), None);
    }
}
