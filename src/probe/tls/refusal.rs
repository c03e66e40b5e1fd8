//! What the errors of TLS mean, in words.

use std::io;

use chrono::{DateTime, Utc};
use rustls::{AlertDescription, CertificateError};
use rustls_pki_types::UnixTime;

use crate::model::observation::Reason;
use crate::probe::fault::Fault;
use crate::probe::warnings::expired;

use super::verify::Refused;

/// Names of a certificate that are quoted, at most.
const MAX_NAMES: usize = 3;

/// The TLS error in an I/O error, if that is what it is.
pub(in crate::probe) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|error| error.downcast_ref())
}

/// What our verifier had to say, if it was the one to refuse.
pub(super) fn refused(error: &rustls::Error) -> Option<&Refused> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

/// What it means that TLS with `host` failed.
pub(in crate::probe) fn failed(error: &rustls::Error, host: &str) -> Fault {
    let detail = match error {
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            format!("{host} wants a client certificate")
        }
        rustls::Error::AlertReceived(alert) => format!("{host} refused the handshake: {alert:?}"),
        rustls::Error::InvalidMessage(_) => format!("{host} does not speak TLS on this port"),
        rustls::Error::PeerIncompatible(_) => {
            format!("{host} offers no TLS version or cipher that is still safe: {error}")
        }
        error => format!("TLS with {host} failed: {error}"),
    };
    Fault::theirs(Reason::Tls, detail)
}

/// What it means that the certificate was refused.
pub(super) fn untrusted(refused: &Refused, host: &str, now: DateTime<Utc>) -> Fault {
    let detail = match &refused.cause {
        CertificateError::ExpiredContext { not_after, .. } => {
            return gone(instant(*not_after), host, now);
        }
        CertificateError::Expired => return gone(refused.ends, host, now),
        CertificateError::NotValidYetContext { not_before, .. } => match instant(*not_before) {
            Some(begin) => {
                format!("the certificate for {host} is valid from {}", begin.format("%F"))
            }
            None => format!("the certificate for {host} is not valid yet"),
        },
        // `tls.server_name` may ask for another name than the host's.
        CertificateError::NotValidForNameContext { expected, .. } => {
            misnamed(refused, &expected.to_str())
        }
        CertificateError::NotValidForName => misnamed(refused, host),
        CertificateError::UnknownIssuer => match &refused.leaf {
            Some(leaf) if leaf.is_self_signed => {
                format!(
                    "the certificate for {host} is self-signed: to trust it, name its file as tls.ca"
                )
            }
            Some(leaf) => {
                format!("the certificate for {host} is issued by `{}`, unknown here", leaf.issuer)
            }
            None => format!("the certificate for {host} is issued by nobody known here"),
        },
        cause if is_authority(cause) => {
            format!(
                "the certificate for {host} is self-signed: to trust it, name its file as tls.ca"
            )
        }
        // `CertificateError` is non-exhaustive; the rest are rare and speak for themselves.
        cause => format!("the certificate for {host} is not valid: {cause}"),
    };
    Fault::theirs(Reason::Tls, detail)
}

fn misnamed(refused: &Refused, expected: &str) -> String {
    let names = refused.leaf.as_ref().map(|leaf| leaf.names.as_slice()).unwrap_or_default();
    let names = names[..names.len().min(MAX_NAMES)].join(", ");
    let names = if names.is_empty() { "no name at all".to_owned() } else { names };
    format!("the certificate is for {names}, not for {expected}")
}

/// Whether a server shows the certificate of an authority as its own, which is
/// what `openssl req -x509` makes.
fn is_authority(cause: &CertificateError) -> bool {
    match cause {
        CertificateError::Other(other) => {
            matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
}

fn gone(end: Option<DateTime<Utc>>, host: &str, now: DateTime<Utc>) -> Fault {
    let detail = match end {
        Some(end) => expired(host, end, now),
        None => format!("the certificate for {host} has expired"),
    };
    Fault::theirs(Reason::CertExpired, detail)
}

fn instant(time: UnixTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(time.as_secs()).ok()?, 0)
}
