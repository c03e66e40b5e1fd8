//! Pages for people: documents that load nothing else, but a logo where one is configured.

mod front;
mod list;
mod login;
mod parts;
mod target;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest;

use super::markup::{Markup, SLOT, markup};
use super::words::{self, Words};
use super::{Page, Verdict};
use crate::message::{self, MAX_NAME};
use crate::model::target::{Language, PageSettings};
use crate::text::one_line;

pub use self::login::login;

/// The page's style sheet.
const STYLE: &str = include_str!("style.css");

/// The page's script, without which all of it works.
const SCRIPT: &str = include_str!("script.js");

/// The characters of a name that a path must escape.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The hash by which the page's policy allows its style sheet:
/// <https://www.w3.org/TR/CSP3/#grammardef-hash-source>.
#[must_use]
pub fn style_hash() -> String {
    hash(STYLE)
}

/// The same of its script.
#[must_use]
pub fn script_hash() -> String {
    hash(SCRIPT)
}

fn hash(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    format!("'sha256-{}'", BASE64.encode(hash))
}

/// How a document looks from outside.
struct Frame<'a> {
    language: Language,
    settings: &'a PageSettings,
    /// The way from it to the front page: `""`, or `"../"`.
    base: &'static str,
    title: &'a str,
    icon: Appearance,
    /// Whether its script keeps it fresh.
    is_live: bool,
}

/// The colour and the picture of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Appearance {
    Down,
    Unknown,
    Warned,
    Planned,
    Up,
}

impl Verdict {
    /// The code that programs match on.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Down { .. } => "down",
            Self::Unknown { .. } => "unknown",
            Self::Warned { .. } => "warned",
            Self::Planned { .. } | Self::Up => "up",
        }
    }

    const fn appearance(self) -> Appearance {
        match self {
            Self::Down { .. } => Appearance::Down,
            Self::Unknown { .. } => Appearance::Unknown,
            Self::Warned { .. } => Appearance::Warned,
            Self::Planned { .. } => Appearance::Planned,
            Self::Up => Appearance::Up,
        }
    }
}

impl Appearance {
    const fn class(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Unknown => "unknown",
            Self::Warned => "warned",
            Self::Planned => "planned",
            Self::Up => "up",
        }
    }

    /// Its picture, of 24 by 24 units: a cross, a question mark, an exclamation mark, two
    /// bars, a tick.
    const fn picture(self) -> &'static str {
        match self {
            Self::Down => "M8 8l8 8M16 8l-8 8",
            Self::Unknown => "M9 9.5a3 3 0 1 1 4 2.8q-1 .5-1 1.7M12 17.2h.01",
            Self::Warned => "M12 7v6M12 16.8h.01",
            Self::Planned => "M9.5 8v8M14.5 8v8",
            Self::Up => "M7.5 12.5l3 3 6-6.5",
        }
    }

    /// The colour of the tab's icon, which must be visible on light and on dark.
    const fn colour(self) -> &'static str {
        match self {
            Self::Down => "%23d1242f",
            Self::Unknown => "%23808a94",
            Self::Warned => "%23c98a10",
            Self::Planned => "%233b82d6",
            Self::Up => "%232da44e",
        }
    }

    fn drawn(self) -> Markup {
        markup!(
            "<svg class=\"sign\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">\
             <circle cx=\"12\" cy=\"12\" r=\"12\"/><path d=\"{picture}\"/></svg>",
            picture = self.picture(),
        )
    }
}

