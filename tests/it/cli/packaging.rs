//! What packages install: completions, manual pages, and what the program says of itself.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[tokio::test]
async fn a_shell_can_complete_every_command() {
    let home = Home::new().await;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = home.run(&["completions", shell]).await;
        assert_eq!(run.quiet(), Some(0), "{shell}");
        for word in ["check", "status", "notify-test", "listen"] {
            assert!(run.out.contains(word), "{shell} lacks {word}");
        }
    }
    assert_eq!(home.run(&["completions", "cmd"]).await.code, Some(2));
}

#[tokio::test]
async fn there_is_a_manual_page_of_the_program_and_of_each_command() {
    let home = Home::new().await;
    let page = home.run(&["man"]).await;
    assert_eq!(page.quiet(), Some(0));
    assert!(
        page.out.contains(".TH prober 1") && page.out.contains("notify\\-test"),
        "{}",
        page.out
    );
    let check = home.run(&["man", "check"]).await;
    assert!(check.out.contains(".TH prober-check 1"), "{}", check.out);
    assert!(check.out.contains("\\-\\-config"), "{}", check.out);
    let wrong = home.run(&["man", "chekc"]).await;
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert_eq!(wrong.err, "error: there is no command `chekc`; did you mean `check`?\n");
}

#[tokio::test]
async fn all_pages_can_be_written_for_everybody() {
    let home = Home::new().await;
    let folder = home.path("man1");
    fs::create_dir(&folder).unwrap();
    assert_eq!(home.run(&["man", "--into", "man1"]).await.quiet(), Some(0));
    let commands = home.run(&["man"]).await.out.matches("prober\\-").count();
    let pages: Vec<_> = fs::read_dir(&folder).unwrap().map(|page| page.unwrap()).collect();
    assert_eq!(pages.len(), commands + 1, "one for each command, and the program's");
    for page in pages {
        assert_eq!(page.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    }
    let nowhere = home.run(&["man", "--into", "nowhere"]).await;
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.err.starts_with("error: failed to write to nowhere: "), "{}", nowhere.err);
}

#[tokio::test]
async fn the_version_says_what_it_was_built_from() {
    let home = Home::new().await;
    let long = home.run(&["--version"]).await;
    let lines: Vec<&str> = long.out.lines().collect();
    let [version, commit, features] = lines[..] else { panic!("{}", long.out) };
    assert_eq!(version, concat!("prober ", env!("CARGO_PKG_VERSION")));
    assert!(commit.starts_with("commit: ") && commit.len() > "commit: ".len(), "{commit}");
    let built = if cfg!(feature = "aws") { "features: aws" } else { "features: none" };
    assert_eq!(features, built);
    assert_eq!(home.run(&["-V"]).await.out.trim_end(), version);
}

/// Cargo.toml says whose releases these are. A fork changes it there, and this test says
/// where else.
#[test]
fn every_document_names_the_repository_of_cargo_toml() {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let releases = format!("{repository}/releases/");
    for name in ["README.md", "packaging/install.sh"] {
        let text = crate::documents::read(name);
        let named: Vec<&str> =
            text.match_indices("https://github.com/").map(|(at, _)| &text[at..]).collect();
        let of_releases: Vec<&&str> = named
            .iter()
            .filter(|url| url.split([' ', '}', '\n']).next().unwrap().contains("/releases/"))
            .collect();
        assert!(!of_releases.is_empty(), "{name} names no release");
        for url in of_releases {
            let line = url.lines().next().unwrap();
            assert!(url.starts_with(&releases), "{name}: {line} is not of {repository}");
        }
    }
    // These are told whose repository it is.
    for name in ["packaging/prober.rb.template", ".github/workflows/release.yml"] {
        let owner = repository.strip_prefix("https://github.com/").unwrap();
        assert!(!crate::documents::read(name).contains(owner), "{name} names {owner}");
    }
}
