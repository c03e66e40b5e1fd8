//! The inbox: an HTTP request becomes a signal, and an answer. What cannot be
//! probed calls here. `watch --listen` and the Lambda function share this
//! room; neither sockets nor events of AWS are known in it.
//!
//! A sender hears 2xx only once what it said is stored. What follows from it
//! is told after that, so that a slow channel keeps no sender waiting.

mod answer;
mod cors;
mod limits;
mod pages;
mod ping;
mod report;
mod request;
pub mod server;
mod sns;

use std::sync::{self, MutexGuard, PoisonError};

use http::Method;
use tokio::sync::Mutex;
use url::Url;

use self::limits::Limits;
use self::pages::View;
use crate::core::step::Event;
use crate::engine::{Engine, Intake};
use crate::signal::envelope::is_of_sns;
use crate::store::Store;

pub use answer::Response;
pub use request::HttpRequest;

/// Bytes of a request's body that are taken.
pub const MAX_BODY: usize = 64 * 1024;

/// What an inbox remembers from one request to the next.
#[derive(Debug)]
pub struct Inbox {
    /// One request stores at a time: two of one process would only make each
    /// other try again.
    storing: Mutex<()>,
    limits: sync::Mutex<Limits>,
    /// Whether everybody can reach it.
    is_public: bool,
    /// Which URLs are fetched to confirm a subscription.
    is_of_sns: fn(&Url) -> bool,
}

impl Default for Inbox {
    /// One that only those can reach whom its owner lets.
    fn default() -> Self {
        Self {
            storing: Mutex::default(),
            limits: sync::Mutex::default(),
            is_public: false,
            is_of_sns,
        }
    }
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

    /// One that takes other URLs than SNS's for those that confirm a subscription.
    #[must_use]
    pub fn confirming(is_of_sns: fn(&Url) -> bool) -> Self {
        Self { is_of_sns, ..Self::default() }
    }

    /// Answers `request`, of whose body more than [`MAX_BODY`] bytes need not
    /// be there.
    pub async fn answer<S: Store>(&self, engine: &Engine<S>, request: HttpRequest) -> Answer {
        let path = request.path.as_str();
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
            "/healthz" if [Method::GET, Method::HEAD].contains(&request.method) => {
                healthz(engine).await.into()
            }
            "/healthz" => answer::method_not_allowed("GET, HEAD").into(),
            _ => answer::error(404, "not_found", "there is nothing at this path").into(),
        }
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
        self.take_all(engine, event.into_iter().collect(), stored).await
    }

    /// The same of several.
    async fn take_all<S: Store>(
        &self,
        engine: &Engine<S>,
        events: Vec<Event>,
        stored: Response,
    ) -> Answer {
        if events.is_empty() {
            return stored.into();
        }
        let storing = self.storing.lock().await;
        let taken = engine.take(events).await;
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
    match engine.store().load().await {
        Ok(_) => answer::text("OK"),
        Err(error) => {
            tracing::error!(%error, "not healthy");
            answer::error(503, "store", "the store does not answer")
        }
    }
}
