//! `/ping/KEY`: a heartbeat, as healthchecks.io's clients send it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;

use super::{Answer, HttpRequest, Inbox, Response, answer};
use crate::engine::Engine;
use crate::model::secret::Secret;
use crate::model::target::{Config, Heartbeat, Kind, Target};
use crate::signal::ping::{self, Action, Call, Foreign, PathError};
use crate::signal::{Ping, Signal};
use crate::store::Store;

impl Inbox {
    pub(super) async fn ping<S: Store>(&self, engine: &Engine<S>, request: &HttpRequest) -> Answer {
        if !ping::allows(&request.method) {
            return answer::method_not_allowed("GET, HEAD, POST, PUT").into();
        }
        match ping::parse(&request.path) {
            Ok(call) => {
                let kind = request.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                let body = ping::readable(kind, &request.body);
                self.called(engine, request, call, &body, answer::pinged()).await
            }
            Err(error) => refused(error).into(),
        }
    }

    /// The same from a sender that knows another service's form only; `None` if
    /// it is no such request.
    pub(super) async fn foreign_ping<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
    ) -> Option<Answer> {
        let bearer = answer::bearer(&request.headers);
        // Where the query says it, it counts; a form may say it in its body.
        let kind = request.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let query = [request.query.as_str(), &ping::form(kind, &request.body)].join("&");
        let read = ping::foreign(&request.path, &query, bearer)?;
        if !ping::allows(&request.method) {
            return Some(answer::method_not_allowed("GET, HEAD, POST, PUT").into());
        }
        Some(match read {
            Ok(Foreign { call, text }) => {
                self.called(engine, request, call, text.as_bytes(), answer::pushed()).await
            }
            Err(error) => refused(error).into(),
        })
    }

    /// Takes the ping of `call`, if its key is a heartbeat's.
    async fn called<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
        call: Call,
        body: &[u8],
        stored: Response,
    ) -> Answer {
        let (source, at) = (request.source, engine.clock().now());
        let Some((target, heartbeat)) = heartbeat(engine.config(), &call) else {
            return self.unknown_key(source, at).into();
        };
        self.limits().was_right(source, at);
        if !self.limits().ping(source, &target.name, call.action, at) {
            tracing::warn!(name = %target.name, ?source, "pinged too often: refused");
            self.note_refusal(at);
            return answer::too_many("this address pinged too often").into();
        }
        let expect = heartbeat.expect.clone();
        let ping = Ping::called(call, target.name.clone(), expect, body, at).from(source);
        keep(&ping);
        let event = Signal::Ping(ping).event(engine.vantage(), None);
        self.take(engine, event, stored).await
    }
}

impl Inbox {
    /// The answer to an unknown key; after many of them, that there were too many.
    pub(super) fn unknown_key(&self, source: Option<IpAddr>, at: DateTime<Utc>) -> Response {
        if self.limits().wrong_key(source, at) {
            return answer::error(404, "unknown_key", "no heartbeat has this key");
        }
        answer::too_many("this address pinged too often")
    }
}

/// Logs that a ping came, and all of its body if it is only for the log.
fn keep(ping: &Ping) {
    let (name, action) = (&ping.heartbeat, ping.action);
    match action {
        Action::Log => tracing::info!(%name, text = ping.text().text, "to be logged"),
        Action::Success | Action::Start | Action::Fail | Action::Exit(_) => {
            tracing::debug!(%name, ?action, "pinged");
        }
    }
}

fn refused(error: PathError) -> Response {
    let (status, code) = match error {
        PathError::NotFound => (404, "not_found"),
        PathError::ExitStatus => (400, "bad_exit_status"),
        PathError::NoOutcome => (400, "malformed"),
    };
    answer::error(status, code, &error.to_string())
}

/// The heartbeat with this key. All keys are compared, whichever fits. With the key of
/// all heartbeats, it is the one that the slug names.
fn heartbeat<'a>(config: &'a Config, call: &Call) -> Option<(&'a Target, &'a Heartbeat)> {
    let key = Secret::expose(&call.key);
    let is_for_all = config.ping_key.as_ref().is_some_and(|all| all.matches(key));
    let mut found = None;
    for target in &config.targets {
        let Kind::Heartbeat(heartbeat) = &target.kind else { continue };
        let is_own = heartbeat.key.matches(key);
        let is_meant = match &call.slug {
            None => is_own,
            Some(slug) => (is_for_all || is_own) && ping::is_slug_of(slug, &target.name),
        };
        if is_meant {
            found = Some((target, heartbeat.as_ref()));
        }
    }
    found
}
