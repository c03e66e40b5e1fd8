//! The conditional write, and what its answer means.
//!
//! An answer may be lost after the write was done. The SDK then sends the write again,
//! which fails because the first one succeeded: the condition no longer holds. So each
//! write leaves its own mark, and after a failure the mark in the table decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

use super::fault::Fault;
use super::item::{self, CLOSED_DAY, Item, Key, OUTAGES, REVISION, STATE, WRITER};
use super::table::Table;
use crate::model::record::Revision;
use crate::store::Holder;

/// What a record is to become, if its revision is still the expected one.
pub(super) struct ConditionalWrite<'a> {
    pub(super) key: Key<'a>,
    /// 0 creates it.
    pub(super) expected: Revision,
    pub(super) state: String,
    /// `None` leaves the one that is there.
    pub(super) closed_day: Option<String>,
    /// How many outages have moved away from the record; `None` leaves what is there.
    pub(super) outages: Option<u64>,
}

/// What became of a [`ConditionalWrite`].
#[derive(Debug, PartialEq)]
pub(super) enum Written {
    /// It is stored, under this revision.
    Ours(Revision),
    /// Somebody else was first, and ours was never stored; this is there now.
    Theirs(Option<Item>),
    /// Others have written since, perhaps over ours: nobody can tell.
    Unknown(Item),
}

/// Writes `write` if the revision is the expected one.
pub(super) async fn conditionally(
    table: &Table,
    write: &ConditionalWrite<'_>,
) -> Result<Written, Fault> {
    let mark = Holder::new().0;
    let sent = Sent::default();
    let update = request(table.update(write.key), write, &mark);
    let Err(error) = update.customize().interceptor(sent.clone()).send().await else {
        return Ok(Written::Ours(write.next()));
    };
    if let Some(UpdateItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
    {
        // `None` if it was deleted, and with other makers' DynamoDB, which do not
        // send it: ScyllaDB, stand-ins.
        let found = match failed.item.clone() {
            Some(item) => Some(item),
            None => table.read(write.key).await?,
        };
        return Ok(write.outcome(found, &mark, sent.once()));
    }
    // Any of the attempts may have arrived, whatever became of the last one.
    match table.read(write.key).await {
        Ok(found) if !write.may_still_happen(found.as_ref()) => {
            Ok(write.outcome(found, &mark, false))
        }
        Ok(_) | Err(_) => Err(error.into()),
    }
}

fn request(
    update: UpdateItemFluentBuilder,
    write: &ConditionalWrite<'_>,
    mark: &str,
) -> UpdateItemFluentBuilder {
    let mut set = "SET #revision = :next, #writer = :writer, #state = :state".to_owned();
    let mut update = update
        .expression_attribute_names("#revision", REVISION)
        .expression_attribute_names("#writer", WRITER)
        .expression_attribute_names("#state", STATE)
        .expression_attribute_values(":next", AttributeValue::N(write.next().0.to_string()))
        .expression_attribute_values(":writer", AttributeValue::S(mark.to_owned()))
        .expression_attribute_values(":state", AttributeValue::S(write.state.clone()))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    if let Some(day) = &write.closed_day {
        set.push_str(", #closed_day = :closed_day");
        update = update
            .expression_attribute_names("#closed_day", CLOSED_DAY)
            .expression_attribute_values(":closed_day", AttributeValue::S(day.clone()));
    }
    if let Some(outages) = write.outages {
        set.push_str(", #outages = :outages");
        update = update
            .expression_attribute_names("#outages", OUTAGES)
            .expression_attribute_values(":outages", AttributeValue::N(outages.to_string()));
    }
    if write.expected == Revision(0) {
        update = update.condition_expression("attribute_not_exists(#revision)");
    } else {
        let expected = AttributeValue::N(write.expected.0.to_string());
        update = update
            .condition_expression("#revision = :expected")
            .expression_attribute_values(":expected", expected);
    }
    update.update_expression(set)
}

impl ConditionalWrite<'_> {
    /// The revision that it makes.
    fn next(&self) -> Revision {
        Revision(self.expected.0.saturating_add(1))
    }

    /// Whether the record is as it was read: a request that is still under
    /// way somewhere could yet succeed.
    fn may_still_happen(&self, found: Option<&Item>) -> bool {
        let present = found.and_then(item::revision).unwrap_or_default();
        present == self.expected
    }

    /// What a record that is not as it was read says of this write. `refused`
    /// means that all that was ever sent of it is known to have failed.
    fn outcome(&self, found: Option<Item>, mark: &str, refused: bool) -> Written {
        let Some(item) = found else {
            // Forgotten: whether before or after, nothing of ours remains.
            return Written::Theirs(None);
        };
        if item::text(&item, WRITER) == Some(mark) {
            return Written::Ours(self.next());
        }
        // Each revision has one writer, so ours was never stored if another write
        // made this revision. A smaller one is from a record that was made anew.
        let made_by_them = item::revision(&item).is_none_or(|found| found <= self.next());
        if refused || made_by_them { Written::Theirs(Some(item)) } else { Written::Unknown(item) }
    }
}

/// Counts how often the SDK sends a request.
#[derive(Debug, Clone, Default)]
struct Sent(Arc<AtomicU32>);

impl Sent {
    fn once(&self) -> bool {
        self.0.load(Ordering::Relaxed) <= 1
    }
}

impl Intercept for Sent {
    fn name(&self) -> &'static str {
        "Sent"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
