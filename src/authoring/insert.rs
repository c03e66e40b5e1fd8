//! A target put into the text of a file that somebody wrote. Nothing else in it changes:
//! no comment, no space, no line ending.

use toml_edit::{Document, Item, Table, Value};

use super::NewTarget;

/// The file has its targets as an array, `target = [{…}]`, to which no table can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the targets of this file stand in an array, `target = [ … ]`; \
     write each under a heading of its own, `[[target]]`, and try again"
)]
pub struct InlineTargets;

/// `text` with `target` after its last one, or else at its end. The text must be TOML.
///
/// ```
/// use prober::authoring::{NewTarget, insert};
/// let text = "[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1' # here\n\n# the end\n";
/// let more = insert(text, &NewTarget::new("b", "tcp://192.0.2.1:2")).unwrap();
/// let added = "\n[[target]]\nname = \"b\"\nurl = \"tcp://192.0.2.1:2\"\n";
/// assert_eq!(more, text.replace("# here\n", &format!("# here\n{added}")));
/// ```
///
/// # Errors
/// Where the targets are not under headings.
pub fn insert(text: &str, target: &NewTarget) -> Result<String, InlineTargets> {
    let at = place(text)?;
    let (before, after) = text.split_at(at);
    let mut block = String::new();
    if !before.is_empty() {
        block += if before.ends_with('\n') { "\n" } else { "\n\n" };
    }
    block += &target.to_string();
    if after.lines().next().is_some_and(|line| !line.trim().is_empty()) {
        block += "\n";
    }
    if text.contains("\r\n") {
        block = block.replace('\n', "\r\n");
    }
    Ok([before, &block, after].concat())
}

/// Where a target is added.
fn place(text: &str) -> Result<usize, InlineTargets> {
    let Ok(document) = Document::parse(text) else { return Ok(text.len()) };
    match document.as_table().get("target") {
        None | Some(Item::None) => Ok(text.len()),
        Some(Item::ArrayOfTables(tables)) => {
            let last = tables.iter().last();
            Ok(last.and_then(end_of_table).map_or(text.len(), |end| end_of_lines(text, end)))
        }
        Some(Item::Value(_) | Item::Table(_)) => Err(InlineTargets),
    }
}

/// The end of the last value in `table` and in the tables below it.
fn end_of_table(table: &Table) -> Option<usize> {
    table.iter().filter_map(|(_, item)| end(item)).max()
}

fn end(item: &Item) -> Option<usize> {
    match item {
        Item::None => None,
        // Its own span ends with it, or is missing for dotted keys.
        Item::Value(value @ Value::InlineTable(table)) => {
            let inner = table.iter().filter_map(|(_, value)| Some(value.span()?.end)).max();
            value.span().map(|span| span.end).max(inner)
        }
        Item::Value(value) => value.span().map(|span| span.end),
        Item::Table(table) => end_of_table(table).max(table.span().map(|span| span.end)),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(end_of_table).max(),
    }
}

/// The end of the line at `end`, and of the comments right below: they belong to it.
fn end_of_lines(text: &str, end: usize) -> usize {
    let mut lines = text[end..].split_inclusive('\n');
    let first = lines.next().map_or(0, str::len);
    let comments = lines.take_while(|line| line.trim_start().starts_with('#'));
    end + first + comments.map(str::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDED: &str = "[[target]]\nname = \"new\"\nurl = \"tcp://192.0.2.1:9\"\n";

    /// `text` with a target where `|` is: all else must stay.
    fn check(text: &str, added: &str) {
        let target = NewTarget::new("new", "tcp://192.0.2.1:9");
        let found = insert(&text.replace('|', ""), &target).unwrap();
        assert_eq!(found, text.replace('|', added));
    }

    #[test]
    fn it_comes_after_the_last_target_and_its_tables() {
        let first = "[[target]]\nname='a'\nurl='b'\n";
        let after = format!("\n{ADDED}");
        check(&format!("{first}|\n[[heartbeat]]\nname = 'c'\n"), &after);
        check(&format!("{first}[target.expect]\nstatus = 200 # yes\n|\n# [[target]]\n"), &after);
        check(&format!("{first}warn.latency_over = '2s'\n|"), &after);
        check(
            &format!("{first}expect = {{ status = [\n200 ] }}\n|[page]\n"),
            &format!("{after}\n"),
        );
        check(&format!("{first}# group = 'x'\n|\n# an end\n"), &after);
    }

    #[test]
    fn a_file_without_a_target_or_without_a_last_newline_gets_one() {
        check("|", ADDED);
        check("language = 'ko'\n|", &format!("\n{ADDED}"));
        check("[[target]]\nname='a'\nurl='b'|", &format!("\n\n{ADDED}"));
    }

    #[test]
    fn line_endings_stay_as_they_are() {
        let added = format!("\n{ADDED}").replace('\n', "\r\n");
        check("[[target]]\r\nname='a'\r\nurl='b'\r\n|\r\n# end\r\n", &added);
    }

    #[test]
    fn an_array_of_targets_is_left_alone() {
        let target = NewTarget::new("new", "tcp://192.0.2.1:9");
        assert_eq!(insert("target = [{ name = 'a', url = 'b' }]\n", &target), Err(InlineTargets));
    }
}
