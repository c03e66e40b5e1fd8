//! `POST /witness`: another prober, which has the key, asks for a second opinion.

use std::time::Duration;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::{HttpRequest, Inbox, MAX_BODY, Response, answer};
use crate::engine::Engine;
use crate::engine::witness::{MAX_ASKED, WitnessQuestion};
use crate::store::Store;

/// How long who asks is taken to wait, if it does not say.
const USUAL_WAIT: Duration = Duration::from_secs(10);

/// The longest that who asks is believed to wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

impl Inbox {
    /// Answers `request`: probes what it asks about, at once.
    pub(super) async fn witness<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
    ) -> Response {
        match self.question(engine, request) {
            Ok(question) => {
                let until = Instant::now() + wait(&request.headers).min(LONGEST_WAIT);
                // One at a time: nobody can make it probe as often as he asks.
                let Ok(_turn) = timeout_at(until, self.testifying.lock()).await else {
                    return answer::too_many("others are asking: ask again later");
                };
                let left = until.saturating_duration_since(Instant::now());
                let told = engine.testify(&question, left).await;
                let body = serde_json::to_vec(&told).unwrap_or_default();
                answer::response(StatusCode::OK, "application/json", body)
            }
            Err(refusal) => *refusal,
        }
    }

    /// What is asked; or why that is not answered.
    fn question<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
    ) -> Result<WitnessQuestion, Box<Response>> {
        if request.method != Method::POST {
            return Err(answer::method_not_allowed("POST").into());
        }
        let (now, source) = (engine.clock().now(), request.source);
        let Some(key) = &engine.config().witness_key else {
            let what = "to be asked as a witness, set `witness_key` under `[inbox]`";
            return Err(answer::error(403, "no_key", what).into());
        };
        if !self.limits().may_try_key(source, now) {
            return Err(answer::too_many("this address tried too many keys").into());
        }
        if !key.matches(answer::bearer(&request.headers)) {
            return Err(if self.limits().wrong_key(source, now) {
                wrong_key().into()
            } else {
                answer::too_many("this address tried too many keys").into()
            });
        }
        self.limits().was_right(source, now);
        if !self.limits().question(source, now) {
            return Err(answer::too_many("this address asks too often").into());
        }
        if request.body.len() > MAX_BODY {
            let what = "a question has at most 64 KiB";
            return Err(answer::error(413, "too_large", what).into());
        }
        let question: WitnessQuestion = serde_json::from_slice(&request.body).map_err(|_| {
            let what = "expected {\"targets\": [{\"name\", \"digest\"}]}";
            answer::error(400, "malformed", what)
        })?;
        if question.targets.len() > MAX_ASKED {
            let what = format!("at most {MAX_ASKED} targets are asked about at once");
            return Err(answer::error(413, "too_many_targets", &what).into());
        }
        Ok(question)
    }
}

/// How long the other side waits: `Prefer: wait=8`
/// (<https://www.rfc-editor.org/rfc/rfc7240#section-4.3>).
fn wait(headers: &HeaderMap) -> Duration {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences = preferences.flat_map(|value| value.split(','));
    let seconds = preferences.find_map(|each| each.trim().strip_prefix("wait=")?.parse().ok());
    seconds.map_or(USUAL_WAIT, Duration::from_secs)
}

fn wrong_key() -> Response {
    let what = "a witness is asked with `Authorization: Bearer KEY`, \
                where KEY is `witness_key` under `[inbox]`";
    let mut response = answer::error(401, "wrong_key", what);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
