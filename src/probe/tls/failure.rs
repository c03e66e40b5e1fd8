//! Why a handshake failed, if not for the certificate.

use std::io;

use rustls::{AlertDescription, CertificateError, PeerIncompatible, PeerMisbehaved};

use crate::model::detail::{CertificateDetail, OsFault, OwnDetail, TlsDetail};
use crate::model::observation::Reason;
use crate::probe::fault::Fault;

use super::verify::Handshake;

/// The TLS error in an I/O error, if that is what it is.
pub(in crate::probe) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|error| error.downcast_ref())
}

/// The fault if TLS with `host` failed.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
pub(in crate::probe) fn failed(error: &rustls::Error, host: &str) -> Fault {
    use rustls::Error;
    let host = host.to_owned();
    let detail = match error {
        Error::AlertReceived(alert) => refused(*alert, host),
        Error::InvalidMessage(_) => TlsDetail::NotTls { host },
        Error::PeerIncompatible(why) => incompatible(why, host),
        Error::InvalidCertificate(_) => TlsDetail::NotProven { host },
        Error::NoCertificatesPresented => TlsDetail::NoCertificate { host },
        Error::NoApplicationProtocol => TlsDetail::NoHttp { host },
        Error::DecryptError => TlsDetail::Undecryptable { host },
        // Where any certificate will do, more kinds of signatures are offered than are known.
        Error::PeerMisbehaved(
            PeerMisbehaved::SignedKxWithWrongAlgorithm
            | PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme,
        ) => TlsDetail::NothingShared { host },
        Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_)
        | Error::PeerSentOversizedRecord => TlsDetail::RulesBroken { host },
        Error::FailedToGetCurrentTime
        | Error::FailedToGetRandomBytes
        | Error::EncryptError
        | Error::HandshakeNotComplete => {
            let why = OsFault::Other { said: error.to_string() };
            return Fault::ours(OwnDetail::Failed { why });
        }
        // `Error` is non-exhaustive; the rest are about settings that are not used here.
        _ => TlsDetail::Failed { host },
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
            let host = host.to_owned();
            Fault::theirs(Reason::Tls, CertificateDetail::Uncheckable { host, limit })
        }
        // Before TLS 1.3, a server without a word of its own for it says this.
        rustls::Error::AlertReceived(AlertDescription::HandshakeFailure)
            if handshake.was_asked() =>
        {
            Fault::theirs(Reason::Tls, TlsDetail::WantsClient { host: host.to_owned() })
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

/// What a server means by an alert: <https://www.rfc-editor.org/rfc/rfc8446#section-6.2>.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
fn refused(alert: AlertDescription, host: String) -> TlsDetail {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired | Alert::NoCertificate => TlsDetail::WantsClient { host },
        Alert::ProtocolVersion => TlsDetail::TooOld { host },
        Alert::InsufficientSecurity => TlsDetail::NothingShared { host },
        // Cloudflare says it of names that it has no certificate for.
        Alert::HandshakeFailure => TlsDetail::HandshakeRefused { host },
        Alert::UnknownCA => TlsDetail::ClientUnknown { host },
        Alert::CertificateExpired => TlsDetail::ClientExpired { host },
        Alert::CertificateRevoked => TlsDetail::ClientRevoked { host },
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::DecryptError => TlsDetail::ClientRefused { host },
        Alert::AccessDenied => TlsDetail::AccessDenied { host },
        Alert::UnrecognisedName => TlsDetail::NoSuchSite { host },
        Alert::NoApplicationProtocol => TlsDetail::NoHttp { host },
        Alert::InternalError => TlsDetail::InternalError { host },
        // The rest say that one side does not understand the other.
        alert => TlsDetail::BrokeOff { host, alert: alert.into() },
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are rustls's, which adds some")]
fn incompatible(why: &PeerIncompatible, host: String) -> TlsDetail {
    match why {
        PeerIncompatible::NullCompressionRequired
        | PeerIncompatible::IncorrectCertificateTypeExtension
        | PeerIncompatible::UnsolicitedCertificateTypeExtension => TlsDetail::NothingKnown { host },
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => TlsDetail::TooOld { host },
        // `PeerIncompatible` is non-exhaustive; the rest are versions, ciphers and keys.
        _ => TlsDetail::NothingShared { host },
    }
}
