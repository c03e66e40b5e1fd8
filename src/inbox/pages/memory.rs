//! Keeps what was read for pages: however many readers there are, the store is read a
//! few times a minute.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::rendered::Rendered;
use super::{FRESH, View};
use crate::inbox::limits::buckets::Buckets;
use crate::metrics;
use crate::model::names::TargetName;
use crate::model::outage_log::{KEPT, Outages};
use crate::model::remembered::Remembered;
use crate::model::target::{Config, PageSettings, Target};
use crate::page::{Badge, Page};
use crate::store::{Store, StoreError};

/// How many badges a minute read their own record. For more, all records are read once,
/// which then serves every reader.
const OWN_READS: u32 = 30;

/// How long a store that could not be read is not read again.
const CALM: TimeDelta = TimeDelta::seconds(10);

/// Pages that are kept at once. Nobody can ask for more but by other hosts'
/// names, for the feed.
const MAX_KEPT: usize = 512;

/// What pages are made of.
#[derive(Debug, Default)]
pub(in crate::inbox) struct Memory {
    picture: Option<Picture>,
    log: Option<Log>,
    badges: BTreeMap<String, CachedPage>,
    /// Who may see what, as what is kept was made for.
    access: PageSettings,
    own_reads: Buckets<()>,
    /// When the store could not be read last, and why.
    failed: Option<(DateTime<Utc>, StoreError)>,
}

/// All that was remembered at one instant, and what was made of it.
#[derive(Debug)]
struct Picture {
    at: DateTime<Utc>,
    remembered: Remembered,
    rendered: BTreeMap<(View, Option<String>), Option<Rendered>>,
}

/// The outages that were read, and which was the last one of each target then: as long as
/// it is, there are no others.
#[derive(Debug)]
struct Log {
    last: BTreeMap<TargetName, DateTime<Utc>>,
    outages: Outages,
}

/// A page or a badge as it was made then; `None` where there is none at that address.
#[derive(Debug, Clone)]
pub(super) struct CachedPage {
    pub(super) at: DateTime<Utc>,
    pub(super) rendered: Option<Rendered>,
}

