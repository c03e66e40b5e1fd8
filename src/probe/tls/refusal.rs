//! Why a certificate was refused, with the right advice: to trust it is advised only if
//! that would help.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use rustls_pki_types::UnixTime;

use crate::clock::is_unset;
use crate::model::observation::Reason;
use crate::probe::certificate::{Described, Shown};
use crate::probe::fault::Fault;
use crate::probe::warnings::{expired, since};

use super::chain::instant;
use super::verify::Refused;

/// Names of a certificate that are quoted, at most.
const MAX_NAMES: usize = 3;

/// What programs show when they have no certificate for a name, by what its subject or one
/// of its names contains, in lower case. Somebody who trusts it has gained nothing.
const DEFAULTS: &[(&str, &str)] = &[
    ("traefik default cert", "Traefik"),
    (".traefik.default", "Traefik"),
    ("kubernetes ingress controller fake", "ingress-nginx"),
    ("ingress.local", "ingress-nginx"),
    ("nginx proxy manager", "Nginx Proxy Manager"),
    ("dummy certificate", "the proxy"),
    ("synology", "Synology DSM"),
    ("qnap", "QNAP QTS"),
    ("ubiquiti", "UniFi"),
    ("unifi.local", "UniFi"),
    ("proxmox", "Proxmox"),
    ("pfsense", "pfSense"),
    ("opnsense", "OPNsense"),
    ("truenas", "TrueNAS"),
    ("ixsystems", "TrueNAS"),
    ("plesk", "Plesk"),
    ("fritz.box", "FRITZ!Box"),
    ("localhost.localdomain", "the web server"),
];

/// Authorities that are not meant to be trusted by everybody, by what their names
/// contain, in lower case, and what is to be done about it.
const AUTHORITIES: &[(&str, &str)] = &[
    (
        "cloudflare origin",
        "Cloudflare's for origins, which only Cloudflare trusts: probe the name that it serves, or name its root as tls.ca",
    ),
    (
        "(staging)",
        "the test authority of Let's Encrypt, which nobody trusts: ask for the certificate again, without staging",
    ),
    ("fake le ", "the test authority of Let's Encrypt, which nobody trusts"),
    (
        "caddy local authority",
        "Caddy's own (`tls internal`): to trust it, name its root.crt as tls.ca",
    ),
];

/// The fault if the certificate of `host` was refused.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are webpki's, which adds some")]
pub(super) fn untrusted(refused: &Refused, host: &str, now: DateTime<Utc>) -> Fault {
    let Some(shown) = &refused.shown else {
        let detail = format!("the certificate for {host} cannot be read");
        return Fault::theirs(Reason::Tls, detail);
    };
    // The name comes first: other faults of a certificate for somebody else do not
    // matter.
    if refused.is_for_expected == Some(false) {
        return Fault::theirs(Reason::Tls, misnamed(shown, refused));
    }
    let detail = match &refused.cause {
        webpki::Error::CertExpired { not_after, .. } => {
            return Fault::theirs(
                Reason::CertExpired,
                ended(refused, shown, *not_after, host, now),
            );
        }
        webpki::Error::CertNotValidYet { .. } if is_unset(now) => {
            let clock = now.format("%F %H:%M");
            return Fault::Ours(format!("the clock here is not set: it shows {clock} UTC").into());
        }
        webpki::Error::CertNotValidYet { not_before, .. } => match instant(*not_before) {
            Some(begin) => format!(
                "the certificate for {host} is not valid yet, by the clock here ({} UTC): it begins on {} UTC",
                now.format("%F %H:%M"),
                begin.format("%F at %H:%M")
            ),
            None => format!("the certificate for {host} is not valid yet"),
        },
        webpki::Error::UnknownIssuer | webpki::Error::CaUsedAsEndEntity => {
            unknown(shown, refused.has_own_roots, host)
        }
        cause => limit(shown, host).unwrap_or_else(|| invalid(cause, shown, host)),
    };
    Fault::theirs(Reason::Tls, detail)
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
fn misnamed(shown: &Shown, refused: &Refused) -> String {
    let (leaf, expected) = (&shown.leaf, &refused.expected);
    let mut names = leaf.names[..leaf.names.len().min(MAX_NAMES)].join(", ");
    if leaf.names.len() > MAX_NAMES {
        let _ = write!(names, " and {} more", leaf.names.len() - MAX_NAMES);
    }
    if let Some(whose) = default_of(leaf) {
        let for_whom = if names.is_empty() { String::new() } else { format!(", for {names}") };
        let subject = &leaf.subject;
        return format!(
            "{whose} has no certificate for {expected} and shows its default one, `{subject}`{for_whom}"
        );
    }
    if names.is_empty() {
        let subject = &leaf.subject;
        return format!(
            "the certificate is for no name at all, and so not for {expected}: only its subject says `{subject}`, which clients do not go by"
        );
    }
    let default = if leaf.is_self_signed {
        ", and self-signed: the server seems to have none for this name and to show its default one"
    } else {
        ""
    };
    format!("the certificate is for {names}, not for {expected}{default}")
}

/// The program whose default certificate this is, if it is known for that.
fn default_of(leaf: &Described) -> Option<&'static str> {
    let texts = std::iter::once(&leaf.whole_subject).chain(&leaf.names);
    let texts: Vec<String> = texts.map(|text| text.to_lowercase()).collect();
    let found = DEFAULTS.iter().find(|(part, _)| texts.iter().any(|text| text.contains(part)));
    found.map(|(_, whose)| *whose)
}

