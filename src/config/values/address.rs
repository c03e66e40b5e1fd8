//! The URL of a target: what its scheme means, and what it may contain.

use schemars::{Schema, json_schema};
use url::Url;

use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::web_url::{web_url, without_brackets};
use crate::model::secret::Secret;
use crate::text::nearest::nearest;

/// What the URL of a target says.
#[derive(Clone)]
pub(in crate::config) enum Address {
    /// `http://…` or `https://…`.
    Http {
        /// Without credentials and fragment.
        url: Url,
        /// The `authorization` that the URL's credentials make.
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
pub(in crate::config) const SCHEMES: [&str; 4] = ["http", "https", "tcp", "tls"];

impl Address {
    /// The scheme of the URL.
    pub(in crate::config) fn scheme(&self) -> &'static str {
        match self {
            Self::Http { url, .. } if url.scheme() == "https" => "https",
            Self::Http { .. } => "http",
            Self::Tcp { .. } => "tcp",
            Self::Tls { .. } => "tls",
        }
    }
}

impl TextType for Address {
    type Value = Self;

    const NAME: &'static str = "URL to watch";
    const EXPECTED: &'static str =
        "a URL such as \"https://photos.example.com\" or \"tcp://home.example.com:22\"";
    const MASKING: Masking = Masking::Credentials;

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

/// The host and the port of a `tcp://` or a `tls://` URL, which has nothing else.
fn host_and_port(scheme: &str, rest: &str) -> Result<(String, u16), Option<String>> {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(Some("takes no user name or password".into()));
    }
    if !matches!(path, "" | "/") {
        return Err(Some("nothing may stand after the port".into()));
    }
    // The web's rules for hosts apply. Parsing as `http` drops port 80, which
    // is its default; parsing as `ftp` keeps it.
    let parsed = |scheme| Url::parse(&format!("{scheme}://{authority}"));
    let url = parsed("http").map_err(|error| Some(error.to_string()))?;
    let port = url.port().or_else(|| parsed("ftp").ok()?.port());
    match (url.host_str(), port) {
        (_, Some(0)) => Err(Some("the port must be from 1 to 65535".into())),
        (Some(host), Some(port)) => Ok((without_brackets(host), port)),
        _ => Err(Some(format!("needs a port, as in \"{scheme}://{authority}:443\""))),
    }
}
