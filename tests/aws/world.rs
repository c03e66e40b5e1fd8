//! Whole ticks: an engine that probes the loopback and prints its messages.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use prober::clock::Clock;
use prober::config::{Sources, parse};
use prober::core::announce::{Context, deliver};
use prober::core::step::{of_observations, owed};
use prober::engine::{Engine, Site};
use prober::http_client;
use prober::model::measured::{Measured, Phases};
use prober::model::names::TargetName;
use prober::model::observation::{Observation, Outcome, Reason, Vantage};
use prober::model::off_limits::OffLimits;
use prober::model::record::{Record, Records, states};
use prober::model::target::{Channel, ChannelKind, Config, by_name};
use prober::notify::Notifier;
use prober::notify::console::Console;
use prober::probe::Prober;

use crate::store::place::{noon, slack};

/// What a channel heard.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    /// The headlines, in order.
    pub fn headlines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
    }
}

impl io::Write for Heard {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `count` targets at one port of the loopback, that tell "slack".
pub fn config(count: usize, port: u16) -> Config {
    let mut text =
        "[notify.slack]\ntype = \"slack\"\nwebhook_url = \"http://127.0.0.1/\"\n".to_owned();
    for n in 0..count {
        write!(text, "[[target]]\nname = \"target {n}\"\nurl = \"tcp://127.0.0.1:{port}\"\n")
            .unwrap();
    }
    let none = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &none, now: noon() };
    let mut config = parse("probes.toml".as_ref(), &text, &sources).unwrap();
    config.self_check.clear();
    config.channels = vec![Channel::new(slack(), ChannelKind::Console)];
    config
}

/// An engine whose "slack" is `heard`.
pub fn engine<S>(config: Config, store: S, clock: &Clock, heard: &Heard) -> Engine<S> {
    let http = http_client::client().unwrap();
    let console = Console::new(heard.clone(), false);
    let notifier = |channel| Notifier::new(channel, &http, &console);
    let endpoints = config.endpoints().map(|(target, endpoint)| (&target.name, endpoint));
    let prober = Prober::new(endpoints, OffLimits::default(), clock.clone()).unwrap();
    let notifiers = config.channels.iter().map(notifier).collect();
    let (vantage, clock) = (Vantage("eu-central-1".into()), clock.clone());
    Engine::new(Site { config, store, clock, vantage, http, recorder: None }, prober, notifiers)
}

/// The records of all targets of `config` after `minutes` of observations
/// that end before `until`, an outage among them that "slack" was told of.
pub fn lived(config: &Config, minutes: i64, until: DateTime<Utc>) -> Records {
    let targets = by_name(&config.targets);
    let mut records = Records::new();
    for minute in 0..minutes {
        let slot = until - TimeDelta::minutes(minutes - minute);
        let failed = (10..15).contains(&minute);
        let observations: Vec<_> =
            targets.keys().map(|name| observation(name, slot, failed)).collect();
        let context = Context::new(&targets, &[], slot);
        for write in of_observations(&context, &records, &observations).writes {
            records.insert(write.target, Record { state: write.state, ..Record::default() });
        }
        for (name, fact) in owed(&context, &states(&records), &slack()).facts {
            deliver(&mut records.get_mut(&name).unwrap().state, &slack(), &fact, slot);
        }
    }
    records
}

fn observation(target: &TargetName, slot: DateTime<Utc>, failed: bool) -> Observation {
    let outcome = if failed {
        Outcome::failure(Reason::Timeout, "home.example.com did not answer within 10 s")
    } else {
        Outcome::Success { warnings: Vec::new() }
    };
    let total = std::time::Duration::from_millis(123);
    let phase = Some(std::time::Duration::from_micros(12_345));
    let phases = Phases { dns: phase, connect: phase, tls: phase, first_byte: phase, total };
    let cert_expires_at = Some(slot + TimeDelta::days(60));
    let (latency, measured) = (Some(total), Some(Measured { phases, cert_expires_at }));
    let vantage = Vantage("eu-central-1".into());
    let votes = Vec::new();
    Observation { target: target.clone(), slot, vantage, outcome, latency, measured, votes }
}
