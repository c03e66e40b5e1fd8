//! `prober service`.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::documents::{blocks, read};

/// The unit that a command with these arguments writes below the home's folder.
const UNIT: &str = "config/systemd/user/prober.service";

async fn service(home: &Home, args: &[&str]) -> crate::home::Run {
    let mut command = home.prober(&[&["service"], args].concat());
    run(command.env("XDG_CONFIG_HOME", home.path("config"))).await
}

#[test]
fn readme_shows_the_unit() {
    let shown = &blocks(&read("README.md"), "ini")[0];
    assert_eq!(format!("{shown}\n"), read("packaging/prober.service"));
}

#[tokio::test]
async fn a_unit_is_written_and_nothing_is_started() {
    let home = Home::new().await;
    let install = service(&home, &["install", "--user"]).await;
    assert_eq!(install.quiet(), Some(0));
    assert!(install.out.contains("Nothing was started"), "{}", install.out);
    assert!(install.out.contains("systemctl --user enable --now prober"), "{}", install.out);
    let unit = std::fs::read_to_string(home.path(UNIT)).unwrap();
    let config = home.path("probes.toml");
    let expected = format!(" --config {} watch\n", config.display());
    assert!(unit.contains(&expected) && unit.ends_with("WantedBy=default.target\n"), "{unit}");
    let again = service(&home, &["install", "--user"]).await;
    assert_eq!((again.quiet(), again.out.contains("is there already")), (Some(0), true));
    let printed = service(&home, &["install", "--user", "--print"]).await;
    assert_eq!(printed.out, unit);
}

#[tokio::test]
async fn a_unit_that_says_something_else_stays() {
    let home = Home::new().await;
    std::fs::create_dir_all(home.path(UNIT).parent().unwrap()).unwrap();
    std::fs::write(home.path(UNIT), "[Unit]\nDescription=mine\n").unwrap();
    let install = service(&home, &["install", "--user"]).await;
    assert_eq!(install.code, Some(2));
    assert!(install.err.contains("says something else"), "{}", install.err);
    let uninstall = service(&home, &["uninstall", "--user"]).await;
    assert_eq!(uninstall.code, Some(2));
    assert!(uninstall.err.contains("does not run prober"), "{}", uninstall.err);
    assert_eq!(std::fs::read(home.path(UNIT)).unwrap(), b"[Unit]\nDescription=mine\n");
}

#[tokio::test]
async fn a_unit_is_removed_once_it_is_switched_off() {
    let home = Home::new().await;
    assert_eq!(service(&home, &["install", "--user"]).await.quiet(), Some(0));
    let wants = home.path("config/systemd/user/default.target.wants");
    std::fs::create_dir(&wants).unwrap();
    std::os::unix::fs::symlink(home.path(UNIT), wants.join("prober.service")).unwrap();
    let enabled = service(&home, &["uninstall", "--user"]).await;
    assert_eq!(enabled.code, Some(2));
    assert!(enabled.err.contains("systemctl --user disable --now prober"), "{}", enabled.err);
    std::fs::remove_dir_all(&wants).unwrap();
    assert_eq!(service(&home, &["uninstall", "--user"]).await.quiet(), Some(0));
    assert!(!home.path(UNIT).exists());
    assert_eq!(service(&home, &["uninstall", "--user"]).await.code, Some(2));
}

#[tokio::test]
async fn the_machine_s_unit_is_refused_where_it_could_not_work() {
    let home = Home::new().await;
    let root = home.path("root");
    let arguments = ["install", "--system", "--root", root.to_str().unwrap()];
    let private_mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(home.path("probes.toml"), private_mode).unwrap();
    let private = service(&home, &arguments).await;
    assert_eq!(private.code, Some(2));
    assert!(private.err.contains("may not read"), "{}", private.err);
    let none = service(&home, &["install", "--user", "--config", "none.toml"]).await;
    assert!(none.err.contains("`prober init` makes one"), "{}", none.err);
    assert!(!root.exists());
}

#[tokio::test]
async fn a_unit_that_is_only_printed_is_warned_of_where_it_could_not_work() {
    let home = Home::new().await;
    std::fs::remove_file(home.path("probes.toml")).unwrap();
    let printed = service(&home, &["install", "--user", "--print"]).await;
    assert_eq!(printed.code, Some(0));
    assert!(printed.out.starts_with("[Unit]\n"), "{}", printed.out);
    assert!(printed.err.contains("failed to read"), "{}", printed.err);
}
