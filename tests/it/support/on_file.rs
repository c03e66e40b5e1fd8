//! Texts on file: what prober says is compared with the file that holds what
//! it should say, and shown as a difference. `BLESS=1` writes the files anew.

use std::fs;
use std::path::Path;

use similar::TextDiff;

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How `actual` differs from what `file` holds, if it does: `-` is on file, `+` is said.
pub fn difference(file: &Path, actual: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a developer's switch, not the product's")]
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, actual).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    let name = file.strip_prefix(root()).unwrap_or(file).display();
    (expected != actual).then(|| compared(&name.to_string(), &expected, actual))
}

fn compared(name: &str, expected: &str, actual: &str) -> String {
    let (on_file, said) = (format!("{name}, on file"), format!("{name}, said"));
    let diff = TextDiff::from_lines(expected, actual);
    diff.unified_diff().context_radius(2).header(&on_file, &said).to_string()
}

/// Fails with every one of the `differences`.
pub fn assert_none(differences: impl IntoIterator<Item = String>) {
    let differences: Vec<String> = differences.into_iter().collect();
    let all = differences.join("\n");
    assert!(differences.is_empty(), "BLESS=1 writes these files anew:\n{all}");
}

/// Fails with the difference unless `file` holds `actual`.
pub fn assert_same(file: &Path, actual: &str) {
    assert_none(difference(file, actual));
}

#[test]
fn a_difference_shows_the_lines_that_differ() {
    let shown = compared("a", "one\ntwo\nthree\n", "one\n2\nthree\n");
    assert!(shown.ends_with(" one\n-two\n+2\n three\n"), "{shown}");
}
