//! What a tick costs: docs/dynamodb.md promises these numbers.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use chrono::TimeDelta;
use prober::clock::Clock;
use prober::engine::TickRequest;
use prober::model::record::Write;
use prober::store::{DynamoStore, Store, configure};

use crate::standin::{Table, reaching};
use crate::store::place::{Place, block_on, noon};
use crate::world::{Heard, config, engine, lived};

/// Adds up what DynamoDB says that it took.
#[derive(Debug, Clone, Default)]
struct Meter(Arc<Mutex<Units>>);

#[derive(Debug, Default, PartialEq)]
struct Units {
    requests: u32,
    read: f64,
    write: f64,
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let total = Some(ReturnConsumedCapacity::Total);
        if let Some(query) = context.input_mut().downcast_mut::<QueryInput>() {
            query.return_consumed_capacity = total;
        } else if let Some(update) = context.input_mut().downcast_mut::<UpdateItemInput>() {
            update.return_consumed_capacity = total;
        } else {
            panic!("a steady tick needs nothing else: {:?}", context.input());
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let output = context.output_or_error().unwrap().unwrap();
        let units = |capacity: &Option<ConsumedCapacity>| {
            capacity.as_ref().unwrap().capacity_units.unwrap()
        };
        let mut sum = self.0.lock().unwrap();
        sum.requests += 1;
        if let Some(query) = output.downcast_ref::<QueryOutput>() {
            sum.read += units(&query.consumed_capacity);
        } else if let Some(update) = output.downcast_ref::<UpdateItemOutput>() {
            sum.write += units(&update.consumed_capacity);
        }
        Ok(())
    }
}

/// What one tick takes, of targets that have lived for two days, all up.
fn steady_tick(targets: usize) -> Units {
    let table = Table::in_dynalite();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = config(targets, listener.local_addr().unwrap().port());
    let records = lived(&config, 2 * 24 * 60, noon());
    let creation = records
        .into_iter()
        .map(|(target, record)| Write::new(target, record.revision, record.state));
    let creation: Vec<_> = creation.collect();
    block_on(table.handle().commit(&creation)).unwrap();

    let meter = Meter::default();
    let client = configure(reaching(&table.endpoint)).unwrap().interceptor(meter.clone()).build();
    let store = DynamoStore::new(Client::from_conf(client), &table.name);
    let clock = Clock::at(noon() + TimeDelta::minutes(1));
    let heard = Heard::default();
    let summary =
        block_on(engine(config, store, &clock, &heard).tick(TickRequest::default(), |_, _| {}))
            .unwrap();
    assert_eq!((summary.probed, summary.inconclusive, summary.owed), (targets, 0, 0));
    assert_eq!(heard.headlines(), Vec::<String>::new());
    std::mem::take(&mut *meter.0.lock().unwrap())
}

/// Compares with the table in docs/dynamodb.md. The length of a writer's mark
/// differs from process to process, so the reads may be one unit less.
fn as_documented(targets: usize) {
    let took = steady_tick(targets);
    let row = |read: f64| format!("| {targets} | {} | {read} | {} |", took.requests, took.write);
    let documented = include_str!("../../docs/dynamodb.md");
    let rows = [row(took.read), row(took.read + 1.0)];
    assert!(rows.iter().any(|row| documented.contains(row)), "docs/dynamodb.md lacks {}", rows[0]);
}

#[test]
fn a_steady_tick_of_20_targets_takes_the_documented_units() {
    as_documented(20);
}

#[test]
fn a_steady_tick_of_100_targets_takes_the_documented_units() {
    as_documented(100);
}
