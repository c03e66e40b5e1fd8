//! A message as Slack's JSON, within Slack's limits whatever the message.
//!
//! What others say (an error, a server's answer) goes into `plain_text`, where
//! Slack reads no markup; the headline is bold where its name allows it.
//!
//! <https://docs.slack.dev/reference/block-kit/blocks>

use std::mem::discriminant;

use serde::Serialize;

use crate::message::{Entry, Line, Message, Mood};
use crate::notify::answer::to_json;
use crate::notify::layout::{PLAIN, Script, is_free_of_markup, utf16 as width};

/// Units of the text in one line. A phone's notification shows fewer; Slack
/// would take 40,000.
const MAX_TEXT: usize = 500;

/// Blocks of a message.
/// <https://docs.slack.dev/reference/block-kit/blocks>
const MAX_BLOCKS: usize = 50;

/// Units of a section's text.
/// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
const MAX_SECTION: usize = 3000;

/// Units of all blocks. Slack answers `msg_blocks_too_long` from somewhere
/// between 11,000 and 13,200 on; the limit is not documented.
/// <https://github.com/slackapi/bolt-js/issues/2867>
const MAX_ALL: usize = 8000;

/// Units of a headline, and of the footer.
const MAX_HEADLINE: usize = 700;

/// Units of the list of those that are not told in detail.
const MAX_REST: usize = 2000;

/// Blocks of the entries that are told in detail: two are for the rest.
const MAX_DETAILED: usize = MAX_BLOCKS - 2;

/// What Slack takes for markup wherever it reads any.
/// <https://docs.slack.dev/messaging/formatting-message-text/#escaping>
const SLACK: Script = Script {
    escape: |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    },
    width,
};

/// The body of the request.
#[derive(Debug, Serialize)]
pub(super) struct Payload {
    /// Where a bot says it; a webhook has its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<String>,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thread_ts: Option<String>,
    /// Whether an answer also stands in the channel, where it notifies people.
    /// <https://docs.slack.dev/messaging/#threading>
    #[serde(skip_serializing_if = "is_false")]
    pub(super) reply_broadcast: bool,
    /// The message that it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ts: Option<String>,
    text: String,
    unfurl_links: bool,
    unfurl_media: bool,
    attachments: [Attachment; 1],
}

#[derive(Debug, Serialize)]
struct Attachment {
    color: &'static str,
    blocks: Vec<Block>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Section { text: Text },
    Context { elements: Vec<Text> },
    RichText { elements: [Preformatted; 1] },
}

/// Text in which Slack reads nothing: no markup, no emoji, no name.
/// <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#element-types>
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "rich_text_preformatted")]
struct Preformatted {
    elements: [Verbatim; 1],
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "text")]
struct Verbatim {
    text: String,
}

/// <https://docs.slack.dev/reference/block-kit/composition-objects/text-object>
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Text {
    /// Read as it stands; `emoji` would turn `:key:` into a picture.
    PlainText { text: String, emoji: bool },
    /// Read with markup; `verbatim` keeps names that look like addresses from
    /// becoming links.
    Mrkdwn { text: String, verbatim: bool },
}

impl Payload {
    /// `message`, after the `mention` if something went down.
    pub(super) fn of(message: &Message, mention: Option<&str>) -> Self {
        let text = SLACK.write(&message.preview(), MAX_TEXT);
        let mention = mention.filter(|_| message.mentions());
        Self {
            channel: None,
            thread_ts: None,
            reply_broadcast: false,
            ts: None,
            // The mention is the owner's own markup, and works in this place only.
            text: mention.map(|mention| format!("{mention} {text}")).unwrap_or(text),
            unfurl_links: false,
            unfurl_media: false,
            attachments: [Attachment { color: color(message.mood), blocks: blocks(message) }],
        }
    }

