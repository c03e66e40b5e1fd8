//! An incident that is over.

use chrono::TimeDelta;

use super::open::{MAX_AFFECTED, listed};
use super::said::without_level;
use super::{Draft, Shared, Subject};
use crate::core::announce::Aftermath;
use crate::message::subjects::{SubjectKind, Subjects};
use crate::message::words::Plight;
use crate::message::{FactKind, Line, MAX_DETAIL};
use crate::model::state::{ErrorKind, Outage};
use crate::text::one_line;

/// Names of those that are still down which the sentence has.
const NAMES_IN_SENTENCE: usize = 3;

pub(super) fn recovered(subject: &Subject<'_>, outage: &Outage) -> Draft {
    let (words, name) = (subject.voice.words(), subject.name.as_str());
    let (how_long, span) = (down_for(subject, outage), span(subject, outage));
    let plight = subject.plight(&outage.failure);
    let sentence = match plight {
        // Less than a second is not worth a word.
        Plight::Late if outage.duration().num_seconds() > 0 => words.came(name, &how_long, &span),
        Plight::Down | Plight::Failed | Plight::Late => words.recovered(name, &how_long, &span),
        Plight::Open(port) => words.closed(name, port, &how_long, &span),
        Plight::Alarm => words.alarm_over(name, &how_long),
        Plight::Reports | Plight::Logs => {
            let since = subject.voice.calendar().time(outage.since);
            words.quiet_again(name, quiet_for(subject).as_deref(), outage.observations, &since)
        }
    };
    let draft = subject.draft(FactKind::Recovered, sentence, about(subject, outage));
    let is_plain = plight == Plight::Down;
    let shared = is_plain.then_some(Shared::Over { how_long, span });
    Draft { plight, shared, why: Some(subject.why(&outage.failure)), ..draft }
}

/// The same of one that others depend on, and what became of those.
pub(super) fn root_recovered(
    subject: &Subject<'_>,
    outage: &Outage,
    aftermath: &Aftermath,
    subjects: &Subjects,
) -> Draft {
    let words = subject.voice.words();
    let draft = recovered(subject, outage);
    let still = listed(subject, &aftermath.still, NAMES_IN_SENTENCE, subjects);
    let (told, back) = (aftermath.told, aftermath.back());
    let sentence = words.recovered_with(&draft.sentence, told, back, still.as_deref());
    let unknown = listed(subject, &aftermath.unknown, MAX_AFFECTED, subjects);
    let mut lines = draft.lines;
    lines.extend(unknown.map(|names| words.unknown_yet(&names).into()));
    Draft { sentence, lines, shared: None, ..draft }
}

/// An error stream that is quiet again, with a line for each kind of error it had.
pub(super) fn quiet(
    subject: &Subject<'_>,
    outage: &Outage,
    kinds: &[ErrorKind],
    others: u32,
) -> Draft {
    let lines = each_kind(subject, kinds, others);
    Draft { lines, ..recovered(subject, outage) }
}

/// A line for each of `kinds`, and how many errors there were of others.
fn each_kind(subject: &Subject<'_>, kinds: &[ErrorKind], others: u32) -> Vec<Line> {
    let said = |kind: &ErrorKind| one_line(without_level(&kind.detail), MAX_DETAIL);
    let of = |kind: &ErrorKind| Line::Text(format!("{} × {}", kind.count, said(kind)));
    let more = usize::try_from(others).unwrap_or(usize::MAX);
    let more = (more > 0).then(|| subject.voice.words().and_more(more).into());
    kinds.iter().map(of).chain(more).collect()
}

/// One that was missed, with a line for each kind of error, if there were several.
pub(super) fn was_down(
    subject: &Subject<'_>,
    outage: &Outage,
    (kinds, others): (&[ErrorKind], u32),
    is_down_again: bool,
) -> Draft {
    let (words, name) = (subject.voice.words(), subject.name.as_str());
    let (how_long, span) = (down_for(subject, outage), span(subject, outage));
    let plight = subject.plight(&outage.failure);
    let sentence = match outage.incidents {
        times if is_down_again => words.was_down_too(name, plight, times, &how_long, &span),
        0 | 1 => words.was_down(name, plight, &how_long, &span),
        times => words.was_down_often(name, plight, times, &how_long, &span),
    };
    let mut lines = match kinds {
        [] => about(subject, outage),
        kinds => each_kind(subject, kinds, others),
    };
    lines.extend(subject.past_cause(outage.cause.as_ref()).map(Line::from));
    lines.push(words.told_late().into());
    Draft { plight, ..subject.draft(FactKind::WasDown, sentence, lines) }
}

/// Why it was, and what nobody saw of it.
fn about(subject: &Subject<'_>, outage: &Outage) -> Vec<Line> {
    let words = subject.voice.words();
    let cause = words.cause(&subject.why(&outage.failure));
    let unseen = TimeDelta::seconds(outage.unseen_s);
    let unseen =
        (!unseen.is_zero()).then(|| words.unseen(&subject.voice.calendar().duration(unseen)));
    [Some(cause), unseen].into_iter().flatten().map(Line::from).collect()
}

/// How long an incident was, as far as anybody looked.
fn down_for(subject: &Subject<'_>, outage: &Outage) -> String {
    let how_long = subject.voice.calendar().duration(outage.duration());
    if outage.unseen_s > 0 { subject.voice.words().at_most(&how_long) } else { how_long }
}

fn span(subject: &Subject<'_>, outage: &Outage) -> String {
    subject.voice.calendar().times(outage.since, outage.until)
}

/// How long no error came, where that is known.
fn quiet_for(subject: &Subject<'_>) -> Option<String> {
    let quiet = match subject.kind {
        SubjectKind::Reports(quiet) | SubjectKind::Logs(quiet) => quiet?,
        SubjectKind::Endpoint
        | SubjectKind::Heartbeat
        | SubjectKind::Alarm
        | SubjectKind::Topic => return None,
    };
    Some(subject.voice.calendar().duration(TimeDelta::from_std(quiet).ok()?))
}
