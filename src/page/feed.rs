//! `/feed.atom`: an entry for each outage that is remembered
//! (<https://www.rfc-editor.org/rfc/rfc4287>). An entry opens with its outage,
//! and is brought up to date when that is over: it keeps its id, so a reader
//! shows it once.

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::markup::{Markup, markup};
use super::{Page, Row};
use crate::message::{self, MAX_NAME};
use crate::model::observation::Reason;
use crate::model::state::incident_id;
use crate::text::one_line;

/// The year in which the ids were given their form: a tag names the day on
/// which whoever gives it out held the authority's name.
/// <https://www.rfc-editor.org/rfc/rfc4151#section-2>
const SINCE: &str = "2026";

/// What of an incident's id a tag cannot hold as it stands.
const TAG: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whoever sends no name, or none that is one, is at home.
const NOWHERE: &str = "localhost";

struct Entry {
    id: String,
    title: String,
    reason: Reason,
    published: DateTime<Utc>,
    updated: DateTime<Utc>,
}

impl Page<'_> {
    /// The feed, as it is found on `host`: who follows two probers has two
    /// feeds, so their ids must not be the same.
    #[must_use]
    pub fn feed(&self, host: Option<&str>) -> String {
        let authority = authority(host);
        let mut entries: Vec<Entry> = self.rows.iter().flat_map(|row| self.entries(row)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
        let updated = entries.first().map_or(DateTime::UNIX_EPOCH, |entry| entry.updated);
        let entries: Markup = entries.iter().map(|entry| self.entry(entry, &authority)).collect();
        let feed = markup!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{tag}\">\n\
             <id>tag:{authority},{since}:feed</id>\n<title>{title}</title>\n\
             <updated>{updated}</updated>\n<author><name>prober</name></author>\n\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"feed.atom\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"./\"/>\n{entries}</feed>\n",
            tag = message::words::of(self.language).tag(),
            authority = authority,
            since = SINCE,
            title = self.words().feed(),
            updated = instant(updated),
            entries = entries,
        );
        feed.into_document()
    }

    /// What is remembered of one target: the open incident, and the last outage.
    fn entries(&self, row: &Row<'_>) -> Vec<Entry> {
        let said = self.words();
        let shown = one_line(row.name.as_str(), MAX_NAME);
        let open = row.incident.map(|incident| Entry {
            id: incident_id(&row.name, incident.since),
            title: said.is_down(&shown),
            reason: incident.failure.reason,
            published: incident.since,
            updated: incident.since,
        });
        let over = row.last_outage.map(|outage| Entry {
            id: incident_id(&row.name, outage.since),
            title: said.was_down(&shown, &self.calendar().duration(outage.duration())),
            reason: outage.failure.reason,
            published: outage.since,
            updated: outage.until,
        });
        open.into_iter().chain(over).collect()
    }

    fn entry(&self, entry: &Entry, authority: &str) -> Markup {
        markup!(
            "<entry>\n<id>tag:{authority},{since}:{id}</id>\n<title>{title}</title>\n\
             <published>{published}</published>\n<updated>{updated}</updated>\n\
             <category term=\"{code}\"/>\n<summary>{reason}</summary>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"./\"/>\n</entry>\n",
            authority = authority,
            since = SINCE,
            id = utf8_percent_encode(&entry.id, TAG).to_string(),
            title = entry.title,
            published = instant(entry.published),
            updated = instant(entry.updated),
            code = entry.reason.code(),
            reason = message::words::of(self.language).reason(entry.reason),
        )
    }
}

/// The host's name without its port.
fn authority(host: Option<&str>) -> String {
    let host = host.unwrap_or_default().to_ascii_lowercase();
    let name = host.split(':').next().unwrap_or_default();
    let is_name = |char: char| char.is_ascii_alphanumeric() || "-.".contains(char);
    let name = Some(name).filter(|name| !name.is_empty() && name.chars().all(is_name));
    name.unwrap_or(NOWHERE).to_owned()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
