//! From the file's own structs to the types that cannot be wrong.

use std::path::Path;

use chrono_tz::Tz;

use crate::config::mistake::Mistake;
use crate::config::reader::Located;
use crate::config::tls::TlsRoom;
use crate::config::{Sources, dependencies, fit, notify, raw, target};
use crate::target::{ChannelName, Config, Guests, Language};

/// The name of the SQLite file where `[store]` sets no other.
const STORE: &str = "prober.db";

/// What building one target needs of everything around it.
pub(super) struct Surroundings<'a> {
    pub(super) defaults: raw::Target,
    pub(super) zone: Tz,
    pub(super) channels: Vec<ChannelName>,
    pub(super) sources: &'a Sources<'a>,
}

/// The configuration, which is of use only if nothing is added to `mistakes`.
pub(super) fn config(
    file: raw::File,
    path: &Path,
    sources: &Sources<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Config {
    let folder = path.parent().unwrap_or(Path::new(""));
    // Targets that could not be read have already been complained about.
    let none_given = file.target.as_ref().is_none_or(|targets| targets.value.0.is_empty());
    let targets = file.target.map(|targets| targets.value.0).unwrap_or_default();
    if none_given && mistakes.is_empty() {
        mistakes.push(no_target());
    }
    dependencies::check(&targets, mistakes);
    let named = file.notify.map(|named| named.value.0).unwrap_or_default();
    let channel_names = named.iter().map(|(name, _)| ChannelName::new(name.as_str())).collect();
    let channels = notify::channels(named, mistakes);
    let surroundings = Surroundings {
        defaults: file.defaults.map(|defaults| defaults.value.0).unwrap_or_default(),
        zone: file.timezone.map_or(Tz::UTC, |zone| zone.value.0),
        channels: channel_names,
        sources,
    };
    let mut tls = TlsRoom::new(folder, sources.read_file);
    fit::check_table(&surroundings.defaults, mistakes);
    let targets = targets
        .into_iter()
        .filter_map(|Located { value, .. }| target::build(value, &surroundings, &mut tls, mistakes))
        .collect();
    let store = file.store.and_then(|store| store.value.path);
    Config {
        timezone: surroundings.zone,
        language: Language::default(),
        targets,
        reports: Vec::new(),
        guests: Guests { alarms: None, logs: None },
        maintenance: Vec::new(),
        self_check: Vec::new(),
        channels,
        watchdog: file.watchdog.and_then(|dog| dog.value.ping_url).map(|url| url.value.0),
        store_path: folder.join(store.map_or(STORE.to_owned(), |path| path.value.0)),
    }
}

fn no_target() -> Mistake {
    Mistake::new(0..0, "nothing is watched: the file has no `[[target]]`", "add at least one")
        .help("[[target]]\nname = \"blog\"\nurl = \"https://blog.example.com\"")
}
