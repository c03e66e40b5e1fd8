//! A CloudWatch alarm that changed its state, reported through SNS or by the alarm's
//! own action. CloudWatch has judged already, so prober does not judge again.

mod numbers;

use std::sync::LazyLock;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use regex::Regex;
use serde_json::Value;

use super::aws::{account, account_of, alarm_link, instant, region, region_of, text};
use super::bounded;
use super::event::ReceivedAt;
use super::text::{MAX_DETAIL, MAX_TEXT, SignalText};
use crate::core::step::{Event, EventOrder};
use crate::model::detail::{AlarmDetail, Detail};
use crate::model::names::TargetName;
use crate::model::observation::{Outcome, Reason};
use crate::model::record_key::RecordKey;
use crate::text::{clean, one_line, tail};
use numbers::Numbers;

/// The state of an alarm:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmState {
    /// `ALARM`
    Alarm,
    /// `OK`
    Ok,
    /// `INSUFFICIENT_DATA`
    InsufficientData,
}

/// The most bytes of a contributor's attributes; if they are longer, its id names it.
const MAX_CONTRIBUTOR: usize = 200;

/// An alarm, metric or composite, in its new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its name, unique within an account and region.
    pub name: String,
    /// Which of its time series this is about, if each is judged separately.
    pub contributor: Option<String>,
    /// The owner's description; may be empty.
    pub description: String,
    /// Its new state.
    pub state: AlarmState,
    /// Its previous state, if given.
    pub before: Option<AlarmState>,
    /// Why, in CloudWatch's words; may be empty.
    pub reason: String,
    /// The same from its numbers, if it has some.
    pub numbers: Option<AlarmDetail>,
    /// When it changed: the same change delivered twice has the same instant.
    pub at: DateTime<Utc>,
    /// The code of its region, if known.
    pub region: Option<String>,
    /// The account that it belongs to, if known.
    pub account: Option<String>,
    /// Its ARN, if its message has one: its identity.
    pub arn: Option<String>,
}

impl Alarm {
    /// Reads the message that an alarm sends to SNS. `None` if it is not one.
    /// `published` and `topic` are the record's, for messages without their own
    /// time and region.
    ///
    /// The library's type requires a description, a threshold and a period. An
    /// alarm without a description sends `null`, and a composite alarm has
    /// neither threshold nor period:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html>.
    pub(super) fn from_sns(
        message: &Value,
        published: Option<DateTime<Utc>>,
        topic: &str,
    ) -> Option<Self> {
        let arn = text(message, "/AlarmArn").unwrap_or_default();
        let named = text(message, "/Region").and_then(region);
        let owned = |pointer| text(message, pointer).unwrap_or_default().to_owned();
        Some(Self {
            name: text(message, "/AlarmName")?.to_owned(),
            contributor: contributor(
                text(message, "/AlarmContributorId"),
                message.get("AlarmContributorAttributes"),
            ),
            description: owned("/AlarmDescription"),
            state: state(text(message, "/NewStateValue")?)?,
            before: text(message, "/OldStateValue").and_then(state),
            reason: owned("/NewStateReason"),
            numbers: Numbers::of_sns(message, text(message, "/NewStateReason").unwrap_or_default())
                .told(),
            at: text(message, "/StateChangeTime").and_then(instant).or(published)?,
            region: region_of(arn).or(named).or(region_of(topic)).map(str::to_owned),
            account: account_of(arn)
                .or(text(message, "/AWSAccountId").and_then(account))
                .or(account_of(topic))
                .map(str::to_owned),
            arn: alarm_arn(arn),
        })
    }

