//! One fact of one target, told.

use chrono::TimeDelta;

use super::{Entry, MAX_DETAIL, MAX_NAME, Topic, Voice};
use crate::core::announce::Fact;
use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Reason, WarningKind};
use crate::model::state::{
    Attachment, ErrorKind, Found, Incident, NewsItem, Outage, Probed, Status,
};
use crate::model::target::Flapping;
use crate::text::{one_line, tail};

/// Names of targets behind one that are listed, before it is said how many more.
const MAX_AFFECTED: usize = 12;

/// Characters of what came with a failure that are told, from its end: with
/// what stands above it, it must fit a section of Slack's (3,000).
const MAX_ATTACHED: usize = 2_000;

/// Characters of what a probe saw that is told beside that.
const MAX_PROBED: usize = 200;

/// A fact in words.
pub(super) struct Draft {
    pub(super) topic: Topic,
    /// The target's name, fit to print.
    pub(super) name: String,
    headline: String,
    /// The whole story in one line, where this is all there is to tell.
    pub(super) alone: String,
    lines: Vec<String>,
}

impl Draft {
    pub(super) fn into_entry(self) -> Entry {
        Entry { mood: self.topic.mood(), headline: self.headline, lines: self.lines }
    }
}

/// Tells `fact` of the target called `name`.
pub(super) fn tell(name: &str, fact: &Fact, voice: &Voice<'_>) -> Draft {
    let name = one_line(name, MAX_NAME);
    let (words, calendar) = (voice.words(), voice.calendar());
    match fact {
        Fact::Down { incident, affected } => {
            let headline = match affected.len() {
                0 => words.down(&name),
                behind => words.down_with(&name, behind),
            };
            let mut told = open(Topic::Down, name, headline, incident, voice);
            told.lines.extend(takes_with_it(affected, voice));
            told.lines.extend(
                incident.attachment.as_ref().into_iter().flat_map(|came| attached(came, voice)),
            );
            told
        }
        Fact::Another { kinds, .. } => another(name, kinds, voice),
        Fact::News(items) => news(name, items, voice),
        Fact::StillDown(incident) => {
            let headline = words.still_down(&name, &calendar.duration(voice.now - incident.since));
            open(Topic::StillDown, name, headline, incident, voice)
        }
        Fact::WasDown(outage) => {
            let how_long = down_for(outage, voice);
            let headline = match outage.incidents {
                0 | 1 => words.was_down(&name, &how_long),
                times => words.was_down_often(&name, times, &how_long),
            };
            over(Topic::WasDown, name, headline, outage, voice)
        }
        Fact::Recovered(outage) => {
            let how_long = down_for(outage, voice);
            let headline = match (outage.failure.reason, outage.observations) {
                (Reason::ErrorsReported, errors @ 1..) => {
                    words.quiet_again(&name, errors, &how_long)
                }
                _ => words.recovered(&name, &how_long),
            };
            over(Topic::Recovered, name, headline, outage, voice)
        }
        Fact::Unstable { flapping, incident, .. } => {
            unstable(name, *flapping, incident.as_ref(), voice)
        }
        Fact::Steady(status) => steady(name, status, voice),
        Fact::Warning(raised) => warned(name, raised, voice),
        Fact::Cleared(kinds) => {
            let headline = words.warning_over(&name, &listed(kinds.iter().copied(), voice));
            Draft { topic: Topic::Cleared, name, alone: headline.clone(), headline, lines: vec![] }
        }
    }
}

/// An incident that is open.
fn open(
    topic: Topic,
    name: String,
    headline: String,
    incident: &Incident,
    voice: &Voice<'_>,
) -> Draft {
    let (words, calendar) = (voice.words(), voice.calendar());
    let since = calendar.instant(incident.since);
    let why = words.reason(incident.failure.reason);
    let how_long = calendar.duration(voice.now - incident.since);
    let mut lines =
        vec![words.why(&explain(&incident.failure, voice)), words.since(&since, &how_long)];
    if incident.vantage != *voice.vantage {
        lines.push(words.seen_from(&one_line(&incident.vantage.0, MAX_NAME)));
    }
    Draft { topic, name, alone: words.because_since(&headline, why, &since), headline, lines }
}

/// Errors of kinds that are new to an incident, the first of them whole.
fn another(name: String, kinds: &[ErrorKind], voice: &Voice<'_>) -> Draft {
    let words = voice.words();
    let mut details = kinds.iter().map(|kind| one_line(&kind.detail, MAX_DETAIL));
    let headline = words.another_error(&name, &details.next().unwrap_or_default());
    let came = match kinds {
        [only] => only.attachment.as_ref(),
        _ => None,
    };
    let lines = details.chain(came.into_iter().flat_map(|came| attached(came, voice))).collect();
    Draft { topic: Topic::Another, name, alone: headline.clone(), headline, lines }
}

/// What was said on a topic: one thing whole, several by their headlines.
fn news(name: String, items: &[NewsItem], voice: &Voice<'_>) -> Draft {
    let words = voice.words();
    let say = |item: &NewsItem| match item.unshown {
        0 => one_line(&item.headline, MAX_DETAIL),
        unshown => words.and_more(usize::try_from(unshown).unwrap_or(usize::MAX)),
    };
    let mut said = items.iter().map(say);
    let headline = words.news(&name, &said.next().unwrap_or_default());
    let came = match items {
        [only] => only.attachment.as_ref(),
        _ => None,
    };
    let lines = said.chain(came.into_iter().flat_map(|came| attached(came, voice))).collect();
    Draft { topic: Topic::News, name, alone: headline.clone(), headline, lines }
}

