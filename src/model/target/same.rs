//! Whether two probers mean the same by a target: a digest of what is asked and of what
//! must be answered, without its secrets.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::stream::{DialogueExpect, DialogueStep, TcpSecurity};
use super::{
    DnsCode, DnsProbe, Endpoint, HttpProbe, IpChoice, Protocol, TlsSettings, WebSocketProbe,
};
use crate::model::expect::{HttpExpect, JsonExpect};
use crate::model::pattern::Pattern;
use crate::text::hex;

/// Bytes of a digest: more than enough for a target not to pass for another one.
const LENGTH: usize = 16;

impl Endpoint {
    /// A digest of what is probed and expected, in hexadecimal digits: two probers whose
    /// targets have the same one mean the same. It is the same in every version.
    ///
    /// Left out is what may differ from place to place (intervals, timeouts, attempts, limits
    /// of latency, resolvers, proxies), and what is secret (the values of headers, bodies,
    /// credentials, what is sent in a dialogue, certificates).
    #[must_use]
    pub fn digest(&self) -> String {
        let ip = match self.ip {
            IpChoice::Any => "any",
            IpChoice::V4 => "v4",
            IpChoice::V6 => "v6",
        };
        let text = json!([1, ip, self.unreachable, protocol(&self.protocol)]).to_string();
        let digest = digest(&SHA256, text.as_bytes());
        hex::hex(digest.as_ref().get(..LENGTH).unwrap_or_default())
    }
}

fn protocol(protocol: &Protocol) -> Value {
    match protocol {
        Protocol::Http(probe) => http(probe),
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
        Protocol::WebSocket(probe) => web_socket(probe),
        Protocol::Ssh(probe) => {
            let keys: Vec<String> = probe.host_keys.iter().map(ToString::to_string).collect();
            json!(["ssh", probe.host, probe.port, probe.banner.as_ref().map(said), keys])
        }
        Protocol::Grpc(probe) => {
            let (headers, tls) =
                (names(&probe.headers), probe.is_secure().then(|| tls(&probe.tls)));
            json!(["grpc", probe.url.as_str(), probe.service, headers, tls, probe.health.name()])
        }
    }
}

fn web_socket(probe: &WebSocketProbe) -> Value {
    let steps: Vec<Value> = probe.dialogue.iter().map(step).collect();
    json!([
        "ws",
        probe.url.as_str(),
        names(&probe.headers),
        probe.is_secure().then(|| tls(&probe.tls)),
        probe.subprotocols,
        steps,
        probe.close_code,
    ])
}

fn names(headers: &http::HeaderMap) -> Vec<&str> {
    let mut names: Vec<&str> = headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

fn http(probe: &HttpProbe) -> Value {
    json!([
        "http",
        probe.method.as_str(),
        probe.url.as_str(),
        names(&probe.headers),
        probe.body.is_some(),
        probe.follow_redirects,
        tls(&probe.tls),
        expect(&probe.expect),
    ])
}

fn expect(expect: &HttpExpect) -> Value {
    let status: Vec<String> = expect.status.iter().map(ToString::to_string).collect();
    let named = |headers: &[(http::HeaderName, Pattern)]| {
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