    /// Reads what an alarm's Lambda action sends; the error names what is
    /// missing. A metric alarm and a composite one differ only in their
    /// configuration. The library's type knows no contributor, and requires
    /// reasons and configurations that new alarms do not have:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html>.
    pub(super) fn from_action(event: &Value) -> Result<Self, &'static str> {
        let data = event.get("alarmData").unwrap_or(&Value::Null);
        let arn = text(event, "/alarmArn").unwrap_or_default();
        let time = text(event, "/time").and_then(instant);
        Self::changed(data, arn, text(event, "/region"), time)
    }

    /// Reads what EventBridge says of an alarm; the error names what is missing:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>.
    pub(super) fn from_event_bridge(event: &EventBridgeEvent) -> Result<Self, &'static str> {
        let arn = event.resources.iter().flatten().next().map(String::as_str).unwrap_or_default();
        Self::changed(&event.detail, arn, event.region.as_deref(), event.time)
    }

    /// What both of them have in common: the alarm's `data`, and its `arn`.
    fn changed(
        data: &Value,
        arn: &str,
        named: Option<&str>,
        time: Option<DateTime<Utc>>,
    ) -> Result<Self, &'static str> {
        let at = text(data, "/state/timestamp").and_then(instant);
        let owned = |pointer| text(data, pointer).unwrap_or_default().to_owned();
        let configuration = data.get("configuration").unwrap_or(&Value::Null);
        let reason = text(data, "/state/reason").unwrap_or_default();
        let numbers =
            text(data, "/state/reasonData").and_then(|data| serde_json::from_str(data).ok());
        let numbers = numbers.unwrap_or(Value::Null);
        Ok(Self {
            name: text(data, "/alarmName").ok_or("alarmData.alarmName")?.to_owned(),
            contributor: contributor(
                text(data, "/alarmContributor/id"),
                data.pointer("/alarmContributor/attributes"),
            ),
            description: owned("/configuration/description"),
            state: text(data, "/state/value").and_then(state).ok_or("alarmData.state.value")?,
            before: text(data, "/previousState/value").and_then(state),
            reason: reason.to_owned(),
            numbers: Numbers::of_event(configuration, &numbers, reason).told(),
            at: at.or(time).ok_or("alarmData.state.timestamp")?,
            region: region_of(arn).or(named.and_then(region)).map(str::to_owned),
            account: account_of(arn).map(str::to_owned),
            arn: alarm_arn(arn),
        })
    }

    /// Whether it is the one called `named`: its ARN, or its name alone, which is that of
    /// an alarm in the account and region of `home`, an ARN. One that does not say
    /// where it is from is believed to be from there.
    #[must_use]
    pub fn is_called(&self, named: &str, home: &str) -> bool {
        if named.starts_with("arn:") {
            return self.arn.as_deref() == Some(named);
        }
        let is_here =
            |own: Option<&str>, here: Option<&str>| own.is_none() || here.is_none() || own == here;
        self.name == named
            && is_here(self.account.as_deref(), account_of(home))
            && is_here(self.region.as_deref(), region_of(home))
    }

    /// Its change has an instant of its own, by which a repetition is known.
    pub(super) fn event(&self, received_at: ReceivedAt<'_>) -> Event {
        let reason = in_words(&self.reason);
        let shown = one_line(&reason, MAX_DETAIL);
        let outcome = match self.state {
            AlarmState::Alarm => Outcome::failure(Reason::Alarm, self.told(&shown)),
            AlarmState::Ok => Outcome::success(),
            AlarmState::InsufficientData if shown.is_empty() => {
                Outcome::inconclusive("it has insufficient data")
            }
            AlarmState::InsufficientData => Outcome::inconclusive(shown.as_str()),
        };
        // A success has no detail, so the reason is not shown there.
        let is_told =
            self.state == AlarmState::Alarm && (self.numbers.is_some() || shown == reason);
        let text = self.text(if is_told { "" } else { &reason });
        let event = received_at.event(self.target(), self.at, Some(outcome), EventOrder::Sent);
        Event { attachment: text.attached(), ..event }
    }

    /// Why it was raised: by its numbers, or else as it is `shown` in CloudWatch's words.
    fn told(&self, shown: &str) -> Detail {
        match &self.numbers {
            Some(numbers) => numbers.clone().into(),
            None if shown.is_empty() => AlarmDetail::Raised {}.into(),
            None => shown.into(),
        }
    }

    /// If an alarm judges each of its time series separately, each is a target:
    /// one that works says nothing of the others.
    fn target(&self) -> TargetName {
        let name = self.identity();
        let name = match &self.contributor {
            None => name,
            Some(contributor) => format!("{name} [{contributor}]"),
        };
        RecordKey::Alarm(&bounded(&name)).name()
    }

    /// Its ARN; if the message has none, it is put together from what is known.
    /// The same name in another account or region is another alarm.
    fn identity(&self) -> String {
        match (&self.arn, &self.region, &self.account) {
            (Some(arn), _, _) => arn.clone(),
            (None, Some(region), Some(account)) => {
                format!("arn:aws:cloudwatch:{region}:{account}:alarm:{}", self.name)
            }
            (None, _, _) => self.name.clone(),
        }
    }

    /// The owner's description, the reason unless it is told elsewhere, and a
    /// link.
    fn text(&self, reason: &str) -> SignalText {
        let region = self.region.as_deref();
        let description = clean(&self.description);
        let place: Vec<_> = self.account.as_deref().into_iter().chain(region).collect();
        let place = place.join(", ");
        let lines = [description.trim(), reason, place.as_str()];
        let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        let link = region.and_then(|region| alarm_link(region, &self.name));
        SignalText { text: tail(&lines.join("\n"), MAX_TEXT), stream: None, link }
    }
}

