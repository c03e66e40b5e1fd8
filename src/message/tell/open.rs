//! An incident that is open, and a target that is unstable or steady again.

use chrono::{DateTime, TimeDelta, Utc};

use super::said::attached;
use super::{Draft, Shared, Subject};
use crate::message::subjects::Subjects;
use crate::message::words::Plight;
use crate::message::{FactKind, Line, MAX_NAME};
use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::state::{Incident, Status};
use crate::model::target::Flapping;
use crate::text::one_line;

/// Names of targets behind one that are listed, before it is said how many more.
pub(super) const MAX_AFFECTED: usize = 12;

/// What was seen this long ago is told with its instant, where its sentence has none.
const JUST_NOW: TimeDelta = TimeDelta::minutes(2);

pub(super) fn down(
    subject: &Subject<'_>,
    incident: &Incident,
    affected: &[TargetName],
    subjects: &Subjects,
) -> Draft {
    let (words, name) = (subject.voice.words(), subject.name.as_str());
    let since = subject.voice.calendar().time(incident.since);
    let why = subject.why(&incident.failure);
    let plight = subject.plight(&incident.failure);
    let sentence = match plight {
        Plight::Down => words.down(name, &since, affected.len(), &why),
        Plight::Late => words.late(name, &why),
        // What a ping said is not what was expected.
        Plight::Failed if matches!(incident.failure.detail, Detail::Answer(_)) => {
            words.unmet(name, &why)
        }
        Plight::Failed => words.failed(name, &why),
        Plight::Alarm => words.alarm(name, &why),
        Plight::Reports => words.reports_error(name, &why),
        Plight::Logs => words.logs_error(name, &why),
        Plight::Open(port) => words.open(name, &since, port),
    };
    let mut lines = about(subject, incident);
    lines.extend(affected_line(subject, affected, subjects));
    lines.extend(incident.attachment.iter().flat_map(|came| attached(subject, came, &why)));
    let draft = subject.draft(FactKind::Down, sentence, lines);
    let (shared, also_from) = (shared(subject, incident, affected), also_from(subject, incident));
    Draft { plight, shared, why: Some(why), also_from, ..draft }
}

pub(super) fn still_down(
    subject: &Subject<'_>,
    incident: &Incident,
    next: Option<DateTime<Utc>>,
) -> Draft {
    let how_long = subject.voice.calendar().duration(subject.voice.now - incident.since);
    let (plight, why) = (subject.plight(&incident.failure), subject.why(&incident.failure));
    let words = subject.voice.words();
    let sentence = words.still_down(&subject.name, plight, &how_long, &why);
    let mut lines = vec![since(subject, incident)];
    lines.extend(subject.beside(&incident.failure));
    let next = next.map(|next| words.next_reminder(&subject.voice.calendar().time(next)));
    lines.extend(next.map(Line::from));
    Draft { plight, ..subject.draft(FactKind::StillDown, sentence, lines) }
}

pub(super) fn unstable(
    subject: &Subject<'_>,
    flapping: Flapping,
    incident: Option<&Incident>,
) -> Draft {
    let (words, calendar) = (subject.voice.words(), subject.voice.calendar());
    let span = |span| calendar.duration(TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX));
    let (times, within) = (flapping.changes.get(), span(flapping.within));
    let why = incident.map(|incident| subject.why(&incident.failure));
    let plight = incident
        .map_or_else(|| subject.usual_plight(), |incident| subject.plight(&incident.failure));
    let sentence = words.unstable(&subject.name, plight, times, &within, why.as_deref());
    let until = words.quiet_until_steady(&span(flapping.steady_after)).into();
    subject.draft(FactKind::Unstable, sentence, vec![until])
}

