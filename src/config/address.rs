//! URLs: what a target's scheme means, and what may stand in it.

use percent_encoding::percent_decode_str;
use schemars::{Schema, json_schema};
use url::Url;

use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides};
use crate::config::who_asks::basic;
use crate::model::secret::{Secret, SecretUrl};
use crate::model::target::Proxy;
use crate::text::nearest::nearest;

/// What a target's URL says.
#[derive(Clone)]
pub(super) enum Address {
    /// `http://…` or `https://…`.
    Http {
        /// Without credentials and fragment.
        url: Url,
        /// The `authorization` that its credentials make.
        authorization: Option<Secret>,
    },
    /// `tcp://HOST:PORT`.
    Tcp {
        /// Without brackets.
        host: String,
        /// Not zero.
        port: u16,
    },
    /// `tls://HOST:PORT`.
    Tls {
        /// Without brackets.
        host: String,
        /// Not zero.
        port: u16,
    },
}

/// The schemes of targets.
pub(super) const SCHEMES: [&str; 4] = ["http", "https", "tcp", "tls"];

impl Address {
    pub(super) fn scheme(&self) -> &'static str {
        match self {
            Self::Http { url, .. } if url.scheme() == "https" => "https",
            Self::Http { .. } => "http",
            Self::Tcp { .. } => "tcp",
            Self::Tls { .. } => "tls",
        }
    }
}

impl FromText for Address {
    const WHAT: &'static str = "URL to watch";
    const ALLOWED: &'static str =
        "a URL such as \"https://photos.example.com\" or \"tcp://home.example.com:22\"";
    const HIDES: Hides = Hides::Credentials;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.value.trim();
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Some(format!(
                "must begin with a scheme: {}",
                SCHEMES.map(|scheme| format!("{scheme}://")).join(", ")
            )));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => {
                let (url, authorization) = web_url(text)?;
                Ok(Self::Http { url, authorization })
            }
            "tcp" => host_and_port("tcp", rest).map(|(host, port)| Self::Tcp { host, port }),
            "tls" => host_and_port("tls", rest).map(|(host, port)| Self::Tls { host, port }),
            _ => Err(Some(unsupported(scheme))),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(https?|tcp|tls)://|\$\{",
            "examples": ["https://photos.example.com/healthz", "tcp://home.example.com:22"],
        })
    }
}

fn unsupported(scheme: &str) -> String {
    let near = nearest(scheme, SCHEMES).map(|near| format!("; did you mean `{near}`?"));
    let near = near.unwrap_or_default();
    format!("scheme `{scheme}` is not supported; expected http, https, tcp or tls{near}")
}

/// An `http` or `https` URL without its credentials and fragment, and what the credentials make.
pub(super) fn web_url(text: &str) -> Result<(Url, Option<Secret>), Option<String>> {
    let mut url = Url::parse(text).map_err(|error| Some(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(None);
    }
    if url.port() == Some(0) {
        return Err(Some("the port must be from 1 to 65535".into()));
    }
    let credentials = credentials(&url);
    // These cannot fail: a URL of these schemes has a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    Ok((url, credentials))
}

fn credentials(url: &Url) -> Option<Secret> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let password = url.password().unwrap_or_default();
    (!url.username().is_empty() || !password.is_empty())
        .then(|| basic(&decoded(url.username()), &decoded(password)))
}

/// The host and the port of `tcp://` and `tls://`, after which nothing may stand.
fn host_and_port(scheme: &str, rest: &str) -> Result<(String, u16), Option<String>> {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(Some("takes no user name or password".into()));
    }
    if !matches!(path, "" | "/") {
        return Err(Some("nothing may stand after the port".into()));
    }
    // The rules for hosts are those of the web; `ftp` is the scheme whose
    // default port, which is not kept apart from a missing one, is of no use here.
    let parsed = |scheme| Url::parse(&format!("{scheme}://{authority}"));
    let url = parsed("http").map_err(|error| Some(error.to_string()))?;
    let port = url.port().or_else(|| parsed("ftp").ok()?.port());
    match (url.host_str(), port) {
        (_, Some(0)) => Err(Some("the port must be from 1 to 65535".into())),
        (Some(host), Some(port)) => Ok((without_brackets(host), port)),
        _ => Err(Some(format!("needs a port, as in \"{scheme}://{authority}:443\""))),
    }
}

fn without_brackets(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_owned()
}

/// The URL of a service that is told: it may be a secret as a whole.
#[derive(Clone)]
pub(super) struct WebUrl(pub(super) SecretUrl);

impl FromText for WebUrl {
    const WHAT: &'static str = "web URL";
    const ALLOWED: &'static str = "a URL that begins with https:// (or http://)";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        SecretUrl::parse(text.value.trim()).map(Self).map_err(|_| None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\s*https?://|^ssm:/|\$\{" })
    }
}

/// The URL of an HTTP proxy.
#[derive(Clone)]
pub(super) struct ProxyUrl(pub(super) Proxy);

impl FromText for ProxyUrl {
    const WHAT: &'static str = "URL of a proxy";
    const ALLOWED: &'static str = "\"http://HOST:PORT\" or \"http://USER:PASSWORD@HOST:PORT\"";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.fetched_or("http://stored.invalid");
        let (url, authorization) = web_url(text).map_err(|_| None)?;
        let has_path = url.path() != "/" || url.query().is_some();
        match (url.scheme(), url.host_str(), url.port_or_known_default()) {
            ("http", Some(host), Some(port)) if !has_path => {
                Ok(Self(Proxy { host: without_brackets(host), port, authorization }))
            }
            _ => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*http://|^ssm:/|\$\{",
            "examples": ["http://proxy.example.com:3128"],
        })
    }
}
