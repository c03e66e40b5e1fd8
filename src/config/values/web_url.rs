//! Web URLs: of services that prober calls, which may be secret as a whole; of
//! proxies; of self-checks; and the origins of web pages.

use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;
use schemars::{Schema, json_schema};
use url::Url;

use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::authorization::basic;
use crate::config::values::lookalike;
use crate::model::secret::{Secret, SecretUrl};
use crate::model::target::{Proxy, ProxyLogin, ProxyWay};

/// An `http` or `https` URL without its credentials and its fragment; and the
/// `authorization` that the credentials make.
pub(super) fn web_url(text: &str) -> Result<(Url, Option<Secret>), Option<String>> {
    let mut url = parse(text)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(None);
    }
    if url.port() == Some(0) {
        return Err(Some("the port must be from 1 to 65535".into()));
    }
    let authorization = authorization(&url);
    // These cannot fail: a URL of these schemes has a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    Ok((url, authorization))
}

/// Reads a URL more strictly than browsers do: they skip surplus slashes, take a
/// backslash for a slash and drop line breaks, and so go somewhere else.
fn parse(text: &str) -> Result<Url, Option<String>> {
    if let Some(slip) = slip(text) {
        return Err(Some(slip.to_owned()));
    }
    let url = Url::parse(text).map_err(|error| Some(error.to_string()))?;
    let Some((_, rest)) = text.split_once("://") else {
        return Err(Some("must have `://` after its scheme".into()));
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("-", authority));
    if host.is_empty() || host.starts_with(':') {
        return Err(Some("names no host".into()));
    }
    if userinfo.contains('@') {
        return Err(Some("has two `@` before its path: write `%40` in a password".into()));
    }
    if userinfo.trim_matches(':').is_empty() {
        return Err(Some("has an `@` without a user name before it".into()));
    }
    if authority.contains('\\') || text.chars().any(char::is_control) {
        return Err(Some("must have no backslash in its host, and be one line".into()));
    }
    Ok(url)
}

/// What is plainly wrong in `text` as a URL. It does not quote it: it may be a secret.
pub(super) fn slip(text: &str) -> Option<&'static str> {
    if text.contains(['“', '”', '„', '‘', '’', '«', '»']) {
        return Some("has typographic quotes in it: take them away");
    }
    if text.chars().any(|c| c.is_whitespace() && !c.is_control()) {
        return Some("must have no blank in it; a blank in a path is written `%20`");
    }
    let (_, rest) = text.split_once("://")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.contains('%') && host.matches(':').count() > 1 {
        return Some("cannot have a zone such as `%eth0` behind an IPv6 address");
    }
    host.parse::<Ipv6Addr>()
        .is_ok()
        .then_some("an IPv6 address stands in brackets, as in `https://[2001:db8::1]:443`")
}

fn authorization(url: &Url) -> Option<Secret> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let password = url.password().unwrap_or_default();
    (!url.username().is_empty() || !password.is_empty())
        .then(|| basic(&decoded(url.username()), &decoded(password)))
}

/// The port in what stands behind a scheme. Parsing as `http` drops port 80, which is its
/// default; parsing as `ftp` keeps it.
pub(super) fn url_port(authority: &str) -> Option<u16> {
    let parsed = |scheme| Url::parse(&format!("{scheme}://{authority}")).ok()?.port();
    parsed("http").or_else(|| parsed("ftp"))
}

/// A URL's host without the brackets around an IPv6 address.
pub(in crate::config) fn without_brackets(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_owned()
}

/// The URL of a service that is called. It may be a secret as a whole.
pub(in crate::config) enum WebUrl {}

impl TextType for WebUrl {
    type Value = SecretUrl;

    const NAME: &'static str = "web URL";
    const EXPECTED: &'static str = "a URL that begins with https:// (or http://)";
    const MASKING: Masking = Masking::All;
    const IS_CREDENTIAL: bool = true;

