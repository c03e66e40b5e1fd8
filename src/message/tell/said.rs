//! What others said: further errors, news, and what came with an incident.

use super::{Draft, Subject};
use crate::message::subjects::SubjectKind;
use crate::message::{FactKind, Line, MAX_DETAIL, MAX_NAME};
use crate::model::state::{Attachment, ErrorKind, Found, NewsItem, Probed};
use crate::text::{one_line, tail};

/// Characters of what came with a failure that are told, from its end: with
/// what stands above it, it must fit a section of Slack's (3,000).
const MAX_ATTACHED: usize = 2_000;

/// Characters of what a probe saw that is told beside that.
const MAX_PROBED: usize = 200;

/// The levels of a log that are errors.
const LEVELS: [&str; 3] = ["ERROR", "CRITICAL", "FATAL"];

/// Errors of kinds that are new to an incident, the first of them whole.
pub(super) fn another(subject: &Subject<'_>, kinds: &[ErrorKind]) -> Draft {
    let words = subject.voice.words();
    let mut details = kinds.iter().map(|kind| one_line(without_level(&kind.detail), MAX_DETAIL));
    let first = details.next().unwrap_or_default();
    let sentence = match subject.kind {
        SubjectKind::Logs(_) => words.logs_another(&subject.name, &first),
        SubjectKind::Endpoint
        | SubjectKind::Heartbeat
        | SubjectKind::Reports(_)
        | SubjectKind::Alarm
        | SubjectKind::Topic => words.reports_another(&subject.name, &first),
    };
    let came = match kinds {
        [only] => only.attachment.as_ref(),
        _ => None,
    };
    let others = details.map(Line::Text);
    let came = came.into_iter().flat_map(|came| attached(subject, came, &first));
    let lines = others.chain(came).collect();
    subject.draft(FactKind::Another, sentence, lines)
}

/// What was said on a topic: one thing whole, several by their headlines.
pub(super) fn news(subject: &Subject<'_>, items: &[NewsItem]) -> Draft {
    let words = subject.voice.words();
    let say = |item: &NewsItem| match item.unshown {
        0 => one_line(&item.headline, MAX_DETAIL),
        unshown => words.and_more(usize::try_from(unshown).unwrap_or(usize::MAX)),
    };
    let mut said = items.iter().map(say);
    let first = said.next().unwrap_or_default();
    let sentence = words.news(&subject.name, Some(&*first).filter(|first| !first.is_empty()));
    let came = match items {
        [only] => only.attachment.as_ref(),
        _ => None,
    };
    let others = said.map(Line::Text);
    let came = came.into_iter().flat_map(|came| attached(subject, came, &first));
    let lines = others.chain(came).collect();
    subject.draft(FactKind::News, sentence, lines)
}

/// What came with it, as it was written, and where to look further. A signal
/// has taken out of it what cannot be shown.
pub(super) fn attached(subject: &Subject<'_>, attachment: &Attachment, told: &str) -> Vec<Line> {
    let probed = attachment.probed.as_ref().map(|seen| probed(subject, seen).into());
    let text = tail(without(&attachment.text, told), MAX_ATTACHED);
    let written = match subject.kind {
        // What is known of an alarm, in our own words.
        SubjectKind::Alarm => text.lines().map(Line::from).collect(),
        SubjectKind::Endpoint
        | SubjectKind::Heartbeat
        | SubjectKind::Reports(_)
        | SubjectKind::Logs(_)
        | SubjectKind::Topic => Some(text)
            .filter(|text| !text.is_empty())
            .map(Line::Code)
            .into_iter()
            .collect::<Vec<_>>(),
    };
    let stream = attachment.stream.as_ref();
    let stream =
        stream.map(|stream| subject.voice.words().stream(&one_line(stream, MAX_DETAIL)).into());
    let link = attachment.link.clone().map(|url| Line::Link { label: label(subject).into(), url });
    probed.into_iter().chain(written).chain(stream).chain(link).collect()
}

/// `text` without its first line, or its last, where that was `told`.
fn without<'a>(text: &'a str, told: &str) -> &'a str {
    let is_told = |line: &str| {
        let line = one_line(without_level(line), MAX_DETAIL);
        !line.is_empty() && told.starts_with(&line)
    };
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (before, last) = text.trim_end().rsplit_once('\n').unwrap_or(("", text));
    match (is_told(first), is_told(last)) {
        (true, _) => rest,
        (false, true) => before,
        (false, false) => text,
    }
}

/// `line` of a log without the level before it: that it is an error is said already.
pub(super) fn without_level(line: &str) -> &str {
    let plain = |level: &str| {
        let rest = line.strip_prefix(&format!("[{level}]")).or(line.strip_prefix(level))?;
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        rest.starts_with(char::is_whitespace).then(|| rest.trim_start())
    };
    LEVELS.into_iter().find_map(plain).filter(|rest| !rest.is_empty()).unwrap_or(line)
}

fn label(subject: &Subject<'_>) -> &'static str {
    let words = subject.voice.words();
    match subject.kind {
        SubjectKind::Alarm => words.open_alarm(),
        SubjectKind::Logs(_) => words.open_log(),
        SubjectKind::Endpoint
        | SubjectKind::Heartbeat
        | SubjectKind::Reports(_)
        | SubjectKind::Topic => words.open_link(),
    }
}

/// What a probe saw that was made because of it.
fn probed(subject: &Subject<'_>, probed: &Probed) -> String {
    let words = subject.voice.words();
    let name = one_line(probed.target.as_str(), MAX_NAME);
    match &probed.found {
        Found::Works { latency_ms } => words.probed_works(&name, *latency_ms),
        Found::Fails { detail } => {
            words.probed_fails(&name, &one_line(&subject.detail(detail), MAX_PROBED))
        }
        Found::Unclear { why, exact } => {
            let why = exact.as_ref().map_or_else(|| why.clone(), |exact| subject.detail(exact));
            words.probed_unclear(&name, &one_line(&why, MAX_PROBED))
        }
    }
}
