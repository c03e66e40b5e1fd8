//! The text of the unit. It is kept once, for the whole machine; a user's is made of it.

use std::path::Path;

use crate::cli::Error;

/// The unit of the whole machine, as packages install it.
const SYSTEM: &str = include_str!("../../../packaging/prober.service");

/// Where that unit has the program, and the folder of its configuration.
const PROGRAM: &str = "/usr/local/bin/prober";
const CONFIG: &str = "/etc/prober/probes.toml";
const ENVIRONMENT: &str = "/etc/prober/environment";

/// What a service manager of one user does not know, or would do otherwise. prober itself
/// reads the file of variables, and its state lies beside its configuration.
const NOT_OF_A_USER: [&str; 5] =
    ["After=", "Wants=", "EnvironmentFile=", "StateDirectory=", "DynamicUser="];

/// The unit of the whole machine, for this `program` and this `config`.
pub(super) fn system(program: &Path, config: &Path) -> Result<String, Error> {
    let environment = crate::app::variables::path_beside(config);
    Ok(SYSTEM
        .replace(PROGRAM, &word(program)?)
        .replace(CONFIG, &word(config)?)
        .replace(ENVIRONMENT, &specifiers(&environment)?))
}

/// The unit of one user.
pub(super) fn user(program: &Path, config: &Path) -> Result<String, Error> {
    let is_kept = |line: &&str| !NOT_OF_A_USER.iter().any(|without| line.starts_with(without));
    let lines: Vec<&str> = SYSTEM.lines().filter(is_kept).collect();
    let unit = format!("{}\n", lines.join("\n"));
    Ok(unit
        .replace("multi-user.target", "default.target")
        .replace(PROGRAM, &word(program)?)
        .replace(CONFIG, &word(config)?))
}

/// Whether `text` is a unit that runs prober.
pub(super) fn is_ours(text: &str) -> bool {
    text.lines().any(|line| line == "Description=prober")
}

/// `path` as a word of a command line of systemd:
/// <https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines>.
fn word(path: &Path) -> Result<String, Error> {
    let text = specifiers(path)?.replace('$', "$$");
    if text.contains(|c: char| c.is_whitespace() || "\"'\\".contains(c)) {
        return Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    }
    Ok(text)
}

/// `path` where systemd expands specifiers.
fn specifiers(path: &Path) -> Result<String, Error> {
    let is_plain = |text: &&str| !text.contains(char::is_control);
    let text = path.to_str().filter(is_plain);
    let text = text.ok_or_else(|| format!("systemd cannot use the path {}", path.display()))?;
    Ok(text.replace('%', "%%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_unit_is_the_one_of_the_packages() {
        let unit = system(Path::new(PROGRAM), Path::new(CONFIG)).unwrap();
        assert_eq!(unit, SYSTEM);
    }

    #[test]
    fn a_user_s_unit_has_what_a_user_s_manager_knows() {
        let unit = user(Path::new("/home/me/bin/prober"), Path::new("/home/me/probes.toml"));
        let expected = "[Unit]\nDescription=prober\n\n[Service]\n\
            ExecStart=/home/me/bin/prober --config /home/me/probes.toml watch\n\
            ExecReload=/bin/kill -HUP $MAINPID\nRestart=always\nRestartSec=10\n\n\
            [Install]\nWantedBy=default.target\n";
        assert_eq!(unit.unwrap(), expected);
    }

    #[test]
    fn odd_paths_are_quoted() {
        let quoted = |path: &str| word(Path::new(path)).unwrap();
        assert_eq!(quoted("/my servers/100%/$a"), "\"/my servers/100%%/$$a\"");
        assert_eq!(quoted("/a\"b"), "\"/a\\\"b\"");
        assert!(word(Path::new("/a\nb")).is_err());
    }
}
