//! What people and programs read: the pages, JSON, badges and the feed. Reading needs no
//! key, but the password where one is configured.

mod access;
mod memory;
mod rendered;

use chrono::{DateTime, TimeDelta, Utc};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, REFERRER_POLICY,
    REFRESH, SET_COOKIE, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use self::access::Pass;
use self::memory::CachedPage;
use super::HttpRequest;
use super::Inbox;
use super::answer::{self, Response};
use super::cors;
use crate::engine::Engine;
use crate::metrics;
use crate::model::secret::Secret;
use crate::model::target::{Config, PageSettings};
use crate::page::{self, Badge, Month};
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
    /// The outages of a month; of the present one if none is named.
    Outages(Option<Month>),
    /// The page of the target of that name.
    Target(String),
    /// At a path of its own: it is not for everybody.
    Metrics,
    /// Of the target of that name.
    Badge(String, Badge),
}

impl View {
    /// What is at `path`, if it is one of these.
    pub(super) fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Page),
            "/status.json" => Some(Self::Json),
            "/feed.atom" => Some(Self::Feed),
            "/outages" => Some(Self::Outages(None)),
            _ => Self::below(path),
        }
    }

    fn below(path: &str) -> Option<Self> {
        let name = |encoded| Some(percent_decode_str(encoded).decode_utf8().ok()?.into_owned());
        if let Some(month) = path.strip_prefix("/outages/") {
            return Some(Self::Outages(Some(month.parse().ok()?)));
        }
        if let Some(target) = path.strip_prefix("/target/") {
            return Some(Self::Target(name(target)?));
        }
        let rest = path.strip_prefix("/badge/")?.strip_suffix(".svg")?;
        // A slash in a name is percent-encoded; one that is not may be what a proxy made of it.
        let (target, badge) = Badge::ALL
            .iter()
            .rev()
            .find_map(|(end, badge)| Some((rest.strip_suffix(end)?, *badge)))?;
        Some(Self::Badge(name(target)?, badge))
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Page | Self::Outages(_) | Self::Target(_) => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Feed => "application/atom+xml; charset=utf-8",
            Self::Metrics => metrics::MEDIA_TYPE,
            Self::Badge(..) => "image/svg+xml; charset=utf-8",
        }
    }

    /// Whether people look at it in a browser.
    const fn is_page(&self) -> bool {
        match self {
            Self::Page | Self::Outages(_) | Self::Target(_) => true,
            Self::Json | Self::Feed | Self::Metrics | Self::Badge(..) => false,
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
        let settings = &engine.config().page;
        if request.method == Method::OPTIONS && *view == View::Json && !settings.cors.is_empty() {
            return cors::preflight_read(&settings.cors, &request.headers);
        }
        let is_login = request.method == Method::POST && view.is_page();
        let takes_login = is_login && settings.password.is_some();
        if !takes_login && ![Method::GET, Method::HEAD].contains(&request.method) {
            return answer::method_not_allowed("GET, HEAD");
        }
        let now = engine.clock().now();
        if !self.limits().admits_reader(request.source, now) {
            return answer::too_many("this address looks too often; come again in a minute");
        }
        // What it measures has a key of its own.
        if let Some(password) = settings.password.as_ref().filter(|_| *view != View::Metrics)
            && let Some(answer) = self.ask(engine.config(), password, request, view, now)
        {
            return answer;
        }
        self.shown(engine, request, view, now).await
    }

    /// What is at `view`, for who may see it.
    async fn shown<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
        view: &View,
        now: DateTime<Utc>,
    ) -> Response {
        let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
        let mut memory = self.memory.lock().await;
        let seen = memory.page(engine.config(), engine.store(), view, host, now).await;
        drop(memory);
        match seen {
            Ok(CachedPage { at, rendered: Some(rendered) }) => {
                let answer = rendered.answer(&request.headers, at, now);
                dressed(&engine.config().page, request, view, answer)
            }
            Ok(CachedPage { rendered: None, .. }) => {
                let what = if matches!(view, View::Outages(_)) {
                    ("unknown_month", "no outages are kept of this month")
                } else {
                    ("unknown_target", "there is no target of this name")
                };
                answer::error(404, what.0, what.1)
            }
            Err(error) => {
                tracing::error!(%error, "no page: its state could not be read");
                answer::error(503, "store", "the store does not answer")
            }
        }
    }

    /// The answer to who does not know the `password`, or has just said it; `None` to who
    /// knows it.
    fn ask(
        &self,
        config: &Config,
        password: &Secret,
        request: &HttpRequest,
        view: &View,
        now: DateTime<Utc>,
    ) -> Option<Response> {
        let HttpRequest { headers, source, .. } = request;
        if !self.limits().may_guess(*source, now) {
            return Some(answer::too_many("too many wrong passwords; come again in a minute"));
        }
        let is_login = request.method == Method::POST;
        if is_login && access::is_in_form(password, &request.body) {
            return Some(welcome(password, headers, now));
        }
        let said = access::pass(password, headers, now);
        let pass = if is_login { Pass::Wrong } else { said };
        match pass {
            Pass::Right => return None,
            // The last one that it has is taken; what comes after it is refused.
            Pass::Wrong => drop(self.limits().wrong_key(*source, now)),
            Pass::None => {}
        }
        let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        let is_browser = is_login || accepts.is_some_and(|accept| accept.contains("text/html"));
        Some(if view.is_page() && is_browser {
            form(config, pass == Pass::Wrong && is_login)
        } else {
            challenge()
        })
    }
}