/// For a chain that leads to no known authority.
fn unknown(shown: &Shown, has_own_roots: bool, host: &str) -> String {
    let leaf = &shown.leaf;
    if leaf.is_self_signed {
        return format!(
            "the certificate for {host} is self-signed: to trust it, name its file as tls.ca"
        );
    }
    let top = shown.top.as_ref().unwrap_or(leaf);
    let named = |text: &str| {
        let text = text.to_lowercase();
        AUTHORITIES.iter().find(|(part, _)| text.contains(part)).map(|(_, words)| *words)
    };
    if let Some(words) = named(&leaf.issuer).or_else(|| named(&top.issuer)) {
        return format!("the authority that issued the certificate for {host} is {words}");
    }
    // The only way to tell a missing link from a home's own root is by what
    // the last certificate says of its issuer.
    let issuer = &top.issuer;
    if !top.is_self_signed && (top.tells_issuers_place || (shown.top.is_none() && has_own_roots)) {
        return format!(
            "the server does not send its intermediate certificate `{issuer}`: use fullchain, not only the certificate for {host}"
        );
    }
    if shown.top.is_none() {
        return format!(
            "the certificate for {host} is issued by `{issuer}`, unknown here: if that is an intermediate, the server must send it (fullchain); if your own authority, name it as tls.ca"
        );
    }
    format!(
        "the certificate for {host} is issued by `{}`, unknown here: to trust its authority `{issuer}`, name that as tls.ca",
        leaf.issuer
    )
}

/// Of a certificate that has ended: the server's own, or one that it needs.
fn ended(
    refused: &Refused,
    shown: &Shown,
    not_after: UnixTime,
    host: &str,
    now: DateTime<Utc>,
) -> String {
    let Some(end) = instant(not_after) else {
        return format!("the certificate for {host} has expired");
    };
    let is_it = |certificate: &&Described| certificate.life.is_some_and(|life| life.ends == end);
    let is_own = is_it(&&shown.leaf);
    if let Some(root) = refused.ended_root.as_ref().filter(|_| !is_own) {
        return format!(
            "the root `{root}` of {host}, which is named as tls.ca, expired {}",
            since(end, now)
        );
    }
    match shown.others.iter().find(is_it).filter(|_| !is_own) {
        Some(other) => {
            let subject = &other.subject;
            format!(
                "the intermediate certificate `{subject}` of {host} expired {}",
                since(end, now)
            )
        }
        None => expired(host, end, now),
    }
}

/// For a certificate that we cannot check, which is not the server's fault.
fn limit(shown: &Shown, host: &str) -> Option<String> {
    let unchecked = shown.leaf.unchecked.map(|what| (host, what));
    let issuers = shown.others.iter();
    let mut above = issuers.filter_map(|other| {
        Some((other.subject.as_str(), other.unchecked_key.or(other.unchecked)?))
    });
    let (whose, what) = unchecked.or_else(|| above.next())?;
    Some(cannot_check(whose, what))
}

/// What we cannot check, and how to probe it anyway.
pub(super) fn cannot_check(whose: &str, what: &str) -> String {
    format!(
        "prober cannot check the certificate of {whose}, which is a limit of its own: {what}; tls.insecure = true probes without the check"
    )
}

/// The rest, which are rare.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are webpki's, which adds some")]
fn invalid(cause: &webpki::Error, shown: &Shown, host: &str) -> String {
    use webpki::Error;
    let what = match cause {
        Error::BadDer | Error::BadDerTime | Error::TrailingData(_) => "is badly encoded",
        Error::MalformedExtensions | Error::ExtensionValueInvalid => "has a malformed extension",
        Error::MalformedDnsIdentifier => "has a malformed name",
        Error::InvalidCertValidity => "ends before it begins",
        Error::InvalidSerialNumber => "has an invalid serial number",
        Error::CertRevoked => "was revoked",
        Error::CertDistrusted => "is distrusted",
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => {
            "is not for servers (by its extended key usage)"
        }
        Error::EndEntityUsedAsCa => "is issued by a certificate that is no authority's",
        Error::NameConstraintViolation | Error::MalformedNameConstraint => {
            "is for a name that its authority may not certify (by its name constraints)"
        }
        Error::PathLenConstraintViolated => {
            "has more authorities above it than one of them allows (by its path length)"
        }
        Error::UnsupportedCriticalExtension => {
            return cannot_check(host, "it has a critical extension that is not known here");
        }
        Error::UnsupportedCertVersion => {
            return cannot_check(host, "it is not of version 3 of X.509");
        }
        Error::InvalidSignatureForPublicKey | Error::SignatureAlgorithmMismatch => {
            let issuer = &shown.top.as_ref().unwrap_or(&shown.leaf).issuer;
            return format!(
                "the certificate for {host}, or one above it, is not signed with the key of the `{issuer}` that is known here: was that authority made anew?"
            );
        }
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            return cannot_check(host, "it is signed in a way that is not known here");
        }
        Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumSignatureChecksExceeded
        | Error::MaximumNameConstraintComparisonsExceeded => {
            return cannot_check(host, "too many certificates are sent with it");
        }
        // `webpki::Error` is non-exhaustive; the rest are about revocation lists, which are not used.
        _ => "does not pass the checks",
    };
    format!("the certificate for {host} {what}")
}
