//! An inbox without a socket, on a clock that the test moves.

use std::path::Path;
use std::rc::Rc;

use chrono::TimeDelta;
use http::{HeaderMap, Method};
use prober::app;
use prober::clock::Clock;
use prober::config::{self, Sources};
use prober::engine::{Budget, Engine, Intake, Summary, TickRequest};
use prober::http_client;
use prober::inbox::HttpRequest;
use prober::inbox::Inbox;
use prober::model::names::TargetName;
use prober::model::state::State;
use prober::notify::console::Console;
use prober::store::{MemoryStore, Store};

use super::listening::Answer;
use crate::home::{Nas, Slack};
use crate::world::minute;

/// A prober with two channels, `home` and `work`, and its inbox.
pub(super) struct Desk {
    pub(super) engine: Rc<Engine<MemoryStore>>,
    pub(super) home: Slack,
    pub(super) work: Slack,
    inbox: Inbox,
    /// What shows that the network works.
    #[expect(dead_code, reason = "it answers as long as the desk is there")]
    internet: Nas,
}

impl Desk {
    /// With `config` beside the channels.
    pub(super) async fn with(config: &str) -> Self {
        Self::over(MemoryStore::new(), Clock::at(minute(0)), config).await
    }

    /// With `config` beside the channels, which are told in `language`.
    pub(super) async fn speaking(language: &str, config: &str) -> Self {
        Self::made(MemoryStore::new(), Clock::at(minute(0)), language, config).await
    }

    async fn over(store: MemoryStore, clock: Clock, config: &str) -> Self {
        Self::made(store, clock, "en", config).await
    }

    async fn made(store: MemoryStore, clock: Clock, language: &str, config: &str) -> Self {
        let (home, work) = (Slack::start().await, Slack::start().await);
        let channel =
            |name, url| format!("[notify.{name}]\ntype = 'slack'\nwebhook_url = '{url}'\n");
        let internet = Nas::start();
        let sight = format!("\n[self_check]\nurls = '{}'\n", internet.http());
        let channels = [channel("home", home.url()), channel("work", work.url())].concat();
        let language = format!("language = '{language}'\n");
        let text = [&language, &channels, config, &sight].concat();
        let engine = Rc::new(engine(&text, store, clock));
        Self { engine, home, work, inbox: Inbox::default(), internet }
    }

    /// With an inbox that takes every URL for one of SNS.
    pub(super) async fn trusting(config: &str) -> Self {
        Self { inbox: Inbox::confirming(|_| true), ..Self::with(config).await }
    }

    /// The same, restarted with another `config`; what is stored stays.
    pub(super) async fn restarted(self, config: &str) -> Self {
        let clock = self.engine.clock().clone();
        self.restarted_at(clock, config).await
    }

    /// The same, by another clock.
    pub(super) async fn restarted_at(self, clock: Clock, config: &str) -> Self {
        Self::over(self.engine.store().clone(), clock, config).await
    }

    /// What a sender at 192.0.2.1 hears; and nobody is told of it yet.
    pub(super) async fn hand_in(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> (Answer, Option<Intake>) {
        self.hand_in_from("192.0.2.1", method, path, body).await
    }

    pub(super) async fn hand_in_from(
        &self,
        source: &str,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> (Answer, Option<Intake>) {
        self.send(source, method, path, HeaderMap::new(), body).await
    }

    /// The same with a query in `path`, and with `headers`.
    pub(super) async fn send(
        &self,
        source: &str,
        method: &str,
        path: &str,
        headers: HeaderMap,
        body: &[u8],
    ) -> (Answer, Option<Intake>) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = HttpRequest {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: body.to_vec(),
            source: Some(source.parse().unwrap()),
        };
        let answer = self.inbox.answer(&self.engine, request).await;
        let body = String::from_utf8(answer.response.body().clone()).unwrap();
        let head = format!("{:?}", answer.response.headers());
        let status = answer.response.status().as_u16();
        (Answer { status, head, body }, answer.taken)
    }

    /// The same, with all that follows from it told.
    pub(super) async fn post(&self, path: &str, body: &str) -> Answer {
        let (answer, taken) = self.hand_in("POST", path, body.as_bytes()).await;
        if let Some(taken) = taken {
            self.engine.tell_taken(taken, Budget::UNLIMITED).await;
        }
        answer
    }

    pub(super) async fn tick(&self) -> Summary {
        self.engine.tick(TickRequest::default(), |_, _| {}).await.unwrap()
    }

    pub(super) fn pass(&self, time: TimeDelta) {
        self.engine.clock().advance(time);
    }

    pub(super) async fn state(&self, target: &str) -> Option<State> {
        let mut records = self.engine.store().load().await.unwrap();
        records.remove(&TargetName::new(target)).map(|record| *record.state)
    }
}

fn engine(text: &str, store: MemoryStore, clock: Clock) -> Engine<MemoryStore> {
    let missing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &missing, now: clock.now() };
    let config = config::parse(Path::new("probes.toml"), text, &sources);
    let config = config.unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)));
    let console = Console::new(std::io::sink(), false);
    let http = http_client::client().unwrap();
    app::engine(config, store, &http, &console, clock).unwrap()
}
