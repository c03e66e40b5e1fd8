//! Which commit this is built from, and with which features, for `prober --version`.
//!
//! Only a release names its commit: a debug build would be compiled again after each commit.
//! A packager whose sources are neither a clone nor a package of crates.io sets
//! `PROBER_COMMIT`.

#![allow(clippy::disallowed_methods, reason = "cargo tells a build script by its environment")]
#![allow(clippy::print_stdout, reason = "and is told by its output")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable that names the commit where nothing else does.
const COMMIT: &str = "PROBER_COMMIT";

/// How many digits of a commit are shown.
const DIGITS: usize = 12;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={COMMIT}");
    let sources = PathBuf::from(variable("CARGO_MANIFEST_DIR").unwrap_or_default());
    let is_release = variable("PROFILE").as_deref() == Some("release");
    let commit = variable(COMMIT).or_else(|| is_release.then(|| commit(&sources)).flatten());
    let commit = match (commit, is_release) {
        (Some(commit), _) => commit,
        (None, true) => "unknown".to_owned(),
        (None, false) => "not named in a debug build".to_owned(),
    };
    println!("cargo:rustc-env=PROBER_COMMIT_SHOWN={commit}");
    let features = if variable("CARGO_FEATURE_AWS").is_some() { "aws" } else { "none" };
    println!("cargo:rustc-env=PROBER_FEATURES_SHOWN={features}");
    if is_release {
        for path in watched(&sources) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The commit of the sources in `folder`: that of the clone, with `-dirty` if files were
/// changed since, or that of the package. A folder within another repository, such as a
/// distribution's, is no clone.
pub(crate) fn commit(folder: &Path) -> Option<String> {
    if is_clone(folder) {
        let format = format!("--abbrev={DIGITS}");
        return git(folder, &["describe", "--always", "--dirty", "--exclude=*", &format]);
    }
    packaged(&fs::read_to_string(folder.join(".cargo_vcs_info.json")).ok()?)
}

/// The commit in what `cargo package` notes beside the sources:
/// <https://doc.rust-lang.org/cargo/commands/cargo-package.html#cargo_vcs_infojson-format>.
fn packaged(info: &str) -> Option<String> {
    let (_, rest) = info.split_once("\"sha1\"")?;
    let hash = rest.split('"').nth(1)?;
    Some(hash.chars().take(DIGITS).collect())
}

fn is_clone(folder: &Path) -> bool {
    let top = git(folder, &["rev-parse", "--show-toplevel"]).map(PathBuf::from);
    let real = |path: PathBuf| fs::canonicalize(path).ok();
    top.and_then(real).is_some_and(|top| Some(top) == real(folder.to_owned()))
}

fn git(folder: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(args).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !said.trim().is_empty()).then(|| said.trim().to_owned())
}

/// The files whose change may change the commit that is shown. One that is not there is left
/// out: cargo would build again each time.
pub(crate) fn watched(folder: &Path) -> Vec<String> {
    let log = git(folder, &["rev-parse", "--git-path", "logs/HEAD"]).filter(|_| is_clone(folder));
    let sources = ["src", "Cargo.toml", "Cargo.lock"].map(str::to_owned);
    let is_there = |path: &String| folder.join(path).exists();
    log.into_iter().chain(sources).filter(is_there).collect()
}
