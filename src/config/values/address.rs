//! The URL of a target: what its scheme means, and what it may contain.

use schemars::{Schema, json_schema};
use url::{Host, Url};

use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::web_url::{slip, url_port, web_url, without_brackets};
use crate::model::secret::Secret;
use crate::model::target::DnsType;
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
    /// `tcp://HOST:PORT`, and others that have a host and a port and nothing else.
    Tcp {
        /// The scheme.
        scheme: &'static str,
        /// Without brackets.
        host: String,
        /// Not zero.
        port: u16,
    },
    /// `dns://SERVER/NAME?type=TYPE`, or `dns+tls://…`.
    Dns {
        /// Whether it is asked over TLS.
        over_tls: bool,
        /// The name server, without brackets.
        host: String,
        /// Its port; not zero.
        port: u16,
        /// The name that is asked for, without a dot at the end.
        name: String,
        /// What is asked of it.
        kind: DnsType,
    },
    /// `ws://…` or `wss://…`.
    WebSocket {
        /// The scheme.
        scheme: &'static str,
        /// The same with the scheme `http` or `https`, without credentials and fragment.
        url: Url,
        /// The `authorization` that the URL's credentials make.
        authorization: Option<Secret>,
    },
    /// `grpc://HOST/SERVICE` or `grpcs://…`.
    Grpc {
        /// The scheme.
        scheme: &'static str,
        /// The host and port with the scheme `http` or `https`.
        url: Url,
        /// The `authorization` that the URL's credentials make.
        authorization: Option<Secret>,
        /// The service that is asked for; empty for the server as a whole.
        service: String,
    },
    /// `icmp://HOST`.
    Icmp {
        /// Without brackets.
        host: String,
    },
}

/// The schemes of targets.
pub const SCHEMES: [&str; 23] = [
    "http", "https", "ws", "wss", "tcp", "tls", "udp", "dns", "dns+tls", "icmp", "ssh", "grpc",
    "grpcs", "smtp", "smtps", "imap", "imaps", "pop3", "pop3s", "ftp", "ftps", "xmpp", "xmpps",
];

/// Those that have a host and a port and nothing else, and their usual ports.
pub(in crate::config) const STREAMS: [(&str, Option<u16>); 14] = [
    ("tcp", None),
    ("tls", None),
    ("udp", None),
    ("ssh", Some(22)),
    ("smtp", Some(25)),
    ("smtps", Some(465)),
    ("imap", Some(143)),
    ("imaps", Some(993)),
    ("pop3", Some(110)),
    ("pop3s", Some(995)),
    ("ftp", Some(21)),
    ("ftps", Some(990)),
    ("xmpp", Some(5222)),
    ("xmpps", Some(5223)),
];

/// The port of name servers.
pub(super) const DNS_PORT: u16 = 53;
/// The same over TLS: <https://www.rfc-editor.org/rfc/rfc7858#section-3.1>.
const DNS_OVER_TLS_PORT: u16 = 853;

