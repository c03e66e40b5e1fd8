//! Why a certificate was refused, with the right advice: to trust it is advised only if
//! that would help.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use rustls_pki_types::UnixTime;

use crate::clock::is_unset;
use crate::model::detail::{
    CertificateDetail, CertificateFlaw, CertificateIssuerDetail, CertificateLimit,
    CertificateNameDetail, DefaultOwner as Owner, Detail, Moment, NameList, Past,
};
use crate::model::observation::Reason;
use crate::probe::certificate::{Described, Shown};
use crate::probe::fault::Fault;

use super::chain::instant;
use super::verify::Refused;

/// Names of a certificate that are quoted, at most.
const MAX_NAMES: usize = 3;

/// What programs show when they have no certificate for a name, by what its subject or one
/// of its names contains, in lower case. Somebody who trusts it has gained nothing.
const DEFAULTS: &[(&str, Owner)] = &[
    ("traefik default cert", known("Traefik")),
    (".traefik.default", known("Traefik")),
    ("kubernetes ingress controller fake", known("ingress-nginx")),
    ("ingress.local", known("ingress-nginx")),
    ("nginx proxy manager", known("Nginx Proxy Manager")),
    ("dummy certificate", Owner::Proxy),
    ("synology", known("Synology DSM")),
    ("qnap", known("QNAP QTS")),
    ("ubiquiti", known("UniFi")),
    ("unifi.local", known("UniFi")),
    ("proxmox", known("Proxmox")),
    ("pfsense", known("pfSense")),
    ("opnsense", known("OPNsense")),
    ("truenas", known("TrueNAS")),
    ("ixsystems", known("TrueNAS")),
    ("plesk", known("Plesk")),
    ("fritz.box", known("FRITZ!Box")),
    ("localhost.localdomain", Owner::WebServer),
];

/// Authorities that are not meant to be trusted by everybody, by what their names
/// contain, in lower case, and what is to be done about it.
const AUTHORITIES: &[(&str, ForHost)] = &[
    ("cloudflare origin", |host| CertificateIssuerDetail::CloudflareOrigin { host }),
    ("(staging)", |host| CertificateIssuerDetail::Staging { host }),
    ("fake le ", |host| CertificateIssuerDetail::OldStaging { host }),
    ("caddy local authority", |host| CertificateIssuerDetail::CaddyLocal { host }),
];

/// What is said of the certificate of a host.
type ForHost = fn(String) -> CertificateIssuerDetail;

const fn known(program: &'static str) -> Owner {
    Owner::Program(Cow::Borrowed(program))
}

