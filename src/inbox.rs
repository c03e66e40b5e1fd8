//! The inbox: an HTTP request becomes a signal, and an answer. What cannot be probed
//! calls here. `watch --listen` and the Lambda function share this room.
//!
//! A sender gets 2xx only once its message is stored. Channels are told after that, so
//! that a slow channel keeps no sender waiting.

mod answer;
mod cors;
mod forwarded;
mod limits;
mod metrics;
mod pages;
mod ping;
mod refusals;
mod report;
mod request;
pub mod server;
mod sns;
mod tally;
mod witness;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{self, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use http::{HeaderMap, Method};
use tokio::sync::Mutex;
use url::Url;

use self::limits::Limits;
use self::pages::{Memory, View};
use self::refusals::Refusals;
use self::tally::{Counted, Tally};
use crate::core::step::Event;
use crate::engine::{Engine, Intake};
use crate::model::target::TrustedProxy;
use crate::signal::envelope::is_of_sns;
use crate::store::Store;

pub use answer::Response;
pub use request::HttpRequest;

/// The most bytes of a request's body.
pub const MAX_BODY: usize = 64 * 1024;

/// What an inbox remembers from one request to the next.
#[derive(Debug)]
pub struct Inbox {
    /// One request stores at a time: two of one process would only conflict.
    storing: Mutex<()>,
    /// One question of another prober is answered at a time.
    testifying: Mutex<()>,
    limits: sync::Mutex<Limits>,
    refusals: sync::Mutex<Refusals>,
    memory: Mutex<Memory>,
    /// Whether the store answered when it was asked last.
    health: Mutex<Option<bool>>,
    tally: sync::Mutex<Tally>,
    /// Whether everybody can reach it.
    is_public: bool,
    /// Whether the log says already that a proxy is not believed.
    said_overlooked: AtomicBool,
    /// Which URLs are fetched to confirm a subscription.
    is_of_sns: fn(&Url) -> bool,
}

impl Default for Inbox {
    /// An inbox that only those can reach whom its owner lets.
    fn default() -> Self {
        Self {
            storing: Mutex::default(),
            testifying: Mutex::default(),
            limits: sync::Mutex::default(),
            refusals: sync::Mutex::default(),
            memory: Mutex::default(),
            health: Mutex::default(),
            tally: sync::Mutex::default(),
            is_public: false,
            said_overlooked: AtomicBool::default(),
            is_of_sns,
        }
    }
}

/// What a request comes to.
#[derive(Debug)]
pub struct Answer {
    /// For the sender.
    pub response: Response,
    /// Pass this to [`Engine::tell_taken`] once the sender has its answer, or
    /// before if the process is frozen after the answer.
    pub taken: Option<Intake>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, taken: None }
    }
}

impl Inbox {
    /// An inbox that everybody in the world can reach.
    #[must_use]
    pub fn public() -> Self {
        Self { is_public: true, ..Self::default() }
    }

    /// An inbox that confirms subscriptions at other URLs than SNS's.
    #[must_use]
    pub fn confirming(is_of_sns: fn(&Url) -> bool) -> Self {
        Self { is_of_sns, ..Self::default() }
    }

    /// Answers `request`. Its body may be cut after [`MAX_BODY`] bytes; its
    /// `source` is the address that connected.
    pub async fn answer<S: Store>(&self, engine: &Engine<S>, mut request: HttpRequest) -> Answer {
        let trusted = &engine.config().trust_proxies;
        self.mention_overlooked(&request, trusted);
        let peer = request.source;
        request.source = forwarded::sender(request.source, &request.headers, trusted);
        let path = request.path.as_str();
        if request.method == Method::OPTIONS && takes_pings(path) {
            return cors::preflight_ping().into();
        }
        if path.starts_with("/ping/") {
            let mut answer = self.ping(engine, &request).await;
            cors::open(&mut answer.response);
            return answer;
        }
        if let Some(mut answer) = self.foreign_ping(engine, &request).await {
            cors::open(&mut answer.response);
            return answer;
        }
        if let Some(key) = path.strip_prefix("/sns/") {
            return self.sns(engine, &request, key).await;
        }
        let shows_page = engine.config().page.enabled.unwrap_or(!self.is_public);
        if let Some(view) = View::at(path).filter(|_| shows_page) {
            return self.show(engine, &request, &view).await.into();
        }
        match path {
            "/report" => self.report(engine, &request).await,
            "/witness" => Box::pin(self.witness(engine, &request)).await.into(),
            "/metrics" => self.metrics(engine, &request, peer).await.into(),
            "/healthz" if [Method::GET, Method::HEAD].contains(&request.method) => {
                self.healthz(engine, request.source).await.into()
            }
            "/healthz" => answer::method_not_allowed("GET, HEAD").into(),
            _ => answer::error(404, "not_found", "there is nothing at this path").into(),
        }
    }