/// What came with it, line by line as it was written, and where to look
/// further. A signal has taken out of it what cannot be shown.
fn attached(attachment: &Attachment, voice: &Voice<'_>) -> Vec<String> {
    let text = tail(&attachment.text, MAX_ATTACHED);
    let lines = attachment
        .probed
        .iter()
        .map(|seen| probed(seen, voice))
        .chain(text.lines().map(str::to_owned));
    lines.chain(attachment.link.iter().cloned()).collect()
}

/// What a probe saw that was made because of it.
fn probed(probed: &Probed, voice: &Voice<'_>) -> String {
    let words = voice.words();
    let name = one_line(probed.target.as_str(), MAX_NAME);
    match &probed.found {
        Found::Works { latency_ms } => words.probed_works(&name, *latency_ms),
        Found::Fails { detail } => words.probed_fails(&name, &one_line(&detail.to_string(), MAX_PROBED)),
        Found::Unclear { why } => words.probed_unclear(&name, &one_line(why, MAX_PROBED)),
    }
}

/// Who is down because of it, by name as far as they fit a line.
fn takes_with_it(affected: &[TargetName], voice: &Voice<'_>) -> Option<String> {
    let names: Vec<String> =
        affected.iter().take(MAX_AFFECTED).map(|name| one_line(name.as_str(), MAX_NAME)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let more = affected.len() - names.len();
    let words = voice.words();
    (!names.is_empty()).then(|| words.takes_with_it(&words.list(&names, more)))
}

fn unstable(
    name: String,
    flapping: Flapping,
    incident: Option<&Incident>,
    voice: &Voice<'_>,
) -> Draft {
    let (words, calendar) = (voice.words(), voice.calendar());
    let span = |span| calendar.duration(TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX));
    let rule = [
        words.changed_too_often(flapping.changes.get(), &span(flapping.within)),
        words.silent_until_steady(&span(flapping.steady_after)),
    ];
    if let Some(incident) = incident {
        let headline = words.unstable_and_down(&name);
        let mut told = open(Topic::Unstable, name, headline, incident, voice);
        told.lines.extend(rule);
        return told;
    }
    let headline = words.unstable(&name);
    let lines = rule.to_vec();
    Draft { topic: Topic::Unstable, name, alone: headline.clone(), headline, lines }
}

/// It holds a status again: which, and since when.
fn steady(name: String, status: &Status, voice: &Voice<'_>) -> Draft {
    let (words, calendar) = (voice.words(), voice.calendar());
    match status {
        Status::Down(incident) => {
            let headline = words.steady_down(&name);
            open(Topic::Down, name, headline, incident, voice)
        }
        Status::Up { since } => {
            let headline = words.steady_up(&name);
            let how_long = calendar.duration(voice.now - *since);
            let lines = vec![words.since(&calendar.instant(*since), &how_long)];
            Draft { topic: Topic::Steady, name, alone: headline.clone(), headline, lines }
        }
        Status::Unknown => {
            let headline = words.steady_up(&name);
            Draft { topic: Topic::Steady, name, alone: headline.clone(), headline, lines: vec![] }
        }
    }
}

/// How long an incident was, as far as anybody looked.
fn down_for(outage: &Outage, voice: &Voice<'_>) -> String {
    let how_long = voice.calendar().duration(outage.duration());
    if outage.unseen_s > 0 { voice.words().at_most(&how_long) } else { how_long }
}

/// An incident that is over.
fn over(topic: Topic, name: String, headline: String, outage: &Outage, voice: &Voice<'_>) -> Draft {
    let (words, calendar) = (voice.words(), voice.calendar());
    let span = calendar.span(outage.since, outage.until);
    let mut lines = vec![words.when(&span), words.why(&explain(&outage.failure, voice))];
    let unseen = TimeDelta::seconds(outage.unseen_s);
    lines.extend((!unseen.is_zero()).then(|| words.unseen(&calendar.duration(unseen))));
    Draft { topic, name, alone: words.during(&headline, &span), headline, lines }
}

fn warned(name: String, raised: &[(WarningKind, Detail)], voice: &Voice<'_>) -> Draft {
    let words = voice.words();
    let headline = words.warning(&name, &listed(raised.iter().map(|(kind, _)| *kind), voice));
    let lines = raised.iter().map(|(kind, detail)| specify(*kind, &detail.to_string(), voice)).collect();
    Draft { topic: Topic::Warning, name, alone: headline.clone(), headline, lines }
}

fn listed(kinds: impl Iterator<Item = WarningKind>, voice: &Voice<'_>) -> String {
    let words = voice.words();
    kinds.map(|kind| words.kind(kind)).collect::<Vec<_>>().join(words.between_kinds())
}

fn explain(failure: &Failure, voice: &Voice<'_>) -> String {
    let detail = one_line(&failure.detail.to_string(), MAX_DETAIL);
    if detail.is_empty() {
        voice.words().reason(failure.reason).into()
    } else {
        voice.words().failure(failure.reason, &detail)
    }
}

fn specify(kind: WarningKind, detail: &str, voice: &Voice<'_>) -> String {
    let detail = one_line(detail, MAX_DETAIL);
    if detail.is_empty() {
        voice.words().kind(kind).into()
    } else {
        voice.words().crossed(kind, &detail)
    }
}
