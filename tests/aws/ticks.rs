//! Whole ticks through faults: an outage is told once.

use std::net::TcpListener;

use chrono::TimeDelta;
use prober::clock::Clock;
use prober::engine::TickRequest;

use crate::faults::{at_random, behind};
use crate::proxy::{Fate, Proxy};
use crate::standin::Table;
use crate::store::place::{block_on, noon};
use crate::world::{Heard, config, engine};

/// Twelve ticks a minute apart, the target down from the fourth to the eighth.
async fn outage(table: &Table, proxy: &Proxy) -> Vec<String> {
    let clock = Clock::at(noon());
    let heard = Heard::default();
    let mut listener = Some(TcpListener::bind("127.0.0.1:0").unwrap());
    let address = listener.as_ref().unwrap().local_addr().unwrap();
    let engine = engine(config(1, address.port()), behind(proxy, table), &clock, &heard);
    for minute in 0..12 {
        match minute {
            3 => listener = None,
            8 => listener = Some(TcpListener::bind(address).unwrap()),
            _ => {}
        }
        // A tick that fails is followed by another, or the outage might be
        // over before two of them saw it.
        for _ in 0..100 {
            if engine.tick(TickRequest::default(), |_, _| {}).await.is_ok() {
                break;
            }
            clock.advance(TimeDelta::milliseconds(100));
        }
        clock.advance(TimeDelta::minutes(1));
    }
    drop(listener);
    heard.headlines()
}

#[test]
fn an_outage_is_told_once_through_faults() {
    for seed in 10..13 {
        let table = Table::in_ministack();
        let proxy = Proxy::start(&table.endpoint, at_random(seed, 7));
        let heard = block_on(outage(&table, &proxy));
        let [down, recovered] = &heard[..] else { panic!("{seed}: {heard:?}") };
        assert!(down.contains("target 0 is down"), "{down}");
        assert!(recovered.contains("target 0 recovered"), "{recovered}");
    }
}

#[test]
fn a_tick_that_cannot_read_the_store_announces_nothing() {
    let table = Table::in_ministack();
    let proxy = Proxy::start(&table.endpoint, |_| Fate::Reset);
    let clock = Clock::at(noon());
    let heard = Heard::default();
    let engine = engine(config(1, 1), behind(&proxy, &table), &clock, &heard);
    let failed = block_on(engine.tick(TickRequest::default(), |_, _| {})).unwrap_err().to_string();
    assert!(failed.starts_with("failed to read the state in DynamoDB table"), "{failed}");
    assert!(failed.contains("it cannot be reached"), "{failed}");
    assert_eq!(heard.headlines(), Vec::<String>::new());
}
