//! From the file's own structs to the types that cannot be wrong.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::config::mistake::Mistake;
use crate::config::reader::Located;
use crate::config::several::Tables;
use crate::config::text::Text;
use crate::config::tls::TlsRoom;
use crate::config::{
    Sources, dependencies, fit, heartbeat, maintenance, notify, raw, reports, self_check, target,
};
use crate::secret::Secret;
use crate::target::{ChannelName, Config, PageAccess, Target};

/// The name of the SQLite file where `[store]` sets no other.
const STORE: &str = "prober.db";

/// What building one target needs of everything around it.
pub(super) struct Surroundings<'a> {
    pub(super) defaults: raw::Target,
    pub(super) zone: Tz,
    pub(super) channels: Vec<ChannelName>,
    /// The names of what is probed.
    pub(super) endpoints: Vec<Text>,
    /// What the variables in the file stand for.
    pub(super) values: Arc<[Secret]>,
    pub(super) sources: &'a Sources<'a>,
}

/// The configuration, which is of use only if nothing is added to `mistakes`.
pub(super) fn config(
    file: raw::File,
    path: &Path,
    sources: &Sources<'_>,
    values: BTreeSet<String>,
    mistakes: &mut Vec<Mistake>,
) -> Config {
    let folder = path.parent().unwrap_or(Path::new(""));
    // What could not be read has already been complained about.
    if is_idle(&file) && mistakes.is_empty() {
        mistakes.push(no_target());
    }
    dependencies::check(&file, mistakes);
    let named = file.notify.map(|named| named.value.0).unwrap_or_default();
    let channel_names = named.iter().map(|(name, _)| ChannelName::new(name.as_str())).collect();
    let mut tls = TlsRoom::new(folder, sources.read_file);
    let channels = notify::channels(named, &mut tls, mistakes);
    let around = Surroundings {
        defaults: file.defaults.map(|defaults| defaults.value.0).unwrap_or_default(),
        zone: file.timezone.map_or(Tz::UTC, |zone| zone.value.0),
        channels: channel_names,
        endpoints: file.target.iter().flat_map(names).collect(),
        values: values.into_iter().map(Secret::new).collect(),
        sources,
    };
    let mut targets = endpoints(tables(file.target), &around, &mut tls, mistakes);
    targets.extend(heartbeat::build(tables(file.heartbeat), &around, mistakes));
    let (services, streams): (_, Vec<_>) =
        reports::build(tables(file.reports), &around, mistakes).into_iter().unzip();
    targets.extend(streams);
    let store = file.store.and_then(|store| store.value.path);
    Config {
        timezone: around.zone,
        language: file.language.map(|language| language.value.0).unwrap_or_default(),
        targets,
        channels,
        reports: services,
        guests: reports::guests(file.alarms, file.logs, &around, mistakes),
        maintenance: maintenance::build(tables(file.maintenance), &around, mistakes),
        watchdog: file.watchdog.and_then(|dog| dog.value.ping_url).map(|url| url.value.0),
        self_check: self_check::build(file.self_check, mistakes),
        page: page_access(file.page),
        store_path: folder.join(store.map_or(STORE.to_owned(), |path| path.value.0)),
    }
}

fn names(targets: &Located<Tables<raw::Target>>) -> impl Iterator<Item = Text> {
    let names = targets.value.0.iter().filter_map(|target| target.value.name.as_ref());
    names.map(|name| name.value.0.clone())
}

fn tables<T>(tables: Option<Located<Tables<T>>>) -> Vec<Located<T>> {
    tables.map(|tables| tables.value.0).unwrap_or_default()
}

fn endpoints(
    targets: Vec<Located<raw::Target>>,
    around: &Surroundings<'_>,
    tls: &mut TlsRoom<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Target> {
    fit::check_table(&around.defaults, mistakes);
    let built = |own: Located<raw::Target>| target::build(own.value, around, tls, mistakes);
    targets.into_iter().filter_map(built).collect()
}

fn page_access(page: Option<Located<raw::Page>>) -> PageAccess {
    let page = page.map(|page| page.value).unwrap_or_default();
    PageAccess {
        enabled: page.enabled.map(|enabled| enabled.value),
        discovered: page.discovered.is_some_and(|discovered| discovered.value),
    }
}

/// Whether the file names nothing to watch.
fn is_idle(file: &raw::File) -> bool {
    file.target.as_ref().is_none_or(|tables| tables.value.0.is_empty())
        && file.heartbeat.as_ref().is_none_or(|tables| tables.value.0.is_empty())
        && file.reports.as_ref().is_none_or(|tables| tables.value.0.is_empty())
}

fn no_target() -> Mistake {
    Mistake::new(
        0..0,
        "nothing is watched: the file has no `[[target]]`, `[[heartbeat]]` or `[[reports]]`",
        "add at least one",
    )
    .help("[[target]]\nname = \"blog\"\nurl = \"https://blog.example.com\"")
}
