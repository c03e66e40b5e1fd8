//! The pictures of docs/messages.md: each kind of message as Slack shows it, and as a lock
//! screen does. They are made of what is sent. `BLESS=1 cargo test message` draws them anew,
//! and writes what each says into the document.

mod kinds;
mod svg;

use std::collections::BTreeSet;
use std::fs;

use prober::message::Message;
use prober::notify::slack::payload;
use serde_json::Value;

use self::kinds::kinds;
use self::svg::{Bit, Picture};
use crate::documents::read;
use crate::support::on_file;

const FOLDER: &str = "docs/messages";
const DOCUMENT: &str = "docs/messages.md";

/// What Slack gets, as a picture.
fn picture(message: &Message) -> Picture {
    let sent: Value = serde_json::from_str(&payload(message, Some("<!here>"))).unwrap();
    let attachment = &sent["attachments"][0];
    let blocks = attachment["blocks"].as_array().unwrap();
    let (footers, bodies): (Vec<_>, Vec<_>) =
        blocks.iter().partition(|block| block["type"] == "context");
    Picture {
        preview: svg::unescaped(&sent["text"].as_str().unwrap().replace("<!here>", "@here")),
        colour: attachment["color"].as_str().unwrap().to_owned(),
        body: bodies.iter().flat_map(|block| lines(block)).collect(),
        footer: footers.iter().flat_map(|block| lines(&block["elements"][0])).flatten().collect(),
    }
}

/// The lines of a block, or of what is in it.
fn lines(block: &Value) -> Vec<Vec<Bit>> {
    if block["type"] == "rich_text" {
        return block["elements"].as_array().unwrap().iter().flat_map(rich).collect();
    }
    let block = if block["text"].is_object() { &block["text"] } else { block };
    let text = block["text"].as_str().unwrap_or_else(|| panic!("no picture of {block}"));
    if block["type"] == "plain_text" {
        return text.lines().map(|line| vec![Bit::plain(&svg::unescaped(line))]).collect();
    }
    svg::mrkdwn(text)
}

/// The lines of a part of rich text: <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/>.
fn rich(part: &Value) -> Vec<Vec<Bit>> {
    let is_code = part["type"] == "rich_text_preformatted";
    let mut lines = vec![Vec::new()];
    for element in part["elements"].as_array().unwrap() {
        let text = element["text"].as_str().unwrap_or_else(|| panic!("no picture of {element}"));
        for (piece, number) in text.split('\n').zip(0..) {
            if number > 0 {
                lines.push(Vec::new());
            }
            let bit = match element["type"].as_str().unwrap() {
                "link" => Bit::link(piece),
                _ if is_code => Bit::code(piece),
                _ if element["style"]["bold"] == true => Bit::bold(piece),
                _ => Bit::plain(piece),
            };
            lines.last_mut().unwrap().push(bit);
        }
    }
    lines
}

/// What a picture says, for who cannot see it: the preview without the mention.
fn alternative(picture: &Picture) -> String {
    let text = picture.preview.strip_prefix("@here ").unwrap_or(&picture.preview);
    text.replace(['[', ']'], "")
}

#[test]
fn each_kind_is_as_it_is_sent() {
    for (name, message) in kinds() {
        let file = on_file::root().join(FOLDER).join(format!("{name}.svg"));
        on_file::assert_same(&file, &picture(&message).draw());
    }
}

#[test]
fn the_document_shows_each_picture_and_says_what_is_in_it() {
    let document = read(DOCUMENT);
    let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
    for (name, message) in kinds() {
        let end = format!("](messages/{name}.svg)");
        let shown = lines.iter_mut().find(|line| line.starts_with("![") && line.ends_with(&end));
        let line = shown.unwrap_or_else(|| panic!("{DOCUMENT} does not show {name}.svg"));
        *line = format!("![{}{end}", alternative(&picture(&message)));
    }
    on_file::assert_same(&on_file::root().join(DOCUMENT), &format!("{}\n", lines.join("\n")));
}

#[test]
fn no_picture_is_left_over() {
    let files = fs::read_dir(on_file::root().join(FOLDER)).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let drawn = kinds().into_iter().map(|(name, _)| format!("{name}.svg")).collect();
    assert_eq!(files, drawn, "left: {FOLDER}; right: what is drawn");
    let document = read(DOCUMENT);
    assert_eq!(document.matches("](messages/").count(), files.len());
}
