//! What a message knows of the targets that it tells of: how they are called, what
//! they are, and in which order they stand in the file.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::core::announce;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record_key::RecordKey;
use crate::model::shown_names::ShownNames;
use crate::model::state::Incident;
use crate::model::target::{Kind, Policy, Target, Targets};

/// The targets that one channel is told of.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    names: ShownNames,
    known: BTreeMap<TargetName, Known>,
    probed: usize,
}

#[derive(Debug, Clone)]
struct Known {
    place: usize,
    kind: SubjectKind,
    policy: Policy,
    link: Option<Url>,
}

/// What a target is, as far as words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubjectKind {
    /// It is probed.
    Endpoint,
    /// It calls.
    Heartbeat,
    /// Clients report its errors; no more is heard of them after so long without one.
    Reports(Option<Duration>),
    /// Its errors are read from its log.
    Logs(Option<Duration>),
    /// An alarm of CloudWatch.
    Alarm,
    /// A topic on which news are published.
    Topic,
}

impl Subjects {
    /// Of what `channel` is told: the `targets`, those of the file in the `order` in
    /// which they stand there, each called by what tells it apart from all other `names`.
    #[must_use]
    pub fn of<'a>(
        channel: &ChannelName,
        targets: &Targets<'_>,
        order: &[Target],
        names: impl IntoIterator<Item = &'a TargetName>,
    ) -> Self {
        let places: BTreeMap<_, _> =
            order.iter().enumerate().map(|(place, target)| (&target.name, place)).collect();
        let told = targets.values().filter(|target| target.notify.contains(channel));
        let known: BTreeMap<_, _> = told
            .map(|target| {
                let place = places.get(&target.name).copied().unwrap_or(usize::MAX);
                let link = target.link.clone();
                let known = Known { place, kind: kind(target), policy: target.policy, link };
                (target.name.clone(), known)
            })
            .collect();
        let probed = known.values().filter(|known| known.kind == SubjectKind::Endpoint).count();
        Self { names: ShownNames::of(names), known, probed }
    }

    /// Where `name` stands: what is not of the file comes last.
    pub(super) fn place(&self, name: &TargetName) -> usize {
        self.known.get(name).map_or(usize::MAX, |known| known.place)
    }

    /// What `name` is. What is no longer in the file is known by its name alone.
    pub(super) fn kind(&self, name: &TargetName) -> SubjectKind {
        self.known.get(name).map_or_else(|| by_name(name, None), |known| known.kind)
    }

    /// Where people look when it fails, if its owner says so.
    pub(super) fn link(&self, name: &TargetName) -> Option<&str> {
        self.known.get(name)?.link.as_ref().map(Url::as_str)
    }

    /// When the next reminder of `incident` is due after one at `now`, if there are any.
    pub(super) fn next_reminder(
        &self,
        name: &TargetName,
        incident: &Incident,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        announce::reminder_after(&self.known.get(name)?.policy, incident.since, now)
    }

    /// How `name` is called where a sentence says what it is.
    pub(super) fn name(&self, name: &TargetName) -> String {
        let shown = TargetName::new(self.names.shown(name));
        match RecordKey::of(&shown) {
            RecordKey::Alarm(name) | RecordKey::Topic(name) | RecordKey::Reports(name) => name,
            RecordKey::Logs(group) => group.strip_prefix("/aws/lambda/").unwrap_or(group),
            RecordKey::Named(_) | RecordKey::Prober(_) => shown.as_str(),
        }
        .to_owned()
    }

    /// Whether `count` targets that are probed are all that there are.
    pub(super) fn is_all(&self, count: usize) -> bool {
        count == self.probed
    }
}

fn kind(target: &Target) -> SubjectKind {
    match &target.kind {
        Kind::Endpoint(_) => SubjectKind::Endpoint,
        Kind::Heartbeat(_) => SubjectKind::Heartbeat,
        Kind::Errors(stream) => by_name(&target.name, Some(stream.quiet)),
        Kind::Alarm => SubjectKind::Alarm,
        Kind::Topic => SubjectKind::Topic,
        Kind::Off => by_name(&target.name, None),
    }
}

fn by_name(name: &TargetName, quiet: Option<Duration>) -> SubjectKind {
    match RecordKey::of(name) {
        RecordKey::Alarm(_) => SubjectKind::Alarm,
        RecordKey::Topic(_) => SubjectKind::Topic,
        RecordKey::Logs(_) => SubjectKind::Logs(quiet),
        RecordKey::Reports(_) => SubjectKind::Reports(quiet),
        RecordKey::Named(_) | RecordKey::Prober(_) => SubjectKind::Endpoint,
    }
}
