//! Targets made by hand, and what probing them yields.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::DateTime;
use http::{HeaderMap, Method};
use prober::clock::Clock;
use prober::config::{Sources, parse};
use prober::model::expect::{HttpExpect, StatusRange};
use prober::model::names::TargetName;
use prober::model::observation::{Failure, Outcome, Reason, Warning};
use prober::model::off_limits::OffLimits;
use prober::model::pattern::Pattern;
use prober::model::target::{
    Cadence, DialogueExpect, DialogueStep, Endpoint, HttpProbe, IpChoice, Payload, Protocol,
    TcpProbe, TcpSecurity, TlsSettings, Warn,
};
use prober::probe::{Prober, Report};
use url::Url;

/// Long enough never to matter, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where a timeout is the point.
pub const IMPATIENCE: Duration = Duration::from_millis(250);

/// A target of this protocol, with one attempt and all the time in the world.
pub fn target(protocol: Protocol) -> Endpoint {
    Endpoint {
        cadence: Cadence::Every(Duration::from_mins(1)),
        protocol,
        timeout: PATIENCE,
        attempts: NonZeroU32::MIN,
        ip: IpChoice::Any,
        resolver: None,
        unreachable: false,
        asks_witnesses: true,
        latency_under: None,
        secrets: Arc::new([]),
        warn: Warn { latency_over: None, cert_expires_within: Duration::from_hours(14 * 24) },
    }
}

/// The same under a name, as whoever makes a prober wants it.
pub fn named(endpoint: &Endpoint) -> (&TargetName, &Endpoint) {
    static NAME: LazyLock<TargetName> = LazyLock::new(|| TargetName::new("home"));
    (&NAME, endpoint)
}

/// The same, with less patience.
pub fn impatient(mut target: Endpoint) -> Endpoint {
    target.timeout = IMPATIENCE;
    target
}

/// `GET url`, expecting 200-299, with `change` made to it.
pub fn http_with(url: &str, change: impl FnOnce(&mut HttpProbe)) -> Endpoint {
    let mut probe = HttpProbe {
        url: Url::parse(url).unwrap(),
        method: Method::GET,
        headers: HeaderMap::new(),
        digest: None,
        body: None,
        follow_redirects: true,
        tls: Arc::new(tls_settings()),
        proxy: None,
        expect: HttpExpect {
            status: vec![StatusRange { first: 200, last: 299 }],
            body_contains: Vec::new(),
            body_matches: Vec::new(),
            body_not_contains: Vec::new(),
            body_not_matches: Vec::new(),
            headers: Vec::new(),
            headers_not: Vec::new(),
            json: Vec::new(),
            max_body: 1 << 20,
            max_body_strict: false,
            head_only: false,
        },
    };
    change(&mut probe);
    target(Protocol::Http(Box::new(probe)))
}

/// `GET url`, expecting 200-299.
pub fn http(url: &str) -> Endpoint {
    http_with(url, |_| {})
}

/// `GET url`, expecting these words in the body.
pub fn http_saying(url: &str, words: &str) -> Endpoint {
    http_with(url, |http| http.expect.body_contains.push(words.to_owned()))
}

/// A connection to this port on loopback.
pub fn tcp(port: u16) -> Endpoint {
    tcp_to("127.0.0.1", port)
}

/// A connection.
pub fn tcp_to(host: &str, port: u16) -> Endpoint {
    talk_to(host, port, TcpSecurity::Plain, Vec::new())
}

/// A connection over which this is said.
pub fn talk_to(
    host: &str,
    port: u16,
    security: TcpSecurity,
    dialogue: Vec<DialogueStep>,
) -> Endpoint {
    let scheme = if matches!(security, TcpSecurity::Tls(_)) { "tls" } else { "tcp" };
    let (host, dialogue) = (host.to_owned(), dialogue.into());
    target(Protocol::Tcp(Box::new(TcpProbe { scheme, host, port, security, dialogue })))
}

/// A step that sends a text.
pub fn say(text: &str) -> DialogueStep {
    DialogueStep::Send(Payload::text(text))
}

/// A step that expects a pattern.
pub fn hear(pattern: &str) -> DialogueStep {
    DialogueStep::Expect(DialogueExpect::Matches(Pattern::new(pattern).unwrap()))
}

/// A connection, and a banner that matches.
pub fn banner(port: u16, pattern: &str, send: Option<&str>) -> Endpoint {
    let dialogue = send.map(say).into_iter().chain([hear(pattern)]).collect();
    talk_to("127.0.0.1", port, TcpSecurity::Plain, dialogue)
}

/// A handshake.
pub fn tls(host: &str, port: u16, settings: TlsSettings) -> Endpoint {
    talk_to(host, port, TcpSecurity::Tls(Arc::new(settings)), Vec::new())
}

/// TLS as it is unless configured.
pub fn tls_settings() -> TlsSettings {
    TlsSettings {
        extra_roots: Vec::new(),
        server_name: None,
        insecure: false,
        pins: Vec::new(),
        client: None,
    }
}

/// The target with this URL and these lines, as a file has it. The variable `BYTES` is four
/// bytes.
pub fn configured(url: &str, lines: &str) -> Endpoint {
    let text = format!("[[target]]\nname = 'it'\nurl = '{url}'\n{lines}\n");
    let env = |name: &str| (name == "BYTES").then(|| "de ad be ef".to_owned());
    let read_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let sources = Sources { env: &env, read_file: &read_file, now: DateTime::UNIX_EPOCH };
    let config = parse(Path::new("probes.toml"), &text, &sources);
    let config = config.unwrap_or_else(|errors| panic!("{errors}"));
    let mut endpoint = config.targets[0].endpoint().unwrap().clone();
    (endpoint.attempts, endpoint.timeout) = (NonZeroU32::MIN, PATIENCE);
    endpoint
}

/// Probes one target, by the machine's clock.
pub async fn probe(target: &Endpoint) -> Report {
    probe_at(target, Clock::System).await
}

/// Probes one target, by this clock.
pub async fn probe_at(target: &Endpoint, clock: Clock) -> Report {
    let prober = Prober::new([named(target)], OffLimits::default(), clock).unwrap();
    let mut reports = prober.round(&[target], None, |_, _| {}).await;
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// Its warnings; it must be a success.
#[track_caller]
pub fn success(report: &Report) -> &[Warning] {
    match &report.outcome {
        Outcome::Success { warnings } => warnings,
        other @ (Outcome::Failure(_) | Outcome::Inconclusive { .. }) => {
            panic!("not a success: {other:?}")
        }
    }
}

/// Its detail; it must be a failure for this reason.
#[track_caller]
pub fn failure(report: &Report, expected: Reason) -> String {
    match &report.outcome {
        Outcome::Failure(Failure { reason, detail }) if *reason == expected => detail.to_string(),
        other => panic!("not a failure for {expected:?}: {other:?}"),
    }
}

/// Why; it must be inconclusive.
#[track_caller]
pub fn inconclusive(report: &Report) -> String {
    match &report.outcome {
        Outcome::Inconclusive { why } => why.to_string(),
        other @ (Outcome::Success { .. } | Outcome::Failure(_)) => {
            panic!("not inconclusive: {other:?}")
        }
    }
}
