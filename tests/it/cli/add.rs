//! `prober add`.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::support::server::{Act, Server, answer, ok, redirect};
use crate::webhook::MARKER;

/// A web server with these pages, by path.
pub(super) async fn site(pages: &'static [(&'static str, Page)]) -> Server {
    Server::scripted(move |request| {
        let path = request.split(' ').nth(1).unwrap();
        let page = pages.iter().find(|(at, _)| *at == path);
        vec![Act::Say(match page.map(|(_, page)| page) {
            Some(Page::Body(body)) => ok(body),
            Some(Page::Leads(to)) => redirect(302, to),
            Some(Page::Status(status)) => answer(status, &[], ""),
            None => answer("404 Not Found", &[], ""),
        })]
    })
    .await
}

pub(super) enum Page {
    Body(&'static str),
    Leads(&'static str),
    Status(&'static str),
}

pub(super) const JELLYFIN: &[(&str, Page)] = &[
    ("/", Page::Leads("/web/")),
    ("/web/", Page::Body("<html><title>Jellyfin</title></html>")),
    ("/health", Page::Body("Healthy")),
];

/// The last block of probes.toml.
fn last_block(home: &Home) -> String {
    let text = std::fs::read_to_string(home.path("probes.toml")).unwrap();
    text.rsplit_once("\n\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_url_becomes_a_target() {
    let home = Home::new().await;
    let url = home.internet.http();
    let add = home.run(&["add", &url, "--name", "site", "--behind", "nas", "--group", "web"]).await;
    assert_eq!(add.quiet(), Some(0), "{}", add.out);
    let expected = format!(
        "[[target]]\nname = \"site\"\nurl = \"{url}\"\ngroup = \"web\"\ndepends_on = [\"nas\"]\n"
    );
    assert_eq!(last_block(&home), expected);
    assert!(add.out.contains(&expected), "{}", add.out);
    assert_eq!(home.run(&["validate"]).await.out, "probes.toml is valid: 2 targets, 1 channel\n");
}

#[tokio::test]
async fn a_program_that_is_known_is_asked_how_it_is() {
    let home = Home::new().await;
    let jellyfin = site(JELLYFIN).await;
    assert_eq!(home.run(&["add", &jellyfin.url("/")]).await.quiet(), Some(0));
    let expected = format!(
        "# Jellyfin: this is where it says whether it works\n[[target]]\nname = \"jellyfin\"\n\
         url = \"{}\"\nexpect = {{ body_contains = \"Healthy\" }}\n",
        jellyfin.url("/health")
    );
    assert_eq!(last_block(&home), expected);
    let again = home.run(&["add", &jellyfin.url("/")]).await;
    assert_eq!((again.code, again.out.as_str()), (Some(2), ""));
    assert!(again.err.contains("watched already, as `jellyfin`"), "{}", again.err);
}

#[tokio::test]
async fn what_is_proposed_was_seen_to_hold() {
    let home = Home::new().await;
    // It looks like Jellyfin, and does not say how it is.
    let other = site(&JELLYFIN[..2]).await;
    assert_eq!(home.run(&["add", &other.url("/"), "--name", "tv"]).await.quiet(), Some(0));
    let expected = format!("[[target]]\nname = \"tv\"\nurl = \"{}\"\n", other.url("/"));
    assert_eq!(last_block(&home), expected);
}

#[tokio::test]
async fn a_login_is_expected_to_ask_for_a_password() {
    let home = Home::new().await;
    let login = site(&[("/", Page::Status("401 Unauthorized"))]).await;
    assert_eq!(home.run(&["add", &login.url("/")]).await.quiet(), Some(0));
    assert!(last_block(&home).ends_with("expect = { status = 401 }\n"));
    assert_eq!(home.run(&["check"]).await.quiet(), Some(0));
}

#[tokio::test]
async fn what_does_not_answer_is_added_only_if_that_is_wanted() {
    let home = Home::new().await;
    let before = std::fs::read(home.path("probes.toml")).unwrap();
    let refused = home.run(&["add", "tcp://127.0.0.1:1"]).await;
    assert_eq!(refused.quiet(), Some(1));
    assert!(refused.out.contains("Nothing was added") && refused.out.contains("`--closed`"));
    assert_eq!(std::fs::read(home.path("probes.toml")).unwrap(), before);
    let closed = home.run(&["add", "tcp://127.0.0.1:1", "--name", "rdp", "--closed"]).await;
    assert_eq!(closed.quiet(), Some(0));
    assert!(last_block(&home).ends_with("expect = { unreachable = true }\n"));
    let anyway = home.run(&["add", "tcp://127.0.0.1:1", "--name", "later", "--anyway"]).await;
    assert_eq!(anyway.quiet(), Some(0));
    assert_eq!(last_block(&home), "[[target]]\nname = \"later\"\nurl = \"tcp://127.0.0.1:1\"\n");
}

#[tokio::test]
async fn a_name_that_is_taken_and_a_root_that_there_is_not_are_errors() {
    let home = Home::new().await;
    let url = home.internet.http();
    let taken = home.run(&["add", &url, "--name", "nas"]).await;
    assert_eq!(taken.code, Some(2));
    assert!(taken.err.contains("there is a target `nas` already"), "{}", taken.err);
    let root = home.run(&["add", &url, "--behind", "nsa"]).await;
    assert_eq!(root.code, Some(2));
    assert!(root.err.contains("did you mean `nas`?"), "{}", root.err);
    let bare = home.run(&["add", "example.com"]).await;
    assert_eq!(bare.code, Some(2));
    assert!(
        bare.err.contains("one of http://, https://, ws://, wss://, tcp://, tls://"),
        "{}",
        bare.err
    );
    std::fs::remove_file(home.path("probes.toml")).unwrap();
    let none = home.run(&["add", &url]).await;
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("`prober init` makes one"), "{}", none.err);
}

#[tokio::test]
async fn everything_else_in_the_file_stays_as_it_is() {
    let home = Home::new().await;
    let text = format!("# mine\r\n{DEFAULTS}\r\n{}# the end\r\n", home.nas_target());
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    home.write(&text);
    let file = home.path("probes.toml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::rename(&file, home.path("real.toml")).unwrap();
    std::os::unix::fs::symlink("real.toml", &file).unwrap();
    let url = home.internet.http();
    assert_eq!(home.run(&["add", &url, "--name", "site"]).await.quiet(), Some(0));
    assert!(std::fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    let added = format!("\r\n[[target]]\r\nname = \"site\"\r\nurl = \"{url}\"\r\n");
    let found = std::fs::read_to_string(&file).unwrap();
    assert_eq!(found.replacen(&added, "", 1), text);
    assert_ne!(found, text);
}

#[tokio::test]
async fn a_target_that_would_break_the_file_is_not_written() {
    let home = Home::new().await;
    let before = std::fs::read(home.path("probes.toml")).unwrap();
    let add = home.run(&["add", &home.internet.http(), "--group", ""]).await;
    assert_eq!(add.code, Some(2));
    assert!(add.err.contains("must not be empty"), "{}", add.err);
    assert_eq!(std::fs::read(home.path("probes.toml")).unwrap(), before);
}

#[tokio::test]
async fn what_may_be_a_secret_in_a_url_goes_into_the_file_of_variables() {
    let home = Home::new().await;
    let plain = home.internet.http();
    let url = plain.replace("://", "://me:XyZmarkerZyX@") + "?token=XyZmarkerZyX";
    let said = async |args: &[&str]| {
        let run = home.run(args).await;
        let text = format!("{}{}", run.out, run.err);
        assert!(!text.contains(MARKER), "{args:?}: {text}");
        text
    };
    let added = said(&["add", &url, "--name", "site"]).await;
    let names = "is in environment, as SITE_USERINFO and SITE_TOKEN, which only you can read";
    assert!(added.contains(names), "{added}");
    let written = last_block(&home);
    let hidden = plain.replace("://", "://${SITE_USERINFO}@") + "?token=${SITE_TOKEN}";
    assert!(written.contains(&format!("url = \"{hidden}\"")), "{written}");
    let environment = std::fs::metadata(home.path("environment")).unwrap();
    assert_eq!(environment.permissions().mode() & 0o777, 0o600);
    assert_eq!(home.run(&["check", "site"]).await.quiet(), Some(0), "its variables are known");
    let again = said(&["add", &url]).await;
    assert!(again.contains("watched already, as `site`"), "{again}");
    said(&["check", &url]).await;
    said(&["check", &url, "--format", "json"]).await;
    for address in ["me:XyZmarkerZyX@127.0.0.1", "hooks.example.com/services/XyZmarkerZyX"] {
        said(&["check", address]).await;
        said(&["add", address]).await;
        said(&["init", "--yes", "--url", address]).await;
    }
}

#[tokio::test]
async fn a_variable_that_is_there_keeps_its_value() {
    let home = Home::new().await;
    std::fs::write(home.path("environment"), "SITE_TOKEN=mine\nSITE_KEY=XyZmarkerZyX\n").unwrap();
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(home.path("environment"), mode).unwrap();
    let url = home.internet.http() + "?token=XyZmarkerZyX&key=XyZmarkerZyX";
    let add = home.run(&["add", &url, "--name", "site"]).await;
    assert_eq!(add.quiet(), Some(0), "{}", add.out);
    assert!(add.out.contains("Others can read it: run `chmod 600 environment`"), "{}", add.out);
    assert!(last_block(&home).contains("?token=${SITE_TOKEN_2}&key=${SITE_KEY}"));
    let text = std::fs::read_to_string(home.path("environment")).unwrap();
    assert_eq!(text, "SITE_TOKEN=mine\nSITE_KEY=XyZmarkerZyX\nSITE_TOKEN_2=XyZmarkerZyX\n");
}

#[tokio::test]
async fn a_value_with_a_quote_is_kept_so_that_it_is_read_again() {
    let home = Home::new().await;
    let url = home.internet.http() + "?token=it's";
    let add = home.run(&["add", &url, "--name", "site"]).await;
    assert_eq!(add.quiet(), Some(0), "{}", add.out);
    let text = std::fs::read_to_string(home.path("environment")).unwrap();
    assert_eq!(text, "SITE_TOKEN=\"it's\"\n");
    assert_eq!(home.run(&["validate"]).await.code, Some(0));
}

#[tokio::test]
async fn only_a_file_that_is_missing_is_made_by_init() {
    let home = Home::new().await;
    std::fs::remove_file(home.path("probes.toml")).unwrap();
    let add = async || home.run(&["add", "tcp://127.0.0.1:1"]).await.err;
    assert!(add().await.contains("`prober init` makes one"));
    std::fs::create_dir(home.path("probes.toml")).unwrap();
    let folder = add().await;
    assert!(folder.contains("failed to read") && !folder.contains("prober init"), "{folder}");
}
