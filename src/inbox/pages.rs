//! What people and programs read: the page, JSON, badges and the feed. Reading needs no
//! key; docs/inbox.md says how to restrict it.

mod memory;
mod rendered;

use chrono::TimeDelta;
use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method};
use percent_encoding::percent_decode_str;

use self::memory::Kept;
use super::HttpRequest;
use super::Inbox;
use super::answer::{self, Response};
use crate::engine::Engine;
use crate::metrics;
use crate::page::style_hash;
use crate::store::Store;

pub(super) use self::memory::Memory;

/// How long what was read is used: a page is at most this old.
const FRESH: TimeDelta = TimeDelta::seconds(30);

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum View {
    Page,
    Json,
    Feed,
    /// At a path of its own: it is not for everybody.
    Metrics,
    /// Of the target of that name.
    Badge(String),
}

impl View {
    /// What is at `path`, if it is one of these.
    pub(super) fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Page),
            "/status.json" => Some(Self::Json),
            "/feed.atom" => Some(Self::Feed),
            _ => {
                let name = path.strip_prefix("/badge/")?.strip_suffix(".svg")?;
                Some(Self::Badge(percent_decode_str(name).decode_utf8().ok()?.into_owned()))
            }
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Feed => "application/atom+xml; charset=utf-8",
            Self::Metrics => metrics::MEDIA_TYPE,
            Self::Badge(_) => "image/svg+xml; charset=utf-8",
        }
    }
}

impl Inbox {
    /// Answers `request`, which asks for `view`.
    pub(super) async fn show<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
        view: &View,
    ) -> Response {
        if ![Method::GET, Method::HEAD].contains(&request.method) {
            return answer::method_not_allowed("GET, HEAD");
        }
        let now = engine.clock().now();
        if !self.limits().look(request.source, now) {
            return answer::too_many("this address looks too often; come again in a minute");
        }
        let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
        let mut memory = self.memory.lock().await;
        let seen = memory.look(engine.config(), engine.store(), view, host, now).await;
        drop(memory);
        match seen {
            Ok(Kept { at, rendered: Some(rendered) }) => {
                dressed(view, rendered.answer(&request.headers, at, now))
            }
            Ok(Kept { rendered: None, .. }) => {
                answer::error(404, "unknown_target", "there is no target of this name")
            }
            Err(error) => {
                tracing::error!(%error, "no page: its state could not be read");
                answer::error(503, "store", "the store does not answer")
            }
        }
    }
}

/// Adds the headers that keep a browser from running or fetching anything because of a
/// name, and from showing this in another page.
fn dressed(view: &View, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(view.kind()));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let policy = format!(
        "default-src 'none'; style-src {}; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        style_hash()
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
