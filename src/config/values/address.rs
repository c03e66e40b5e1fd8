//! The URL of a target: what its scheme means, and what it may contain.

use schemars::{Schema, json_schema};
use url::Url;

use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::web_url::{slip, web_url, without_brackets};
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
pub const SCHEMES: [&str; 4] = ["http", "https", "tcp", "tls"];

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
            return Err(Some(without_scheme(text)));
        };
        if let Some(slip) = slip(text) {
            return Err(Some(slip.to_owned()));
        }
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

/// What to say of a URL that has no scheme, or half of one.
fn without_scheme(text: &str) -> String {
    let folded = text.to_ascii_lowercase();
    let scheme = SCHEMES.into_iter().rev().find(|scheme| {
        folded.strip_prefix(scheme).is_some_and(|rest| rest.starts_with([':', '/', ';']))
    });
    if let Some(scheme) = scheme {
        return format!("`{scheme}` must be followed by `://`");
    }
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || ".-_/".contains(c);
    match text.split_once(':') {
        // What is no host may be a password.
        _ if text.is_empty() || !text.replacen(':', "", 1).chars().all(is_of_host) => format!(
            "must begin with a scheme: {}",
            SCHEMES.map(|scheme| format!("{scheme}://")).join(", ")
        ),
        None => format!("has no scheme: write \"https://{text}\""),
        Some((_, port)) if port.starts_with(|c: char| c.is_ascii_digit()) => {
            format!(
                "has no scheme: write \"http://{text}\", or \"tcp://{text}\" for the port alone"
            )
        }
        Some(_) => "must begin with a scheme, such as https://".to_owned(),
    }
}

fn unsupported(scheme: &str) -> String {
    let near = nearest(scheme, SCHEMES).map(|near| format!("; did you mean `{near}`?"));
    let near = near.unwrap_or_else(|| "; tcp://HOST:PORT watches any port".to_owned());
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
