//! What build.rs finds out about the sources.

#[path = "../../build.rs"]
#[expect(dead_code, reason = "only cargo runs its main")]
mod script;

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]);
    let output = command.args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository with one commit, and that commit.
fn repository() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    fs::write(folder.path().join("Cargo.toml"), "").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "first"]);
    let commit = git(folder.path(), &["rev-parse", "HEAD"]);
    (folder, commit)
}

#[test]
fn the_commit_of_a_clone_is_named_and_whether_files_were_changed() {
    let (folder, commit) = repository();
    assert_eq!(script::commit(folder.path()), Some(commit[..12].to_owned()));
    fs::write(folder.path().join("Cargo.toml"), "[package]").unwrap();
    assert_eq!(script::commit(folder.path()), Some(format!("{}-dirty", &commit[..12])));
}

#[test]
fn sources_that_are_no_clone_have_no_commit_of_others() {
    let (folder, _) = repository();
    let archive = folder.path().join("prober-0.1.0");
    fs::create_dir(&archive).unwrap();
    assert_eq!(script::commit(&archive), None);
    let info =
        r#"{"git": {"sha1": "0123456789abcdef0123456789abcdef01234567"}, "path_in_vcs": ""}"#;
    fs::write(archive.join(".cargo_vcs_info.json"), info).unwrap();
    assert_eq!(script::commit(&archive).as_deref(), Some("0123456789ab"));
}

#[test]
fn only_files_that_are_there_are_watched() {
    let (folder, _) = repository();
    let watched = script::watched(folder.path());
    assert!(watched.iter().any(|path| path.ends_with("logs/HEAD")), "{watched:?}");
    assert!(watched.iter().all(|path| folder.path().join(path).exists()), "{watched:?}");
    let archive = tempfile::tempdir().unwrap();
    assert!(script::watched(archive.path()).is_empty());
}
