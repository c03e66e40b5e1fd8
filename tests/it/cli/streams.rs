//! What goes to which stream, and what does not.

use std::io::{self, PipeWriter};

use super::*;
use crate::home::Run;

const ESCAPE: char = '\u{1b}';

/// A pipe whose reader is gone, as in `prober check | head -0`.
fn unread() -> PipeWriter {
    let (_, writer) = io::pipe().unwrap();
    writer
}

fn escapes(run: &Run) -> bool {
    run.out.contains(ESCAPE) || run.err.contains(ESCAPE)
}

#[tokio::test]
async fn what_is_not_a_terminal_gets_no_colours() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.refuse(404, "no_service");
    for args in [&["check"][..], &["tick"], &["status"], &["notify-test"], &["check", "nsa"]] {
        let run = home.run(args).await;
        assert!(!escapes(&run), "{args:?}: {run:?}");
        assert!(!run.err.contains('\r'), "{args:?}: {run:?}");
    }
    home.write("[[target]]\nname = 3\n");
    assert!(!escapes(&home.run(&["validate"]).await));
}

#[tokio::test]
async fn a_mistake_is_called_an_error_once_on_a_terminal_too() {
    let home = Home::new().await;
    home.write("[[target]]\nname = 3\n");
    let coloured = run(home.prober(&["validate"]).env("CLICOLOR_FORCE", "1")).await;
    assert!(escapes(&coloured), "{coloured:?}");
    let shown = anstream::adapter::strip_str(&coloured.err).to_string();
    assert!(shown.starts_with("error: ") && !shown.contains("error: error"), "{shown}");
}

#[tokio::test]
async fn no_color_overrules_what_looks_like_a_terminal() {
    let home = Home::new().await;
    home.nas.stop().await;
    let mut command = home.prober(&["check"]);
    assert!(escapes(&run(command.env("CLICOLOR_FORCE", "1")).await));
    assert!(!escapes(&run(command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE")).await));
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_fault() {
    let home = Home::new().await;
    for (args, code) in [(&["check"][..], 0), (&["tick"], 0), (&["status"], 0), (&["schema"], 0)] {
        let run = run(home.prober(args).stdout(unread())).await;
        assert_eq!((run.code, run.err.as_str()), (Some(code), ""), "{args:?}");
    }
}

#[tokio::test]
async fn a_message_that_nobody_could_read_is_still_owed() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &home.nas_target()].concat());
    home.nas.stop().await;
    let mut tick = home.prober(&["tick", "--at", "2026-01-01T00:00:00Z"]);
    let lost = run(tick.stdout(unread())).await;
    assert_eq!(lost.code, Some(1), "{lost:?}");
    assert!(lost.err.contains("not delivered yet"), "{}", lost.err);
    let tick = home.tick(1).await;
    assert!(tick.err.starts_with("🔴 nas is down since 00:00: "), "{tick:?}");
}

#[tokio::test]
async fn logs_go_to_standard_error_and_results_to_standard_output() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.refuse(503, "");
    let tick = home.run(&["tick"]).await;
    assert_eq!(tick.code, Some(1));
    assert!(tick.err.contains("not delivered yet") && !tick.out.contains("delivered"), "{tick:?}");
    assert!(tick.out.starts_with("1 due, 1 probed, 1 still to be told\n"), "{tick:?}");
    assert_eq!(home.run(&["tick"]).await.err.lines().count(), 1);
}
