//! Whether two probers mean the same by a target: a digest of what is asked and of what
//! must be answered, without its secrets.

use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::stream::{DialogueExpect, DialogueStep, TcpSecurity};
use super::{
    DnsCode, DnsProbe, Endpoint, HttpProbe, IpChoice, Protocol, TlsSettings, WebSocketProbe,
};
use crate::model::expect::{HttpExpect, JsonExpect};
use crate::model::pattern::Pattern;
use crate::model::secret::Secret;
use crate::text::hex;

/// Bytes of a digest: more than enough for a target not to pass for another one.
const LENGTH: usize = 16;

impl Endpoint {
    /// Whether others are asked about it, and may ask. A port that must not answer is open
    /// if it answers anybody: nobody else can refute that.
    #[must_use]
    pub const fn has_witnesses(&self) -> bool {
        self.asks_witnesses && !self.unreachable
    }

    /// Whether nothing is sent that only some may: no header, credentials, body or payload.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        let knows_nobody = |tls: &TlsSettings| tls.client.is_none();
        let is_silent = |steps: &[DialogueStep]| {
            !steps.iter().any(|step| matches!(step, DialogueStep::Send(_)))
        };
        match &self.protocol {
            Protocol::Http(probe) => {
                let is_open = probe.headers.is_empty() && probe.digest.is_none();
                is_open && probe.body.is_none() && knows_nobody(&probe.tls)
            }
            Protocol::Tcp(probe) => {
                let tls = probe.security.tls();
                tls.is_none_or(|tls| knows_nobody(tls)) && is_silent(&probe.dialogue)
            }
            Protocol::WebSocket(probe) => {
                let is_open = probe.headers.is_empty() && is_silent(&probe.dialogue);
                is_open && knows_nobody(&probe.tls)
            }
            Protocol::Grpc(probe) => probe.headers.is_empty() && knows_nobody(&probe.tls),
            Protocol::Dns(probe) => probe.tls.as_ref().is_none_or(|tls| knows_nobody(tls)),
            Protocol::Udp(_) => false,
            Protocol::Icmp(_) | Protocol::Ssh(_) => true,
        }
    }

    /// A digest of what is probed and expected, in hexadecimal digits: two probers whose
    /// targets have the same one mean the same. It is the same in every version.
    ///
    /// Left out is what may differ from place to place (intervals, timeouts, attempts, limits
    /// to warn of, resolvers, proxies), and what is secret (the values of most headers, bodies,
    /// credentials, what is sent in a dialogue, certificates).
    #[must_use]
    pub fn digest(&self) -> String {
        let ip = match self.ip {
            IpChoice::Any => "any",
            IpChoice::V4 => "v4",
            IpChoice::V6 => "v6",
        };
        let under = self.latency_under.map(|limit| limit.as_millis().to_string());
        let protocol = protocol(&self.protocol, &self.secrets);
        let text = json!([1, ip, self.unreachable, under, protocol]).to_string();
        let digest = digest(&SHA256, text.as_bytes());
        hex::hex(digest.as_ref().get(..LENGTH).unwrap_or_default())
    }
}

fn protocol(protocol: &Protocol, secrets: &[Secret]) -> Value {
    match protocol {
        Protocol::Http(probe) => http(probe, secrets),
        Protocol::Tcp(probe) => {
            let steps: Vec<Value> = probe.dialogue.iter().map(step).collect();
            let (security, settings) = match &probe.security {
                TcpSecurity::Plain => ("plain", None),
                TcpSecurity::Tls(settings) => ("tls", Some(settings)),
                TcpSecurity::StartTls(settings) => ("starttls", Some(settings)),
            };
            let tls = settings.map(|settings| tls(settings));
            json!([probe.scheme, probe.host, probe.port, security, tls, steps])
        }
        Protocol::Udp(probe) => {
            json!(["udp", probe.host, probe.port, probe.expect.as_ref().map(said)])
        }
        Protocol::Dns(probe) => dns(probe),
        Protocol::Icmp(probe) => json!(["icmp", probe.host, probe.count, probe.answered]),
        Protocol::WebSocket(probe) => web_socket(probe, secrets),
        Protocol::Ssh(probe) => {
            let keys: Vec<String> = probe.host_keys.iter().map(ToString::to_string).collect();
            json!(["ssh", probe.host, probe.port, probe.banner.as_ref().map(said), keys])
        }
        Protocol::Grpc(probe) => {
            let (headers, tls) =
                (asked(&probe.headers, secrets), probe.is_secure().then(|| tls(&probe.tls)));
            json!(["grpc", probe.url.as_str(), probe.service, headers, tls, probe.health.name()])
        }
    }
}

