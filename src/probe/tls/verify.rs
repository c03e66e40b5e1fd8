//! Judging a server's certificate, and remembering why it was refused: the
//! handshake's error is all that is left of a connection that did not come about.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::model::target::TlsSettings;
use crate::probe::certificate::{self, Leaf};

/// Why a certificate was refused, and what it says of itself.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) cause: CertificateError,
    /// When the first certificate of its chain ends.
    pub(super) ends: Option<DateTime<Utc>>,
    pub(super) leaf: Option<Leaf>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for Refused {}

/// Verifies as a browser does, with two additions that homes need.
#[derive(Debug)]
pub(super) struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    roots: Arc<RootCertStore>,
    /// Trusted as they stand. What `openssl req -x509` makes is its own CA,
    /// which must not be a server's certificate by the letter of RFC 5280.
    pinned: Vec<CertificateDer<'static>>,
    /// Whether any certificate will do.
    insecure: bool,
}

impl Verifier {
    pub(super) fn new(
        roots: &Arc<RootCertStore>,
        settings: &TlsSettings,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, rustls::Error> {
        let inner =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(provider));
        let inner = inner.build().map_err(|error| rustls::Error::General(error.to_string()))?;
        let pinned = settings.extra_roots.clone();
        Ok(Self { inner, roots: Arc::clone(roots), pinned, insecure: settings.insecure })
    }

    fn verify_pinned(
        leaf: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        certificate::check_validity(leaf, now)?;
        verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
        Ok(ServerCertVerified::assertion())
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.insecure {
            return Ok(ServerCertVerified::assertion());
        }
        let result = if self.pinned.contains(leaf) {
            Self::verify_pinned(leaf, name, now)
        } else {
            self.inner.verify_server_cert(leaf, others, name, ocsp_response, now)
        };
        result.map_err(|error| {
            let rustls::Error::InvalidCertificate(cause) = error else { return error };
            let chain: Vec<_> = std::iter::once(leaf).chain(others).cloned().collect();
            let ends = certificate::chain_ends(&chain, &self.roots);
            let refused = Refused { cause, ends, leaf: certificate::describe(leaf) };
            CertificateError::Other(OtherError(Arc::new(refused))).into()
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.insecure {
            return Ok(HandshakeSignatureValid::assertion());
        }
        self.inner.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.insecure {
            return Ok(HandshakeSignatureValid::assertion());
        }
        self.inner.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
