//! A message's facts in the shape of `tick --format json`'s transitions.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::announce::Fact;
use crate::message::Message;
use crate::notify::layout::PLAIN;
use crate::observation::WarningKind;
use crate::state::{Incident, Outage, incident_id};
use crate::target::TargetName;

/// Units of a detail: it may quote a whole answer.
const MAX_DETAIL: usize = 2000;

#[derive(Serialize)]
struct Body<'a> {
    at: String,
    vantage: &'a str,
    /// The whole story in one line.
    text: &'a str,
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
    reason: &'static str,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<i64>,
}

pub(super) fn json(message: &Message) -> String {
    let origin = &message.origin;
    let body = Body {
        at: instant(origin.at),
        vantage: &origin.vantage.0,
        text: &message.text,
        transitions: origin.facts.iter().flat_map(|(target, fact)| lines(target, fact)).collect(),
    };
    serde_json::to_string(&body).expect("strings and numbers are always JSON")
}

fn lines<'a>(target: &'a TargetName, fact: &'a Fact) -> Vec<Line<'a>> {
    let kind = fact.kind();
    match fact {
        Fact::Down(incident) | Fact::StillDown(incident) => vec![open(target, kind, incident)],
        Fact::Recovered(outage) | Fact::WasDown(outage) => vec![over(target, kind, outage)],
        Fact::Warning(raised) => {
            raised.iter().map(|(of, detail)| warning(target, kind, *of, detail)).collect()
        }
        Fact::Cleared(kinds) => kinds.iter().map(|of| warning(target, kind, *of, "")).collect(),
    }
}

fn open<'a>(target: &'a TargetName, kind: &'static str, incident: &'a Incident) -> Line<'a> {
    Line {
        target,
        kind,
        incident: Some(incident_id(target, incident.since)),
        since: Some(instant(incident.since)),
        at: None,
        reason: incident.failure.reason.code(),
        detail: PLAIN.write(&incident.failure.detail, MAX_DETAIL),
        duration_s: None,
    }
}

fn over<'a>(target: &'a TargetName, kind: &'static str, outage: &'a Outage) -> Line<'a> {
    Line {
        target,
        kind,
        incident: Some(incident_id(target, outage.since)),
        since: Some(instant(outage.since)),
        at: Some(instant(outage.until)),
        reason: outage.failure.reason.code(),
        detail: PLAIN.write(&outage.failure.detail, MAX_DETAIL),
        duration_s: Some(outage.down_s),
    }
}

fn warning<'a>(
    target: &'a TargetName,
    kind: &'static str,
    of: WarningKind,
    detail: &str,
) -> Line<'a> {
    let detail = PLAIN.write(detail, MAX_DETAIL);
    let (incident, since, at, duration_s) = (None, None, None, None);
    Line { target, kind, incident, since, at, reason: of.code(), detail, duration_s }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