impl Memory {
    /// What is at `view`, as it was [`FRESH`] ago at most. A store that cannot be read
    /// is left alone for a while: who looks is not to take what a tick needs.
    pub(super) async fn page<S: Store>(
        &mut self,
        config: &Config,
        store: &S,
        view: &View,
        host: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<CachedPage, StoreError> {
        if let Some((at, error)) = &self.failed
            && (*at..*at + CALM).contains(&now)
        {
            return Err(error.clone());
        }
        let page = self.fresh_page(config, store, view, host, now).await;
        self.failed = page.as_ref().err().map(|error| (now, error.clone()));
        page
    }

    async fn fresh_page<S: Store>(
        &mut self,
        config: &Config,
        store: &S,
        view: &View,
        host: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<CachedPage, StoreError> {
        if self.access != *config.page {
            (self.access, self.picture) = ((*config.page).clone(), None);
            self.badges.clear();
        }
        if let View::Badge(name, Badge::Status) = view
            && !self.has_picture(now)
            && let Some(badge) = self.badge(config, store, name, now).await?
        {
            return Ok(badge);
        }
        self.renew(store, now).await?;
        if shows_outages(view) {
            self.renew_log(store, now).await?;
        }
        let Some(picture) = &mut self.picture else {
            return Ok(CachedPage { at: now, rendered: None });
        };
        let log = self.log.as_ref().map(|log| &log.outages);
        Ok(CachedPage { at: picture.at, rendered: picture.rendered(config, view, host, log) })
    }

    /// Reads the outages again, if one has closed since they were read.
    async fn renew_log<S: Store>(
        &mut self,
        store: &S,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let records = self.picture.as_ref().map(|picture| &picture.remembered.records);
        let records = records.into_iter().flatten();
        let last: BTreeMap<TargetName, DateTime<Utc>> = records
            .filter_map(|(name, record)| {
                Some((name.clone(), record.state.last_outage.as_ref()?.since))
            })
            .collect();
        if self.log.as_ref().is_none_or(|log| log.last != last) {
            let outages = store.outages(None, now - KEPT).await?;
            self.log = Some(Log { last, outages });
        }
        Ok(())
    }

    /// The badge of the target called `name` from its own record; `None` where
    /// that was done too often of late.
    async fn badge<S: Store>(
        &mut self,
        config: &Config,
        store: &S,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<CachedPage>, StoreError> {
        self.badges.retain(|_, kept| holds(kept.at, now));
        if let Some(kept) = self.badges.get(name) {
            return Ok(Some(kept.clone()));
        }
        let target = target(config, name);
        let Some(target) = target else { return Ok(Some(CachedPage { at: now, rendered: None })) };
        if !self.own_reads.take((), OWN_READS, now) {
            return Ok(None);
        }
        let records = store.load_some(&[target.name]).await?;
        let remembered = Remembered::new(records, Vec::new(), Remembered::first_day(now));
        let rendered = render(
            config,
            &remembered,
            &View::Badge(name.to_owned(), Badge::Status),
            None,
            None,
            now,
        );
        let kept = CachedPage { at: now, rendered };
        if self.badges.len() < MAX_KEPT {
            self.badges.insert(name.to_owned(), kept.clone());
        }
        Ok(Some(kept))
    }

    fn has_picture(&self, now: DateTime<Utc>) -> bool {
        self.picture.as_ref().is_some_and(|picture| holds(picture.at, now))
    }

    /// Reads all again, if what was read does not hold any more. The finished
    /// days are most of it, and are read only when a target has begun another.
    async fn renew<S: Store>(&mut self, store: &S, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.has_picture(now) {
            return Ok(());
        }
        let first = Remembered::first_day(now);
        let records = store.load_for_display().await?;
        let old = self.picture.take().map(|picture| picture.remembered);
        let remembered = match old.and_then(|old| old.renewed(&records, first)) {
            Some(remembered) => remembered,
            None => Remembered::new(records, store.days(first).await?, first),
        };
        self.picture = Some(Picture { at: now, remembered, rendered: BTreeMap::new() });
        Ok(())
    }
}

impl Picture {
    /// What is at `view`, made once.
    fn rendered(
        &mut self,
        config: &Config,
        view: &View,
        host: Option<&str>,
        log: Option<&Outages>,
    ) -> Option<Rendered> {
        let host = host.filter(|_| *view == View::Feed);
        let key = (view.clone(), host.map(str::to_owned));
        if let Some(rendered) = self.rendered.get(&key) {
            return rendered.clone();
        }
        let rendered = render(config, &self.remembered, view, host, log, self.at);
        if self.rendered.len() < MAX_KEPT {
            self.rendered.insert(key, rendered.clone());
        }
        rendered
    }
}

/// Whether what was read `at` that instant is good enough; the clock may have
/// been set back.
fn holds(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now < at + FRESH
}

/// Whether `view` needs the log of outages.
const fn shows_outages(view: &View) -> bool {
    match view {
        View::Page | View::Feed | View::Outages(_) | View::Target(_) => true,
        View::Json | View::Metrics | View::Badge(..) => false,
    }
}

/// The target called `name` that strangers may see.
fn target(config: &Config, name: &str) -> Option<Target> {
    let configured = config.targets.iter().find(|target| target.name.as_str() == name);
    let discovered = || {
        let name = TargetName::new(name);
        config.discovered.target(&name).filter(|_| config.page.discovered)
    };
    configured.cloned().or_else(discovered).filter(|target| target.is_public)
}

fn render(
    config: &Config,
    remembered: &Remembered,
    view: &View,
    host: Option<&str>,
    log: Option<&Outages>,
    at: DateTime<Utc>,
) -> Option<Rendered> {
    let names = remembered.records.names().filter(|_| config.page.discovered);
    let discovered: Vec<Target> = names.filter_map(|name| config.discovered.target(name)).collect();
    let page = Page::new(config, &discovered, remembered, at);
    let page = log.into_iter().fold(page, Page::with_outages);
    let body = match view {
        View::Page => Some(page.html()),
        View::Json => Some(page.json()),
        View::Feed => Some(page.feed(host)),
        View::Metrics => metrics::text(config, remembered, at).ok(),
        View::Outages(month) => page.month(*month),
        View::Target(name) => page.target(name),
        View::Badge(name, badge) => page.badge(name, *badge),
    };
    body.map(Rendered::new)
}