/// It holds a status again: which, and since when.
pub(super) fn steady(subject: &Subject<'_>, status: &Status) -> Draft {
    let (words, calendar) = (subject.voice.words(), subject.voice.calendar());
    match status {
        Status::Down(incident) => {
            let (since, why) = (calendar.time(incident.since), subject.why(&incident.failure));
            let plight = subject.plight(&incident.failure);
            let sentence = words.steady_down(&subject.name, plight, &since, &why);
            let draft = subject.draft(FactKind::Down, sentence, beside(subject, incident));
            let (shared, also_from) =
                (shared(subject, incident, &[]), also_from(subject, incident));
            Draft { plight, shared, why: Some(why), also_from, ..draft }
        }
        Status::Up { since } => {
            let sentence = words.steady_up(
                &subject.name,
                subject.usual_plight(),
                Some(&calendar.time(*since)),
            );
            subject.draft(FactKind::Steady, sentence, Vec::new())
        }
        Status::Unknown => {
            let sentence = words.steady_up(&subject.name, subject.usual_plight(), None);
            subject.draft(FactKind::Steady, sentence, Vec::new())
        }
    }
}

/// What is worth a line of an incident that is open.
fn about(subject: &Subject<'_>, incident: &Incident) -> Vec<Line> {
    let is_dated = match subject.plight(&incident.failure) {
        Plight::Down | Plight::Open(_) | Plight::Late => true,
        Plight::Failed | Plight::Alarm | Plight::Reports | Plight::Logs => false,
    };
    let is_old = subject.voice.now - incident.since >= JUST_NOW;
    let since = (!is_dated && is_old).then(|| since(subject, incident));
    since.into_iter().chain(beside(subject, incident)).collect()
}

/// The same for who has read since when it lasts.
fn beside(subject: &Subject<'_>, incident: &Incident) -> Vec<Line> {
    let mut lines: Vec<Line> = subject.beside(&incident.failure).into_iter().collect();
    if incident.vantage != *subject.voice.vantage {
        let vantage = one_line(&incident.vantage.0, MAX_NAME);
        lines.push(subject.voice.words().seen_from(&vantage).into());
    }
    lines.extend(also_from(subject, incident));
    lines
}

/// The witnesses that saw it too.
fn also_from(subject: &Subject<'_>, incident: &Incident) -> Option<Line> {
    let names: Vec<String> =
        incident.agreed_by.iter().map(|witness| one_line(&witness.0, MAX_NAME)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let words = subject.voice.words();
    (!names.is_empty()).then(|| words.also_from(&words.list(&names, 0)).into())
}

fn since(subject: &Subject<'_>, incident: &Incident) -> Line {
    subject.voice.words().since(&subject.voice.calendar().time(incident.since)).into()
}

/// Who is down because of it, by name as far as they fit a line.
fn affected_line(
    subject: &Subject<'_>,
    affected: &[TargetName],
    subjects: &Subjects,
) -> Option<Line> {
    let words = subject.voice.words();
    listed(subject, affected, MAX_AFFECTED, subjects).map(|names| words.affected(&names).into())
}

/// The first `most` of `targets`, in the order of the file; `None` if there are none.
pub(super) fn listed(
    subject: &Subject<'_>,
    targets: &[TargetName],
    most: usize,
    subjects: &Subjects,
) -> Option<String> {
    let mut targets: Vec<_> = targets.iter().collect();
    targets.sort_by_key(|name| subjects.place(name));
    let shown = targets.iter().take(most);
    let names: Vec<String> = shown.map(|name| one_line(&subjects.name(name), MAX_NAME)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let more = targets.len() - names.len();
    (!names.is_empty()).then(|| subject.voice.words().list(&names, more))
}

/// What others may have in common with it: a root speaks for itself.
fn shared(subject: &Subject<'_>, incident: &Incident, affected: &[TargetName]) -> Option<Shared> {
    let is_plain = subject.plight(&incident.failure) == Plight::Down && affected.is_empty();
    is_plain.then(|| Shared::Down {
        since: subject.voice.calendar().time(incident.since),
        why: subject.voice.words().reason(incident.failure.reason),
    })
}