    fn from_text(text: &Text) -> Result<SecretUrl, Option<String>> {
        let text = text.value.trim();
        if let Some(looks) = lookalike::in_place_of_a_url(text) {
            return Err(Some(looks.to_owned()));
        }
        parse(text).map_err(|_| slip(text).map(str::to_owned))?;
        SecretUrl::parse(text).map_err(|_| None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\s*https?://|^ssm:/|\$\{" })
    }
}

/// The usual port of proxies of SOCKS: <https://www.rfc-editor.org/rfc/rfc1928#section-3>.
const SOCKS_PORT: u16 = 1080;
/// Bytes of a user name or a password that such proxies take.
const LONGEST_LOGIN: usize = 255;

/// Who signs in, by the user name and the password in a URL.
fn login(text: &str) -> Result<Option<ProxyLogin>, Option<String>> {
    let url = parse(text).map_err(|_| None)?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let [username, password] = [url.username(), url.password().unwrap_or_default()].map(decoded);
    if username.len().max(password.len()) > LONGEST_LOGIN {
        return Err(Some("has a user name or a password of more than 255 bytes".into()));
    }
    let [username, password] = [username, password].map(Secret::new);
    Ok((!url.username().is_empty()).then_some(ProxyLogin { username, password }))
}

/// The URL of a proxy.
impl TextType for Proxy {
    type Value = Self;

    const NAME: &'static str = "URL of a proxy";
    const EXPECTED: &'static str = "\"http://HOST:PORT\" or \"socks5://HOST:PORT\", with USER:PASSWORD@ before the host or without";
    const MASKING: Masking = Masking::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.fetched_or("http://stored.invalid");
        let socks = text.strip_prefix("socks5://");
        let spelt = socks.map_or_else(|| text.to_owned(), |rest| format!("http://{rest}"));
        let (url, authorization) = web_url(&spelt).map_err(|_| None)?;
        let has_path = url.path() != "/" || url.query().is_some();
        let usual = if socks.is_some() { SOCKS_PORT } else { 80 };
        let port = url_port(&spelt["http://".len()..]).unwrap_or(usual);
        let way = match socks {
            Some(_) => ProxyWay::Socks(login(&spelt)?),
            None => ProxyWay::Http(authorization),
        };
        match (url.scheme(), url.host_str()) {
            ("http", Some(host)) if !has_path => {
                Ok(Self { host: without_brackets(host), port, way })
            }
            _ => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(http|socks5)://|^ssm:/|\$\{",
            "examples": ["http://proxy.example.com:3128", "socks5://proxy.example.com:1080"],
        })
    }
}

/// A web URL that is not a secret: it has no credentials.
pub(in crate::config) enum PublicUrl {}

impl TextType for PublicUrl {
    type Value = Url;

    const NAME: &'static str = "web URL";
    const EXPECTED: &'static str = "a URL that begins with https:// (or http://)";
    const MASKING: Masking = Masking::Credentials;

    fn from_text(text: &Text) -> Result<Url, Option<String>> {
        match web_url(text.value.trim())? {
            (url, None) => Ok(url),
            (_, Some(_)) => Err(Some("takes no user name or password".into())),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*https?://|\$\{",
            "examples": ["https://www.gstatic.com/generate_204"],
        })
    }
}

/// The text for every origin.
pub(in crate::config) const ANY_ORIGIN: &str = "*";

/// The origin of a web page, as browsers write it in the header `Origin`; or
/// [`ANY_ORIGIN`].
pub(in crate::config) enum Origin {}

impl TextType for Origin {
    type Value = String;

    const NAME: &'static str = "origin";
    const EXPECTED: &'static str =
        "\"https://HOST\" or \"https://HOST:PORT\" without a path, or \"*\" for every page";
    const MASKING: Masking = Masking::Credentials;

    fn from_text(text: &Text) -> Result<String, Option<String>> {
        let text = text.value.trim();
        if text == ANY_ORIGIN {
            return Ok(text.to_owned());
        }
        match web_url(text).map_err(|_| None)? {
            (url, None) if url.path() == "/" && !text.contains(['?', '#']) => {
                Ok(url.origin().ascii_serialization())
            }
            _ => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(\*|https?://[^/?#]+/?)\s*$|\$\{",
            "examples": ["https://map.example.com", "*"],
        })
    }
}
