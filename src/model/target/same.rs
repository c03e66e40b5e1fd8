//! Whether two probers mean the same by a target: a digest of what is asked and of what
//! must be answered, without its secrets.

use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::stream::{DialogueExpect, DialogueStep, TcpSecurity};
use super::{DnsCode, DnsProbe, Endpoint, HttpProbe, IpChoice, Protocol, TlsSettings};
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
        match &self.protocol {
            Protocol::Http(probe) => {
                probe.headers.is_empty()
                    && probe.digest.is_none()
                    && probe.body.is_none()
                    && probe.tls.client.is_none()
            }
            Protocol::Tcp(probe) => {
                let client = match &probe.security {
                    TcpSecurity::Plain => false,
                    TcpSecurity::Tls(tls) | TcpSecurity::StartTls(tls) => tls.client.is_some(),
                };
                let says = |step: &DialogueStep| matches!(step, DialogueStep::Send(_));
                !client && !probe.dialogue.iter().any(says)
            }
            Protocol::Udp(_) => false,
            Protocol::Dns(_) | Protocol::Icmp(_) => true,
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
        let asked = self.protocol_asked();
        let text = json!([1, ip, self.unreachable, under, asked]).to_string();
        let digest = digest(&SHA256, text.as_bytes());
        hex::hex(digest.as_ref().get(..LENGTH).unwrap_or_default())
    }

    fn protocol_asked(&self) -> Value {
        protocol(&self.protocol, &self.secrets)
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
    }
}

fn http(probe: &HttpProbe, secrets: &[Secret]) -> Value {
    let mut headers: Vec<(&str, Option<&str>)> = probe
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), told(name, value, secrets)))
        .collect();
    headers.sort_unstable();
    json!([
        "http",
        probe.method.as_str(),
        probe.url.as_str(),
        headers,
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
        "dns",
        probe.host,
        probe.port,
        probe.name,
        probe.kind.name(),
        expect.rcode.map(DnsCode::name),
        expect.answer,
        patterns(&expect.answer_matches),
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
    json!([name, settings.insecure])
}

fn patterns(patterns: &[Pattern]) -> Vec<String> {
    patterns.iter().map(ToString::to_string).collect()
}
