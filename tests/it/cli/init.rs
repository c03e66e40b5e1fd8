//! `prober init`: without questions, and in a terminal.

#[cfg(feature = "interactive")]
mod questions;

use std::os::unix::fs::PermissionsExt as _;

use super::add::{JELLYFIN, site};
use super::*;
use crate::webhook::MARKER;

/// A home in which nothing was written yet.
async fn empty() -> Home {
    let home = Home::new().await;
    std::fs::remove_file(home.path("probes.toml")).unwrap();
    home
}

fn files(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.path(".")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path(name)).unwrap()
}

#[tokio::test]
async fn arguments_become_a_file_that_was_tried() {
    let home = empty().await;
    let jellyfin = site(JELLYFIN).await;
    let (nas, tv) = (home.nas.url(), jellyfin.url("/"));
    let mut init = home.prober(&["init", "--yes", "--url", &tv, "--url", &nas, "--behind", &nas]);
    let init = run(init.args(["--slack"]).env("LANG", "ko_KR.UTF-8").env("TZ", "Asia/Seoul")).await;
    assert_eq!(init.quiet(), Some(0), "{}", init.out);
    let heard = home.heard();
    assert!(heard.len() == 1 && heard[0].contains("메시지"), "{heard:?}");
    let name = nas.trim_start_matches("tcp://");
    let text = read(&home, "probes.toml");
    assert!(text.starts_with("#:schema ./probes.schema.json\n"), "{text}");
    let rest = format!(
        "\ntimezone = \"Asia/Seoul\"\nlanguage = \"ko\"\n\n[notify.slack]\ntype = \"slack\"\n\
         webhook_url = \"${{SLACK_WEBHOOK_URL}}\"\n\n[[target]]\nname = \"{name}\"\n\
         url = \"{nas}\"\n\n# Jellyfin: this is where it says whether it works\n[[target]]\n\
         name = \"jellyfin\"\nurl = \"{}\"\ndepends_on = [\"{name}\"]\n\
         expect = {{ body_contains = \"Healthy\" }}\n",
        jellyfin.url("/health")
    );
    assert!(text.ends_with(&rest), "{text}");
    assert!(!init.out.contains(MARKER), "{}", init.out);
}

#[tokio::test]
async fn the_secret_is_in_a_file_of_its_own_that_every_command_reads() {
    let home = empty().await;
    let init = home.run(&["init", "--yes", "--url", &home.nas.url(), "--slack"]).await;
    assert_eq!(init.quiet(), Some(0));
    let mode = |name| std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("environment"), mode("probes.toml")), (0o600, 0o644));
    assert_eq!(read(&home, "environment"), format!("SLACK_WEBHOOK_URL={}\n", home.slack.url()));
    let mut test = home.prober(&["notify-test"]);
    let test = run(test.env_remove("SLACK_WEBHOOK_URL")).await;
    assert_eq!((test.quiet(), test.out.as_str()), (Some(0), "slack: delivered\n"));
}

#[tokio::test]
async fn nothing_is_ever_overwritten() {
    let home = Home::new().await;
    let before = read(&home, "probes.toml");
    let arguments = ["init", "--yes", "--url", &home.nas.url()];
    let there = home.run(&arguments).await;
    assert_eq!((there.code, there.out.as_str()), (Some(2), ""));
    assert!(there.err.contains("probes.toml is there already"), "{}", there.err);
    assert_eq!(read(&home, "probes.toml"), before);
    std::fs::rename(home.path("probes.toml"), home.path("environment")).unwrap();
    let there = home.run(&arguments).await;
    assert!(there.err.contains("environment is there already"), "{}", there.err);
    assert_eq!(read(&home, "environment"), before);
}

#[tokio::test]
async fn where_nothing_can_be_written_nobody_is_told_anything() {
    let home = empty().await;
    let into = async |file: &str| {
        home.run(&["--config", file, "init", "--yes", "--url", &home.nas.url(), "--slack"]).await
    };
    let missing = into("none/probes.toml").await;
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("`mkdir none` makes it"), "{}", missing.err);
    let no_folder = into("/dev/null/probes.toml").await;
    assert_eq!(no_folder.code, Some(2));
    assert!(
        no_folder.err.contains("can be written into the folder /dev/null"),
        "{}",
        no_folder.err
    );
    assert_eq!((home.heard().len(), files(&home)), (0, vec![]));
}

