//! An answer that says "elsewhere" → the next request. Follows
//! <https://fetch.spec.whatwg.org/#http-redirect-fetch>.

use std::sync::Arc;

use http::header::{HeaderValue, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::{CONTROLS, percent_encode};
use reqwest::cookie::{CookieStore as _, Jar};
use url::Url;

use crate::model::detail::RedirectDetail;
use crate::model::observation::Reason;
use crate::model::target::HttpProbe;
use crate::probe::fault::Fault;

use super::head::Head;

/// Bytes of cookies that are kept over all redirects of a probe, with what
/// belongs to them. Browsers forget the others, too.
const MAX_COOKIES: usize = 16 * 1024;

/// What is asked for, once redirects have changed it.
pub(super) struct Hop {
    pub(super) url: Url,
    pub(super) method: Method,
    /// The `authorization` that this hop's server asked for.
    pub(super) proof: Option<HeaderValue>,
    /// Whether the configured body still goes along.
    pub(super) with_body: bool,
    /// The cookies set on the way; made with the first one.
    jar: Option<Arc<Jar>>,
    /// Bytes of cookies that still fit.
    cookies_left: usize,
    /// Whether it was a public server that leads here.
    pub(super) is_from_public: bool,
}

impl Hop {
    /// The request as configured.
    pub(super) fn first(http: &HttpProbe) -> Self {
        Self {
            url: http.url.clone(),
            method: http.method.clone(),
            proof: None,
            with_body: true,
            jar: None,
            cookies_left: MAX_COOKIES,
            is_from_public: false,
        }
    }

    /// The same request again, with a proof that the answer `head` asked for.
    pub(super) fn proving(&self, proof: HeaderValue, head: &Head) -> Self {
        let (jar, cookies_left) = remembered(self, &head.headers);
        Self {
            url: self.url.clone(),
            method: self.method.clone(),
            proof: Some(proof),
            with_body: self.with_body,
            jar,
            cookies_left,
            is_from_public: self.is_from_public,
        }
    }

    /// The cookies to send to this hop's server.
    pub(super) fn cookies(&self) -> Option<HeaderValue> {
        self.jar.as_ref().and_then(|jar| jar.cookies(&self.url))
    }
}

/// Whether an answer with this status leads elsewhere. The other 3xx are answers.
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Whether two URLs have scheme, host and port in common
/// (<https://www.rfc-editor.org/rfc/rfc6454#section-5>).
pub(super) fn is_same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host_str() == b.host_str()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// Whether `to` is the same server as `from`, by the same name and the usual
/// ports, but over TLS.
pub(super) fn is_upgrade(from: &Url, to: &Url) -> bool {
    (from.scheme(), to.scheme()) == ("http", "https")
        && from.host_str() == to.host_str()
        && (from.port(), to.port()) == (None, None)
}

/// Where a redirect of a server leads to, which is public or not.
pub(super) fn next(hop: &Hop, head: &Head, is_public: bool) -> Result<Hop, Fault> {
    use RedirectDetail as It;
    let status = head.status.into();
    let broken = |detail| Fault::theirs(Reason::Redirect, detail);
    let location = head.headers.get(LOCATION);
    let location = location.ok_or_else(|| broken(It::NoLocation { status }))?;
    // Old servers write their paths in Latin-1; browsers ask for those bytes.
    let location = percent_encode(location.as_bytes(), CONTROLS).to_string();
    let joined = hop.url.join(&location).ok();
    let mut url = joined.ok_or_else(|| broken(It::NoUrl { status }))?;
    if !matches!(url.scheme(), "http" | "https") {
        let scheme = url.scheme().to_owned();
        return Err(broken(It::OtherScheme { status, scheme }));
    }
    // Credentials in a server's Location are not used.
    let is_clean = url.set_username("").is_ok() && url.set_password(None).is_ok();
    if !is_clean {
        return Err(broken(It::NoHost { status }));
    }
    url.set_fragment(None);
    let becomes_get = becomes_get(head.status, &hop.method);
    let is_ours = is_same_origin(&hop.url, &url) || is_upgrade(&hop.url, &url);
    let (jar, cookies_left) = remembered(hop, &head.headers);
    Ok(Hop {
        method: if becomes_get { Method::GET } else { hop.method.clone() },
        proof: None,
        with_body: hop.with_body && !becomes_get && is_ours,
        jar,
        cookies_left,
        is_from_public: is_public,
        url,
    })
}

/// 301 and 302 turn POST into GET, as browsers always did; 303 asks for GET.
fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        301 | 302 => method == Method::POST,
        303 => method != Method::GET && method != Method::HEAD,
        _ => false,
    }
}

/// The jar, with the cookies of this answer as far as they fit.
fn remembered(hop: &Hop, headers: &HeaderMap) -> (Option<Arc<Jar>>, usize) {
    let mut left = hop.cookies_left;
    let all = headers.get_all(SET_COOKIE).iter();
    let fitting: Vec<_> = all
        .filter(|cookie| left.checked_sub(cookie.len()).map(|rest| left = rest).is_some())
        .collect();
    if fitting.is_empty() {
        return (hop.jar.clone(), left);
    }
    let jar = hop.jar.clone().unwrap_or_default();
    jar.set_cookies(&mut fitting.into_iter(), &hop.url);
    (Some(jar), left)
}