/// `arn`, if it is an alarm's.
fn alarm_arn(arn: &str) -> Option<String> {
    let is_alarm = arn.split(':').nth(5) == Some("alarm") && account_of(arn).is_some();
    (is_alarm && region_of(arn).is_some()).then(|| arn.to_owned())
}

/// A contributor by its sorted attributes, or else by its `id`:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html>.
fn contributor(id: Option<&str>, attributes: Option<&Value>) -> Option<String> {
    let attributes = attributes.and_then(Value::as_object).into_iter().flatten();
    let mut pairs: Vec<String> = attributes
        .filter_map(|(name, value)| Some(format!("{name}={}", value.as_str()?)))
        .collect();
    pairs.sort_unstable();
    let pairs = pairs.join(", ");
    let is_name = !pairs.is_empty() && pairs.len() <= MAX_CONTRIBUTOR;
    if is_name { Some(pairs) } else { id.map(str::to_owned) }
}

fn state(value: &str) -> Option<AlarmState> {
    match value {
        "ALARM" => Some(AlarmState::Alarm),
        "OK" => Some(AlarmState::Ok),
        "INSUFFICIENT_DATA" => Some(AlarmState::InsufficientData),
        _ => None,
    }
}

/// A composite alarm's reason names its children by their ARNs; people know only the
/// last part.
fn in_words(reason: &str) -> String {
    static PREFIX: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"arn:[\w-]+:cloudwatch:[\w-]*:\s?[0-9]*:alarm:").ok());
    let reason = clean(reason);
    let short = PREFIX.as_ref().map(|prefix| prefix.replace_all(&reason, "").into_owned());
    short.unwrap_or(reason).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "arn:aws:lambda:eu-west-1:123456789012:function:inbox";

    fn alarm(arn: &str) -> Alarm {
        let message = serde_json::json!({
            "AlarmName": "prober-TickErrors", "NewStateValue": "ALARM", "AlarmArn": arn,
            "StateChangeTime": "2026-07-05T05:08:27.123+0000",
        });
        Alarm::from_sns(&message, None, "").unwrap()
    }

    #[test]
    fn a_name_is_that_of_an_alarm_at_home_and_an_arn_of_one_anywhere() {
        let own = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:prober-TickErrors";
        let account = "arn:aws:cloudwatch:eu-west-1:999999999999:alarm:prober-TickErrors";
        let region = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:prober-TickErrors";
        assert!(alarm(own).is_called("prober-TickErrors", HOME) && alarm(own).is_called(own, HOME));
        for other in [account, region] {
            assert!(!alarm(other).is_called("prober-TickErrors", HOME), "{other}");
            assert!(!alarm(other).is_called(own, HOME), "{other}");
            assert!(alarm(other).is_called(other, HOME), "{other}");
        }
        assert!(!alarm(own).is_called("TickErrors", HOME));
    }

    #[test]
    fn where_it_is_not_known_who_is_where_the_name_is_enough() {
        for (arn, home) in [
            ("", HOME),
            (
                "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:prober-TickErrors",
                "arn:aws:lambda:::function:inbox",
            ),
        ] {
            assert!(alarm(arn).is_called("prober-TickErrors", home), "{arn} {home}");
        }
    }
}
