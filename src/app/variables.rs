//! The variables that a configuration may name as `${NAME}`: those of the process, and those
//! of the file `environment` beside it. So a command that somebody runs by hand knows what
//! the service knows, whose manager reads the same file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::ConfigErrors;
use crate::environment::variable;
use crate::model::secret::Secret;
use crate::os;

/// The name of the file.
const FILE: &str = "environment";

/// The variables that a configuration may name.
#[derive(Debug, Default)]
pub struct Variables {
    path: PathBuf,
    of_file: BTreeMap<String, Secret>,
    /// Why the file could not be read, until that was said.
    unreadable: RefCell<Option<io::Error>>,
}

/// The path of the file of variables for the configuration at `path`.
#[must_use]
pub fn path_beside(path: &Path) -> PathBuf {
    path.with_file_name(FILE)
}

impl Variables {
    /// Those for the configuration at `path`; `read` reads a file.
    ///
    /// # Errors
    /// Where there is a file that everybody may write, or one with a line that is not
    /// understood.
    pub(super) fn beside(
        path: &Path,
        read: impl FnOnce(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<Self, ConfigErrors> {
        let path = path_beside(path);
        let found = read(&path);
        // A folder of that name is somebody else's.
        let Some(metadata) = fs::metadata(&path).ok().filter(fs::Metadata::is_file) else {
            return Ok(Self { path, ..Self::default() });
        };
        if os::everybody_may_write(&metadata) {
            let advice = format!("run `chmod 600 {}`", path.display());
            let title = "everybody may write this file";
            return Err(ConfigErrors::of_file(&path, None, title, advice));
        }
        match found {
            Err(_) if metadata.len() == 0 => Ok(Self { path, ..Self::default() }),
            Err(error) => {
                Ok(Self { path, unreadable: RefCell::new(Some(error)), ..Self::default() })
            }
            Ok(bytes) => match parsed(&String::from_utf8_lossy(&bytes)) {
                Ok(of_file) => Ok(Self { path, of_file, unreadable: RefCell::default() }),
                Err(line) => {
                    let title = "a line of this file is not understood";
                    let advice = "expected NAME=VALUE, a comment or nothing";
                    Err(ConfigErrors::of_file(&path, Some(line), title, advice))
                }
            },
        }
    }

    /// Those for the configuration at `path`.
    ///
    /// # Errors
    /// Where there is a file that everybody may write, or one with a line that is not
    /// understood.
    pub fn of(path: &Path) -> Result<Self, ConfigErrors> {
        Self::beside(path, super::files::read_named)
    }

    /// The variable `name`: of the process, or else of the file.
    pub fn get(&self, name: &str) -> Option<String> {
        if let Some(value) = variable(name) {
            return Some(value);
        }
        // Where the service's manager has read it already, nothing is missing.
        if let Some(error) = self.unreadable.take() {
            let path = self.path.display();
            tracing::warn!(%error, "{path} cannot be read: its variables are not known");
        }
        self.of_file.get(name).map(|value| value.expose().to_owned())
    }
}

/// The variables in `text`: one in each line, as systemd's `EnvironmentFile=` and a shell
/// read them alike. An error is the number of a line that is not understood; what it says
/// may be a secret.
fn parsed(text: &str) -> Result<BTreeMap<String, Secret>, usize> {
    let mut variables = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (name, value) = assignment(line).ok_or(index + 1)?;
        variables.insert(name.to_owned(), Secret::new(value));
    }
    Ok(variables)
}

/// The name and the value in a line.
fn assignment(line: &str) -> Option<(&str, String)> {
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end();
    Some((name, unquoted(value.trim())?)).filter(|_| is_name(name))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The value that `text` means: as it stands, in `'…'`, or in `"…"`, where a backslash
/// stands before what it protects. One that goes on in the next line is none.
fn unquoted(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('\'') {
        let inner = rest.strip_suffix('\'')?;
        return (!inner.contains('\'')).then(|| inner.to_owned());
    }
    let is_quoted = text.starts_with('"');
    let inner = if is_quoted { text[1..].strip_suffix('"')? } else { text };
    let (mut value, mut chars) = (String::new(), inner.chars());
    while let Some(char) = chars.next() {
        match char {
            '\\' => value.push(chars.next()?),
            '"' if is_quoted => return None,
            _ => value.push(char),
        }
    }
    Some(value)
}

/// The line that sets `name` to `value`, for a shell and for systemd alike; `None` if no
/// line can, because of a line break or a quote.
#[must_use]
pub fn line(name: &str, value: &Secret) -> Option<String> {
    let value = value.expose();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if value.chars().all(is_plain) {
        return Some(format!("{name}={value}\n"));
    }
    let can_be_quoted = !value.contains(['\'', '\n', '\r', '\0']);
    can_be_quoted.then(|| format!("{name}='{value}'\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<String, usize> {
        parsed(text).map(|all| all["KEY"].expose().to_owned())
    }

    #[test]
    fn lines_are_read_as_systemd_and_shells_do() {
        assert_eq!(one("# a comment\n; another\n\nKEY=value"), Ok("value".into()));
        assert_eq!(one("export KEY = 'two words'\r\n"), Ok("two words".into()));
        assert_eq!(one(r#"KEY="a \"b\" \\ c""#), Ok(r#"a "b" \ c"#.into()));
        assert_eq!(one("KEY=https://x.example/a?b=c#d"), Ok("https://x.example/a?b=c#d".into()));
        assert_eq!(one("KEY=1\nKEY=2"), Ok("2".into()));
        assert_eq!(one("KEY="), Ok(String::new()));
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_by_its_number() {
        for line in ["KEY", "1KEY=a", "K EY=a", "=a", "KEY='a", "KEY=\"a", "KEY=a\\"] {
            assert_eq!(parsed(&format!("OTHER=1\n{line}\nKEY=b\n")), Err(2), "{line}");
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for value in ["https://hooks.example.com/T0/B0?a=b", "p w", "$HOME", "a\"b\\c#", "비밀", ""]
        {
            let line = line("KEY", &Secret::new(value)).unwrap();
            assert_eq!(one(&line), Ok(value.into()), "{line}");
        }
        for value in ["it's", "two\nlines"] {
            assert_eq!(line("KEY", &Secret::new(value)), None);
        }
    }
}
