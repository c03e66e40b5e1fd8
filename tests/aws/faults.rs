//! Whatever happens between prober and DynamoDB, nothing is lost or done twice.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use prober::model::channel_state::ChannelState;
use prober::model::names::ChannelName;
use prober::model::record::Committed;
use prober::model::state::{Announced, State};
use prober::store::{DynamoStore, Holder, Lease, Store, StoreError, configure};
use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::proxy::{FAULTS, Fate, Proxy};
use crate::standin::{Table, reaching};
use crate::store::place::{Place, after, block_on, counted, noon, slack, stored, target, write};

/// Attempts at one request, here: enough to see a retry, and its end.
const ATTEMPTS: u32 = 3;

/// Time for an attempt: a stand-in on a busy machine answers sooner.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(400);

/// A store behind `proxy`, that is less patient than the real one.
pub fn behind(proxy: &Proxy, table: &Table) -> DynamoStore {
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(1));
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT);
    let config = configure(reaching(&proxy.endpoint)).unwrap();
    let config = config.retry_config(retries).timeout_config(timeouts.build());
    DynamoStore::new(Client::from_conf(config.build()), &table.name)
}

/// Fates at random: `healthy` of ten requests pass.
pub fn at_random(seed: u8, healthy: u32) -> impl FnMut(&str) -> Fate + Send {
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    move |_| {
        if random.random_ratio(healthy, 10) {
            return Fate::Passes;
        }
        FAULTS[random.random_range(0..FAULTS.len())]
    }
}

/// What becomes of creating a record while `script` happens to the writes.
fn create(script: &[Fate]) -> (Result<Vec<Committed>, StoreError>, Table) {
    let table = Table::in_ministack();
    let proxy = Proxy::scripted(&table.endpoint, "UpdateItem", script);
    let store = behind(&proxy, &table);
    (block_on(store.commit(&[write("nas", 0, counted(1))])), table)
}

fn revision(table: &Table) -> u64 {
    let records = block_on(table.handle().load()).unwrap();
    records.get(&target("nas")).map_or(0, |record| record.revision.0)
}

#[test]
fn a_write_is_tried_again_and_done_once() {
    for fault in FAULTS {
        let (outcome, table) = create(&[fault]);
        assert_eq!(outcome.unwrap(), [stored(1)], "{fault:?}");
        assert_eq!(revision(&table), 1, "{fault:?}");
    }
}

#[test]
fn a_write_whose_every_answer_is_lost_is_read_back() {
    for fault in [Fate::AnswerReset, Fate::AnswerSwallowed] {
        let (outcome, table) = create(&[fault; ATTEMPTS as usize]);
        assert_eq!(outcome.unwrap(), [stored(1)], "{fault:?}");
        assert_eq!(revision(&table), 1, "{fault:?}");
    }
}

#[test]
fn a_write_that_never_arrives_is_an_error() {
    for fault in [Fate::Fails, Fate::Refused("ThrottlingException"), Fate::Reset, Fate::Swallowed] {
        let (outcome, table) = create(&[fault; ATTEMPTS as usize]);
        outcome.unwrap_err();
        assert_eq!(revision(&table), 0, "{fault:?}");
    }
}

#[test]
fn a_lost_answer_is_told_from_a_lost_race() {
    for script in [vec![], vec![Fate::Fails], vec![Fate::Swallowed, Fate::Reset]] {
        let table = Table::in_ministack();
        let proxy = Proxy::scripted(&table.endpoint, "UpdateItem", &script);
        let won = table.handle();
        block_on(won.commit(&[write("nas", 0, counted(7))])).unwrap();
        let late = block_on(behind(&proxy, &table).commit(&[write("nas", 0, counted(1))]));
        assert_eq!(late.unwrap(), [Committed::Conflict], "{script:?}");
    }
}

/// A store whose first write is lost as `fate` says; before it tries again,
/// another process writes the record of "nas" at each of `revisions`.
fn overtaken(fate: Fate, revisions: &'static [u64]) -> Result<Vec<Committed>, StoreError> {
    let table = Table::in_ministack();
    let other = table.handle();
    let mut first = Some(fate);
    let mut writes = 0;
    let proxy = Proxy::start(&table.endpoint, move |operation| {
        writes += u32::from(operation == "UpdateItem");
        if writes == 2 {
            let write_all = || revisions.iter().for_each(|at| block_on(one(&other, *at)));
            thread::scope(|scope| scope.spawn(write_all).join().unwrap());
        }
        (operation == "UpdateItem").then(|| first.take()).flatten().unwrap_or(Fate::Passes)
    });
    block_on(behind(&proxy, &table).commit(&[write("nas", 0, counted(1))]))
}

async fn one(store: &DynamoStore, expected: u64) {
    let theirs = store.commit(&[write("nas", expected, counted(7))]).await.unwrap();
    assert_eq!(theirs, [stored(expected + 1)]);
}

