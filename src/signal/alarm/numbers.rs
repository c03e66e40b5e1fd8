//! Why an alarm was raised, from its own numbers: which value crossed which limit, and how
//! often.
//!
//! The messages of SNS have the limit and the comparison as fields, the events of Lambda
//! and EventBridge have `reasonData`. Only the reason, which is a sentence, has the value
//! in all of them, and its form has been the same for years:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html>.
//! What is of another form is told as CloudWatch says it.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::super::aws::text;
use crate::model::detail::{AlarmDetail, NameList};

/// How many alarms below a composite one are named.
const MAX_CHILDREN: usize = 3;

/// Decimal places of a number, unless more are needed to tell two apart.
const DECIMALS: usize = 2;

/// `2 out of the last 3 datapoints [93.4 (05/07/26 05:02:00), …] were greater than …`
static CROSSED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) (?:(?<some>\d+)\ out\ of\ the\ last\ )? (?<of>\d+)
        \ (?:datapoints?|query\ results?)\ \[ (?<value>[-+\d.eE]+)\ .*?\]\ (?:was|were)\ (?<how>.*)",
    )
    .ok()
});

/// `greater than or equal to the threshold (80.0)`
static LIMIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?<side>greater|less) than (?<equal>or equal to )?the threshold \((?<limit>[^)]+)\)",
    )
    .ok()
});

/// `less than the lower thresholds [20.0, …] or greater than the upper thresholds [30.0, …]`
static BAND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?<side>lower|upper) thresholds? \[(?<limit>[-+\d.eE]+)").ok());

static NO_DATA: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"no datapoints were received for (?<periods>\d+) periods?").ok());

static CONTRIBUTORS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?<some>\d+) out of (?<of>\d+) contributors evaluated to ALARM").ok()
});

/// What an alarm's message says of its own numbers.
pub(super) struct Numbers<'a> {
    /// Why, in CloudWatch's words.
    pub(super) reason: &'a str,
    /// The alarms that raised a composite one: their ARNs, and their states.
    pub(super) children: Vec<(&'a str, &'a str)>,
    /// How a value is compared, as the alarm's definition calls it.
    pub(super) comparison: Option<&'a str>,
    /// The limit.
    pub(super) threshold: Option<f64>,
}

impl<'a> Numbers<'a> {
    /// Those of what an alarm sends to SNS.
    pub(super) fn of_sns(message: &'a Value, reason: &'a str) -> Self {
        Self {
            reason,
            children: children(message.get("TriggeringChildren"), "/Arn", "/State/Value"),
            comparison: text(message, "/Trigger/ComparisonOperator"),
            threshold: message.pointer("/Trigger/Threshold").and_then(Value::as_f64),
        }
    }

    /// Those of the `configuration` and of the parsed `reasonData` of an event.
    pub(super) fn of_event(configuration: &'a Value, data: &'a Value, reason: &'a str) -> Self {
        let threshold = |of: &Value| of.get("threshold").and_then(Value::as_f64);
        Self {
            reason,
            children: children(data.get("triggeringAlarms"), "/arn", "/state/value"),
            comparison: text(configuration, "/comparisonOperator"),
            threshold: threshold(data).or_else(|| threshold(configuration)),
        }
    }

    /// Why the alarm was raised; `None` if the reason is of a form that is not known.
    pub(super) fn told(&self) -> Option<AlarmDetail> {
        self.raised_by()
            .or_else(|| self.crossed())
            .or_else(|| self.no_data())
            .or_else(|| self.contributors())
    }

    /// The alarms that raised a composite one.
    fn raised_by(&self) -> Option<AlarmDetail> {
        let raised = self.children.iter().filter(|(_, state)| *state == "ALARM");
        let all: Vec<String> = raised.map(|(arn, _)| name(arn)).collect();
        let names: Vec<String> = all.iter().take(MAX_CHILDREN).cloned().collect();
        let more = all.len() - names.len();
        (!names.is_empty()).then_some(AlarmDetail::Children { names: NameList { names, more } })
    }

    fn crossed(&self) -> Option<AlarmDetail> {
        let found = captures(&CROSSED, self.reason)?;
        let (of, value) = (count(&found, "of")?, found["value"].parse().ok()?);
        let some = count(&found, "some").unwrap_or(of);
        let (band, how) = (band(&found["how"]), self.limit(&found["how"]));
        if let (Some(lower), Some(upper)) = band {
            let nearest = if value < lower { lower } else { upper };
            let (lower, upper) = (number(lower, value), number(upper, value));
            return Some(AlarmDetail::OutOfBand { value: number(value, nearest), lower, upper });
        }
        let (operator, limit) = match (how, band) {
            (Some(how), _) => how,
            (None, (Some(lower), None)) => ("<", lower),
            (None, (None, Some(upper))) => (">", upper),
            (None, _) => return None,
        };
        let (operator, threshold) = (operator.to_owned(), number(limit, value));
        let value = number(value, limit);
        Some(if of == 1 {
            AlarmDetail::CrossedOnce { value, operator, threshold }
        } else {
            AlarmDetail::Crossed { value, operator, threshold, some, of }
        })
    }

    /// The comparison and the limit: as fields, or else from `how` the sentence goes on.
    fn limit(&self, how: &str) -> Option<(&'static str, f64)> {
        let said = captures(&LIMIT, how);
        let operator = self.comparison.and_then(operator).or_else(|| {
            let said = said.as_ref()?;
            Some(match (&said["side"], said.name("equal").is_some()) {
                ("greater", false) => ">",
                ("greater", true) => ">=",
                (_, false) => "<",
                (_, true) => "<=",
            })
        })?;
        let limit = self.threshold.or_else(|| said?["limit"].trim().parse().ok())?;
        Some((operator, limit))
    }

