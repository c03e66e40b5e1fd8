//! Telegram, by a bot. Its token is a part of every request's URL, so no URL
//! leaves this room.
//!
//! <https://core.telegram.org/bots/api#sendmessage>

use std::iter;
use std::time::Duration;

use reqwest::Client;
use serde::{Deserialize, Serialize};

use super::Delivery;
use super::answer::{Answer, STRANGER, believable, constant, exchange, post, to_json};
use super::layout::{LineMarkup, Script, is_free_of_markup, stacked, utf16};
use crate::message::{Entry, Message};
use crate::model::secret::{Secret, SecretUrl};
use crate::model::target;
use crate::text::html;

/// Where Telegram is, unless somebody runs a Bot API server of their own.
/// <https://core.telegram.org/bots/api#using-a-local-bot-api-server>
const API: &str = "https://api.telegram.org";

/// Units of a message. Telegram counts them without the markup; we count all.
const MAX_MESSAGE: usize = 4096;

/// Units of the footer, of a headline, and of all lines below it.
const MAX_FOOTER: usize = 300;
const MAX_HEADLINE: usize = 700;
const MAX_DETAIL: usize = 2400;

/// What must be escaped in HTML: <https://core.telegram.org/bots/api#html-style>
const HTML: Script = Script {
    // A quote stands for itself outside of attributes.
    escape: |char| if char == '"' { None } else { html::escape(char) },
    width: utf16,
};

const MARKUP: LineMarkup = LineMarkup {
    text: sentence,
    code: |code| format!("<pre>{code}</pre>"),
    code_escape: HTML.escape,
    link: |label, url| format!("<a href=\"{}\">{label}</a>", html::escaped(url)),
};

const NEW_TOKEN: &str = "the bot's token is not valid, or not any more: ask @BotFather for one, and \
                         set bot_token to it";
const INVITE: &str = "the bot may not write there: start a chat with it, or make it a member of \
                      the group and allow it to write";
const CHAT: &str = "check chat_id, and whether the bot is in that chat";
const MOVED: &str = "the group has become a supergroup: set chat_id to its new id";

/// One chat of one bot.
#[derive(Clone, Debug)]
pub(super) struct Telegram {
    url: SecretUrl,
    token: Secret,
    chat_id: String,
    client: Client,
}

#[derive(Serialize)]
struct SendMessage<'a> {
    chat_id: &'a str,
    text: String,
    parse_mode: &'static str,
    link_preview_options: LinkPreview,
}

#[derive(Serialize)]
struct LinkPreview {
    is_disabled: bool,
}

/// <https://core.telegram.org/bots/api#making-requests>
#[derive(Deserialize)]
struct Reply {
    ok: bool,
    parameters: Option<Parameters>,
}

/// <https://core.telegram.org/bots/api#responseparameters>
#[derive(Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<u64>,
}

impl Telegram {
    pub(super) fn new(telegram: &target::Telegram, client: Client) -> Self {
        let api = telegram.api_url.clone().unwrap_or_else(|| constant(API));
        let url = api.below(&[&format!("bot{}", telegram.bot_token.expose()), "sendMessage"]);
        let (token, chat_id) = (telegram.bot_token.clone(), telegram.chat_id.clone());
        Self { url, token, chat_id, client }
    }

    pub(super) async fn send(&self, message: &Message, timeout: Duration) -> Delivery {
        let request = post(&self.client, &self.url, self.request(message));
        match exchange(request, timeout, &[&self.url, &self.token]).await {
            Ok(answer) => classify(&answer),
            Err(delivery) => delivery,
        }
    }

    fn request(&self, message: &Message) -> String {
        let request = SendMessage {
            chat_id: &self.chat_id,
            text: text(message),
            parse_mode: "HTML",
            link_preview_options: LinkPreview { is_disabled: true },
        };
        to_json(&request)
    }
}

/// The HTML that `message` is sent as.
#[must_use]
pub fn text(message: &Message) -> String {
    let footer = format!("<code>{}</code>", HTML.write(&message.footer, MAX_FOOTER));
    let preview = format!("{} {}", message.mood.sign(), bold(&message.text));
    let headline = |entry: &Entry| bold(&entry.headline);
    let whole = |entry: &Entry| stacked(&[headline(entry), HTML.lines(entry, MAX_DETAIL, &MARKUP)]);
    let page = message.page.as_ref();
    let page = page.map(|page| (MARKUP.link)(&HTML.write(&page.label, MAX_HEADLINE), &page.url));
    let page = page.unwrap_or_default();
    let around = utf16(&footer) + utf16(&preview) + utf16(&page) + 3;
    let room = MAX_MESSAGE.saturating_sub(around);
    let entries = HTML.list(message, room, whole, headline);
    stacked(&[preview, entries, page, footer])
}

/// A sentence, escaped already: as it stands, or as code where Telegram would find something
/// in it.
fn sentence(text: &str) -> String {
    let is_plain = !text.is_empty() && is_free_of_markup(text) && !has_command(text);
    if is_plain && !has_domain(text) { text.to_owned() } else { format!("<code>{text}</code>") }
}

/// Whether a dot stands within a word of `text`: it may be a name of the web, which
/// becomes a link.
fn has_domain(text: &str) -> bool {
    let mut parts = text.split('.').peekable();
    while let (Some(before), Some(after)) = (parts.next(), parts.peek()) {
        if before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphabetic) {
            return true;
        }
    }
    false
}

/// Telegram makes mentions, links and commands of plain text as it finds them;
/// it lets code alone. So what others wrote is code.
/// <https://core.telegram.org/bots/api#messageentity>
fn bold(headline: &str) -> String {
    if headline.is_empty() {
        return String::new();
    }
    let is_bold = is_free_of_markup(headline) && !has_command(headline);
    let tag = if is_bold { "b" } else { "code" };
    format!("<{tag}>{}</{tag}>", HTML.write(headline, MAX_HEADLINE))
}

/// Whether a word of `text` begins with a slash, which makes it a command.
fn has_command(text: &str) -> bool {
    let before = iter::once(' ').chain(text.chars());
    before.zip(text.chars()).any(|(before, char)| char == '/' && !before.is_alphanumeric())
}

fn classify(answer: &Answer) -> Delivery {
    if answer.status.is_success() {
        return answer.accepted(|reply: Reply| {
            if reply.ok {
                Delivery::ACCEPTED
            } else {
                Delivery::Refused { why: "HTTP 200, but not ok".into(), advice: STRANGER }
            }
        });
    }
    let parameters = answer.json().and_then(|reply: Reply| reply.parameters);
    let (moved, wait) = parameters
        .map_or((None, None), |parameters| (parameters.migrate_to_chat_id, parameters.retry_after));
    let (mut why, mut advice) = (answer.status_line(), advice(answer.status.as_u16()));
    if let Some(chat_id) = moved {
        why = format!("{why}, the chat is now {chat_id}");
        advice = MOVED;
    }
    match (answer.refusal(why, advice, STRANGER), wait) {
        (Delivery::ComeBack { why, .. }, Some(seconds)) => {
            Delivery::ComeBack { after: believable(Some(Duration::from_secs(seconds))), why }
        }
        (delivery, _) => delivery,
    }
}

/// Telegram's descriptions may change, and its codes are those of HTTP.
fn advice(status: u16) -> &'static str {
    match status {
        // A token that cannot be one makes a path that is not there.
        401 | 404 => NEW_TOKEN,
        403 => INVITE,
        _ => CHAT,
    }
}
