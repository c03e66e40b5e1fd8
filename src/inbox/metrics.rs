//! `GET /metrics`: the same as the status page, and more, as numbers for Prometheus. The page
//! may be for strangers; this is not.

use std::net::IpAddr;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, Method};

use super::pages::View;
use super::{HttpRequest, Inbox, Response, answer, forwarded};
use crate::engine::Engine;
use crate::store::Store;

impl Inbox {
    /// Answers a `request` for the metrics, which came over the connection of `peer`.
    pub(super) async fn metrics<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
        peer: Option<IpAddr>,
    ) -> Response {
        if ![Method::GET, Method::HEAD].contains(&request.method) {
            return answer::method_not_allowed("GET, HEAD");
        }
        let now = engine.clock().now();
        let may_try_key = self.limits().may_try_key(request.source, now);
        match &engine.config().metrics_key {
            Some(_) if !may_try_key => {
                return answer::too_many("this address tried too many keys");
            }
            Some(key) if key.matches(answer::bearer(&request.headers)) => {
                self.limits().was_right(request.source, now);
            }
            Some(_) if self.limits().wrong_key(request.source, now) => return wrong_key(),
            Some(_) => return answer::too_many("this address tried too many keys"),
            None if !self.is_public && is_here(peer, &request.headers) => {}
            None => {
                let what = "to read the metrics from another machine, set `metrics_key` \
                            under `[inbox]`";
                return answer::error(403, "no_key", what);
            }
        }
        self.show(engine, request, &View::Metrics).await
    }
}

/// Whether a request comes from this machine itself, and not through a proxy on it.
fn is_here(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    peer.is_some_and(|peer| peer.to_canonical().is_loopback()) && !forwarded::is_passed_on(headers)
}

fn wrong_key() -> Response {
    let what = "the metrics are read with `Authorization: Bearer KEY`, \
                where KEY is `metrics_key` under `[inbox]`";
    let mut response = answer::error(401, "wrong_key", what);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
