//! Why a handshake failed, in words, if not for the certificate.

use std::io;

use rustls::{AlertDescription, CertificateError, PeerIncompatible, PeerMisbehaved};

use crate::model::observation::Reason;
use crate::probe::fault::Fault;

use super::refusal::cannot_check;
use super::verify::Handshake;

/// The TLS error in an I/O error, if that is what it is.
pub(in crate::probe) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|error| error.downcast_ref())
}

/// The fault if TLS with `host` failed.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
pub(in crate::probe) fn failed(error: &rustls::Error, host: &str) -> Fault {
    use rustls::Error;
    let detail = match error {
        Error::AlertReceived(alert) => refused(*alert, host),
        Error::InvalidMessage(_) => format!("{host} does not speak TLS on this port"),
        Error::PeerIncompatible(why) => incompatible(why, host),
        Error::InvalidCertificate(_) => format!(
            "{host} did not prove that the certificate is its own: it signed the handshake wrongly"
        ),
        Error::NoCertificatesPresented => format!("{host} shows no certificate"),
        Error::NoApplicationProtocol => format!("{host} speaks neither HTTP/1.1 nor HTTP/2"),
        Error::DecryptError => {
            format!("{host} sent what cannot be decrypted: something on the way changed it")
        }
        // Where any certificate will do, more kinds of signatures are offered than are known.
        Error::PeerMisbehaved(
            PeerMisbehaved::SignedKxWithWrongAlgorithm
            | PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme,
        ) => nothing_in_common(host),
        Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_)
        | Error::PeerSentOversizedRecord => format!("{host} broke the rules of TLS"),
        Error::FailedToGetCurrentTime
        | Error::FailedToGetRandomBytes
        | Error::EncryptError
        | Error::HandshakeNotComplete => {
            return Fault::ours(format!("the prober itself failed: {error}"));
        }
        // `Error` is non-exhaustive; the rest are about settings that are not used here.
        _ => format!("TLS with {host} failed"),
    };
    Fault::theirs(Reason::Tls, detail)
}

/// The same for a handshake of which more is known than the error.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
pub(super) fn unshaken(error: &rustls::Error, host: &str, handshake: &Handshake) -> Fault {
    match error {
        rustls::Error::InvalidCertificate(
            CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        ) if let Some(limit) = handshake.unchecked() => {
            Fault::theirs(Reason::Tls, cannot_check(host, limit))
        }
        // Before TLS 1.3, a server without a word of its own for it says this.
        rustls::Error::AlertReceived(AlertDescription::HandshakeFailure)
            if handshake.was_asked() =>
        {
            Fault::theirs(Reason::Tls, wants_client(host))
        }
        error => failed(error, host),
    }
}

/// What is wrong with a setting, for whoever wrote it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
pub(in crate::probe) fn unusable(error: &rustls::Error) -> &'static str {
    use rustls::Error;
    match error {
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => {
            "it is not a certificate of a kind that is known here"
        }
        Error::InconsistentKeys(_) => "the private key does not belong to it",
        Error::General(_) => "its private key is not of a kind that is known here",
        // `Error` is non-exhaustive; the rest are about connections.
        _ => "it is not of a kind that is known here",
    }
}

fn wants_client(host: &str) -> String {
    format!("{host} wants a client certificate")
}

/// What a server means by an alert: <https://www.rfc-editor.org/rfc/rfc8446#section-6.2>.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
fn refused(alert: AlertDescription, host: &str) -> String {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired | Alert::NoCertificate => wants_client(host),
        Alert::ProtocolVersion => too_old(host),
        Alert::InsufficientSecurity => nothing_in_common(host),
        // Cloudflare says it of names that it has no certificate for.
        Alert::HandshakeFailure => format!(
            "{host} refused the handshake: it has no certificate for this name, or {NOTHING_SHARED}"
        ),
        Alert::UnknownCA => {
            format!("{host} does not know the authority of our client certificate")
        }
        Alert::CertificateExpired => format!("{host} says that our client certificate expired"),
        Alert::CertificateRevoked => format!("{host} says that our client certificate was revoked"),
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::DecryptError => format!("{host} does not accept our client certificate"),
        Alert::AccessDenied => format!("{host} accepts the certificate, but denies access"),
        Alert::UnrecognisedName => format!("{host} serves no site of this name (SNI)"),
        Alert::NoApplicationProtocol => format!("{host} speaks neither HTTP/1.1 nor HTTP/2"),
        Alert::InternalError => format!(
            "{host} broke off the handshake with an error of its own (as proxies do that have no certificate for the name)"
        ),
        // The rest say that one side does not understand the other.
        alert => format!("{host} broke off the handshake (alert {})", u8::from(alert)),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
fn incompatible(why: &PeerIncompatible, host: &str) -> String {
    match why {
        PeerIncompatible::NullCompressionRequired
        | PeerIncompatible::IncorrectCertificateTypeExtension
        | PeerIncompatible::UnsolicitedCertificateTypeExtension => {
            format!("{host} offers nothing in TLS that is known here")
        }
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => too_old(host),
        // `PeerIncompatible` is non-exhaustive; the rest are versions, ciphers and keys.
        _ => nothing_in_common(host),
    }
}

fn nothing_in_common(host: &str) -> String {
    format!("{host} {NOTHING_SHARED}")
}

/// Which of the two is behind the times is for the reader to judge.
const NOTHING_SHARED: &str = "shares no cipher or kind of key that prober takes as safe, which is prober's own limit: tcp:// needs none, tls.insecure = true takes more kinds of keys";

fn too_old(host: &str) -> String {
    format!(
        "{host} speaks no version of TLS that prober takes as safe (1.2 and 1.3), which is prober's own limit: tcp:// needs none"
    )
}