#[tokio::test]
async fn what_does_not_work_is_written_only_if_that_is_wanted() {
    let home = empty().await;
    home.slack.refuse(404, "no_service");
    let works = home.nas.url();
    let refused = home.run(&["init", "--yes", "--url", &works, "--slack"]).await;
    assert_eq!((refused.quiet(), files(&home)), (Some(1), vec![]));
    assert!(refused.out.contains("slack: refused: HTTP 404 no_service"), "{}", refused.out);
    let down = home.run(&["init", "--yes", "--url", "tcp://127.0.0.1:1"]).await;
    assert_eq!((down.quiet(), files(&home)), (Some(1), vec![]));
    let anyway = ["init", "--yes", "--url", "tcp://127.0.0.1:1", "--slack", "--anyway"];
    assert_eq!(home.run(&anyway).await.quiet(), Some(0));
    assert_eq!(files(&home), ["environment", "probes.toml"]);
}

#[tokio::test]
async fn mistakes_in_arguments_are_said_and_nothing_is_written() {
    let home = empty().await;
    let url = home.nas.url();
    let yes = ["init", "--yes", "--url", &url];
    let told = async |more: &[&str]| home.run(&[&yes, more].concat()).await;
    for (more, expected) in [
        (["--timezone", "Asia/Seol"].as_slice(), "did you mean"),
        (&["--language", "fr"], "language"),
        (&["--url", "example.com"], "it lacks its scheme"),
        (&["--behind", "tcp://127.0.0.1:2"], "`--behind` names none of the URLs"),
        (&["--ntfy"], "the variable NTFY_URL is not set"),
        (&["--ntfy", "https://hooks.slack.com/services/XyZmarkerZyX"], "slack"),
        (&["--telegram", "123:abc"], "--chat-id"),
        (&["--discord", "XyZmarkerZyX"], "`DISCORD_WEBHOOK_URL` is not a valid web URL"),
    ] {
        let init = told(more).await;
        assert_eq!((init.code, files(&home)), (Some(2), vec![]), "{more:?}");
        assert!(init.err.contains(expected), "{more:?}: {}", init.err);
        assert!(init.err.starts_with("error: "), "{}", init.err);
        assert!(!init.err.contains(MARKER) && !init.out.contains(MARKER), "{}", init.err);
    }
}

#[tokio::test]
async fn without_a_terminal_it_says_how_to_ask_nothing() {
    let home = empty().await;
    let init = home.run(&["init"]).await;
    assert_eq!((init.code, init.out.as_str()), (Some(2), ""));
    assert!(init.err.contains("no terminal") && init.err.contains("--yes"), "{}", init.err);
}

#[tokio::test]
async fn a_channel_of_every_kind_is_valid() {
    let home = empty().await;
    let dead = "127.0.0.1:1";
    let init = home
        .run(&[
            "init",
            "--yes",
            "--anyway",
            "--url",
            &home.nas.url(),
            "--slack",
            "--ntfy",
            &format!("http://{dead}/topic"),
            "--discord",
            &format!("http://{dead}/api"),
            "--mail",
            &format!("smtp://me:p%40ss@{dead}"),
            "--from",
            "a@example.com",
            "--to",
            "b@example.com",
        ])
        .await;
    assert_eq!(init.code, Some(0), "{}", init.err);
    let variables = read(&home, "environment");
    let names: Vec<&str> = variables.lines().map(|line| line.split_once('=').unwrap().0).collect();
    assert_eq!(names, ["SLACK_WEBHOOK_URL", "NTFY_URL", "DISCORD_WEBHOOK_URL", "SMTP_URL"]);
    let validate = home.run(&["validate"]).await;
    assert_eq!((validate.quiet(), validate.out.contains("4 channels")), (Some(0), true));
}
