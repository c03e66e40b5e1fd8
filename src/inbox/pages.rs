//! What people and programs look at: the page, JSON, badges and the feed.
//! Reading needs no key; docs/inbox.md says how to keep it to oneself.

use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::HttpRequest;
use super::Inbox;
use super::answer::{self, Response};
use crate::engine::Engine;
use crate::model::target::Target;
use crate::page::{Page, style_hash};
use crate::store::Store;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum View {
    Page,
    Json,
    Feed,
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
        let memory = match crate::store::remembered(engine.store(), now).await {
            Ok(memory) => memory,
            Err(error) => {
                tracing::error!(%error, "no page: its state could not be read");
                return answer::error(503, "store", "the store does not answer");
            }
        };
        let names = memory.records.names().filter(|_| engine.config().page.discovered);
        let discovered: Vec<Target> =
            names.filter_map(|name| engine.config().discovered.target(name)).collect();
        let page = Page::new(engine.config(), &discovered, &memory, now);
        let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
        match seen(&page, view, host) {
            Some(body) => dressed(view, body),
            None => answer::error(404, "unknown_target", "there is no target of this name"),
        }
    }
}

fn seen(page: &Page<'_>, view: &View, host: Option<&str>) -> Option<String> {
    match view {
        View::Page => Some(page.html()),
        View::Json => Some(page.json()),
        View::Feed => Some(page.feed(host)),
        View::Badge(name) => page.badge(name),
    }
}

/// Whatever a name contains, a browser runs nothing of it, fetches nothing
/// for it, and shows it within no other page.
fn dressed(view: &View, body: String) -> Response {
    let mut response = answer::empty(StatusCode::OK);
    *response.body_mut() = body.into_bytes();
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