    fn no_data(&self) -> Option<AlarmDetail> {
        let found = captures(&NO_DATA, self.reason)?;
        Some(AlarmDetail::NoData { periods: count(&found, "periods")? })
    }

    fn contributors(&self) -> Option<AlarmDetail> {
        let found = captures(&CONTRIBUTORS, self.reason)?;
        Some(AlarmDetail::Contributors { some: count(&found, "some")?, of: count(&found, "of")? })
    }
}

fn captures<'t>(regex: &LazyLock<Option<Regex>>, text: &'t str) -> Option<Captures<'t>> {
    regex.as_ref()?.captures(text)
}

fn count(found: &Captures<'_>, group: &str) -> Option<u64> {
    found.name(group)?.as_str().parse().ok()
}

/// The first limits of an anomaly's band, which belong to the value that is told: the
/// lower and the upper one.
fn band(how: &str) -> (Option<f64>, Option<f64>) {
    let Some(regex) = BAND.as_ref() else { return (None, None) };
    let mut limits = (None, None);
    for found in regex.captures_iter(how) {
        let limit = found["limit"].parse().ok();
        if &found["side"] == "lower" { limits.0 = limit } else { limits.1 = limit }
    }
    limits
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
fn operator(comparison: &str) -> Option<&'static str> {
    match comparison {
        "GreaterThanThreshold" => Some(">"),
        "GreaterThanOrEqualToThreshold" => Some(">="),
        "LessThanThreshold" => Some("<"),
        "LessThanOrEqualToThreshold" => Some("<="),
        _ => None,
    }
}

/// `value` as people write it, and so that it differs from `other` if it does.
fn number(value: f64, other: f64) -> String {
    let short = |value: f64| {
        let text = format!("{value:.DECIMALS$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let is_told_apart = short(value) != short(other) || (value - other).abs() < f64::EPSILON;
    // Small values would be nothing.
    let is_told = value == 0.0 || value.abs() >= 0.01;
    if is_told_apart && is_told { short(value) } else { value.to_string() }
}

/// The name at the end of an alarm's ARN.
fn name(arn: &str) -> String {
    arn.rsplit_once(":alarm:").map_or(arn, |(_, name)| name).to_owned()
}

fn children<'a>(listed: Option<&'a Value>, arn: &str, state: &str) -> Vec<(&'a str, &'a str)> {
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(|child| Some((text(child, arn)?, text(child, state)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(reason: &str) -> Option<String> {
        let numbers = Numbers { reason, children: Vec::new(), comparison: None, threshold: None };
        numbers.told().map(|detail| detail.to_string())
    }

    #[test]
    fn a_reason_is_read_in_each_of_its_forms() {
        for (reason, said) in [
            (
                "Threshold Crossed: 2 out of the last 3 datapoints [93.4 (05/07/26 05:02:00), \
                 91.0 (05/07/26 05:01:00)] were greater than the threshold (80.0) (minimum 2 \
                 datapoints for OK -> ALARM transition).",
                "93.4 > 80 (2 of 3 datapoints)",
            ),
            (
                "Threshold Crossed: 1 datapoint [0.0 (05/07/26 05:02:00)] was less than or equal \
                 to the threshold (0.0).",
                "0 <= 0",
            ),
            (
                "Threshold Crossed: 3 datapoints [1.5E9 (05/07/26 05:02:00), 1.0 (x), 2.0 (x)] \
                 were greater than or equal to the threshold (1.0E9).",
                "1500000000 >= 1000000000 (3 of 3 datapoints)",
            ),
            (
                "Threshold Crossed: 1 out of the last 1 datapoints [80.0004 (05/07/26 05:02:00)] \
                 was greater than the threshold (80.0).",
                "80.0004 > 80",
            ),
            (
                "Thresholds Crossed: 1 out of the last 1 datapoints [10.0 (05/07/26 05:02:00)] \
                 was less than the lower thresholds [20.123] or greater than the upper \
                 thresholds [30.0] (minimum 1 datapoint for OK -> ALARM transition).",
                "10 is outside 20.12 – 30",
            ),
            (
                "Thresholds Crossed: 2 out of the last 2 datapoints [40.0 (05/07/26 05:02:00), \
                 41.0 (x)] were greater than the upper thresholds [30.5, 30.4].",
                "40 > 30.5 (2 of 2 datapoints)",
            ),
            (
                "Threshold Crossed: no datapoints were received for 3 periods and 3 missing \
                 datapoints were treated as [Breaching].",
                "no data for 3 periods",
            ),
            ("5 out of 10 contributors evaluated to ALARM", "5 of 10 contributors in ALARM"),
        ] {
            assert_eq!(told(reason).as_deref(), Some(said), "{reason}");
        }
        for other in ["test", "", "Unchecked: Initial alarm creation"] {
            assert_eq!(told(other), None, "{other}");
        }
    }

    #[test]
    fn what_raised_a_composite_alarm_is_named() {
        let children =
            (0..5).map(|n| ["ALARM", "OK"][n % 2]).map(|state| ("arn:…:alarm:nas", state));
        let numbers =
            Numbers { reason: "", children: children.collect(), comparison: None, threshold: None };
        let said = numbers.told().map(|detail| detail.to_string());
        assert_eq!(said.as_deref(), Some("nas, nas, nas in ALARM"));
    }
}
