//! `prober demo`: one outage, told once. A real server on loopback, the real
//! pipeline, a store in memory, and a clock that takes a minute a step.

mod server;

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;

use self::server::Server;
use super::draw::{BAD, BOLD, DIM, GOOD, WARN, paint};
use super::{Ended, Error, say, setup};
use crate::app;
use crate::clock::Clock;
use crate::config::{self, Sources};
use crate::engine::{Engine, TickRequest};
use crate::http_client;
use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::model::state::{State, Status, Streak};
use crate::notify::console::Console;
use crate::store::{MemoryStore, Store};

/// How long a minute of the story takes, so that one can read along.
const PACE: Duration = Duration::from_millis(800);

/// What happens to the server in each minute, and the heading over it.
const STORY: [(bool, Option<&str>); 12] = [
    (true, None),
    (true, None),
    (false, Some("one probe is lost")),
    (true, None),
    (true, None),
    (false, Some("the server falls over")),
    (false, None),
    (false, None),
    (false, None),
    (true, Some("the server is back")),
    (true, None),
    (true, None),
];

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Print the whole story at once, without the pauses to read along.
    #[arg(long)]
    fast: bool,
}

impl Demo {
    pub(super) async fn run(&self) -> Result<Ended, Error> {
        let mut server = Server::start().await?;
        let text = format!(
            "[[target]]\nname = \"photos\"\nurl = \"http://{}/\"\nattempts = 1\n",
            server.address()
        );
        let heard = Heard::default();
        let engine = engine(&text, &heard)?;
        say(&introduction(&text))?;
        let mut tally = Tally::default();
        for (works, heading) in STORY {
            if let Some(heading) = heading {
                say(&format!("\n       {}\n", paint(BOLD, heading)))?;
            }
            server.set(works).await?;
            self.pause().await;
            engine.tick(TickRequest::default(), |_, _| {}).await?;
            tally.count(works, &heard);
            say(&minute(&engine, heard.take()).await?)?;
            engine.clock().advance(TimeDelta::minutes(1));
        }
        say(&conclusion(&tally))
    }

    async fn pause(&self) {
        if !self.fast {
            tokio::time::sleep(PACE).await;
        }
    }
}

/// Probes and messages so far.
#[derive(Default)]
struct Tally {
    probes: u32,
    failed: u32,
    messages: u32,
}

impl Tally {
    fn count(&mut self, works: bool, heard: &Heard) {
        self.probes += 1;
        self.failed += u32::from(!works);
        self.messages += u32::from(!heard.is_empty());
    }
}

/// The engine of every tick, with the world replaced where a tour needs it.
fn engine(text: &str, heard: &Heard) -> Result<Engine<MemoryStore>, Error> {
    let clock = Clock::at(noon());
    let sources = Sources {
        env: &|_| None,
        read_file: &|_| Err(io::ErrorKind::NotFound.into()),
        now: clock.now(),
    };
    let mut config = config::parse(Path::new("probes.toml"), text, &sources)?;
    // A tour on loopback must not ask hosts on the internet.
    config.self_check.clear();
    let config = app::with_a_channel(config);
    let console = Console::new(heard.clone(), setup::colour(&io::stdout()));
    let (store, http) = (MemoryStore::new(), http_client::client()?);
    let engine = app::engine(config, store, &http, &console, clock)?;
    Ok(engine.at_vantage(Vantage("demo".into())))
}

/// Today's noon: an hour that reads well.
fn noon() -> DateTime<Utc> {
    let now = Clock::System.now();
    now.date_naive().and_hms_opt(12, 0, 0).map_or(now, |noon| noon.and_utc())
}

fn introduction(text: &str) -> String {
    let config: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    format!(
        "A small server runs on this machine, and prober watches it: a line is a minute.\n\
         This is all of its configuration:\n\n{}\n\n",
        paint(DIM, config.join("\n"))
    )
}

fn conclusion(tally: &Tally) -> String {
    let Tally { probes, failed, messages } = tally;
    format!(
        "\n{probes} probes, {failed} of them failed, and {messages} messages: one outage, told once.\n\
         Now put your own servers into probes.toml, and run `prober check`.\n"
    )
}

/// The line of one minute, and what the phone heard in it.
async fn minute(engine: &Engine<MemoryStore>, heard: String) -> Result<String, Error> {
    let records = engine.store().load().await?;
    let record = records.get(&TargetName::new("photos")).cloned().unwrap_or_default();
    let time = engine.clock().now().format("%H:%M");
    let quiet = if heard.is_empty() { "" } else { "  → your phone:" };
    let mut text = format!("{time}  {}{quiet}\n", judgement(&record.state));
    for line in heard.lines() {
        text += &format!("         ┃ {line}\n");
    }
    Ok(text)
}

fn judgement(state: &State) -> String {
    match (&state.status, &state.streak) {
        (Status::Down(_), Some(Streak::Failing { count, .. })) => {
            paint(BAD, format!("down, failed {count} times in a row"))
        }
        (_, Some(Streak::Failing { latest, .. })) => {
            paint(WARN, format!("failed once: {}", latest.detail))
        }
        _ => paint(GOOD, "up"),
    }
}

/// A phone: it keeps what it is told until somebody looks.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
