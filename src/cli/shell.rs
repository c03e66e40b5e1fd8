//! Commands that somebody may run, as a shell reads them.

use std::path::Path;

use unicode_width::UnicodeWidthStr as _;

/// `path` as a word of a command: `.` finds a file without a slash only on its PATH.
pub(super) fn path(path: &Path) -> String {
    let text = path.display().to_string();
    let text = if text.contains('/') { text } else { format!("./{text}") };
    let is_plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// `prober`, with the option that names `config` where it is not the usual one.
pub(super) fn prober(config: &Path) -> String {
    if config == Path::new("probes.toml") {
        "prober".to_owned()
    } else {
        format!("prober --config {}", path(config))
    }
}

/// Commands that somebody may run next, each with what it does.
pub(super) fn next_steps(steps: &[(&str, &str)]) -> String {
    let width = steps.iter().map(|(command, _)| command.width()).max().unwrap_or(0);
    let line = |(command, does): &(&str, &str)| {
        let gap = " ".repeat(width - command.width());
        format!("  {command}{gap}   {does}\n")
    };
    let lines: String = steps.iter().map(line).collect();
    format!("What comes next:\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_command() {
        for (given, word) in [
            ("probes.toml", "./probes.toml"),
            ("/etc/prober/probes.toml", "/etc/prober/probes.toml"),
            ("my servers/it's", r"'my servers/it'\''s'"),
        ] {
            assert_eq!(path(Path::new(given)), word);
        }
        assert_eq!(prober(Path::new("probes.toml")), "prober");
        assert_eq!(prober(Path::new("/a b.toml")), "prober --config '/a b.toml'");
    }
}