fn web_socket(probe: &WebSocketProbe, secrets: &[Secret]) -> Value {
    let steps: Vec<Value> = probe.dialogue.iter().map(step).collect();
    json!([
        "ws",
        probe.url.as_str(),
        asked(&probe.headers, secrets),
        probe.is_secure().then(|| tls(&probe.tls)),
        probe.subprotocols,
        steps,
        probe.close_code,
    ])
}

fn asked<'a>(headers: &'a HeaderMap, secrets: &[Secret]) -> Vec<(&'a str, Option<&'a str>)> {
    let each = headers.iter().map(|(name, value)| (name.as_str(), told(name, value, secrets)));
    let mut each: Vec<_> = each.collect();
    each.sort_unstable();
    each
}

fn http(probe: &HttpProbe, secrets: &[Secret]) -> Value {
    json!([
        "http",
        probe.method.as_str(),
        probe.url.as_str(),
        asked(&probe.headers, secrets),
        probe.body.is_some(),
        probe.follow_redirects,
        tls(&probe.tls),
        expect(&probe.expect),
    ])
}

/// The value of a header that says which of a server's answers is asked for, unless a
/// variable of the file is in it.
fn told<'a>(name: &HeaderName, value: &'a HeaderValue, secrets: &[Secret]) -> Option<&'a str> {
    let text = value.to_str().ok().filter(|_| [HOST, ACCEPT, CONTENT_TYPE].contains(name))?;
    let is_secret = |secret: &Secret| !secret.expose().is_empty() && text.contains(secret.expose());
    (!secrets.iter().any(is_secret)).then_some(text)
}

fn expect(expect: &HttpExpect) -> Value {
    let status: Vec<String> = expect.status.iter().map(ToString::to_string).collect();
    let named = |headers: &[(HeaderName, Pattern)]| {
        let named =
            headers.iter().map(|(name, pattern)| json!([name.as_str(), pattern.to_string()]));
        named.collect::<Vec<Value>>()
    };
    json!([
        status,
        expect.body_contains,
        patterns(&expect.body_matches),
        expect.body_not_contains,
        patterns(&expect.body_not_matches),
        named(&expect.headers),
        named(&expect.headers_not),
        expect.json.iter().map(condition).collect::<Vec<_>>(),
        expect.max_body_strict.then_some(expect.max_body),
        expect.head_only,
    ])
}

fn condition(expect: &JsonExpect) -> &str {
    &expect.source
}

fn dns(probe: &DnsProbe) -> Value {
    let expect = &probe.expect;
    json!([
        if probe.tls.is_some() { "dns+tls" } else { "dns" },
        probe.host,
        probe.port,
        probe.name,
        probe.kind.name(),
        expect.rcode.map(DnsCode::name),
        expect.answer,
        patterns(&expect.answer_matches),
        probe.tls.as_ref().map(|settings| tls(settings)),
    ])
}

fn step(step: &DialogueStep) -> Value {
    match step {
        DialogueStep::Send(_) => json!("send"),
        DialogueStep::Expect(expect) => json!(["expect", said(expect)]),
        DialogueStep::StartTls => json!("starttls"),
    }
}

fn said(expect: &DialogueExpect) -> String {
    expect.to_string()
}

fn tls(settings: &TlsSettings) -> Value {
    let name = settings.server_name.as_ref().map(|name| name.to_str().into_owned());
    let pins: Vec<String> = settings.pins.iter().map(ToString::to_string).collect();
    json!([name, settings.insecure, pins])
}

fn patterns(patterns: &[Pattern]) -> Vec<String> {
    patterns.iter().map(ToString::to_string).collect()
}
