//! Makes details fit to be shown: on one line, of bounded length, without secrets. They
//! often quote what the other side wrote.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{HOST, HeaderMap};
use url::Url;

use crate::model::detail::Detail;
use crate::model::secret::{Secret, redact};
use crate::model::target::{
    DialogueStep, Endpoint, HttpProbe, Payload, Protocol, Proxy, ProxyWay, WebSocketProbe,
};
use crate::text::one_line;

use super::attempt::address;
use super::http::is_harmless;

/// Characters in a detail, at most.
const MAX_DETAIL: usize = 200;
/// Characters of anything quoted within a detail, at most.
const MAX_EXCERPT: usize = 60;

/// A detail that is fit to be shown: redacted, then cut.
pub(super) fn detail(detail: Detail, endpoint: &Endpoint) -> Detail {
    let secrets = sensitive(endpoint);
    detail.with_texts(&|text| one_line(&redact(text, &secrets), MAX_DETAIL))
}

/// The beginning of what the other side sent. It is redacted before it is cut, because
/// half a secret would not be recognised.
pub(super) fn excerpt(text: &str, endpoint: &Endpoint) -> String {
    one_line(&redact(text.to_owned(), &sensitive(endpoint)), MAX_EXCERPT)
}

/// A URL without what may be secret in it: user, password, query, fragment.
pub(super) fn shown(url: &Url) -> impl fmt::Display + '_ {
    &url[..url::Position::AfterPath][..]
}

/// All secrets of a target, in every form in which a server may repeat them.
fn sensitive(endpoint: &Endpoint) -> Vec<Secret> {
    let mut secrets = match &endpoint.protocol {
        Protocol::Http(http) => sensitive_http(http),
        Protocol::WebSocket(ws) => sensitive_socket(ws),
        Protocol::Grpc(grpc) => {
            let mut secrets = Vec::new();
            push_request(&mut secrets, &grpc.url, &grpc.headers, grpc.proxy.as_ref());
            secrets
        }
        Protocol::Tcp(tcp) if matches!(tcp.scheme, "tcp" | "tls") => {
            tcp.dialogue.iter().flat_map(sensitive_step).collect()
        }
        Protocol::Udp(udp) => sensitive_step(&DialogueStep::Send(udp.send.clone())),
        // What the other schemes say is known to everybody.
        Protocol::Tcp(_) | Protocol::Dns(_) | Protocol::Icmp(_) | Protocol::Ssh(_) => Vec::new(),
    };
    // The host is worth telling and not a secret, also if it comes from a variable.
    let (host, _) = address(&endpoint.protocol);
    let is_host = |secret: &&Secret| host.contains(secret.expose());
    secrets.extend(endpoint.secrets.iter().filter(|secret| !is_host(secret)).cloned());
    // The longest first: if a part is replaced first, the whole is not found.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    secrets
}

/// What is sent in a step of a dialogue, whole, by its lines and by their words: a server
/// that complains of a password may repeat it alone.
fn sensitive_step(step: &DialogueStep) -> Vec<Secret> {
    match step {
        DialogueStep::Send(Payload { bytes, .. }) => {
            let text = String::from_utf8_lossy(bytes);
            let words = text.split_whitespace();
            text.lines().chain([&*text]).chain(words).map(Secret::new).collect()
        }
        DialogueStep::Expect(_) | DialogueStep::StartTls => Vec::new(),
    }
}

fn sensitive_http(http: &HttpProbe) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = http.body.iter().cloned().collect();
    secrets.extend(http.digest.iter().map(|login| login.password.clone()));
    push_request(&mut secrets, &http.url, &http.headers, http.proxy.as_ref());
    secrets
}

fn sensitive_socket(ws: &WebSocketProbe) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = ws.dialogue.iter().flat_map(sensitive_step).collect();
    push_request(&mut secrets, &ws.url, &ws.headers, ws.proxy.as_ref());
    secrets
}

fn push_request(secrets: &mut Vec<Secret>, url: &Url, headers: &HeaderMap, proxy: Option<&Proxy>) {
    for (name, value) in headers {
        // The host is worth telling.
        if !is_harmless(name) && name != HOST {
            push_credentials(secrets, &String::from_utf8_lossy(value.as_bytes()));
        }
    }
    match proxy.map(|proxy| &proxy.way) {
        Some(ProxyWay::Http(Some(authorization))) => {
            push_credentials(secrets, authorization.expose());
        }
        Some(ProxyWay::Socks(Some(login))) => secrets.push(login.password.clone()),
        Some(ProxyWay::Http(None) | ProxyWay::Socks(None)) | None => {}
    }
    if let Some(query) = url.query() {
        secrets.push(Secret::new(query));
        secrets.extend(url.query_pairs().map(|(_, value)| Secret::new(value)));
    }
}

/// A header's value, its part after the scheme, and the user and password of
/// basic authentication: <https://www.rfc-editor.org/rfc/rfc7617#section-2>.
fn push_credentials(secrets: &mut Vec<Secret>, value: &str) {
    secrets.push(Secret::new(value));
    let Some((_, token)) = value.split_once(' ') else { return };
    secrets.push(Secret::new(token));
    let Some(pair) = BASE64.decode(token).ok().and_then(|pair| String::from_utf8(pair).ok()) else {
        return;
    };
    if let Some((_, password)) = pair.split_once(':') {
        secrets.push(Secret::new(password));
    }
    secrets.push(Secret::new(pair));
}