    pub(super) fn to_json(&self) -> String {
        to_json(self)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_false(yes: &bool) -> bool {
    !*yes
}

fn color(mood: Mood) -> &'static str {
    match mood {
        Mood::Down | Mood::StillDown => "#d1242f",
        Mood::Warning | Mood::WasDown => "#d4a72c",
        Mood::Recovered => "#1a7f37",
        Mood::News => "#0969da",
        Mood::Test => "#57606a",
    }
}

/// As many entries in detail as there is room for, then the headlines of the
/// others, then how many more there are.
fn blocks(message: &Message) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut left = MAX_ALL - MAX_REST - MAX_HEADLINE;
    let mut detailed = 0;
    for entry in &message.entries {
        let own = detail(entry);
        let cost: usize = own.iter().map(Block::width).sum();
        let rest = left.checked_sub(cost).filter(|_| blocks.len() + own.len() <= MAX_DETAILED);
        let Some(rest) = rest else { break };
        left = rest;
        blocks.extend(own);
        detailed += 1;
    }
    blocks.extend(rest(message, detailed));
    let footer = Text::plain(&message.footer, MAX_HEADLINE);
    let page = message.page.as_ref().map(|page| links(&[page.line()]));
    blocks.push(Block::Context { elements: [Some(footer), page].into_iter().flatten().collect() });
    blocks
}

/// A headline, then the sentences together, then what others wrote, then links.
fn detail(entry: &Entry) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !entry.headline.is_empty() {
        blocks.push(Block::Section { text: headline(&entry.headline) });
    }
    for lines in entry.lines.chunk_by(|one, other| discriminant(one) == discriminant(other)) {
        let joined = lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n");
        blocks.push(match &lines[0] {
            Line::Text(_) => Block::Section { text: Text::plain(&joined, MAX_SECTION) },
            Line::Code(_) => Block::code(&joined),
            Line::Link { .. } => Block::Section { text: links(lines) },
        });
    }
    blocks
}

/// Links by their labels: `<https://…|Open log>`.
/// <https://docs.slack.dev/messaging/formatting-message-text/#linking-urls>
fn links(lines: &[Line]) -> Text {
    let link = |line: &Line| match line {
        Line::Link { label, url } => {
            let url = SLACK.write(url, MAX_SECTION).replace('|', "%7C");
            Some(format!("<{url}|{}>", SLACK.write(label, MAX_HEADLINE)))
        }
        Line::Text(_) | Line::Code(_) => None,
    };
    let text = lines.iter().filter_map(link).collect::<Vec<_>>().join("  ");
    Text::Mrkdwn { text, verbatim: true }
}

fn headline(headline: &str) -> Text {
    if is_free_of_markup(headline) {
        let text = format!("*{}*", SLACK.write(headline, MAX_HEADLINE - 2));
        Text::Mrkdwn { text, verbatim: true }
    } else {
        Text::plain(headline, MAX_HEADLINE)
    }
}

/// The headlines of the entries from the one at `first` on, a line each, and
/// how many did not fit.
fn rest(message: &Message, first: usize) -> Option<Block> {
    let entries = &message.entries[first..];
    let room = MAX_REST - width(&message.and_more(entries.len()));
    let mut used = 0;
    let fit =
        entries.iter().map(|entry| SLACK.write(&entry.headline, MAX_HEADLINE)).take_while(|line| {
            used += width(line) + 1;
            used <= room
        });
    let mut lines: Vec<String> = fit.collect();
    let more = entries.len() - lines.len();
    lines.extend((more > 0).then(|| message.and_more(more)));
    // Each line is escaped already.
    let text = Text::PlainText { text: lines.join("\n"), emoji: false };
    (!entries.is_empty()).then_some(Block::Section { text })
}

impl Text {
    fn plain(text: &str, limit: usize) -> Self {
        Self::PlainText { text: SLACK.write(text, limit), emoji: false }
    }

    fn width(&self) -> usize {
        let (Self::PlainText { text, .. } | Self::Mrkdwn { text, .. }) = self;
        width(text)
    }
}

impl Block {
    fn code(text: &str) -> Self {
        let text = PLAIN.write(text, MAX_SECTION);
        Self::RichText { elements: [Preformatted { elements: [Verbatim { text }] }] }
    }

    fn width(&self) -> usize {
        match self {
            Self::Section { text } => text.width(),
            Self::Context { elements } => elements.iter().map(Text::width).sum(),
            Self::RichText { elements: [Preformatted { elements: [Verbatim { text }] }] } => {
                width(text)
            }
        }
    }
}
