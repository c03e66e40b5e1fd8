//! From the tables of the file to the validated types of `target`.
//!
//! Each module builds one table, joins it with `[defaults]` and with the other
//! tables, and checks what no single key can show. All of them report to one
//! [`Context`](context::Context).

mod applies;
mod auth;
mod cadence;
mod channels;
mod context;
mod defaults;
mod dependencies;
mod dialogue;
mod discovered;
mod grpc;
mod heartbeat;
mod maintenance;
mod off_limits;
mod page;
mod policy;
mod recipients;
mod reports;
mod request;
mod self_check;
mod service;
mod target;
mod tls;
mod tls_cache;
mod urgency;
mod websocket;
mod witnesses;

use std::collections::BTreeSet;
use std::path::Path;

use crate::config::build::context::Context;
use crate::config::sources::Sources;
use crate::config::tables::file::File;
use crate::config::tables::inbound::Inbox;
use crate::config::tables::outbound::Watchdog;
use crate::config::toml::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::reader::Lack;
use crate::model::secret::SecretUrl;
use crate::model::target::{Config, Lacking, Part, ReportService, TrustedProxy};

/// The name of the SQLite file, unless `[store]` sets another.
const STORE: &str = "prober.db";

/// A configuration, and what it lacks.
pub(super) struct Built {
    /// It may be used only if nothing is wrong.
    pub(super) config: Config,
    /// The secrets that are missing.
    pub(super) lacks: Vec<Lack>,
    /// The parts that are off because of that, with the places of their tables.
    pub(super) off: Vec<(Span, Lacking)>,
}

/// Builds the configuration of the file at `path`, whose expanded `variables`
/// may be secrets, and whose `lacks` are missing.
pub(super) fn config(
    mut file: File,
    path: &Path,
    sources: &Sources<'_>,
    variables: BTreeSet<String>,
    lacks: Vec<Lack>,
    diagnostics: &Diagnostics,
) -> Built {
    let folder = path.parent().unwrap_or(Path::new(""));
    // What could not be read has been reported already.
    if is_idle(&file) && diagnostics.is_empty() {
        diagnostics.report(nothing_watched());
    }
    let context = Context::new(&mut file, folder, sources, variables, lacks, diagnostics);
    dependencies::check(&file, &context);
    let channels = channels::build(file.notify.into_value().unwrap_or_default(), &context);
    let mut targets = target::build_all(file.target.into_value().unwrap_or_default(), &context);
    targets.extend(heartbeat::build(file.heartbeat.into_value().unwrap_or_default(), &context));
    let reports = file.reports.into_value().unwrap_or_default();
    let (services, streams): (_, Vec<_>) = reports::build(reports, &context).into_iter().unzip();
    targets.extend(streams);
    urgency::inherit(&mut targets);
    let services: Vec<Option<ReportService>> = services;
    let store = file.store.into_value().and_then(|store| store.path.into_value());
    let inbox = inbox(file.inbox, &context);
    let config = Config {
        timezone: context.zone,
        language: file.language.copied().unwrap_or_default(),
        targets,
        channels,
        reports: services.into_iter().flatten().collect(),
        lacking: Vec::new(),
        discovered: discovered::build(file.alarms, file.logs, file.topics, &context),
        maintenance: maintenance::build(
            file.maintenance.into_value().unwrap_or_default(),
            &context,
        ),
        watchdog: watchdog(file.watchdog, &context),
        self_check: self_check::build(file.self_check, &context),
        page: Box::new(page::build(file.page, &context)),
        ping_key: inbox.ping_key.into_value(),
        metrics_key: inbox.metrics_key.into_value(),
        witnesses: witnesses::build(file.witness.into_value().unwrap_or_default(), &context),
        witness_key: inbox.witness_key.into_value(),
        sns_key: inbox.sns_key.into_value(),
        trust_proxies: trust_proxies(inbox.trust_proxies),
        store_path: folder.join(store.as_deref().unwrap_or(STORE)),
    };
    let (lacks, off) = context.into_lacking();
    let lacking = off.iter().map(|(_, lacking)| lacking.clone()).collect();
    Built { config: Config { lacking, ..config }, lacks, off }
}

fn watchdog(own: Field<Watchdog>, context: &Context<'_>) -> Option<SecretUrl> {
    let own = own.into_given()?;
    if context.is_off(&own.span, || Some(Part::Watchdog)) {
        return None;
    }
    let url = own.value.ping_url;
    off_limits::check_secret(&url, context);
    url.into_value()
}

/// A key that is missing lets nobody in; the rest holds.
fn inbox(own: Field<Inbox>, context: &Context<'_>) -> Inbox {
    let Some(own) = own.into_given() else { return Inbox::default() };
    context.is_off(&own.span, || Some(Part::Inbox));
    own.value
}

/// The proxies of the list, or the default if there is no list.
fn trust_proxies(list: Field<Vec<Located<TrustedProxy>>>) -> Vec<TrustedProxy> {
    if list.is_absent() { vec![TrustedProxy::Loopback] } else { list.into_items() }
}

/// Whether the file names nothing to watch.
fn is_idle(file: &File) -> bool {
    fn is_empty<T>(tables: &Field<Vec<Located<T>>>) -> bool {
        tables.value().is_none_or(Vec::is_empty)
    }
    let has_none = is_empty(&file.target) && is_empty(&file.heartbeat) && is_empty(&file.reports);
    // Alarms and logs become targets without configuration: a table of them is enough.
    let alarms = file.alarms.value().is_some_and(|alarms| alarms.enabled.copied() != Some(false));
    let logs = file.logs.value().is_some_and(|logs| logs.enabled.copied() != Some(false));
    has_none && !alarms && !logs
}

fn nothing_watched() -> Diagnostic {
    Diagnostic::new(
        0..0,
        "nothing is watched: the file has no `[[target]]`, `[[heartbeat]]`, `[[reports]]`, \
         `[alarms]` or `[logs]`",
        "add at least one",
    )
    .help("[[target]]\nname = \"blog\"\nurl = \"https://blog.example.com\"")
}
