//! Discord, by a webhook of one of its channels. The URL is the password.
//!
//! <https://docs.discord.com/developers/resources/webhook#execute-webhook>

use std::time::Duration;

use reqwest::Client;
use serde::{Deserialize, Serialize};

use super::Delivery;
use super::answer::{Answer, STRANGER, believable, exchange, post, to_json};
use super::layout::{LineMarkup, PLAIN, Script, stacked, utf16};
use crate::message::{Entry, Message, Mood};
use crate::model::secret::SecretUrl;

/// Units of the text in one line. Discord would take 2,000.
const MAX_CONTENT: usize = 600;

/// Units of an embed's description. All parts of all embeds may have 6,000.
/// <https://docs.discord.com/developers/resources/message#embed-object-embed-limits>
const MAX_DESCRIPTION: usize = 4096;

/// Units of an embed's footer. Discord would take 2,048.
const MAX_FOOTER: usize = 300;

/// Units of a headline without its stars, and of all lines below it.
const MAX_HEADLINE: usize = 700;
const MAX_DETAIL: usize = 2400;

/// What could begin a mention, a link, an emoji or a style stands behind a
/// backslash, which takes its meaning.
/// <https://support.discord.com/hc/en-us/articles/210298617>
const DISCORD: Script = Script {
    escape: |char| match char {
        '\\' => Some(r"\\"),
        '*' => Some(r"\*"),
        '_' => Some(r"\_"),
        '~' => Some(r"\~"),
        '`' => Some(r"\`"),
        '|' => Some(r"\|"),
        '#' => Some(r"\#"),
        '>' => Some(r"\>"),
        '<' => Some(r"\<"),
        '[' => Some(r"\["),
        ']' => Some(r"\]"),
        '(' => Some(r"\("),
        ')' => Some(r"\)"),
        ':' => Some(r"\:"),
        '@' => Some(r"\@"),
        '-' => Some(r"\-"),
        '+' => Some(r"\+"),
        _ => None,
    },
    width: utf16,
};

/// Only three backticks mean something in a block of code.
/// <https://support.discord.com/hc/en-us/articles/210298617>
const MARKUP: LineMarkup = LineMarkup {
    text: str::to_owned,
    code: |code| format!("```\n{code}\n```"),
    code_escape: |char| (char == '`').then_some("ˋ"),
    link: |label, url| format!("[{label}]({})", url.replace('(', "%28").replace(')', "%29")),
};

const NEW_WEBHOOK: &str = "the webhook was deleted, or its URL is incomplete: create a new one in \
                           the channel's settings in Discord and set webhook_url to it";
const CHECK: &str = "check webhook_url, and the channel's settings in Discord";

/// One webhook.
#[derive(Clone, Debug)]
pub(super) struct Discord {
    url: SecretUrl,
    client: Client,
}

#[derive(Serialize)]
struct Execution {
    content: String,
    embeds: [Embed; 1],
    allowed_mentions: AllowedMentions,
}

#[derive(Serialize)]
struct Embed {
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    color: u32,
    footer: Footer,
}

#[derive(Serialize)]
struct Footer {
    text: String,
}

/// Nobody: <https://docs.discord.com/developers/resources/message#allowed-mentions-object>
#[derive(Serialize)]
struct AllowedMentions {
    parse: [&'static str; 0],
}

/// What Discord says to a message: itself, with an id.
#[derive(Deserialize)]
struct Created {
    #[serde(rename = "id")]
    _id: String,
}

/// What Discord says instead.
#[derive(Deserialize)]
struct Refusal {
    code: Option<u32>,
    retry_after: Option<f64>,
}

impl Discord {
    pub(super) fn new(url: &SecretUrl, client: Client) -> Self {
        // Without `wait`, a message that could not be kept is accepted all the same.
        Self { url: url.with_query("wait", "true"), client }
    }

    pub(super) async fn send(&self, message: &Message, timeout: Duration) -> Delivery {
        let request = post(&self.client, &self.url, payload(message));
        match exchange(request, timeout, &[&self.url]).await {
            Ok(answer) => classify(&answer),
            Err(delivery) => delivery,
        }
    }
}

/// The JSON that `message` is sent as.
#[must_use]
pub fn payload(message: &Message) -> String {
    let execution = Execution {
        content: DISCORD.write(&message.preview(), MAX_CONTENT),
        embeds: [Embed {
            description: description(message),
            color: color(message.mood),
            footer: Footer { text: PLAIN.write(&message.footer, MAX_FOOTER) },
        }],
        allowed_mentions: AllowedMentions { parse: [] },
    };
    to_json(&execution)
}

fn description(message: &Message) -> String {
    let headline = |entry: &Entry| match DISCORD.write(&entry.headline, MAX_HEADLINE) {
        empty if empty.is_empty() => empty,
        headline => format!("**{headline}**"),
    };
    let whole =
        |entry: &Entry| stacked(&[headline(entry), DISCORD.lines(entry, MAX_DETAIL, &MARKUP)]);
    let page = message.page.as_ref();
    let page = page.map(|page| (MARKUP.link)(&DISCORD.write(&page.label, MAX_HEADLINE), &page.url));
    let page = page.unwrap_or_default();
    let room = MAX_DESCRIPTION.saturating_sub(utf16(&page) + 1);
    stacked(&[DISCORD.list(message, room, whole, headline), page])
}

fn color(mood: Mood) -> u32 {
    match mood {
        Mood::Down | Mood::StillDown => 0x00d1_242f,
        Mood::Warning | Mood::WasDown => 0x00d4_a72c,
        Mood::Recovered => 0x001a_7f37,
        Mood::News => 0x0009_69da,
        Mood::Test => 0x0057_606a,
    }
}

fn classify(answer: &Answer) -> Delivery {
    if answer.status.is_success() {
        return answer.accepted(|_: Created| Delivery::ACCEPTED);
    }
    let refusal: Option<Refusal> = answer.json();
    let code = refusal.as_ref().and_then(|refusal| refusal.code);
    let code = code.map(|code| format!(", Discord's error {code}"));
    let why = answer.status_line() + &code.unwrap_or_default();
    let advice = match answer.status.as_u16() {
        401 | 403 | 404 => NEW_WEBHOOK,
        _ => CHECK,
    };
    match (answer.refusal(why, advice, STRANGER), refusal.and_then(|refusal| refusal.retry_after)) {
        // The body is exact to the millisecond, the header to the second.
        // <https://docs.discord.com/developers/topics/rate-limits>
        (Delivery::ComeBack { why, .. }, Some(seconds)) => {
            let wait = Duration::try_from_secs_f64(seconds).ok();
            Delivery::ComeBack { after: believable(wait), why }
        }
        (delivery, _) => delivery,
    }
}
