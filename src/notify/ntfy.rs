//! ntfy: a message published as JSON, so that titles may be of any language.
//!
//! A topic's name is its password, so it is held as a secret like the token.
//!
//! <https://docs.ntfy.sh/publish/#publish-as-json>

use std::time::Duration;

use reqwest::Client;
use serde::{Deserialize, Serialize};

use super::Delivery;
use super::answer::{Answer, STRANGER, exchange, post, to_json};
use super::layout::{LineMarkup, NO_MARKUP, Script, stacked};
use crate::message::{Entry, Message, Mood};
use crate::model::secret::{Redactable, Secret, SecretUrl};
use crate::model::target;

/// Bytes of a message; a longer one would arrive as an attached file.
/// <https://docs.ntfy.sh/publish/#limitations>
const MAX_MESSAGE: usize = 4096;

/// Bytes of the footer, which is a part of the message.
const MAX_FOOTER: usize = 400;

/// Bytes of a title. No limit is documented; a phone shows fewer.
const MAX_TITLE: usize = 250;

/// Bytes of a headline, and of all lines below it.
const MAX_HEADLINE: usize = 900;
const MAX_DETAIL: usize = 2400;

/// ntfy reads no markup unless it is asked to. JSON that is much longer than
/// the message in it may be is refused, so a text counts as long as it is there.
/// <https://github.com/binwiederhier/ntfy/issues/1073>
const NTFY: Script = Script { escape: |_| None, width: json_len };

const TOKEN: &str = "set `token` to a valid access token of the server";
const FORBIDDEN: &str = "the token may not write to this topic: ask the server's admin";
const CHECK: &str = "check `url` and `token`: the answer's code is listed by the ntfy server";

/// A tap opens the link, so that it need not stand there.
const MARKUP: LineMarkup = LineMarkup { link: |_, _| String::new(), ..NO_MARKUP };

/// One topic.
#[derive(Clone, Debug)]
pub(super) struct Ntfy {
    /// Where the topic is published to: the server's root.
    server: SecretUrl,
    topic: Secret,
    token: Option<Secret>,
    client: Client,
}

#[derive(Serialize)]
struct Publication<'a> {
    topic: &'a str,
    title: String,
    message: String,
    priority: u8,
    tags: [&'static str; 1],
    /// What a tap opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    click: Option<&'a str>,
    /// Buttons: three at most. <https://docs.ntfy.sh/publish/#open-websiteapp>
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<[Button<'a>; 1]>,
}

/// What opens the status page.
#[derive(Serialize)]
struct Button<'a> {
    action: &'static str,
    label: &'a str,
    url: &'a str,
}

/// What ntfy says to a message: itself, with an id.
#[derive(Deserialize)]
struct Published {
    #[serde(rename = "id")]
    _id: String,
}

/// What ntfy says instead.
#[derive(Deserialize)]
struct Refusal {
    code: u32,
}

impl Ntfy {
    pub(super) fn new(ntfy: &target::Ntfy, client: Client) -> Self {
        let target::Ntfy { server, topic, token } = ntfy.clone();
        Self { server, topic, token, client }
    }

    pub(super) async fn send(&self, message: &Message, timeout: Duration) -> Delivery {
        let mut request = post(&self.client, &self.server, self.publication(message));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose());
        }
        let mut secrets: Vec<&dyn Redactable> = vec![&self.server, &self.topic];
        secrets.extend(self.token.as_ref().map(|token| token as &dyn Redactable));
        match exchange(request, timeout, &secrets).await {
            Ok(answer) => classify(&answer),
            Err(delivery) => delivery,
        }
    }

    fn publication(&self, message: &Message) -> String {
        let page = message.page.as_ref();
        let publication = Publication {
            topic: self.topic.expose(),
            title: NTFY.write(&message.preview(), MAX_TITLE),
            message: body(message),
            priority: priority(message.mood),
            tags: [tag(message.mood)],
            click: message.link().or(page.map(|page| page.url.as_str())),
            actions: page
                .map(|page| [Button { action: "view", label: &page.label, url: &page.url }]),
        };
        to_json(&publication)
    }
}

/// The text that `message` is sent as, below its title.
#[must_use]
pub fn body(message: &Message) -> String {
    let footer = NTFY.write(&message.footer, MAX_FOOTER);
    let headline = |entry: &Entry| NTFY.write(&entry.headline, MAX_HEADLINE);
    let whole = |entry: &Entry| stacked(&[headline(entry), NTFY.lines(entry, MAX_DETAIL, &MARKUP)]);
    let room = MAX_MESSAGE - json_len(&footer) - json_len("\n");
    let story = NTFY.write(&unfinished(message), MAX_HEADLINE);
    let room = room - json_len(&story) - json_len("\n");
    let entries = NTFY.list(message, room, whole, headline);
    stacked(&[story, entries, footer])
}

/// The story, if it is longer than the title: letters of Asia take three bytes each.
fn unfinished(message: &Message) -> String {
    let is_whole = json_len(&message.preview()) <= MAX_TITLE;
    if is_whole { String::new() } else { message.text.clone() }
}

/// Bytes of `text` between the quotes of JSON.
fn json_len(text: &str) -> usize {
    let escaped = |char: char| match char {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        char => char.len_utf8(),
    };
    text.chars().map(escaped).sum()
}

/// 4 rings and stays on the screen; 3 is the default. 5, which rings on, is
/// left to those whose phone should wake them: ntfy can raise it per topic.
/// <https://docs.ntfy.sh/publish/#message-priority>
fn priority(mood: Mood) -> u8 {
    match mood {
        Mood::Down | Mood::StillDown => 4,
        Mood::Warning | Mood::WasDown | Mood::Recovered | Mood::News | Mood::Test => 3,
    }
}

/// A word to filter by. None is the name of an emoji: that would stand before
/// the sign of the title. <https://docs.ntfy.sh/publish/#tags-emojis>
fn tag(mood: Mood) -> &'static str {
    match mood {
        Mood::Down => "down",
        Mood::StillDown => "still-down",
        Mood::Warning => "limit-crossed",
        Mood::WasDown => "was-down",
        Mood::Recovered => "recovered",
        Mood::News => "news",
        Mood::Test => "prober-test",
    }
}

fn classify(answer: &Answer) -> Delivery {
    if answer.status.is_success() {
        return answer.accepted(|_: Published| Delivery::ACCEPTED);
    }
    let code = answer.json().map(|Refusal { code }| format!(", ntfy's error {code}"));
    let why = answer.status_line() + &code.unwrap_or_default();
    let advice = match answer.status.as_u16() {
        401 => TOKEN,
        403 => FORBIDDEN,
        _ => CHECK,
    };
    answer.refusal(why, advice, STRANGER)
}
