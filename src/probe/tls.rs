//! TLS: one configuration for each distinct setting, the handshake, and what
//! its errors mean.

mod chain;
mod failure;
mod groups;
mod refusal;
mod verify;

use std::io;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::model::detail::{CertificateDetail, CertificateOwner, OwnDetail, TlsDetail};
use crate::model::names::TargetName;
use crate::model::observation::Reason;
use crate::model::target::{Endpoint, Pin, Protocol, TlsSettings};

use super::SetupError;
use super::attempt::Context;
use super::certificate::{self, FirstToEnd};
use super::fault::{Fault, broken};
use super::metered::{Credit, Metered};
use super::trace::{Seen, Stage, Trace};

use verify::{Handshake, Verifier};

pub(super) use failure::{failed, tls_error, unusable};

/// HTTP/2, as ALPN calls it: <https://www.rfc-editor.org/rfc/rfc9113#section-3.1>.
pub(super) const ALPN_H2: &[u8] = b"h2";
const ALPN_HTTP1: &[u8] = b"http/1.1";

/// Bytes that a server may send beside the body: its handshake, of which no message may
/// have more than 64 KiB, its headers, and what the framing of HTTP may need. Whoever
/// needs more is heard no further: each record costs us time, an empty one too.
const MAX_WIRE: u64 = 512 * 1024;

/// A connection over which TLS is spoken.
pub(super) type Secured = TlsStream<Metered<TcpStream>>;

/// How TLS is spoken, for each distinct setting.
#[derive(Debug)]
pub(super) struct TlsSetups(Vec<TlsSetup>);

#[derive(Debug)]
struct TlsSetup {
    settings: Arc<TlsSettings>,
    verifier: Arc<Verifier>,
    /// Offers HTTP/2 and HTTP/1.1.
    https: Arc<ClientConfig>,
    /// Offers no protocol.
    plain: Arc<ClientConfig>,
}

impl TlsSetups {
    pub(super) fn new<'a>(
        targets: impl IntoIterator<Item = (&'a TargetName, &'a Endpoint)>,
    ) -> Result<Self, SetupError> {
        let mut setups = Self(Vec::new());
        for (name, endpoint) in targets {
            let Some(settings) = endpoint.protocol.tls() else { continue };
            if setups.find(settings).is_none() {
                setups.0.push(TlsSetup::new(name, settings)?);
            }
        }
        Ok(setups)
    }

    fn find(&self, settings: &Arc<TlsSettings>) -> Option<&TlsSetup> {
        let same = self.0.iter().find(|setup| Arc::ptr_eq(&setup.settings, settings));
        same.or_else(|| self.0.iter().find(|setup| setup.settings == *settings))
    }
}

impl TlsSetup {
    fn new(target: &TargetName, settings: &Arc<TlsSettings>) -> Result<Self, SetupError> {
        let name = || target.clone();
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for root in &settings.extra_roots {
            roots
                .add(root.clone())
                .map_err(|source| SetupError::Roots { target: name(), source })?;
        }
        let provider = rustls::crypto::ring::default_provider();
        let provider = if settings.insecure {
            groups::for_any_certificate(provider)
        } else {
            Arc::new(provider)
        };
        let verifier = Arc::new(Verifier::new(roots, settings, &provider));
        // Each connection brings its own verifier; without one, nobody is trusted.
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|source| SetupError::Roots { target: name(), source })?
            .with_root_certificates(RootCertStore::empty());
        let mut plain = match &settings.client {
            None => builder.with_no_client_auth(),
            Some(client) => builder
                .with_client_auth_cert(client.chain.clone(), client.key.clone_key())
                .map_err(|source| SetupError::ClientCertificate { target: name(), source })?,
        };
        // A resumed session would show no certificate, and measure no handshake.
        plain.resumption = Resumption::disabled();
        let mut https = plain.clone();
        https.alpn_protocols = vec![ALPN_H2.to_vec(), ALPN_HTTP1.to_vec()];
        let settings = Arc::clone(settings);
        Ok(Self { settings, verifier, https: Arc::new(https), plain: Arc::new(plain) })
    }
}

