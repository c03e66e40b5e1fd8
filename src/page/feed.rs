//! `/feed.atom`: an entry for each outage that prober remembers
//! (<https://www.rfc-editor.org/rfc/rfc4287>). The entry appears when the outage begins,
//! and is updated when it is over: it keeps its id, so a reader shows it once.

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::markup::{Markup, markup};
use super::{Page, Row};
use crate::message::{self, MAX_NAME};
use crate::model::observation::Reason;
use crate::model::state::incident_id;
use crate::text::one_line;

/// The year in which the ids got their form: a tag names a day on which its author
/// owned the authority's name.
/// <https://www.rfc-editor.org/rfc/rfc4151#section-2>
const SINCE: &str = "2026";

/// The characters of an incident's id that a tag must escape.
const TAG: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The host if a request names none, or no valid one.
const NOWHERE: &str = "localhost";

struct Entry {
    id: String,
    title: String,
    reason: Reason,
    published: DateTime<Utc>,
    updated: DateTime<Utc>,
}

impl Page<'_> {
    /// The feed of this prober on `host`: somebody may follow two probers, so
    /// their feeds must have different ids.
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

    /// The entries of one target: the open incident, and the last outage.
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