#[test]
fn a_write_that_was_overtaken_is_never_guessed_at() {
    assert_eq!(overtaken(Fate::Reset, &[0]).unwrap(), [Committed::Conflict]);
    let unknown = overtaken(Fate::AnswerReset, &[1]).unwrap_err().to_string();
    assert!(unknown.contains("whether it was written is not known"), "{unknown}");
    let unknown = overtaken(Fate::Reset, &[0, 1]).unwrap_err().to_string();
    assert!(unknown.contains("whether it was written is not known"), "{unknown}");
}

/// What one writer was told of the words that it added.
#[derive(Default)]
struct Account {
    stored: BTreeSet<ChannelName>,
    conflicts: BTreeSet<ChannelName>,
    unknown: BTreeSet<ChannelName>,
}

/// Adds `goal` words to the record of "nas", each a new one until it is stored.
async fn add_words(store: &DynamoStore, writer: &str, goal: usize) -> Account {
    let mut account = Account::default();
    for n in 0.. {
        if account.stored.len() == goal {
            break;
        }
        let Ok(mut records) = store.load().await else { continue };
        let record = records.remove(&target("nas")).unwrap_or_default();
        let word = ChannelName::new(format!("{writer}-{n}"));
        let mut state: State = *record.state;
        state.told.insert(word.clone(), Announced::default());
        match store.commit(&[write("nas", record.revision.0, state)]).await.as_deref() {
            Ok([Committed::Stored(_)]) => account.stored.insert(word),
            Ok(_) => account.conflicts.insert(word),
            Err(_) => account.unknown.insert(word),
        };
    }
    account
}

fn words_are_what_was_said(table: &Table, seed: u8) {
    let proxy = Proxy::start(&table.endpoint, at_random(seed, 6));
    let accounts: Vec<Account> = thread::scope(|scope| {
        let writer = |name| block_on(add_words(&behind(&proxy, table), name, 8));
        let writers = ["a", "b", "c"].map(|name| scope.spawn(move || writer(name)));
        writers.map(|writer| writer.join().unwrap()).into()
    });
    let record = block_on(table.handle().load()).unwrap().remove(&target("nas")).unwrap();
    let words: BTreeSet<ChannelName> = record.state.told.into_keys().collect();
    assert_eq!(record.revision.0, words.len() as u64, "each write is one word");
    let mut explained = BTreeSet::new();
    for account in accounts {
        assert!(account.stored.is_subset(&words), "lost");
        assert!(account.conflicts.is_disjoint(&words), "done, and said not to be");
        explained.extend(account.stored.into_iter().chain(account.unknown));
    }
    assert!(words.is_subset(&explained), "done twice");
}

#[test]
fn no_write_is_lost_or_done_twice_through_faults() {
    words_are_what_was_said(&Table::in_ministack(), 1);
    words_are_what_was_said(&Table::in_dynalite(), 2);
}

/// Takes the lease and gives it back, as often as it can be had; how often.
async fn hold(store: &DynamoStore, channel: &ChannelName, inside: &AtomicU32) -> u32 {
    let mut held = 0;
    for _ in 0..4 {
        let holder = Holder::new();
        let lease = store.lease(channel, &holder, noon(), after(60)).await;
        if let Ok(Lease::Held(_)) = lease {
            held += 1;
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold it");
            inside.fetch_sub(1, Ordering::SeqCst);
        }
        // After an error it may be ours all the same; giving it back is right
        // in any case, and one that is not given back expires.
        drop(store.release(channel, &holder, &ChannelState::default()).await);
    }
    held
}

#[test]
fn no_two_hold_a_lease_through_faults() {
    let table = Table::in_ministack();
    let proxy = Proxy::start(&table.endpoint, at_random(3, 7));
    let (proxy, table) = (&proxy, &table);
    let mut held = 0;
    for round in 0..4 {
        let channel = &ChannelName::new(format!("channel {round}"));
        let inside = &AtomicU32::new(0);
        thread::scope(|scope| {
            let holder = || block_on(hold(&behind(proxy, table), channel, inside));
            let holders = [scope.spawn(holder), scope.spawn(holder), scope.spawn(holder)];
            held += holders.map(|holder| holder.join().unwrap()).iter().sum::<u32>();
        });
    }
    assert!(held >= 4, "{held}");
}

#[test]
fn a_lease_whose_every_answer_is_lost_is_held_all_the_same() {
    let table = Table::in_ministack();
    let lost = [Fate::AnswerReset; ATTEMPTS as usize];
    let proxy = Proxy::scripted(&table.endpoint, "UpdateItem", &lost);
    let take = |store: DynamoStore| {
        block_on(async { store.lease(&slack(), &Holder::new(), noon(), after(60)).await })
    };
    assert_eq!(take(behind(&proxy, &table)).unwrap(), Lease::Held(ChannelState::default()));
    assert_eq!(take(table.handle()).unwrap(), Lease::Taken { until: after(60) });
}
