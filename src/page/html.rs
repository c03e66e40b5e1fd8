//! The page: one document that loads nothing else.

mod parts;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest;

use self::parts::{outages, target};
use super::markup::{Markup, markup};
use super::words::{self, Words};
use super::{Page, Row, Verdict};
use crate::message::{self, MAX_NAME};
use crate::model::history::DAYS;
use crate::text::one_line;

/// The page's style sheet.
const STYLE: &str = include_str!("style.css");

/// Seconds until a browser reloads: the usual time from tick to tick.
const REFRESH: u32 = 60;

/// The hash by which the page's policy allows its style sheet:
/// <https://www.w3.org/TR/CSP3/#grammardef-hash-source>.
#[must_use]
pub fn style_hash() -> String {
    let hash = digest::digest(&digest::SHA256, STYLE.as_bytes());
    format!("'sha256-{}'", BASE64.encode(hash))
}

impl Verdict {
    /// The class of its colour, and the code that programs match on.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Down { .. } => "down",
            Self::Unknown { .. } => "unknown",
            Self::Warned { .. } => "warned",
            Self::Up => "up",
        }
    }

    /// Its picture, of 24 by 24 units: a cross, a question mark, a bar, a tick.
    const fn picture(self) -> &'static str {
        match self {
            Self::Down { .. } => "M8 8l8 8M16 8l-8 8",
            Self::Unknown { .. } => "M9 9.5a3 3 0 1 1 4 2.8q-1 .5-1 1.7M12 17.2h.01",
            Self::Warned { .. } => "M12 7v6M12 16.8h.01",
            Self::Up => "M7.5 12.5l3 3 6-6.5",
        }
    }

    /// The colour of its icon, which must be visible on light and on dark.
    const fn colour(self) -> &'static str {
        match self {
            Self::Down { .. } => "%23d1242f",
            Self::Unknown { .. } => "%23808a94",
            Self::Warned { .. } => "%23e0a11b",
            Self::Up => "%232da44e",
        }
    }
}

impl Page<'_> {
    /// The whole document.
    #[must_use]
    pub fn html(&self) -> String {
        let verdict = self.said(self.verdict());
        let page = markup!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <meta http-equiv=\"refresh\" content=\"{refresh}\">\n\
             <title>{verdict}</title>\n{icon}\n\
             <link rel=\"alternate\" type=\"application/atom+xml\" title=\"{feed}\" href=\"feed.atom\">\n\
             <style>{style}</style>\n</head>\n<body>\n\
             {header}{down}{groups}{over}{footer}</body>\n</html>\n",
            tag = message::words::of(self.language).tag(),
            refresh = REFRESH,
            verdict = verdict,
            icon = icon(self.verdict()),
            feed = self.words().feed(),
            style = Markup::of_ours(STYLE),
            header = self.header(&verdict),
            down = self.down_now(),
            groups = self.groups(),
            over = self.last_outages(),
            footer = self.footer(),
        );
        page.into_document()
    }

    pub(super) fn words(&self) -> &'static dyn Words {
        words::of(self.language)
    }

    fn said(&self, verdict: Verdict) -> String {
        let words = self.words();
        match verdict {
            Verdict::Down { count } => words.some_down(count, self.rows.len()),
            Verdict::Unknown { count } => words.nothing_down(count),
            Verdict::Warned { count } => words.all_up_with_warnings(count),
            Verdict::Up => words.all_up().to_owned(),
        }
    }

    fn header(&self, verdict: &str) -> Markup {
        markup!(
            "<header class=\"verdict {class}\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">\
             <circle cx=\"12\" cy=\"12\" r=\"12\"/><path d=\"{picture}\"/></svg>\
             <div><h1>{verdict}</h1><p>{as_of}</p></div></header>\n",
            class = self.verdict().code(),
            picture = self.verdict().picture(),
            verdict = verdict,
            as_of = self.words().as_of(&self.calendar().instant(self.at)),
        )
    }

    fn down_now(&self) -> Markup {
        let mut down: Vec<_> =
            self.rows.iter().filter_map(|row| Some((row, row.incident?))).collect();
        down.sort_by_key(|(_, incident)| incident.since);
        let items = down.into_iter().map(|(row, incident)| outages::open(self, row, incident));
        let items: Markup = items.collect();
        if items.is_empty() { items } else { section(Some(self.words().down_now()), &items) }
    }

    fn groups(&self) -> Markup {
        let mut groups: Vec<(Option<&str>, Vec<&Row<'_>>)> = Vec::new();
        for row in &self.rows {
            match groups.iter_mut().find(|(group, _)| *group == row.group) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((row.group, vec![row])),
            }
        }
        let is_grouped = groups.len() > 1;
        let group = |(group, rows): (Option<&str>, Vec<&Row<'_>>)| {
            let others = is_grouped.then(|| self.words().others().to_owned());
            let rows: Markup = rows.into_iter().map(|row| target(self, row)).collect();
            let heading = group.map(|group| one_line(group, MAX_NAME)).or(others);
            section(heading.as_deref(), &rows)
        };
        groups.into_iter().map(group).collect()
    }

    /// The last outage of each target, the newest first.
    fn last_outages(&self) -> Markup {
        let mut over: Vec<_> =
            self.rows.iter().filter_map(|row| Some((row, row.last_outage?))).collect();
        over.sort_by_key(|(_, outage)| std::cmp::Reverse(outage.until));
        let items = over.into_iter().map(|(row, outage)| outages::over(self, row, outage));
        let items: Markup = items.collect();
        let none = || markup!("<p>{none}</p>\n", none = self.words().no_outage());
        let items = if items.is_empty() { none() } else { items };
        section(Some(self.words().last_outages()), &items)
    }

    fn footer(&self) -> Markup {
        markup!(
            "<footer class=\"fine\"><p>{legend}</p><p><a href=\"feed.atom\">Atom</a> · \
             <a href=\"status.json\">JSON</a> · prober</p></footer>\n",
            legend = self.words().legend(DAYS),
        )
    }
}

/// All of `items` below their heading.
fn section(heading: Option<&str>, items: &Markup) -> Markup {
    markup!(
        "<section>\n{heading}<div class=\"card\">\n{items}</div>\n</section>\n",
        heading = heading.map(|text| markup!("<h2>{text}</h2>\n", text = text)),
        items = items,
    )
}

/// The icon of the tab: a dot in the colour of the verdict.
fn icon(verdict: Verdict) -> Markup {
    markup!(
        "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
         viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='{colour}'/%3E%3C/svg%3E\">",
        colour = verdict.colour(),
    )
}
