//! The inbox: an HTTP request becomes a signal, and an answer. What cannot be
//! probed calls here. `watch --listen` and the Lambda function share this
//! room; neither sockets nor events of AWS are known in it.
//!
//! A sender hears 2xx only once what it said is stored. What follows from it
//! is told after that, so that a slow channel keeps no sender waiting.

mod answer;
mod cors;
mod forwarded;
mod limits;
mod pages;
mod ping;
mod refusals;
mod report;
pub mod server;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{self, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use http::{HeaderMap, Method};
use tokio::sync::Mutex;

use self::limits::Limits;
use self::pages::View;
use self::refusals::Refusals;
use crate::core::step::Event;
use crate::engine::{Engine, Intake};
use crate::model::target::TrustedProxy;
use crate::signal::envelope::HttpRequest;
use crate::store::Store;

pub use answer::Response;

/// Bytes of a request's body that are taken.
pub const MAX_BODY: usize = 64 * 1024;

/// What an inbox remembers from one request to the next.
#[derive(Debug, Default)]
pub struct Inbox {
    /// One request stores at a time: two of one process would only make each
    /// other try again.
    storing: Mutex<()>,
    limits: sync::Mutex<Limits>,
    refusals: sync::Mutex<Refusals>,
    /// Whether everybody can reach it.
    is_public: bool,
    /// Whether the log says already that a proxy is not believed.
    said_overlooked: AtomicBool,
}

/// What a request comes to.
#[derive(Debug)]
pub struct Answer {
    /// For the sender.
    pub response: Response,
    /// To be given to [`Engine::tell_taken`] once the sender has its answer;
    /// before, where the process is frozen as soon as it has answered.
    pub taken: Option<Intake>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, taken: None }
    }
}

impl Inbox {
    /// One that everybody in the world can reach.
    #[must_use]
    pub fn public() -> Self {
        Self { is_public: true, ..Self::default() }
    }

    /// Answers `request`, of whose body more than [`MAX_BODY`] bytes need not
    /// be there; its `source` is whoever connected.
    pub async fn answer<S: Store>(&self, engine: &Engine<S>, mut request: HttpRequest) -> Answer {
        let trusted = &engine.config.trust_proxies;
        self.mention_overlooked(&request, trusted);
        request.source = forwarded::sender(request.source, &request.headers, trusted);
        let path = request.path.as_str();
        if path.starts_with("/ping/") {
            let mut answer = self.ping(engine, &request).await;
            cors::open(&mut answer.response);
            return answer;
        }
        let shows_page = engine.config.page.enabled.unwrap_or(!self.is_public);
        if let Some(view) = View::at(path).filter(|_| shows_page) {
            return self.show(engine, &request, &view).await.into();
        }
        match path {
            "/report" => self.report(engine, &request).await,
            "/healthz" if [Method::GET, Method::HEAD].contains(&request.method) => {
                healthz(engine).await.into()
            }
            "/healthz" => answer::method_not_allowed("GET, HEAD").into(),
            _ => answer::error(404, "not_found", "there is nothing at this path").into(),
        }
    }

    /// Says once that a proxy is not believed, which one would want to know.
    fn mention_overlooked(&self, request: &HttpRequest, trusted: &[TrustedProxy]) {
        if forwarded::is_overlooked(request.source, &request.headers, trusted)
            && !self.said_overlooked.swap(true, Ordering::Relaxed)
        {
            let proxy = request.source;
            tracing::warn!(
                ?proxy,
                "a proxy says who sends, and is not believed: all its senders share one limit; \
                 to believe it, write `trust_proxies = [\"private\"]` under `[inbox]`"
            );
        }
    }

    /// Whether a key was right before that came from who sends `headers` over
    /// the connection of `peer`.
    fn is_known(&self, peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> bool {
        self.limits().is_known(forwarded::sender(Some(peer), headers, trusted))
    }

    /// Counts what could not be heard.
    fn note_refusal(&self, now: DateTime<Utc>) {
        if let Some(count) = self.refusals().note(now) {
            tracing::warn!(count, "refused for want of room, or for its sender's limit");
        }
    }

    /// Says what the log did not say yet of what was refused.
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

    /// Stores `event`, if there is one; `stored` is what its sender is then told.
    async fn take<S: Store>(
        &self,
        engine: &Engine<S>,
        event: Option<Event>,
        stored: Response,
    ) -> Answer {
        let Some(event) = event else { return stored.into() };
        let storing = self.storing.lock().await;
        let taken = engine.take(vec![event]).await;
        drop(storing);
        match taken {
            Ok(taken) => {
                taken.log();
                Answer { response: stored, taken: Some(taken) }
            }
            Err(error) => {
                tracing::error!(%error, "what was said could not be stored; its sender is told so");
                answer::not_stored().into()
            }
        }
    }
}

async fn healthz<S: Store>(engine: &Engine<S>) -> Response {
    match engine.store.load().await {
        Ok(_) => answer::text("OK"),
        Err(error) => {
            tracing::error!(%error, "not healthy");
            answer::error(503, "store", "the store does not answer")
        }
    }
}
