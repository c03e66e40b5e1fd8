//! `prober deploy` and `prober destroy` as far as they need no AWS, and where there is none.
//! scripts/test-deploy tries them on a stand-in.

use std::net::TcpListener;

use tokio::process::Command;

use super::*;

/// `prober` with AWS at an address where nobody answers.
fn without_aws(home: &Home, arguments: &[&str]) -> Command {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = home.prober(arguments);
    command
        .env("AWS_ENDPOINT_URL", format!("http://{nobody}"))
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "id")
        .env("AWS_SECRET_ACCESS_KEY", "not-so-secret");
    command
}

#[tokio::test]
async fn what_cannot_be_installed_is_said_before_aws_is_asked() {
    let home = Home::new().await;
    std::fs::write(home.path("broken.zip"), "no archive").unwrap();
    for (arguments, said) in [
        (&["deploy", "--zip", "broken.zip"][..], "broken.zip is no archive with a program"),
        (&["deploy", "--zip", "missing.zip"], "failed to read missing.zip"),
        (&["deploy", "--set", "InboxURL=true"], "there is InboxUrl"),
        (&["deploy", "--stack", "My_Prober"], "small letters, digits and hyphens"),
        (&["--config", "s3://home/probes.toml", "deploy"], "name a file by --config"),
        (&["deploy", "--arch", other_processor()], "by --zip FILE"),
    ] {
        let run = run(&mut without_aws(&home, arguments)).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(said), "{arguments:?}: {}", run.err);
    }
}

#[tokio::test]
async fn a_mistake_beside_the_configuration_is_told_once_and_without_its_line() {
    let home = Home::new().await;
    std::fs::write(home.path("environment"), "A=1\n\nnot-so-secret\n").unwrap();
    let run = run(&mut without_aws(&home, &["deploy", "--plan"])).await;
    let said = "error: a line of this file is not understood\n--> environment:3\n";
    assert!(run.err.starts_with(said) && !run.err.contains("not-so-secret"), "{}", run.err);
    assert_eq!((run.code, run.err.matches("error").count()), (Some(2), 1), "{}", run.err);
}

/// The processor of Lambda's that this machine does not have.
fn other_processor() -> &'static str {
    if std::env::consts::ARCH == "x86_64" { "arm64" } else { "x86_64" }
}

#[tokio::test]
async fn aws_that_does_not_answer_is_a_refusal_and_shows_no_secret() {
    let home = Home::new().await;
    let run = run(&mut without_aws(&home, &["destroy", "--yes"])).await;
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    let said = "error: failed to ask AWS for GetCallerIdentity: ";
    assert!(run.err.starts_with(said) && !run.err.contains("not-so-secret"), "{}", run.err);
}
