//! `/ping/KEY`: a heartbeat, as healthchecks.io's clients send it.

use super::{Answer, Inbox, answer};
use crate::secret::Secret;
use crate::signal::event::HttpRequest;
use crate::signal::ping::{self, Call, PathError};
use crate::signal::{Ping, Signal};
use crate::store::Store;
use crate::target::{Heartbeat, Kind, Target};
use crate::tick::Engine;

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
        let Some((target, heartbeat)) = heartbeat(&engine.config.targets, &call) else {
            return answer::error(404, "unknown_key", "no heartbeat has this key").into();
        };
        let expect = heartbeat.expect.clone();
        let at = engine.clock.now();
        let ping = Ping::called(call, target.name.clone(), expect, &request.body, at);
        tracing::debug!(name = %ping.heartbeat, action = ?ping.action, "pinged");
        self.take(engine, &Signal::Ping(ping), answer::text("OK")).await
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