/// The fault if the certificate of `host` was refused.
pub(super) fn untrusted(refused: &Refused, host: &str, now: DateTime<Utc>) -> Fault {
    if matches!(refused.cause, webpki::Error::CertNotValidYet { .. }) && is_unset(now) {
        let clock = now.format("%F %H:%M");
        return Fault::ours(format!("the clock here is not set: it shows {clock} UTC"));
    }
    let detail = detail_of(refused, host.to_owned(), now);
    let is_over = matches!(refused.cause, webpki::Error::CertExpired { .. });
    let is_about_its_end =
        is_over && refused.shown.is_some() && refused.is_for_expected != Some(false);
    let reason = if is_about_its_end { Reason::CertExpired } else { Reason::Tls };
    Fault::theirs(reason, detail)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are webpki's, which adds some")]
fn detail_of(refused: &Refused, host: String, now: DateTime<Utc>) -> Detail {
    let Some(shown) = &refused.shown else {
        return CertificateDetail::Unreadable { host }.into();
    };
    // The name comes first: other faults of a certificate for somebody else do not
    // matter.
    if refused.is_for_expected == Some(false) {
        return misnamed(shown, refused).into();
    }
    match &refused.cause {
        webpki::Error::CertExpired { not_after, .. } => {
            ended(refused, shown, *not_after, host, now).into()
        }
        webpki::Error::CertNotValidYet { not_before, .. } => {
            not_yet_valid(instant(*not_before), host, now).into()
        }
        webpki::Error::UnknownIssuer | webpki::Error::CaUsedAsEndEntity => {
            unknown(shown, refused.has_own_roots, host).into()
        }
        cause => limit(shown, &host).unwrap_or_else(|| invalid(cause, shown, host)).into(),
    }
}

fn not_yet_valid(
    begins: Option<DateTime<Utc>>,
    host: String,
    now: DateTime<Utc>,
) -> CertificateDetail {
    match begins.map(Moment) {
        Some(begins) => CertificateDetail::NotYetValid { host, now: Moment(now), begins },
        None => CertificateDetail::NotYet { host },
    }
}

/// When that certificate ends, or has ended, which the report is about.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are webpki's, which adds some")]
pub(super) fn ends(refused: &Refused) -> Option<DateTime<Utc>> {
    let own = refused.shown.as_ref().and_then(|shown| shown.leaf.life).map(|life| life.ends);
    match &refused.cause {
        webpki::Error::CertExpired { not_after, .. } => instant(*not_after).or(own),
        // `webpki::Error` is non-exhaustive; no other error is about an end.
        _ => own,
    }
}

/// For a certificate that is for somebody else.
fn misnamed(shown: &Shown, refused: &Refused) -> CertificateNameDetail {
    use CertificateNameDetail as It;
    let (leaf, expected) = (&shown.leaf, refused.expected.clone());
    let subject = leaf.subject.clone();
    let names: Vec<String> = leaf.names.iter().take(MAX_NAMES).cloned().collect();
    let names = NameList { more: leaf.names.len() - names.len(), names };
    match default_of(leaf) {
        Some(program) if leaf.names.is_empty() => It::Default { program, expected, subject },
        Some(program) => It::DefaultFor { program, expected, subject, names },
        None if leaf.names.is_empty() => It::ForNobody { expected, subject },
        None if leaf.is_self_signed => It::ForOtherSelfSigned { names, expected },
        None => It::ForOther { names, expected },
    }
}

/// The program whose default certificate this is, if it is known for that.
fn default_of(leaf: &Described) -> Option<Owner> {
    let texts = std::iter::once(&leaf.whole_subject).chain(&leaf.names);
    let texts: Vec<String> = texts.map(|text| text.to_lowercase()).collect();
    let found = DEFAULTS.iter().find(|(part, _)| texts.iter().any(|text| text.contains(part)));
    found.map(|(_, whose)| whose.clone())
}

/// For a chain that leads to no known authority.
fn unknown(shown: &Shown, has_own_roots: bool, host: String) -> CertificateIssuerDetail {
    use CertificateIssuerDetail as It;
    let leaf = &shown.leaf;
    if leaf.is_self_signed {
        return It::SelfSigned { host };
    }
    let top = shown.top.as_ref().unwrap_or(leaf);
    let named = |text: &str| {
        let text = text.to_lowercase();
        AUTHORITIES.iter().find(|(part, _)| text.contains(part)).map(|(_, detail)| detail)
    };
    if let Some(detail) = named(&leaf.issuer).or_else(|| named(&top.issuer)) {
        return detail(host);
    }
    // The only way to tell a missing link from a home's own root is by what
    // the last certificate says of its issuer.
    let issuer = top.issuer.clone();
    if !top.is_self_signed && (top.tells_issuers_place || (shown.top.is_none() && has_own_roots)) {
        return It::NoIntermediate { host, issuer };
    }
    if shown.top.is_none() {
        return It::UnknownIssuer { host, issuer };
    }
    It::UnknownAuthority { host, issuer: leaf.issuer.clone(), authority: issuer }
}

/// Of a certificate that has ended: the server's own, or one that it needs.
fn ended(
    refused: &Refused,
    shown: &Shown,
    not_after: UnixTime,
    host: String,
    now: DateTime<Utc>,
) -> CertificateDetail {
    use CertificateDetail as It;
    let Some(at) = instant(not_after) else { return It::HasExpired { host } };
    let ended = Past { at, seen: now };
    let is_it = |certificate: &&Described| certificate.life.is_some_and(|life| life.ends == at);
    if is_it(&&shown.leaf) {
        return It::Expired { host, ended };
    }
    if let Some(name) = refused.ended_root.clone() {
        return It::RootExpired { name, host, ended };
    }
    match shown.others.iter().find(is_it) {
        Some(other) => It::IntermediateExpired { name: other.subject.clone(), host, ended },
        None => It::Expired { host, ended },
    }
}

/// For a certificate that we cannot check, which is not the server's fault.
fn limit(shown: &Shown, host: &str) -> Option<CertificateDetail> {
    let unchecked = shown.leaf.unchecked.clone().map(|limit| (host, limit));
    let issuers = shown.others.iter();
    let mut above = issuers.filter_map(|other| {
        let limit = other.unchecked_key.clone().or_else(|| other.unchecked.clone())?;
        Some((other.subject.as_str(), limit))
    });
    let (whose, limit) = unchecked.or_else(|| above.next())?;
    Some(CertificateDetail::Uncheckable { host: whose.to_owned(), limit })
}

/// The rest, which are rare.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are webpki's, which adds some")]
fn invalid(cause: &webpki::Error, shown: &Shown, host: String) -> CertificateDetail {
    use CertificateDetail::{OtherKey, Uncheckable};
    use CertificateFlaw as Flaw;
    use CertificateLimit as Limit;
    use webpki::Error;
    let flaw = match cause {
        Error::BadDer | Error::BadDerTime | Error::TrailingData(_) => Flaw::BadlyEncoded {},
        Error::MalformedExtensions | Error::ExtensionValueInvalid => Flaw::MalformedExtension {},
        Error::MalformedDnsIdentifier => Flaw::MalformedName {},
        Error::InvalidCertValidity => Flaw::EndsBeforeItBegins {},
        Error::InvalidSerialNumber => Flaw::InvalidSerial {},
        Error::CertRevoked => Flaw::Revoked {},
        Error::CertDistrusted => Flaw::Distrusted {},
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => Flaw::NotForServers {},
        Error::EndEntityUsedAsCa => Flaw::IssuedByNoAuthority {},
        Error::NameConstraintViolation | Error::MalformedNameConstraint => Flaw::NameNotAllowed {},
        Error::PathLenConstraintViolated => Flaw::PathTooLong {},
        Error::UnsupportedCriticalExtension => {
            return Uncheckable { host, limit: Limit::CriticalExtension {} };
        }
        Error::UnsupportedCertVersion => {
            return Uncheckable { host, limit: Limit::NotVersion3 {} };
        }
        Error::InvalidSignatureForPublicKey | Error::SignatureAlgorithmMismatch => {
            let issuer = shown.top.as_ref().unwrap_or(&shown.leaf).issuer.clone();
            return OtherKey { host, issuer };
        }
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            return Uncheckable { host, limit: Limit::UnknownSignature {} };
        }
        Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumSignatureChecksExceeded
        | Error::MaximumNameConstraintComparisonsExceeded => {
            return Uncheckable { host, limit: Limit::TooMany {} };
        }
        // `webpki::Error` is non-exhaustive; the rest are about revocation lists, which are not used.
        _ => Flaw::Other {},
    };
    CertificateDetail::Invalid { host, flaw }
}
