//! `/feed.atom`: an entry for each outage, as far as the log goes back
//! (<https://www.rfc-editor.org/rfc/rfc4287>). The entry appears when the outage begins,
//! and is updated when it is over: it keeps its id, so a reader shows it once.

use std::cmp::Reverse;

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::markup::{Markup, markup};
use super::outages::Listed;
use super::{Page, html};
use crate::message::{self, MAX_NAME};
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

/// The most entries: readers ask often, and take the new ones.
const MOST: usize = 200;

impl Page<'_> {
    /// The feed of this prober on `host`: somebody may follow two probers, so
    /// their feeds must have different ids.
    #[must_use]
    pub fn feed(&self, host: Option<&str>) -> String {
        let (authority, address) = (authority(host), self.address());
        let mut outages: Vec<&Listed> = self.outages.iter().collect();
        outages.sort_by_key(|outage| Reverse(updated(outage)));
        outages.truncate(MOST);
        let updated = outages.first().map_or(DateTime::UNIX_EPOCH, |outage| updated(outage));
        let entries: Markup = outages.iter().map(|each| self.entry(each, &authority)).collect();
        let feed = markup!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{tag}\">\n\
             <id>tag:{authority},{since}:feed</id>\n<title>{title}</title>\n\
             <updated>{updated}</updated>\n<author><name>prober</name></author>\n\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"{address}feed.atom\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{front}\"/>\n{entries}</feed>\n",
            tag = message::words::of(self.language).tag(),
            authority = authority,
            since = SINCE,
            title = self.settings.title.as_deref().unwrap_or(self.words().feed()),
            front = if address.is_empty() { "./" } else { &address },
            address = address,
            updated = instant(updated),
            entries = entries,
        );
        feed.into_document()
    }

    fn entry(&self, outage: &Listed, authority: &str) -> Markup {
        let (words, shown) = (self.words(), one_line(outage.name.as_str(), MAX_NAME));
        let title = match outage.over {
            Some(over) => words.was_down(&shown, &self.calendar().duration(over.lasted)),
            None => words.is_down(&shown),
        };
        markup!(
            "<entry>\n<id>tag:{authority},{since}:{id}</id>\n<title>{title}</title>\n\
             <published>{published}</published>\n<updated>{updated}</updated>\n\
             <category term=\"{code}\"/>\n<summary>{reason}</summary>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{link}\"/>\n</entry>\n",
            authority = authority,
            since = SINCE,
            id = utf8_percent_encode(&incident_id(&outage.name, outage.since), TAG).to_string(),
            title = title,
            published = instant(outage.since),
            updated = instant(updated(outage)),
            code = outage.reason.code(),
            reason = message::words::of(self.language).reason(outage.reason),
            link = html::path_of(&self.address(), outage.name.as_str()),
        )
    }

    /// How a link to the front page begins, up to its last slash; empty where it is
    /// relative.
    fn address(&self) -> String {
        let url = self.settings.url.as_ref().map(Url::as_str).unwrap_or_default();
        if url.is_empty() || url.ends_with('/') { url.to_owned() } else { format!("{url}/") }
    }
}

/// When an outage changed last.
fn updated(outage: &Listed) -> DateTime<Utc> {
    outage.over.map_or(outage.since, |over| over.until)
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
