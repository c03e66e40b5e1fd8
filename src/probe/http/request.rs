//! A hop → the request that is sent for it.

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Uri};
use url::{Position, Url};

use crate::model::detail::{OwnDetail, RedirectDetail};
use crate::model::observation::Reason;
use crate::model::secret::Secret;
use crate::model::target::{HttpProbe, ProxyWay};
use crate::probe::fault::Fault;
use crate::probe::quoting::shown;

use super::conversation::Request;
use super::redirect::{Hop, is_same_origin, is_upgrade};

/// The user agent, unless configured.
pub(super) const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("prober/", env!("CARGO_PKG_VERSION")));
const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");
/// What `decode` can decode.
const ENCODINGS: HeaderValue = HeaderValue::from_static("gzip, br, deflate");

/// How the request line names its subject
/// (<https://www.rfc-editor.org/rfc/rfc9112#section-3.2>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `GET /path`: to the server itself.
    Origin,
    /// `GET http://host/path`: to a proxy.
    Absolute,
    /// HTTP/2's pseudo-headers.
    Http2,
}

/// Headers that say nothing about us that another server may not know.
pub(in crate::probe) fn is_harmless(name: &HeaderName) -> bool {
    [
        header::ACCEPT,
        header::ACCEPT_ENCODING,
        header::ACCEPT_LANGUAGE,
        header::CACHE_CONTROL,
        header::CONTENT_TYPE,
        header::PRAGMA,
        header::USER_AGENT,
    ]
    .contains(name)
}

/// The request for `hop`.
pub(super) fn build<'a>(http: &'a HttpProbe, hop: &Hop, form: Form) -> Result<Request<'a>, Fault> {
    let body = http.body.as_ref().filter(|_| hop.with_body);
    let mut headers = headers(http, hop);
    let host = match headers.remove(header::HOST) {
        Some(host) => host,
        None => host_of(&hop.url)?,
    };
    let uri = uri(&hop.url, form, &host)?;
    if form != Form::Http2 {
        headers.insert(header::HOST, host);
    }
    if let (Form::Absolute, Some(proxy)) = (form, &http.proxy)
        && let ProxyWay::Http(Some(authorization)) = &proxy.way
    {
        headers.insert(header::PROXY_AUTHORIZATION, sensitive(authorization)?);
    }
    let body = body.map_or(&[][..], |body| body.expose().as_bytes());
    Ok(Request { method: hop.method.clone(), uri, headers, body })
}

/// A secret as the value of a header, which HTTP/2 then never puts in its
/// compression table.
pub(super) fn sensitive(secret: &Secret) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_str(secret.expose())
        .map_err(|_| Fault::ours(OwnDetail::ProxyPassword {}))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The configured headers, as far as this hop's server may see them, the
/// cookies that it has set, and defaults for what is missing.
fn headers(http: &HttpProbe, hop: &Hop) -> HeaderMap {
    let mut headers = if is_same_origin(&http.url, &hop.url) {
        http.headers.clone()
    } else if is_upgrade(&http.url, &hop.url) {
        let harmless = http.headers.iter().filter(|(name, _)| is_harmless(name));
        harmless.map(|(name, value)| (name.clone(), value.clone())).collect()
    } else {
        HeaderMap::new()
    };
    if !hop.with_body {
        headers.remove(header::CONTENT_TYPE);
    }
    if let Some(proof) = &hop.proof {
        headers.insert(header::AUTHORIZATION, proof.clone());
    }
    if let Some(cookies) = hop.cookies() {
        let cookies = joined(headers.get(header::COOKIE), cookies);
        headers.insert(header::COOKIE, cookies);
    }
    headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
    headers.entry(header::ACCEPT).or_insert(ANYTHING);
    headers.entry(header::ACCEPT_ENCODING).or_insert(ENCODINGS);
    headers
}

/// Both cookies in one header, as RFC 6265, section 5.4, wants it.
fn joined(configured: Option<&HeaderValue>, set: HeaderValue) -> HeaderValue {
    let Some(configured) = configured else { return set };
    let both = [configured.as_bytes(), b"; ", set.as_bytes()].concat();
    let mut both = HeaderValue::from_bytes(&both).unwrap_or(set);
    both.set_sensitive(true);
    both
}

fn host_of(url: &Url) -> Result<HeaderValue, Fault> {
    HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort])
        .map_err(|_| unusable(url))
}

fn uri(url: &Url, form: Form, host: &HeaderValue) -> Result<Uri, Fault> {
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let uri = match form {
        Form::Origin => Uri::try_from(path).ok(),
        Form::Absolute => Uri::try_from(&url[..Position::AfterQuery]).ok(),
        Form::Http2 => Uri::builder()
            .scheme(url.scheme())
            .authority(host.as_bytes())
            .path_and_query(path)
            .build()
            .ok(),
    };
    uri.ok_or_else(|| unusable(url))
}

fn unusable(url: &Url) -> Fault {
    let url = shown(url).to_string();
    Fault::theirs(Reason::Redirect, RedirectDetail::Unusable { url })
}