/// Shakes hands with `host`, whose certificate must be for `name` if there is one.
pub(super) async fn handshake(
    cx: &Context<'_>,
    settings: &Arc<TlsSettings>,
    name: Option<&ServerName<'static>>,
    host: &str,
    stream: TcpStream,
    trace: &mut Trace,
) -> Result<Secured, Fault> {
    let unprepared = || Fault::ours(OwnDetail::NotSetUp {});
    let setup = cx.tls.find(settings).ok_or_else(unprepared)?;
    let name = match name {
        Some(name) => name.clone(),
        None => ServerName::try_from(host.to_owned()).map_err(|_| {
            let host = host.to_owned();
            Fault::theirs(Reason::Tls, TlsDetail::NoCertifiableName { host })
        })?,
    };
    let shared = match &cx.endpoint.protocol {
        Protocol::Http(_) | Protocol::Grpc(_) => &setup.https,
        Protocol::Tcp(_)
        | Protocol::Udp(_)
        | Protocol::Dns(_)
        | Protocol::Icmp(_)
        | Protocol::WebSocket(_)
        | Protocol::Ssh(_) => &setup.plain,
    };
    let (config, handshake) = of_one_connection(shared, &setup.verifier);
    trace.enter(Stage::Tls);
    let stream = Metered::new(stream, Credit::new(MAX_WIRE));
    let result = TlsConnector::from(config).connect(name, stream).await;
    trace.enter(Stage::Rest);
    let stream = result.map_err(|error| unshaken(cx, &error, host, &handshake, trace))?;
    if let Some(Ok(Some(first_to_end))) = handshake.found() {
        let whose = whose(first_to_end, host, cx.host());
        trace.saw_certificate(Seen { life: first_to_end.life, whose });
    }
    if host == cx.host() {
        check_pins(&settings.pins, host, &stream)?;
    }
    Ok(stream)
}

/// Whether the certificate is one of those that are pinned.
fn check_pins(pins: &[Pin], host: &str, stream: &Secured) -> Result<(), Fault> {
    let shown = stream.get_ref().1.peer_certificates().and_then(|shown| shown.first());
    let Some(shown) = shown.filter(|_| !pins.is_empty()) else { return Ok(()) };
    let is_key = |pin: &Pin| matches!(pin, Pin::Key(_));
    let key = key_digest(shown).map(Pin::Key);
    let whole = Some(Pin::Certificate(sha256(shown)));
    if pins.iter().any(|pin| Some(*pin) == key || Some(*pin) == whole) {
        return Ok(());
    }
    // Said as it would be written to accept it.
    let found = if pins.iter().any(is_key) { key.or(whole) } else { whole };
    let (host, found) = (host.to_owned(), found.map(|pin| pin.to_string()).unwrap_or_default());
    Err(Fault::theirs(Reason::Tls, CertificateDetail::OtherPin { host, found }))
}

fn key_digest(certificate: &CertificateDer<'_>) -> Option<[u8; 32]> {
    certificate::key(certificate).map(|key| sha256(&key))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut found = [0; 32];
    found.copy_from_slice(digest(&SHA256, bytes).as_ref());
    found
}

/// Whose certificate it is that ends first, where it is not the own one of the host
/// that is probed.
fn whose(first_to_end: &FirstToEnd, host: &str, probed: &str) -> Option<CertificateOwner> {
    match (&first_to_end.authority, host == probed) {
        (Some(name), true) => Some(CertificateOwner::Authority { name: name.to_string() }),
        (Some(name), false) => {
            Some(CertificateOwner::AuthorityOf { name: name.to_string(), host: host.to_owned() })
        }
        (None, false) => Some(CertificateOwner::Server { host: host.to_owned() }),
        (None, true) => None,
    }
}

/// The shared configuration with a verifier that remembers what it found of
/// one server. All that is dear in it stays shared.
fn of_one_connection(
    shared: &ClientConfig,
    verifier: &Arc<Verifier>,
) -> (Arc<ClientConfig>, Arc<Handshake>) {
    let mut config = shared.clone();
    let handshake = Arc::new(Handshake::new(verifier, &config.client_auth_cert_resolver));
    config.client_auth_cert_resolver = Arc::<Handshake>::clone(&handshake);
    config.dangerous().set_certificate_verifier(Arc::<Handshake>::clone(&handshake));
    (Arc::new(config), handshake)
}

/// What it means that no hands were shaken.
fn unshaken(
    cx: &Context<'_>,
    error: &io::Error,
    host: &str,
    handshake: &Handshake,
    trace: &mut Trace,
) -> Fault {
    if let Some(Err(refused)) = handshake.found() {
        trace.cert_expires_at = refusal::ends(refused);
        return refusal::untrusted(refused, host, cx.clock.now());
    }
    match tls_error(error) {
        Some(error) => failure::unshaken(error, host, handshake),
        None => broken(error, host),
    }
}
