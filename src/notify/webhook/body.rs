//! A message's facts in the shape of `tick --format json`'s transitions.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::core::announce::Fact;
use crate::message::Message;
use crate::model::detail::Detail;
use crate::model::incident_fields::IncidentFields;
use crate::model::names::TargetName;
use crate::model::observation::{Reason, Vantage, WarningKind};
use crate::model::state::{ErrorKind, NewsItem, Status, incident_id};
use crate::notify::answer::to_json;
use crate::notify::layout::PLAIN;

/// Units of a detail: it may quote a whole answer.
const MAX_DETAIL: usize = 2000;

#[derive(Serialize)]
struct Body<'a> {
    at: String,
    vantage: &'a str,
    /// The whole story in one line.
    text: String,
    transitions: Vec<Line<'a>>,
}

/// One fact; of warnings, one kind of one.
#[derive(Serialize)]
struct Line<'a> {
    target: &'a TargetName,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<i64>,
    /// The witnesses that saw it too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    agreed_by: Vec<Vantage>,
    /// The targets that it takes with it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    affected: &'a [TargetName],
}

pub(super) fn json(message: &Message) -> String {
    let data = &message.data;
    let body = Body {
        at: instant(data.at),
        vantage: &data.vantage.0,
        text: message.preview(),
        transitions: data.facts.iter().flat_map(|(target, fact)| lines(target, fact)).collect(),
    };
    to_json(&body)
}

fn lines<'a>(target: &'a TargetName, fact: &'a Fact) -> Vec<Line<'a>> {
    let line = Line::of(target, fact.kind());
    match fact {
        Fact::Down { incident, affected } => {
            vec![Line { affected, ..line.with(IncidentFields::open(target, incident)) }]
        }
        Fact::StillDown(incident) | Fact::Steady(Status::Down(incident)) => {
            vec![line.with(IncidentFields::open(target, incident))]
        }
        Fact::Recovered(outage)
        | Fact::Quiet { outage, .. }
        | Fact::RootRecovered { outage, .. }
        | Fact::WasDown { outage, .. } => {
            vec![line.with(IncidentFields::over(target, outage))]
        }
        Fact::Unstable { since, .. } | Fact::Steady(Status::Up { since }) => {
            vec![Line { since: Some(instant(*since)), ..line }]
        }
        Fact::Steady(Status::Unknown) => vec![line],
        Fact::Warning(raised) => {
            let warn = |(of, detail): &'a (WarningKind, Detail)| {
                let detail = Some(PLAIN.write(&detail.to_string(), MAX_DETAIL));
                Line { reason: Some(of.code()), detail, ..Line::of(target, fact.kind()) }
            };
            raised.iter().map(warn).collect()
        }
        Fact::Another { incident, kinds, .. } => {
            let another = |kind: &ErrorKind| Line {
                incident: Some(incident_id(target, *incident)),
                at: Some(instant(kind.at)),
                reason: Some(Reason::ErrorsReported.code()),
                detail: Some(PLAIN.write(&kind.detail, MAX_DETAIL)),
                ..Line::of(target, fact.kind())
            };
            kinds.iter().map(another).collect()
        }
        Fact::News(items) => {
            let news = |item: &NewsItem| Line {
                at: Some(instant(item.at)),
                detail: Some(PLAIN.write(&item.headline, MAX_DETAIL)),
                ..Line::of(target, fact.kind())
            };
            items.iter().map(news).collect()
        }
        Fact::Cleared(kinds) => {
            let clear = |(of, _): &(WarningKind, Detail)| Line {
                reason: Some(of.code()),
                ..Line::of(target, fact.kind())
            };
            kinds.iter().map(clear).collect()
        }
    }
}

impl<'a> Line<'a> {
    fn of(target: &'a TargetName, kind: &'static str) -> Self {
        Self {
            target,
            kind,
            incident: None,
            since: None,
            at: None,
            reason: None,
            detail: None,
            duration_s: None,
            agreed_by: Vec::new(),
            affected: &[],
        }
    }

    fn with(self, fields: IncidentFields) -> Self {
        Self {
            incident: Some(fields.id),
            since: Some(instant(fields.since)),
            at: fields.until.map(instant),
            reason: Some(fields.reason),
            detail: Some(PLAIN.write(&fields.detail, MAX_DETAIL)),
            duration_s: fields.duration_s,
            agreed_by: fields.agreed_by,
            ..self
        }
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
