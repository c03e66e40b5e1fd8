//! The console: messages as text, for a terminal, a log or a pipe.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use anstyle::{AnsiColor, Style};

use super::Delivery;
use crate::message::{Entry, Message, Mood};

/// A place to print messages. Clones print in the same place.
#[derive(Clone)]
pub struct Console {
    writer: Arc<Mutex<dyn Write + Send>>,
    colour: bool,
}

impl Console {
    /// Prints on `writer`; in `colour` if that is a terminal that likes it.
    pub fn new(writer: impl Write + Send + 'static, colour: bool) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)), colour }
    }

    /// Prints `message`: the story on a line, and its details indented below.
    pub(super) fn print(&self, message: &Message) -> Delivery {
        match self.write(text(message, self.colour).as_bytes()) {
            Ok(()) => Delivery::ACCEPTED,
            Err(error) => Delivery::Unavailable { why: format!("cannot write: {error}") },
        }
    }

    fn write(&self, text: &[u8]) -> io::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(text)?;
        writer.flush()
    }
}

const INDENT: &str = "  ";

/// `message` as it is printed.
#[must_use]
pub fn text(message: &Message, colour: bool) -> String {
    let mut text = String::new();
    push_headline(&mut text, message.mood, &message.preview(), colour);
    for entry in &message.entries {
        push_entry(&mut text, entry, colour);
    }
    push(&mut text, &[INDENT, &message.footer]);
    if let Some(page) = &message.page {
        push(&mut text, &[INDENT, &page.line().plain()]);
    }
    text
}

fn push_entry(text: &mut String, entry: &Entry, colour: bool) {
    let indent = if entry.headline.is_empty() { String::new() } else { INDENT.to_owned() };
    if !entry.headline.is_empty() {
        text.push_str(INDENT);
        push_headline(text, entry.mood, &entry.headline, colour);
    }
    for line in entry.plain().lines() {
        push(text, &[&indent, INDENT, line]);
    }
}

fn push_headline(text: &mut String, mood: Mood, headline: &str, colour: bool) {
    if colour {
        let style = style(mood);
        push(text, &[&style.render().to_string(), headline, &style.render_reset().to_string()]);
    } else {
        push(text, &[headline]);
    }
}

fn push(text: &mut String, parts: &[&str]) {
    text.extend(parts.iter().copied().chain(["\n"]));
}

fn style(mood: Mood) -> Style {
    let colour = match mood {
        Mood::Down | Mood::StillDown => AnsiColor::Red,
        Mood::Warning | Mood::WasDown => AnsiColor::Yellow,
        Mood::Recovered => AnsiColor::Green,
        Mood::News => AnsiColor::Blue,
        Mood::Test => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("colour", &self.colour).finish_non_exhaustive()
    }
}