    /// Logs once that a proxy is not believed.
    fn mention_overlooked(&self, request: &HttpRequest, trusted: &[TrustedProxy]) {
        let Some(proxy) = request.source else { return };
        if forwarded::is_overlooked(proxy, &request.headers, trusted)
            && !self.said_overlooked.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                %proxy,
                "a proxy says who sends, and is not believed: all its senders share one limit; \
                 to believe it, write `trust_proxies = [\"private\"]` under `[inbox]`"
            );
        }
    }

    /// Whether the sender of `headers`, over the connection of `peer`, has sent a
    /// right key before.
    fn is_known(&self, peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> bool {
        self.limits().is_known(forwarded::sender(Some(peer), headers, trusted))
    }

    /// Counts a refused connection.
    fn note_refusal(&self, now: DateTime<Utc>) {
        if let Some(count) = self.refusals().note(now) {
            tracing::warn!(count, "refused for want of room, or for its sender's limit");
        }
    }

    /// Logs the refusals that were not logged yet.
    fn say_rest(&self) {
        if let Some(count) = self.refusals().rest() {
            tracing::warn!(count, "refused for want of room, or for its sender's limit");
        }
    }

    /// When something was refused last that may have been a ping.
    fn refused_at(&self) -> Option<DateTime<Utc>> {
        self.refusals().latest()
    }

    fn refusals(&self) -> MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        // Nothing panics halfway through a count.
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the store answers, by reading one record. If too many ask, they get the
    /// last result.
    async fn healthz<S: Store>(&self, engine: &Engine<S>, source: Option<IpAddr>) -> Response {
        let now = engine.clock().now();
        if !self.limits().check(source, now) {
            return answer::too_many("this address asks too often; come again in a minute");
        }
        let mut health = self.health.lock().await;
        let is_too_often = !self.limits().check_all(now);
        let answers = match *health {
            Some(answers) if is_too_often => answers,
            Some(_) | None => answers(engine).await,
        };
        *health = Some(answers);
        if answers {
            answer::text("OK")
        } else {
            answer::error(503, "store", "the store does not answer")
        }
    }

    /// Stores `event`, if there is one, and then answers with `stored`.
    async fn take<S: Store>(
        &self,
        engine: &Engine<S>,
        event: Option<Event>,
        stored: Response,
    ) -> Answer {
        self.take_all(engine, event.into_iter().collect(), stored).await
    }

    /// The same for several events.
    async fn take_all<S: Store>(
        &self,
        engine: &Engine<S>,
        events: Vec<Event>,
        stored: Response,
    ) -> Answer {
        if events.is_empty() {
            return stored.into();
        }
        let _storing = self.storing.lock().await;
        match self.store(engine, events).await {
            Some(taken) => Answer { response: stored, taken: Some(taken) },
            None => answer::not_stored().into(),
        }
    }

    /// The same for a report. If there are many of one error, it is counted, and stored
    /// with the next one.
    async fn take_report<S: Store>(
        &self,
        engine: &Engine<S>,
        event: Event,
        stored: Response,
    ) -> Answer {
        // A second report that comes meanwhile waits until this one is stored.
        let _storing = self.storing.lock().await;
        let counted = self.tally().count(event, engine.clock().now());
        match counted {
            Counted::Later => stored.into(),
            Counted::TooMany => {
                answer::too_many("this service reported too many different errors").into()
            }
            Counted::Write(events) => match self.store_counted(engine, events, 1).await {
                Some(taken) => Answer { response: stored, taken: Some(taken) },
                None => answer::not_stored().into(),
            },
        }
    }

    /// Stores the reports that are counted and not stored yet.
    async fn store_rest<S: Store>(&self, engine: &Engine<S>) -> Option<Intake> {
        let _storing = self.storing.lock().await;
        let events = self.tally().take();
        if events.is_empty() { None } else { self.store_counted(engine, events, 0).await }
    }

    /// Whether reports are counted that are not stored yet.
    fn is_counting(&self) -> bool {
        self.tally().is_owed()
    }

    /// Stores `events`; where that fails, all but the last `new` ones are counted still.
    async fn store_counted<S: Store>(
        &self,
        engine: &Engine<S>,
        mut events: Vec<Event>,
        new: usize,
    ) -> Option<Intake> {
        let taken = self.store(engine, events.clone()).await;
        if taken.is_some() {
            self.tally().written(&events);
        } else {
            events.truncate(events.len().saturating_sub(new));
            self.tally().failed(events);
        }
        taken
    }

    /// Stores `events`, and says in the log what became true, or why they could not be stored.
    async fn store<S: Store>(&self, engine: &Engine<S>, events: Vec<Event>) -> Option<Intake> {
        let taken = engine.take(events).await;
        taken
            .inspect(Intake::log)
            .inspect_err(|error| {
                tracing::error!(%error, "what was said could not be stored; its sender is told so");
            })
            .ok()
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether pings go to `path`.
fn takes_pings(path: &str) -> bool {
    ["/ping/", "/api/push/", "/api/v1/endpoints/"].iter().any(|start| path.starts_with(start))
}

/// Whether a record can be read.
async fn answers<S: Store>(engine: &Engine<S>) -> bool {
    let first = engine.config().targets.first().map(|target| target.name.clone());
    match engine.store().load_some(first.as_slice()).await {
        Ok(_) => true,
        Err(error) => {
            tracing::error!(%error, "not healthy");
            false
        }
    }
}
