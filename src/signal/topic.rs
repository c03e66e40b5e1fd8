//! A message on an SNS topic that is not an alarm: news, told as it is. The documents
//! of AWS's services that publish on topics are put into words.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::aws::text;
use super::bounded;
use super::event::ReceivedAt;
use super::text::{MAX_DETAIL, SignalText};
use crate::core::step::{self, Event, EventOrder};
use crate::model::record_key::RecordKey;
use crate::text::{clean, first_line, one_line};

/// What somebody published on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The topic's ARN.
    pub topic: String,
    /// The message's id: it is the same however often the message is delivered.
    pub id: String,
    /// The subject; most messages have none.
    pub subject: Option<String>,
    /// The whole message.
    pub message: String,
    /// When it was published.
    pub at: DateTime<Utc>,
}

impl News {
    pub(super) fn event(&self, received_at: ReceivedAt<'_>) -> Event {
        let message = clean(&self.message);
        let known = known(&message);
        let headline = known.clone().unwrap_or_else(|| self.headline(&message));
        let headline = one_line(&headline, MAX_DETAIL);
        // A document that is put into words is not shown as JSON too.
        let shown = known.as_deref().unwrap_or(&message);
        let text = SignalText::beside(&headline, shown);
        let target = RecordKey::Topic(&bounded(&self.topic)).name();
        let event = received_at.event(target, self.at, None, EventOrder::Sent);
        let news = Some(step::Published { id: self.id.clone(), headline });
        Event { attachment: text.attached(), news, ..event }
    }

    /// The subject, else the first line.
    fn headline(&self, message: &str) -> String {
        let subject = self.subject.as_deref().map(str::trim).filter(|text| !text.is_empty());
        subject.unwrap_or_else(|| first_line(message)).to_owned()
    }
}

/// A known document in words.
fn known(message: &str) -> Option<String> {
    let document: Value = serde_json::from_str(message).ok()?;
    event_bridge(&document).or_else(|| older(&document))
}

/// What EventBridge delivers, in its common envelope:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html>.
fn event_bridge(document: &Value) -> Option<String> {
    let source = text(document, "/source")?;
    let kind = text(document, "/detail-type");
    let at = |pointer| text(document, pointer).filter(|text| !text.is_empty());
    let joined = |parts: &[Option<&str>]| {
        let parts: Vec<&str> = parts.iter().copied().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(": "))
    };
    let told = match source {
        "aws.guardduty" => joined(&[at("/detail/title"), at("/detail/type")]),
        "aws.health" => joined(&[
            at("/detail/eventTypeCode"),
            at("/detail/eventDescription/0/latestDescription"),
        ]),
        "aws.codepipeline" | "aws.codebuild" | "aws.codedeploy" => joined(&[
            at("/detail/pipeline").or(at("/detail/project-name")).or(at("/detail/application")),
            at("/detail/stage"),
            at("/detail/state").or(at("/detail/build-status")),
        ]),
        "aws.backup" => joined(&[
            at("/detail/resourceType").or(at("/detail/backupVaultName")),
            at("/detail/state").or(at("/detail/status")),
            at("/detail/statusMessage"),
        ]),
        "aws.rds" => joined(&[at("/detail/SourceIdentifier"), at("/detail/Message")]),
        _ => joined(&[at("/detail/state").or(at("/detail/status")).or(at("/detail/message"))]),
    };
    let service = kind.unwrap_or(source);
    Some(told.map_or_else(|| format!("{service} ({source})"), |told| format!("{service}: {told}")))
}

/// The services that publish themselves, each in its own form: RDS
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.overview.html>,
/// Auto Scaling, `CodePipeline`'s approvals, SES, and Cost Anomaly Detection.
fn older(document: &Value) -> Option<String> {
    let at = |pointer| text(document, pointer).filter(|text| !text.is_empty());
    if let Some(message) = at("/Event Message") {
        let source = at("/Source ID").map(|source| format!("{source}: "));
        return Some(format!("{}{message}", source.unwrap_or_default()));
    }
    if let (Some(event), Some(group)) = (at("/Event"), at("/AutoScalingGroupName")) {
        return Some(format!("{group}: {}", at("/Description").unwrap_or(event)));
    }
    if let Some(pipeline) = at("/approval/pipelineName") {
        return Some(format!("CodePipeline approval: {pipeline}"));
    }
    if let Some(kind) = at("/notificationType") {
        let subject = at("/mail/commonHeaders/subject").map(|subject| format!(": {subject}"));
        return Some(format!("SES {kind}{}", subject.unwrap_or_default()));
    }
    if document.get("anomalyId").is_some() {
        let service = at("/dimensionalValue").or(at("/rootCauses/0/service"));
        return Some(format!(
            "Cost Anomaly Detection{}",
            service.map(|of| format!(": {of}")).unwrap_or_default()
        ));
    }
    None
}
