//! In a terminal of the test's own.

use super::*;
use crate::home::Terminal;

const DOWN: &str = "\x1b[B";

/// A terminal in which `prober init` runs in the folder of `home`.
fn terminal(home: &Home) -> Terminal {
    let mut command = home.prober(&["init"]);
    command.env_clear().env("TERM", "xterm");
    command.env("LANG", "en_US.UTF-8").env("TZ", "Europe/Berlin");
    Terminal::with_keys(command, 120, 40)
}

/// Answers each question in turn.
async fn answer(terminal: &mut Terminal, answers: &[(&str, &str)]) {
    for (question, keys) in answers {
        terminal.until(question).await;
        terminal.press(keys);
    }
}

#[tokio::test]
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
        ("tcp://127.0.0.1:1 does not answer as it should. Watch it all the same?", "n\r"),
        ("Which one do all others need", &[DOWN, DOWN, "\r"].concat()),
        ("Who is told?", &[DOWN, "\r"].concat()),
        ("The webhook's URL:", &webhook),
        ("Which language", &[DOWN, DOWN, "\r"].concat()),
        ("In which time zone", "\r"),
        ("Write this to probes.toml?", "\r"),
    ];
    answer(&mut terminal, answers).await;
    if std::path::Path::new("/run/systemd/system").is_dir() {
        answer(&mut terminal, &[("Write the systemd service", "n\r")]).await;
    }
    assert_eq!(terminal.end().await.0, Some(0));
    let text = read(&home, "probes.toml");
    let name = nas.trim_start_matches("tcp://");
    assert!(text.contains("timezone = \"Europe/Berlin\"\nlanguage = \"zh\"\n"), "{text}");
    assert!(text.contains(&format!("depends_on = [\"{name}\"]\n")), "{text}");
    assert_eq!(text.matches("\n[[target]]\n").count(), 2, "{text}");
    assert_eq!(home.heard().len(), 1);
    assert_eq!(files(&home), ["environment", "probes.toml"]);
}

#[tokio::test]
async fn whoever_stops_leaves_nothing_behind() {
    let home = empty().await;
    let nas = format!("{}\r\r", home.nas.url());
    for (question, before) in [("What shall be watched?", 0), ("Who is told?", 1)] {
        let mut terminal = terminal(&home);
        answer(&mut terminal, &[("What shall be watched?", nas.as_str())][..before]).await;
        answer(&mut terminal, &[(question, "\x03")]).await;
        let (code, shown) = terminal.end().await;
        assert!(shown.contains("stopped: nothing was written"), "{shown}");
        assert_eq!((code, files(&home)), (Some(2), vec![]));
    }
}
