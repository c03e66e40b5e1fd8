//! A message as a mail: plain text, and the same as simple HTML.

use std::time::SystemTime;

use lettre::Message as Mail;
use lettre::message::MessageBuilder;
use lettre::message::MultiPart;
use lettre::message::header::{HeaderName, HeaderValue};
use ring::digest;

use crate::core::announce::Fact;
use crate::message::{Entry, Message, Mood};
use crate::model::names::ChannelName;
use crate::model::target::Email;
use crate::notify::layout::{LineMarkup, NO_MARKUP, PLAIN, Script, stacked, utf16};
use crate::text::hex::hex;
use crate::text::html;

/// Units of a subject. Lines of a header may have 998, and lists of mails
/// show fewer than these.
const MAX_SUBJECT: usize = 400;

/// Units of all entries. Mails may be much longer, and nobody would read them.
const MAX_BODY: usize = 50_000;

/// Units of a headline, of the lines below it, and of the footer.
const MAX_HEADLINE: usize = 700;
const MAX_DETAIL: usize = 3000;

/// A header ends where its line does.
const HEADER: Script = Script { escape: |char| char.is_control().then_some(" "), width: utf16 };

const HTML: Script = Script {
    escape: |char| if char == '\n' { Some("<br>") } else { html::escape(char) },
    width: utf16,
};

const MARKUP: LineMarkup = LineMarkup {
    text: |text| format!("<p>{text}</p>"),
    code: |code| format!("<pre>{code}</pre>"),
    code_escape: html::escape,
    link: |label, url| format!("<p><a href=\"{}\">{label}</a></p>", html::escaped(url)),
};

/// Tells other machines not to answer that they are on holiday.
/// <https://www.rfc-editor.org/rfc/rfc3834#section-5>
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

pub(super) fn mail(
    message: &Message,
    email: &Email,
    channel: &ChannelName,
) -> Result<Mail, lettre::error::Error> {
    let id = format!("<{}@{}>", identity(message, channel), email.from.email.domain());
    let builder = Mail::builder().from(email.from.clone());
    let builder = email.to.iter().cloned().fold(builder, MessageBuilder::to);
    let mut mail = builder
        .subject(subject(message))
        .date(SystemTime::from(message.data.at))
        .message_id(Some(id))
        .multipart(MultiPart::alternative_plain_html(plain(message), html(message)))?;
    mail.headers_mut().insert_raw(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".into()));
    Ok(mail)
}

/// A name for what is told: the same facts told twice, because the first answer
/// was lost, are one mail to a reader that folds those of one id.
///
/// Incidents are told once. What may be told again in the same words (a
/// reminder, a warning, a test) gets the instant into its name.
fn identity(message: &Message, channel: &ChannelName) -> String {
    let mut named = digest::Context::new(&digest::SHA256);
    let mut once = !message.data.facts.is_empty();
    named.update(channel.as_str().as_bytes());
    for (target, fact) in &message.data.facts {
        named.update(format!("\n{target}\n{}\n", fact.kind()).as_bytes());
        match fact {
            Fact::Down { incident, .. } => named.update(incident.since.to_rfc3339().as_bytes()),
            Fact::Recovered(outage)
            | Fact::Quiet { outage, .. }
            | Fact::RootRecovered { outage, .. }
            | Fact::WasDown { outage, .. } => {
                named.update(format!("{} {}", outage.since, outage.until).as_bytes());
            }
            Fact::Unstable { since, .. } => named.update(since.to_rfc3339().as_bytes()),
            Fact::Another { incident, known, .. } => {
                named.update(format!("{incident} {known}").as_bytes());
            }
            Fact::News(items) => {
                let numbers: Vec<_> = items.iter().map(|item| item.number).collect();
                named.update(format!("{numbers:?}").as_bytes());
            }
            Fact::StillDown(_) | Fact::Steady(_) | Fact::Warning(_) | Fact::Cleared(_) => {
                once = false;
            }
        }
    }
    if !once {
        named.update(message.data.at.to_rfc3339().as_bytes());
    }
    hex(named.finish().as_ref())
}

/// The subject of the mail that says `message`: its preview.
#[must_use]
pub fn subject(message: &Message) -> String {
    HEADER.write(&message.preview(), MAX_SUBJECT)
}

/// The same mail as plain text.
#[must_use]
pub fn plain(message: &Message) -> String {
    let headline = |entry: &Entry| PLAIN.write(&entry.headline, MAX_HEADLINE);
    let whole = |entry: &Entry| {
        let lines = PLAIN.lines(entry, MAX_DETAIL, &NO_MARKUP);
        let indent = if entry.headline.is_empty() { "" } else { "  " };
        let lines: Vec<String> = lines.lines().map(|line| format!("{indent}{line}")).collect();
        stacked(&[headline(entry), lines.join("\n")])
    };
    let entries = PLAIN.list(message, MAX_BODY, whole, headline);
    let footer = PLAIN.write(&message.footer, MAX_HEADLINE);
    // A client that shows no subject shows what happened all the same where there is nothing else.
    let body = if entries.is_empty() { message.preview() } else { entries };
    let page = message.page.as_ref().map(|page| format!("{}\n", page.line().plain()));
    format!("{body}\n\n-- \n{footer}\n{}", page.unwrap_or_default())
}

fn paragraph(text: &str, mood: Mood) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<p><strong style=\"color:{}\">{text}</strong></p>", color(mood))
}

/// The same mail as HTML.
#[must_use]
pub fn html(message: &Message) -> String {
    let headline =
        |entry: &Entry| paragraph(&HTML.write(&entry.headline, MAX_HEADLINE), entry.mood);
    let whole = |entry: &Entry| stacked(&[headline(entry), HTML.lines(entry, MAX_DETAIL, &MARKUP)]);
    let entries = match HTML.list(message, MAX_BODY, whole, headline) {
        empty if empty.is_empty() => {
            paragraph(&HTML.write(&message.preview(), MAX_HEADLINE), message.mood)
        }
        entries => entries,
    };
    let footer = HTML.write(&message.footer, MAX_HEADLINE);
    let page = message.page.as_ref().map(|page| {
        let (url, label) = (html::escaped(&page.url), HTML.write(&page.label, MAX_HEADLINE));
        format!(" · <a href=\"{url}\">{label}</a>")
    });
    let footer = footer + &page.unwrap_or_default();
    let tag = message.language_tag();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><body>\n{entries}\n<p><small>{footer}</small></p>\n</body></html>\n"
    )
}

fn color(mood: Mood) -> &'static str {
    match mood {
        Mood::Down | Mood::StillDown => "#d1242f",
        Mood::Warning | Mood::WasDown => "#9a6700",
        Mood::Recovered => "#1a7f37",
        Mood::News => "#0969da",
        Mood::Test => "#57606a",
    }
}
