//! One fact of one target, told.

mod ended;
mod open;
mod said;
mod warned;

use super::subjects::{SubjectKind, Subjects};
use super::words::Plight;
use super::{FactKind, Line, MAX_DETAIL, MAX_NAME, Voice};
use crate::core::announce::Fact;
use crate::model::detail::{AnswerDetail, Beside, Detail};
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Reason};
use crate::text::one_line;

/// A fact in words.
pub(super) struct Draft {
    pub(super) topic: FactKind,
    /// Where the target stands in the file.
    pub(super) place: usize,
    /// What is the matter with the target, or was.
    pub(super) plight: Plight,
    /// Whether the target is probed.
    pub(super) is_probed: bool,
    /// The target's name, fit to print.
    pub(super) name: String,
    /// The whole story.
    pub(super) sentence: String,
    /// What the sentence does not say.
    pub(super) lines: Vec<Line>,
    /// What others may have in common with it, and what is its own then.
    pub(super) shared: Option<Shared>,
    pub(super) why: Option<String>,
    /// From where else it is down, as a line: said once where it is the same of all.
    pub(super) also_from: Option<Line>,
}

/// What several targets may have in common: then it is said once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shared {
    /// They are down since, and for that reason.
    Down { since: String, why: &'static str },
    /// They were down for so long, in that span.
    Over { how_long: String, span: String },
    /// They are reached from the same places, and not from the same others.
    Partly { said: String },
}

/// Whom a sentence is about.
struct Subject<'a> {
    name: String,
    kind: SubjectKind,
    voice: &'a Voice<'a>,
}

/// Tells `fact` of `target`.
pub(super) fn tell(
    target: &TargetName,
    fact: &Fact,
    subjects: &Subjects,
    voice: &Voice<'_>,
) -> Draft {
    let name = one_line(&subjects.name(target), MAX_NAME);
    let kind = subjects.kind(target);
    let subject = Subject { name, kind, voice };
    let draft = match fact {
        Fact::Down { incident, affected } => open::down(&subject, incident, affected, subjects),
        Fact::StillDown(incident) => {
            let next = subjects.next_reminder(target, incident, voice.now);
            open::still_down(&subject, incident, next)
        }
        Fact::Unstable { flapping, incident, .. } => {
            open::unstable(&subject, *flapping, incident.as_ref())
        }
        Fact::Steady(status) => open::steady(&subject, status),
        Fact::Another { kinds, .. } => said::another(&subject, kinds),
        Fact::News(items) => said::news(&subject, items),
        Fact::WasDown { outage, kinds, others, is_down_again } => {
            ended::was_down(&subject, outage, (kinds, *others), *is_down_again)
        }
        Fact::Recovered(outage) => ended::recovered(&subject, outage),
        Fact::RootRecovered { outage, aftermath } => {
            ended::root_recovered(&subject, outage, aftermath, subjects)
        }
        Fact::Quiet { outage, kinds, others } => ended::quiet(&subject, outage, kinds, *others),
        Fact::Warning(raised) => warned::warning(&subject, raised),
        Fact::Cleared(kinds) => warned::cleared(&subject, kinds),
    };
    let lines = linked(draft.lines, draft.topic, subjects.link(target), voice);
    Draft { place: subjects.place(target), lines, ..draft }
}

/// `lines` with the owner's `link`, which is worth more than that to a console, where there is
/// something to look after.
fn linked(
    mut lines: Vec<Line>,
    topic: FactKind,
    link: Option<&str>,
    voice: &Voice<'_>,
) -> Vec<Line> {
    let is_open = match topic {
        FactKind::Down
        | FactKind::Another
        | FactKind::StillDown
        | FactKind::Unstable
        | FactKind::Warning => true,
        FactKind::WasDown
        | FactKind::Recovered
        | FactKind::News
        | FactKind::Steady
        | FactKind::Cleared => false,
    };
    if let Some(url) = link.filter(|_| is_open) {
        lines.retain(|line| !matches!(line, Line::Link { .. }));
        let label = voice.words().open_link().to_owned();
        lines.push(Line::Link { label, url: url.to_owned() });
    }
    lines
}

impl Subject<'_> {
    fn draft(&self, topic: FactKind, sentence: String, lines: Vec<Line>) -> Draft {
        Draft {
            topic,
            place: usize::MAX,
            plight: Plight::Down,
            is_probed: self.kind == SubjectKind::Endpoint,
            name: self.name.clone(),
            sentence,
            lines,
            shared: None,
            why: None,
            also_from: None,
        }
    }

    /// What is the matter with it when it fails so.
    fn plight(&self, failure: &Failure) -> Plight {
        match (failure.reason, &failure.detail) {
            (Reason::Alarm, _) => Plight::Alarm,
            (Reason::Late, _) => Plight::Late,
            (Reason::ReportedFailure, _) => Plight::Failed,
            (Reason::ErrorsReported, _) => match self.kind {
                SubjectKind::Logs(_) => Plight::Logs,
                SubjectKind::Endpoint
                | SubjectKind::Heartbeat
                | SubjectKind::Reports(_)
                | SubjectKind::Alarm
                | SubjectKind::Topic => Plight::Reports,
            },
            (Reason::Reachable, Detail::Answer(AnswerDetail::Open { port, .. })) => {
                Plight::Open(*port)
            }
            _ if self.kind == SubjectKind::Heartbeat => Plight::Failed,
            _ => Plight::Down,
        }
    }

    /// What would be the matter with it, by what it is.
    fn usual_plight(&self) -> Plight {
        match self.kind {
            SubjectKind::Endpoint | SubjectKind::Topic => Plight::Down,
            SubjectKind::Heartbeat => Plight::Late,
            SubjectKind::Reports(_) => Plight::Reports,
            SubjectKind::Logs(_) => Plight::Logs,
            SubjectKind::Alarm => Plight::Alarm,
        }
    }

    /// The fact that decided, in words.
    fn why(&self, failure: &Failure) -> String {
        let words = self.voice.words();
        if failure.detail.is_empty() {
            return words.reason(failure.reason).into();
        }
        match (failure.reason, &failure.detail) {
            (Reason::ErrorsReported, Detail::Text(text)) => {
                one_line(said::without_level(text), MAX_DETAIL)
            }
            (_, detail) => self.detail(detail),
        }
    }

    fn detail(&self, detail: &Detail) -> String {
        one_line(&self.voice.words().detail(detail, self.voice.calendar()), MAX_DETAIL)
    }

    /// What is said beside the fact, on a line of its own.
    fn beside(&self, failure: &Failure) -> Option<Line> {
        let words = self.voice.words();
        let line = match failure.detail.beside()? {
            Beside::Expected(what) => words.expected(&one_line(what, MAX_DETAIL)),
            Beside::Begins(what) => words.begins(&one_line(what, MAX_DETAIL)),
        };
        Some(line.into())
    }
}
