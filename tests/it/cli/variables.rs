//! The file `environment` beside probes.toml.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::webhook::MARKER;

fn write(home: &Home, text: &str, mode: u32) {
    std::fs::write(home.path("environment"), text).unwrap();
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(home.path("environment"), mode).unwrap();
}

#[tokio::test]
async fn its_variables_are_known_and_do_not_override_those_of_the_process() {
    let home = Home::new().await;
    home.write("[[target]]\nname = 'nas'\nurl = '${NAS}'\n");
    write(&home, &format!("# mine\nNAS='{}'\n", home.nas.url()), 0o600);
    assert_eq!(home.run(&["check"]).await.quiet(), Some(0));
    let mut other = home.prober(&["check"]);
    assert_eq!(run(other.env("NAS", "tcp://127.0.0.1:1")).await.quiet(), Some(1));
}

#[tokio::test]
async fn one_that_everybody_may_write_is_refused() {
    let home = Home::new().await;
    write(&home, "NAS=1\n", 0o606);
    let validate = home.run(&["validate"]).await;
    assert_eq!((validate.code, validate.out.as_str()), (Some(2), ""));
    assert!(validate.err.contains("everybody may write this file"), "{}", validate.err);
    assert!(validate.err.contains("chmod 600 environment"), "{}", validate.err);
}

#[tokio::test]
async fn a_line_that_is_not_understood_is_named_and_not_shown() {
    let home = Home::new().await;
    write(&home, &format!("A=1\n{MARKER}\n"), 0o600);
    let validate = home.run(&["validate"]).await;
    assert_eq!((validate.code, validate.out.as_str()), (Some(2), ""));
    let said = "error: a line of this file is not understood\n--> environment:2\n";
    assert!(validate.err.starts_with(said), "{}", validate.err);
    assert!(!validate.err.contains(MARKER), "{}", validate.err);
}

#[tokio::test]
async fn a_folder_of_that_name_is_somebody_else_s() {
    let home = Home::new().await;
    std::fs::create_dir(home.path("environment")).unwrap();
    assert_eq!(home.run(&["validate"]).await.quiet(), Some(0));
}
