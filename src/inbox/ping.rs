//! `/ping/KEY`: a heartbeat, as healthchecks.io's clients send it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::{Answer, Inbox, Response, answer};
use crate::engine::Engine;
use crate::model::secret::Secret;
use crate::model::target::{Heartbeat, Kind, Target};
use crate::signal::envelope::HttpRequest;
use crate::signal::ping::{self, Action, Call, PathError};
use crate::signal::{Ping, Signal};
use crate::store::Store;

impl Inbox {
    pub(super) async fn ping<S: Store>(&self, engine: &Engine<S>, request: &HttpRequest) -> Answer {
        if !ping::allows(&request.method) {
            return answer::method_not_allowed("GET, HEAD, POST").into();
        }
        let call = match ping::parse(&request.path) {
            Ok(call) => call,
            Err(error @ PathError::NotFound) => {
                return answer::error(404, "not_found", &error.to_string()).into();
            }
            Err(error @ PathError::ExitStatus) => {
                return answer::error(400, "bad_exit_status", &error.to_string()).into();
            }
        };
        let (source, at) = (request.source, engine.clock.now());
        let Some((target, heartbeat)) = heartbeat(&engine.config.targets, &call) else {
            return self.unknown_key(source, at).into();
        };
        if !self.limits().ping(source, &target.name, call.action, at) {
            tracing::warn!(name = %target.name, ?source, "pinged too often: refused");
            return answer::too_many("this address pinged too often").into();
        }
        let expect = heartbeat.expect.clone();
        let ping = Ping::called(call, target.name.clone(), expect, &request.body, at);
        keep(&ping);
        let event = Signal::Ping(ping).event(&engine.vantage, None);
        self.take(engine, event, answer::pinged()).await
    }
}

impl Inbox {
    /// The answer to a key that nobody has; to many of them, that there were many.
    fn unknown_key(&self, source: Option<IpAddr>, at: DateTime<Utc>) -> Response {
        if self.limits().wrong_key(source, at) {
            return answer::error(404, "unknown_key", "no heartbeat has this key");
        }
        answer::too_many("this address pinged too often")
    }
}

/// Keeps in the log that it came, and all of one that is for nothing else.
fn keep(ping: &Ping) {
    let (name, action) = (&ping.heartbeat, ping.action);
    match action {
        Action::Log => tracing::info!(%name, text = ping.text().text, "to be logged"),
        Action::Success | Action::Start | Action::Fail | Action::Exit(_) => {
            tracing::debug!(%name, ?action, "pinged");
        }
    }
}

/// Whose key it is. All keys are compared, whichever it is.
fn heartbeat<'a>(targets: &'a [Target], call: &Call) -> Option<(&'a Target, &'a Heartbeat)> {
    let mut found = None;
    for target in targets {
        if let Kind::Heartbeat(heartbeat) = &target.kind
            && heartbeat.key.matches(Secret::expose(&call.key))
        {
            found = Some((target, heartbeat.as_ref()));
        }
    }
    found
}