/// Sends a browser that said the password to where it is, now with a cookie.
fn welcome(password: &Secret, headers: &HeaderMap, now: DateTime<Utc>) -> Response {
    let mut response = answer::empty(StatusCode::SEE_OTHER);
    // The same path, wherever a proxy shows it.
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("?"));
    response
        .headers_mut()
        .extend(access::grant(password, headers, now).map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// The form that asks for the password. No cache keeps it.
fn form(config: &Config, is_wrong: bool) -> Response {
    let mut response = answer::empty(StatusCode::FORBIDDEN);
    *response.body_mut() = page::login(config, is_wrong).into_bytes();
    guard(&config.page, &View::Page, "form-action 'self'", &mut response);
    response
}

/// Asks a program for the password.
fn challenge() -> Response {
    let mut response = answer::error(401, "password", "this needs the password, as HTTP Basic");
    let basic = HeaderValue::from_static("Basic realm=\"status page\", charset=\"UTF-8\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, basic);
    response
}

/// Adds what `request` asks for, and what `settings` allow to others.
fn dressed(
    settings: &PageSettings,
    request: &HttpRequest,
    view: &View,
    mut response: Response,
) -> Response {
    guard(settings, view, "form-action 'none'", &mut response);
    let headers = response.headers_mut();
    if settings.password.is_some() {
        privately(headers);
    }
    if *view == View::Json && !settings.cors.is_empty() {
        cors::read(&settings.cors, &request.headers, headers);
    }
    let refresh = seconds(&request.query).filter(|_| view.is_page());
    headers.extend(refresh.map(|seconds| (REFRESH, HeaderValue::from(seconds))));
    response
}

/// Lets nobody keep it but who asked.
fn privately(headers: &mut HeaderMap) {
    let private = headers
        .get(CACHE_CONTROL)
        .and_then(|value| HeaderValue::try_from(format!("private, {}", value.to_str().ok()?)).ok());
    headers.extend(private.map(|private| (CACHE_CONTROL, private)));
    headers.append(VARY, HeaderValue::from_static("authorization, cookie"));
}

/// The fewest and the most seconds after which a page may be asked to reload.
const RELOADS: std::ops::RangeInclusive<u32> = 10..=86_400;

/// After how many seconds the page is to reload, where `?refresh=60` asks for that: on a
/// wall, without scripts.
fn seconds(query: &str) -> Option<u32> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, seconds) = pairs.find(|(name, _)| name == "refresh")?;
    seconds.parse().ok().filter(|seconds| RELOADS.contains(seconds))
}

/// Adds the headers that keep a browser from running or fetching anything because of a
/// name, and from showing this in a page that may not.
fn guard(settings: &PageSettings, view: &View, forms: &str, response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(view.kind()));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let logo = settings.logo.as_ref().map(|logo| logo.origin().ascii_serialization());
    let ancestors = match settings.frame_ancestors.as_slice() {
        [] => "'none'".to_owned(),
        origins => origins.join(" "),
    };
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; \
         img-src data: {}; base-uri 'none'; {forms}; frame-ancestors {ancestors}",
        page::style_hash(),
        page::script_hash(),
        logo.unwrap_or_default(),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}
