//! Commands that cannot run, and why: exit code 2, and words on standard error.

use super::*;

const COMMANDS: [&str; 7] =
    ["check", "tick", "watch", "status", "validate", "notify-test", "deploy"];

#[tokio::test]
async fn a_valid_configuration_is_said_to_be_valid() {
    let home = Home::new().await;
    let validate = home.run(&["validate"]).await;
    assert_eq!(validate.quiet(), Some(0));
    assert_eq!(validate.out, "probes.toml is valid: 1 target, 1 channel\n");
}

#[tokio::test]
async fn no_command_runs_on_a_configuration_with_mistakes() {
    let home = Home::new().await;
    home.write("[[target]]\nname = 'nas'\nurl = 'nas.example.com'\ncolour = 'red'\n");
    for command in COMMANDS {
        let run = home.run(&[command]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{command}");
        assert!(run.err.starts_with("error"), "{command}: {}", run.err);
        assert!(
            run.err.contains("probes.toml:3") && run.err.contains("probes.toml:4"),
            "{}",
            run.err
        );
    }
    assert!(!home.path("prober.db").exists());
}

#[tokio::test]
async fn no_command_runs_without_a_configuration() {
    let home = Home::new().await;
    for command in COMMANDS {
        let run = home.run(&["--config", "missing.toml", command]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{command}");
        let expected = "error: failed to read the configuration missing.toml: ";
        assert!(run.err.starts_with(expected), "{command}: {}", run.err);
    }
}

#[tokio::test]
async fn a_configuration_that_is_not_utf8_is_to_be_saved_as_that() {
    let home = Home::new().await;
    // What Windows' older editors call Unicode.
    let text = "[[target]]".encode_utf16().flat_map(u16::to_le_bytes);
    std::fs::write(
        home.path("wide.toml"),
        [0xff, 0xfe].into_iter().chain(text).collect::<Vec<_>>(),
    )
    .unwrap();
    let run = home.run(&["--config", "wide.toml", "validate"]).await;
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("wide.toml: ") && run.err.contains("; save it as UTF-8"),
        "{}",
        run.err
    );
}

#[tokio::test]
async fn a_variable_that_is_not_set_is_a_mistake() {
    let home = Home::new().await;
    let tick = run(home.ticking(0).env_remove("SLACK_WEBHOOK_URL")).await;
    assert_eq!((tick.code, tick.out.as_str()), (Some(2), ""));
    assert!(tick.err.contains("SLACK_WEBHOOK_URL"), "{}", tick.err);
}

#[tokio::test]
async fn wrong_usage_is_an_error() {
    let home = Home::new().await;
    let bare = home.run(&[]).await;
    assert_eq!((bare.code, bare.out.as_str()), (Some(2), ""));
    assert!(bare.err.contains("Usage: prober"), "{}", bare.err);
    for args in [
        &["chekc"][..],
        &["check", "--format", "yaml"],
        &["tick", "nas"],
        &["tick", "--at", "yesterday"],
        &["status", "--at", "2026-01-01"],
        &["check", "--config"],
    ] {
        let run = home.run(args).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.err.contains("--help"), "{args:?}: {}", run.err);
    }
}

#[tokio::test]
async fn help_and_version_are_results() {
    let home = Home::new().await;
    for args in [["--help"], ["--version"], ["schema"]] {
        let run = home.run(&args).await;
        assert_eq!(run.quiet(), Some(0), "{args:?}");
        assert!(!run.out.is_empty(), "{args:?}");
    }
}
