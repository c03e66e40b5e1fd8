//! Judges a server's certificate, and remembers the result: after a failed handshake,
//! only its error is left otherwise.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::EndEntityCert;

use crate::model::detail::CertificateLimit;
use crate::model::target::TlsSettings;
use crate::probe::certificate::{FirstToEnd, Life, Shown, describe};

use super::chain::{self, Known, Path, Roots, check_validity, instant};

/// Kinds of signatures that are offered where none is checked, beyond those that can be.
/// A server shows no certificate whose kind is not offered. The numbers are those of
/// <https://www.iana.org/assignments/tls-parameters/tls-parameters.xhtml>.
const UNCHECKED: [SignatureScheme; 10] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED448,
    // RSA keys that are for PSS only.
    SignatureScheme::Unknown(0x0809),
    SignatureScheme::Unknown(0x080a),
    SignatureScheme::Unknown(0x080b),
    // Brainpool's curves.
    SignatureScheme::Unknown(0x081a),
    SignatureScheme::Unknown(0x081b),
    SignatureScheme::Unknown(0x081c),
    SignatureScheme::ECDSA_SHA1_Legacy,
    SignatureScheme::RSA_PKCS1_SHA1,
];

/// Why a certificate was refused, and what was shown.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) cause: webpki::Error,
    /// The name of a root among the settings that has ended, if that is the cause.
    pub(super) ended_root: Option<String>,
    /// For whom it ought to be.
    pub(super) expected: String,
    /// Whether it is for that name; `None` if that is not known.
    pub(super) is_for_expected: Option<bool>,
    /// What it says of itself; `None` if it cannot be read.
    pub(super) shown: Option<Shown>,
    /// Whether authorities beside the well-known ones are trusted.
    pub(super) has_own_roots: bool,
}

/// Verifies as a browser does, with two additions that homes need.
#[derive(Debug)]
pub(super) struct Verifier {
    roots: Roots,
    algorithms: WebPkiSupportedAlgorithms,
    /// Trusted as they stand. What `openssl req -x509` makes is its own CA,
    /// which must not be a server's certificate by the letter of RFC 5280.
    pinned: Vec<CertificateDer<'static>>,
    /// Whether any certificate will do.
    insecure: bool,
    /// Whether the server must prove that it has the certificate's key, also if any
    /// certificate will do.
    must_prove: bool,
    known: Known,
}

impl Verifier {
    pub(super) fn new(
        roots: RootCertStore,
        settings: &TlsSettings,
        provider: &CryptoProvider,
    ) -> Self {
        Self {
            roots: Roots::new(roots, &settings.extra_roots),
            algorithms: provider.signature_verification_algorithms,
            pinned: settings.extra_roots.clone(),
            insecure: settings.insecure,
            must_prove: !settings.insecure || !settings.pins.is_empty(),
            known: Known::default(),
        }
    }

