//! In a terminal of the test's own.

use rexpect::process::WaitStatus;
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use super::*;

/// How long an answer may take at most, in milliseconds; the test fails then.
const PATIENCE: u64 = 60_000;

const DOWN: &str = "\x1b[B";

/// A terminal in which `prober init` runs in the folder of `home`.
fn terminal(home: &Home) -> PtySession {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_prober"));
    command.arg("init").current_dir(home.path(".")).env_clear();
    command.env("TERM", "xterm").env("LANG", "en_US.UTF-8").env("TZ", "Europe/Berlin");
    let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(true);
    spawn_with_options(command, options).unwrap()
}

/// Answers each question in turn.
fn answer(terminal: &mut PtySession, answers: &[(&str, &str)]) {
    for (question, keys) in answers {
        terminal.exp_string(question).unwrap();
        terminal.send(keys).unwrap();
        terminal.flush().unwrap();
    }
}

fn exit_code(terminal: &PtySession) -> Option<i32> {
    let WaitStatus::Exited(_, code) = terminal.process().wait().unwrap() else { return None };
    Some(code)
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_lead_to_a_file_that_was_tried() {
    let home = empty().await;
    let jellyfin = site(JELLYFIN).await;
    let (nas, tv) = (home.nas.url(), jellyfin.url("/"));
    // What is pasted comes all at once.
    let pasted = format!("example.com\r{tv}\r{nas} tcp://127.0.0.1:1\r\r");
    let webhook = format!("{}\r", home.slack.url());
    let mut terminal = terminal(&home);
    let answers: &[(&str, &str)] = &[
        ("What shall be watched?", &pasted),
        ("tcp://127.0.0.1:1 does not answer as it should", "n"),
        ("Watch it all the same?", "\r"),
        ("Which one do all others need", &[DOWN, DOWN, "\r"].concat()),
        ("Who is told?", &[DOWN, "\r"].concat()),
        ("The webhook's URL:", &webhook),
        ("slack: delivered", ""),
        ("Which language", &[DOWN, DOWN, "\r"].concat()),
        ("In which time zone", "\r"),
        ("Write this to probes.toml?", "\r"),
    ];
    answer(&mut terminal, answers);
    terminal.exp_string("Wrote probes.toml").unwrap();
    if std::path::Path::new("/run/systemd/system").is_dir() {
        answer(&mut terminal, &[("Write the systemd service", "n\r")]);
    }
    assert_eq!(exit_code(&terminal), Some(0));
    let text = read(&home, "probes.toml");
    let name = nas.trim_start_matches("tcp://");
    assert!(text.contains("timezone = \"Europe/Berlin\"\nlanguage = \"zh\"\n"), "{text}");
    assert!(text.contains(&format!("depends_on = [\"{name}\"]\n")), "{text}");
    assert_eq!(text.matches("\n[[target]]\n").count(), 2, "{text}");
    assert_eq!(home.heard().len(), 1);
    assert_eq!(files(&home), ["environment", "probes.toml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_leaves_nothing_behind() {
    let home = empty().await;
    let nas = format!("{}\r\r", home.nas.url());
    for (question, before) in [("What shall be watched?", 0), ("Who is told?", 1)] {
        let mut terminal = terminal(&home);
        answer(&mut terminal, &[("What shall be watched?", nas.as_str())][..before]);
        answer(&mut terminal, &[(question, "\x03")]);
        terminal.exp_string("stopped: nothing was written").unwrap();
        assert_eq!((exit_code(&terminal), files(&home)), (Some(2), vec![]));
    }
}
