//! The result of `status --format json`: what `/status.json` has, and what is for the owner
//! alone. docs/status.md is its contract.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::StatusContext;
use super::one::kind;
use crate::core::announce;
use crate::core::judge::deadline;
use crate::core::judge::schedule::{self, Due};
use crate::model::names::{ChannelName, TargetName};
use crate::model::state::{State, Streak};
use crate::model::target::{Config, Kind, Target};
use crate::page::{Document, Page, TargetLine};

#[derive(Serialize)]
struct Owners {
    #[serde(flatten)]
    page: Document<OwnersLine>,
    /// By vantage.
    probers: BTreeMap<String, Prober>,
    /// By target: what is wrong with its record.
    unreadable: BTreeMap<String, String>,
    /// What is off, because a secret or a file is missing.
    lacking: Vec<String>,
}

/// One target. Every key is always present, with `null` if there is nothing to say.
#[derive(Serialize)]
struct OwnersLine {
    #[serde(flatten)]
    page: TargetLine,
    target: TargetName,
    kind: &'static str,
    /// Of the open incident.
    detail: Option<String>,
    /// The failures that are not judged yet.
    failing: Option<Failing>,
    warning_details: BTreeMap<&'static str, String>,
    next_probe_at: Option<DateTime<Utc>>,
    late_at: Option<DateTime<Utc>>,
    pinged_at: Option<DateTime<Utc>>,
    run_began_at: Option<DateTime<Utc>>,
    depends_on: Vec<TargetName>,
    /// Those above it that do not work, the topmost first.
    behind: Vec<TargetName>,
    /// When each channel was told of the open incident; `null`: it was not.
    told: BTreeMap<ChannelName, Option<DateTime<Utc>>>,
}

#[derive(Serialize)]
struct Failing {
    count: u32,
    since: DateTime<Utc>,
    reason: &'static str,
    detail: String,
}

#[derive(Serialize)]
struct Prober {
    blind_since: Option<DateTime<Utc>>,
}

/// The object, as it is printed.
pub(super) fn document(context: &StatusContext<'_>) -> impl Serialize {
    let targets: Vec<Target> = context.targets.iter().map(|target| owned(target)).collect();
    let config = Config { targets, ..context.config.clone() };
    let page = Page::new(&config, &[], context.memory, context.now()).document();
    let records = &context.memory.records;
    let told = page.targets.into_iter().zip(&context.targets);
    let targets = told.map(|(page, target)| line(page, target, context)).collect();
    let probers = records
        .probers
        .iter()
        .map(|(vantage, own)| (vantage.0.clone(), Prober { blind_since: own.state.blind_since }));
    let unreadable = records.unreadable.iter();
    Owners {
        page: Document {
            version: page.version,
            at: page.at,
            title: page.title,
            announcement: page.announcement,
            verdict: page.verdict,
            targets,
        },
        probers: probers.collect(),
        unreadable: unreadable.map(|(name, why)| (name.to_string(), why.to_string())).collect(),
        lacking: config.lacking.iter().map(ToString::to_string).collect(),
    }
}

/// The owner sees what is not public, too.
fn owned(target: &Target) -> Target {
    Target { is_public: true, ..target.clone() }
}

fn line(page: TargetLine, target: &Target, context: &StatusContext<'_>) -> OwnersLine {
    let (state, now) = (context.state(target), context.now());
    let broken = announce::all_broken(target, context.all(), &context.memory.records);
    let beat = state.by_kind.beat();
    OwnersLine {
        page,
        target: target.name.clone(),
        kind: kind(target),
        detail: state.incident().map(|incident| incident.failure.detail.to_string()),
        failing: failing(state),
        warning_details: state
            .raised()
            .map(|(kind, flag)| (kind.code(), flag.detail.to_string()))
            .collect(),
        next_probe_at: next_probe(target, state, now),
        late_at: match target.kind {
            Kind::Heartbeat(_) => deadline::next(target, state, None),
            Kind::Endpoint(_) | Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => None,
        },
        pinged_at: beat.map(|beat| beat.at),
        run_began_at: beat.and_then(|beat| beat.started),
        depends_on: target.depends_on.clone(),
        behind: broken.into_iter().cloned().collect(),
        told: told(target, state),
    }
}

fn failing(state: &State) -> Option<Failing> {
    let Some(Streak::Failing { count, since, latest, .. }) = &state.streak else { return None };
    state.incident().is_none().then(|| Failing {
        count: *count,
        since: *since,
        reason: latest.reason.code(),
        detail: latest.detail.to_string(),
    })
}

fn next_probe(target: &Target, state: &State, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match schedule::due(&target.endpoint()?.cadence, state.last_slot, now) {
        Due::Now { .. } => Some(now),
        Due::Later { at } => Some(at),
        Due::Never => None,
    }
}

fn told(target: &Target, state: &State) -> BTreeMap<ChannelName, Option<DateTime<Utc>>> {
    let each = target.notify.iter().map(|channel| {
        let incident = state.incident();
        let heard = state.told.get(channel).and_then(|told| told.down.as_ref());
        let heard = heard.filter(|down| incident.is_some_and(|it| it.since == down.incident));
        (channel.clone(), heard.map(|down| down.last_told))
    });
    each.collect()
}