impl Frame<'_> {
    /// The whole document with `main` in it, and what is `below` it.
    fn document(&self, main: &Markup, below: &Markup) -> String {
        let words = words::of(self.language);
        let title = match &self.settings.title {
            Some(own) => format!("{} · {own}", self.title),
            None => self.title.to_owned(),
        };
        let page = markup!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n{icon}\n\
             <link rel=\"alternate\" type=\"application/atom+xml\" title=\"{feed}\" href=\"{base}feed.atom\">\n\
             <style>{style}</style>\n</head>\n<body>\n{banner}\
             <main>\n{announcement}{main}</main>\n<footer>{below}</footer>\n{script}</body>\n</html>\n",
            tag = message::words::of(self.language).tag(),
            title = title,
            icon = icon(self.icon),
            feed = words.feed(),
            base = self.base,
            style = Markup::of_ours(STYLE),
            banner = self.banner(),
            announcement = self
                .settings
                .announcement
                .as_ref()
                .filter(|_| self.is_live)
                .map(|text| { markup!("<p class=\"announcement\">{text}</p>\n", text = text) }),
            main = main,
            below = below,
            script = self.is_live.then(script),
        );
        page.into_document()
    }

    /// The logo and the title of the site.
    fn banner(&self) -> Option<Markup> {
        let PageSettings { title, logo, link, .. } = self.settings;
        let logo =
            logo.as_ref().map(|logo| markup!("<img src=\"{url}\" alt=\"\">", url = logo.as_str()));
        let title = title.as_ref().map(|title| one_line(title, MAX_NAME));
        if logo.is_none() && title.is_none() {
            return None;
        }
        let name =
            title.or_else(|| link.as_ref().and_then(|link| link.host_str().map(str::to_owned)));
        let inner = markup!("{logo}{name}", logo = logo, name = name);
        // A link needs a name.
        let inner = match link.as_ref().filter(|_| name.is_some()) {
            Some(link) => {
                markup!("<a href=\"{link}\">{inner}</a>", link = link.as_str(), inner = inner)
            }
            None => inner,
        };
        Some(markup!("<header class=\"site\">{inner}</header>\n", inner = inner))
    }
}

fn script() -> Markup {
    markup!("<script>{script}</script>\n", script = Markup::of_ours(SCRIPT))
}

impl Page<'_> {
    pub(super) fn words(&self) -> &'static dyn Words {
        words::of(self.language)
    }

    /// The front page.
    #[must_use]
    pub fn html(&self) -> String {
        let verdict = self.said(self.verdict());
        let appearance = self.verdict().appearance();
        self.frame("", &verdict, appearance).document(&front::main(self, &verdict), &footer(""))
    }

    fn frame<'f>(&'f self, base: &'static str, title: &'f str, icon: Appearance) -> Frame<'f> {
        Frame { language: self.language, settings: self.settings, base, title, icon, is_live: true }
    }

    fn said(&self, verdict: Verdict) -> String {
        let words = self.words();
        match verdict {
            Verdict::Down { count } => words.some_down(count, self.rows.len()),
            Verdict::Unknown { count } => words.nothing_down(count),
            Verdict::Warned { count } => words.all_up_with_warnings(count),
            Verdict::Planned { count } => words.all_up_but_planned(count),
            Verdict::Up => words.all_up().to_owned(),
        }
    }

    /// A sentence that names an instant, which programs can read too.
    fn timed(&self, at: DateTime<Utc>, say: impl FnOnce(&str) -> String) -> Markup {
        let time = time(at, &self.calendar().instant(at));
        time.within(&say(SLOT))
    }
}

/// What stands below every page.
fn footer(base: &'static str) -> Markup {
    markup!(
        "<p><a href=\"{base}feed.atom\">Atom</a> · <a href=\"{base}status.json\">JSON</a> · prober</p>",
        base = base,
    )
}

/// `text`, which says the instant `at`.
fn time(at: DateTime<Utc>, text: &str) -> Markup {
    let instant = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    markup!("<time datetime=\"{instant}\">{text}</time>", instant = instant, text = text)
}

/// The path of the page of the target called `name`.
pub(super) fn path_of(base: &str, name: &str) -> String {
    format!("{base}target/{}", utf8_percent_encode(name, SEGMENT))
}

/// All of `items` below their heading.
fn section(heading: &str, items: &Markup) -> Markup {
    markup!(
        "<section>\n<h2>{heading}</h2>\n<div class=\"card\">\n{items}</div>\n</section>\n",
        heading = heading,
        items = items,
    )
}

/// The icon of the tab: a dot in the colour of the verdict.
fn icon(appearance: Appearance) -> Markup {
    markup!(
        "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
         viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='{colour}'/%3E%3C/svg%3E\">",
        colour = appearance.colour(),
    )
}