    /// The certificate that ends first of those that the server needs, or why it is not trusted. `None` if it is, and that cannot be read.
    fn judge(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<Option<FirstToEnd>, Box<Refused>> {
        if self.insecure {
            return Ok(Life::of(leaf).map(FirstToEnd::own));
        }
        let life = if self.pinned.contains(leaf) {
            pinned(leaf, now).map(Some)
        } else {
            let path = self.path(leaf, others, now);
            path.map(|path| path.map(|path| path.first_to_end))
        };
        let is_for_expected = is_for(leaf, name);
        let cause = match (life, &is_for_expected) {
            (Ok(life), Ok(())) => return Ok(life),
            (Ok(_), Err(unfit)) => unfit.clone(),
            (Err(cause), _) => cause,
        };
        Err(Box::new(Refused {
            ended_root: self.ended_root(&cause),
            cause,
            expected: name.to_str().into_owned(),
            is_for_expected: match is_for_expected {
                Ok(()) => Some(true),
                Err(webpki::Error::CertNotValidForName(_)) => Some(false),
                // What cannot be read cannot be compared.
                Err(_) => None,
            },
            shown: describe(leaf, others),
            has_own_roots: !self.pinned.is_empty(),
        }))
    }

    /// The root of a setting that has ended, if that is what is wrong.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the errors are webpki's, which adds some")]
    fn ended_root(&self, cause: &webpki::Error) -> Option<String> {
        match cause {
            webpki::Error::CertExpired { not_after, .. } => {
                self.roots.ended_at(instant(*not_after)?).map(str::to_owned)
            }
            // No other error is about an end.
            _ => None,
        }
    }

    /// The way to a root, which is looked for once.
    fn path(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<Option<Path>, webpki::Error> {
        let digest = chain::digest(leaf, others);
        if let Some(known) = self.known.get(&digest, now) {
            return Ok(Some(known));
        }
        let path = chain::verify(leaf, others, &self.roots, &self.algorithms, now)?;
        if let Some(path) = path {
            self.known.keep(digest, path.clone());
            return Ok(Some(path));
        }
        Ok(None)
    }
}

/// Whether a certificate is for `name`.
fn is_for(leaf: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), webpki::Error> {
    EndEntityCert::try_from(leaf)?.verify_is_valid_for_subject_name(name)
}

/// The life of a certificate that is trusted whoever issued it.
fn pinned(leaf: &CertificateDer<'_>, time: UnixTime) -> Result<FirstToEnd, webpki::Error> {
    let life = Life::of(leaf).ok_or(webpki::Error::BadDer)?;
    check_validity(life, time).map(|()| FirstToEnd::own(life))
}

/// One handshake: who the server is, whether it asked who we are, and what was found.
#[derive(Debug)]
pub(super) struct Handshake {
    verifier: Arc<Verifier>,
    identity: Arc<dyn ResolvesClientCert>,
    found: OnceLock<Result<Option<FirstToEnd>, Box<Refused>>>,
    /// What about the server's key cannot be checked, once that was tried.
    unchecked: OnceLock<CertificateLimit>,
    was_asked: AtomicBool,
}

impl Handshake {
    /// One that has not begun. `identity` is whom we say we are.
    pub(super) fn new(verifier: &Arc<Verifier>, identity: &Arc<dyn ResolvesClientCert>) -> Self {
        Self {
            verifier: Arc::clone(verifier),
            identity: Arc::clone(identity),
            found: OnceLock::new(),
            unchecked: OnceLock::new(),
            was_asked: AtomicBool::new(false),
        }
    }

    /// What was found of the server's certificate; `None` if it has shown none.
    pub(super) fn found(&self) -> Option<&Result<Option<FirstToEnd>, Box<Refused>>> {
        self.found.get()
    }

    /// Whether the server asked for a certificate of ours.
    pub(super) fn was_asked(&self) -> bool {
        self.was_asked.load(Ordering::Relaxed)
    }

    /// Why the signature of the handshake could not be checked, if it was for a
    /// limit of ours.
    pub(super) fn unchecked(&self) -> Option<CertificateLimit> {
        self.unchecked.get().cloned()
    }

    /// Checks the signature of the handshake by `check`, unless none is checked.
    fn signature(
        &self,
        leaf: &CertificateDer<'_>,
        check: impl FnOnce(&WebPkiSupportedAlgorithms) -> Result<HandshakeSignatureValid, rustls::Error>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if !self.verifier.must_prove {
            return Ok(HandshakeSignatureValid::assertion());
        }
        check(&self.verifier.algorithms).inspect_err(|_| {
            if let Some(limit) = describe(leaf, &[]).and_then(|shown| shown.leaf.unchecked_key) {
                self.unchecked.get_or_init(|| limit);
            }
        })
    }
}

impl ServerCertVerifier for Handshake {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.found.get_or_init(|| self.verifier.judge(leaf, others, name, now)) {
            Ok(_) => Ok(ServerCertVerified::assertion()),
            Err(refused) => {
                let cause = OtherError(Arc::new(refused.cause.clone()));
                Err(CertificateError::Other(cause).into())
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signature(leaf, |known| verify_tls12_signature(message, leaf, signed, known))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signature(leaf, |known| verify_tls13_signature(message, leaf, signed, known))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.verifier.algorithms.supported_schemes();
        if !self.verifier.must_prove {
            schemes.extend(UNCHECKED);
        }
        schemes
    }
}

impl ResolvesClientCert for Handshake {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.was_asked.store(true, Ordering::Relaxed);
        self.identity.resolve(root_hint_subjects, schemes)
    }

    fn only_raw_public_keys(&self) -> bool {
        self.identity.only_raw_public_keys()
    }

    fn has_certs(&self) -> bool {
        self.identity.has_certs()
    }
}

#[cfg(test)]
mod tests;