impl Address {
    /// The scheme of the URL.
    pub(in crate::config) fn scheme(&self) -> &'static str {
        match self {
            Self::Http { url, .. } if url.scheme() == "https" => "https",
            Self::Http { .. } => "http",
            Self::Tcp { scheme, .. }
            | Self::WebSocket { scheme, .. }
            | Self::Grpc { scheme, .. } => scheme,
            Self::Dns { over_tls: true, .. } => "dns+tls",
            Self::Dns { over_tls: false, .. } => "dns",
            Self::Icmp { .. } => "icmp",
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
            "grpc" => grpc("grpc", "http", rest),
            "grpcs" => grpc("grpcs", "https", rest),
            "ws" => web_socket("ws", "http", rest),
            "wss" => web_socket("wss", "https", rest),
            "dns" => dns(rest, false),
            "dns+tls" => dns(rest, true),
            "icmp" => icmp(rest),
            lower => {
                let known = STREAMS.iter().find(|(scheme, _)| *scheme == lower);
                let (scheme, port) = known.ok_or_else(|| Some(unsupported(scheme)))?;
                let (host, port) = host_and_port(scheme, rest, *port)?;
                Ok(Self::Tcp { scheme, host, port })
            }
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": format!(r"^\s*({})://|\$\{{", SCHEMES.join("|").replace('+', r"\+")),
            "examples": [
                "https://photos.example.com/healthz",
                "tcp://home.example.com:22",
                "dns://1.1.1.1/home.example.com?type=A",
            ],
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
    let [known @ .., last] = SCHEMES;
    format!("scheme `{scheme}` is not supported; expected {} or {last}{near}", known.join(", "))
}

/// A server of gRPC, and a service of it: `grpc://HOST:PORT/package.Service`.
fn grpc(scheme: &'static str, asked_by: &str, rest: &str) -> Result<Address, Option<String>> {
    let (mut url, authorization) = web_url(&format!("{asked_by}://{rest}"))?;
    let service = url.path().trim_start_matches('/').to_owned();
    let is_of_service = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if url.query().is_some() || !service.bytes().all(is_of_service) {
        return Err(Some("behind the port, only the name of a service may stand".into()));
    }
    url.set_path("");
    Ok(Address::Grpc { scheme, url, authorization, service })
}

/// A WebSocket is asked for as a page is: <https://www.rfc-editor.org/rfc/rfc6455#section-3>.
fn web_socket(scheme: &'static str, asked_by: &str, rest: &str) -> Result<Address, Option<String>> {
    let (url, authorization) = web_url(&format!("{asked_by}://{rest}"))?;
    Ok(Address::WebSocket { scheme, url, authorization })
}

/// A name server, and what it is asked for.
fn dns(rest: &str, over_tls: bool) -> Result<Address, Option<String>> {
    let usage = "needs a name server and a name, as in \"dns://1.1.1.1/home.example.com?type=A\"";
    let (authority, question) = rest.split_once('/').ok_or_else(|| Some(usage.to_owned()))?;
    let (name, query) = question.split_once('?').unwrap_or((question, ""));
    let usual = if over_tls { DNS_OVER_TLS_PORT } else { DNS_PORT };
    let (host, port) = host_and_port("dns", authority, Some(usual))?;
    let kind = match query.split_once('=') {
        None if query.is_empty() => DnsType::A,
        Some((key, kind)) if key.eq_ignore_ascii_case("type") => dns_type(kind)?,
        _ => return Err(Some("behind the name, only `?type=` may stand".into())),
    };
    let name = domain(name).ok_or_else(|| Some(usage.to_owned()))?;
    Ok(Address::Dns { over_tls, host, port, name, kind })
}

fn dns_type(text: &str) -> Result<DnsType, Option<String>> {
    let known = DnsType::ALL.iter().find(|kind| kind.name().eq_ignore_ascii_case(text));
    known.copied().ok_or_else(|| {
        let names: Vec<_> = DnsType::ALL.iter().map(|kind| kind.name()).collect();
        Some(format!(
            "`{text}` is not a type of records that prober reads; expected one of {}",
            names.join(", ")
        ))
    })
}

/// A domain name as name servers know it: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>.
fn domain(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.');
    // Underscores, as in `_dmarc`, are fine; letters of other alphabets have a form of their own.
    let name = if name.is_ascii() { name.to_owned() } else { Host::parse(name).ok()?.to_string() };
    let is_of_label = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_of_label);
    (name.len() <= 253 && name.split('.').all(is_label)).then_some(name)
}

/// A host alone.
fn icmp(rest: &str) -> Result<Address, Option<String>> {
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if url_port(authority).is_some() {
        return Err(Some("a ping has no port: take it out, or watch it with `tcp://`".into()));
    }
    let (host, _) = host_and_port("icmp", rest, Some(1))?;
    Ok(Address::Icmp { host })
}

/// The host and the port of a URL that has nothing else; the `usual` port, where it has none.
pub(super) fn host_and_port(
    scheme: &str,
    rest: &str,
    usual: Option<u16>,
) -> Result<(String, u16), Option<String>> {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(Some("takes no user name or password".into()));
    }
    if !matches!(path, "" | "/") {
        return Err(Some("nothing may stand after the port".into()));
    }
    // The web's rules for hosts apply.
    let url = Url::parse(&format!("http://{authority}"));
    let url = url.map_err(|error| Some(error.to_string()))?;
    let port = url_port(authority).or(usual);
    match (url.host_str(), port) {
        (_, Some(0)) => Err(Some("the port must be from 1 to 65535".into())),
        (Some(host), Some(port)) => Ok((without_brackets(host), port)),
        _ => Err(Some(format!("needs a port, as in \"{scheme}://{authority}:443\""))),
    }
}
