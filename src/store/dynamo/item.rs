//! What the table holds: keys, attributes, and the way from items to records.
//!
//! Conditions and people need attributes; what only prober reads is JSON in one of
//! them, as in every other store.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::NaiveDate;

use super::fault::Fault;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::{Records, Revision};
use crate::store::channel::ChannelRecord;
use crate::store::stored;

/// One item, or its key.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The partition key: what an item is.
pub(super) const KIND: &str = "kind";
/// The sort key: the name of what it is about.
pub(super) const NAME: &str = "name";

/// The kind of a target's record.
pub(super) const TARGET: &str = "target";
/// The kind of a target's finished days.
pub(super) const DAYS: &str = "days";
/// The kind of an outage that has moved away from its target's record.
pub(super) const OUTAGE: &str = "outage";
const CHANNEL: &str = "channel";
const LAST_GOOD_CONFIG: &str = "kept";

/// How often a record was written.
pub(super) const REVISION: &str = "revision";
/// Which write was the last: unique to it, see [`super::write`].
pub(super) const WRITER: &str = "writer";
/// What is remembered, in JSON.
pub(super) const STATE: &str = "state";
/// The last day that a target's record finished counting, see [`super::days`].
pub(super) const CLOSED_DAY: &str = "closed_day";
/// How many outages have moved away from a target's record, see [`super::outages`].
pub(super) const OUTAGES: &str = "outages";
/// The target of an outage: its name in the key has a number behind it.
pub(super) const TARGET_NAME: &str = "target";
/// Which of its target's outages an item is: the first one that moved is 0.
pub(super) const NUMBER: &str = "number";
/// When DynamoDB may delete an item, in seconds since 1970:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>.
pub(super) const EXPIRES: &str = "expires";

/// Where an item is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    kind: &'static str,
    name: &'a str,
}

impl<'a> Key<'a> {
    pub(super) fn target(target: &'a TargetName) -> Self {
        Self { kind: TARGET, name: target.as_str() }
    }

    pub(super) fn days(target: &'a TargetName) -> Self {
        Self { kind: DAYS, name: target.as_str() }
    }

    /// One of the places of [`super::outages`].
    pub(super) fn outage(place: &'a str) -> Self {
        Self { kind: OUTAGE, name: place }
    }

    pub(super) fn channel(channel: &'a ChannelName) -> Self {
        Self { kind: CHANNEL, name: channel.as_str() }
    }

    /// What [`Store::save_last_good_config`](crate::store::Store::save_last_good_config) keeps.
    pub(super) fn last_good_config() -> Self {
        Self { kind: LAST_GOOD_CONFIG, name: "config" }
    }

    pub(super) fn item(self) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        [(KIND.to_owned(), text(self.kind)), (NAME.to_owned(), text(self.name))].into()
    }
}

/// Enters the record of a target, or of a prober, into `records`.
pub(super) fn enter(records: &mut Records, item: &Item) -> Result<(), Fault> {
    let (revision, state) = revised(item)?;
    stored::enter(records, name(item), revision, state)
        .map_err(|error| Fault::unreadable(name(item), &error))
}

/// A channel's record.
pub(super) fn channel(item: &Item) -> Result<(Revision, ChannelRecord), Fault> {
    let (revision, state) = revised(item)?;
    Ok((revision, ChannelRecord::read(name(item), state)))
}

/// The revision of what `item` holds, and its JSON.
fn revised(item: &Item) -> Result<(Revision, &str), Fault> {
    let lacks = |what: &str| Fault::unreadable(name(item), &format_args!("it has no {what}"));
    let revision = revision(item).ok_or_else(|| lacks("revision"))?;
    let state = text(item, STATE).ok_or_else(|| lacks("state"))?;
    Ok((revision, state))
}

/// The name of what the item is about; keys are never missing.
pub(super) fn name(item: &Item) -> &str {
    text(item, NAME).unwrap_or_default()
}

pub(super) fn revision(item: &Item) -> Option<Revision> {
    number(item, REVISION).map(Revision)
}

pub(super) fn number(item: &Item, attribute: &str) -> Option<u64> {
    item.get(attribute)?.as_n().ok()?.parse().ok()
}

pub(super) fn text<'a>(item: &'a Item, attribute: &str) -> Option<&'a str> {
    item.get(attribute)?.as_s().ok().map(String::as_str)
}

pub(super) fn json(record: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(record).map_err(|error| Fault::not_json(&error))
}

/// A day in one word each: "2026-03-01 1439 1 52000". A table's every byte is
/// paid for, so the parts are not named.
pub(super) fn dated(day: &Day) -> String {
    format!("{} {}", day.date, counts(day))
}

/// A day without its date, where that is the attribute's name.
pub(super) fn counts(day: &Day) -> String {
    format!("{} {} {}", day.up, day.down, day.latency_ms)
}

/// What [`dated`] wrote.
pub(super) fn parse_dated(text: &str) -> Option<Day> {
    let (date, counts) = text.split_once(' ')?;
    parse_counts(date, counts)
}

/// What [`counts`] wrote, and the date beside it.
pub(super) fn parse_counts(date: &str, counts: &str) -> Option<Day> {
    let date: NaiveDate = date.parse().ok()?;
    let mut parts = counts.split(' ');
    let day = Day {
        date,
        up: parts.next()?.parse().ok()?,
        down: parts.next()?.parse().ok()?,
        latency_ms: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(day)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::model::names::TargetName;
    use crate::model::observation::Vantage;
    use crate::model::state::{ErrorsState, KindState};

    /// What a scan printed of the table of the version before.
    const BEFORE: &str = include_str!("../../../tests/store/items.json");

    fn item(attributes: &Value) -> Item {
        let attribute = |(name, typed): (&String, &Value)| {
            let text = |kind: &str| typed.get(kind)?.as_str().map(str::to_owned);
            let value = text("S").map(AttributeValue::S);
            (name.clone(), value.or_else(|| text("N").map(AttributeValue::N)).unwrap())
        };
        attributes.as_object().unwrap().iter().map(attribute).collect()
    }

    #[test]
    fn a_table_of_the_version_before_is_read() {
        let scan: Value = serde_json::from_str(BEFORE).unwrap();
        let mut records = Records::new();
        for attributes in scan["Items"].as_array().unwrap() {
            enter(&mut records, &item(attributes)).unwrap();
        }
        let state = |name| &records[&TargetName::new(name)].state;
        assert!(state("photos").incident().is_some());
        assert_eq!(state("photos").by_kind.endpoint().unseen_s, 660);
        assert!(state("backup").by_kind.beat().unwrap().started.is_some());
        let KindState::Errors(ErrorsState { audience, requested_probe, .. }) =
            &state("reports:map").by_kind
        else {
            panic!("not an error stream: {:?}", state("reports:map"));
        };
        assert!(audience.is_some() && requested_probe.is_some());
        assert!(state("alarm:nas-cpu-high").incident().is_some());
        assert_eq!(records.probers[&Vantage("eu-central-1".into())].state.times, 2);
        assert_eq!(records.len(), 4);
    }
}
