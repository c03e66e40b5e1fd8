//! Reads certificates: their validity, their names and their issuers. Nothing here
//! decides whether they are trusted.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{
    FromDer as _, GeneralName, ParsedExtension, X509Certificate, X509Name, oid_registry::Oid,
};

use crate::model::detail::CertificateLimit;
use crate::text::one_line;

/// Certificates of a chain that are looked at, at most.
const MAX_CHAIN: usize = 10;
/// Characters of a name within a certificate that are quoted, at most.
const MAX_NAME: usize = 60;
/// Bits of the shortest RSA key that signatures are checked with.
const MIN_RSA_BITS: usize = 2048;

/// From when until when something is valid, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    /// Its first second.
    pub(super) begins: DateTime<Utc>,
    /// Its last second.
    pub(super) ends: DateTime<Utc>,
}

impl Life {
    /// That of a certificate; `None` if it cannot be read.
    pub(super) fn of(der: &CertificateDer<'_>) -> Option<Self> {
        parse(der).and_then(|certificate| life(&certificate))
    }

    /// How long it lasts.
    pub(super) fn length(self) -> TimeDelta {
        self.ends - self.begins
    }

    /// Whether `now` lies within.
    pub(super) fn holds(self, now: DateTime<Utc>) -> bool {
        (self.begins..=self.ends).contains(&now)
    }
}

/// What ends first of the certificates that a server needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FirstToEnd {
    /// From when until when it is valid.
    pub(super) life: Life,
    /// The name of the authority that it belongs to; `None` of the server's own.
    pub(super) authority: Option<Arc<str>>,
}

impl FirstToEnd {
    /// Of a server of which only its own certificate counts.
    pub(super) const fn own(life: Life) -> Self {
        Self { life, authority: None }
    }
}

/// The key of a certificate, with its kind: `SubjectPublicKeyInfo`,
/// <https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.7>. `None` if it cannot be read.
pub(super) fn key(der: &CertificateDer<'_>) -> Option<Vec<u8>> {
    parse(der).map(|certificate| certificate.public_key().raw.to_vec())
}

/// What a certificate calls its owner, on one line.
pub(super) fn name(der: &CertificateDer<'_>) -> Option<Arc<str>> {
    parse(der).map(|certificate| Arc::from(called(certificate.subject())))
}

/// What a certificate says of itself. All texts are on one line and of bounded length.
#[derive(Debug)]
pub(super) struct Described {
    /// For whom it is: names and addresses.
    pub(super) names: Vec<String>,
    /// Its subject's common name.
    pub(super) subject: String,
    /// Everything that its subject says.
    pub(super) whole_subject: String,
    /// Who issued it.
    pub(super) issuer: String,
    /// Whether it was issued by itself.
    pub(super) is_self_signed: bool,
    /// Whether it names the place of its issuer's certificate, as certificates of
    /// public authorities do.
    pub(super) tells_issuers_place: bool,
    /// From when until when it is valid.
    pub(super) life: Option<Life>,
    /// What in its form or its signature cannot be checked here, if anything.
    pub(super) unchecked: Option<CertificateLimit>,
    /// Why signatures by its key cannot be checked, if so.
    pub(super) unchecked_key: Option<CertificateLimit>,
}

/// What the certificates that were shown say of themselves.
#[derive(Debug)]
pub(super) struct Shown {
    /// The server's own.
    pub(super) leaf: Described,
    /// The last one on the way from the server's own to its issuers, according to
    /// the certificates; `None` if that is the server's own.
    pub(super) top: Option<Described>,
    /// All the others, in the order in which they were shown.
    pub(super) others: Vec<Described>,
}

/// What those that were shown say; `None` if the server's own cannot be read.
pub(super) fn describe(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Option<Shown> {
    let leaf = parse(leaf)?;
    let others: Vec<_> = others.iter().take(MAX_CHAIN).filter_map(|der| parse(der)).collect();
    let mut top = None;
    for _ in &others {
        let below = top.unwrap_or(&leaf);
        let is_issuer = |other: &&X509Certificate<'_>| {
            other.subject() == below.issuer() && below.issuer() != below.subject()
        };
        let Some(issuer) = others.iter().find(is_issuer) else { break };
        top = Some(issuer);
    }
    Some(Shown {
        top: top.map(described),
        leaf: described(&leaf),
        others: others.iter().map(described).collect(),
    })
}

fn described(certificate: &X509Certificate<'_>) -> Described {
    Described {
        names: names(certificate),
        subject: called(certificate.subject()),
        whole_subject: one_line(&certificate.subject().to_string(), 4 * MAX_NAME),
        issuer: called(certificate.issuer()),
        is_self_signed: certificate.subject() == certificate.issuer(),
        tells_issuers_place: tells_issuers_place(certificate),
        life: life(certificate),
        unchecked: unchecked(certificate),
        unchecked_key: unchecked_key(certificate),
    }
}

/// The common name, or all there is.
fn called(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|name| name.as_str().ok());
    one_line(&common.map_or_else(|| name.to_string(), ToOwned::to_owned), MAX_NAME)
}

/// The names that clients go by (<https://www.rfc-editor.org/rfc/rfc6125>):
/// those of the extension, and never the subject's.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the types are x509_parser's, of which the rest is of no use here"
)]
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension.map(|extension| extension.value.general_names.as_slice());
    names
        .unwrap_or_default()
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(one_line(name, 2 * MAX_NAME)),
            GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
            // The other kinds name no server.
            _ => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// Authority Information Access with an address of the issuer's certificate:
/// <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.2.1>.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the types are x509_parser's, of which the rest is of no use here"
)]
fn tells_issuers_place(certificate: &X509Certificate<'_>) -> bool {
    /// `id-ad-caIssuers`.
    const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
    certificate.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => access
            .accessdescs
            .iter()
            .any(|description| description.access_method.to_id_string() == CA_ISSUERS),
        // It does not name the issuer's place.
        _ => false,
    })
}

/// What in a certificate ring cannot check. The list has the kinds that
/// occur; other kinds have no description.
fn unchecked(certificate: &X509Certificate<'_>) -> Option<CertificateLimit> {
    if certificate.version().0 != 2 {
        return Some(CertificateLimit::NotVersion3 {});
    }
    let signature = certificate.signature_algorithm.algorithm.to_id_string();
    match signature.as_str() {
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.3.14.3.2.29" => {
            Some(CertificateLimit::Sha1 {})
        }
        "1.2.840.113549.1.1.4" => Some(CertificateLimit::Md5 {}),
        "1.2.840.10045.4.3.4" => Some(CertificateLimit::EcdsaSha512 {}),
        "1.3.101.113" => Some(CertificateLimit::SignedEd448 {}),
        "1.2.840.10040.4.3" | "2.16.840.1.101.3.4.3.2" => Some(CertificateLimit::SignedDsa {}),
        _ => None,
    }
}

fn unchecked_key(certificate: &X509Certificate<'_>) -> Option<CertificateLimit> {
    /// `rsaEncryption`.
    const RSA: &str = "1.2.840.113549.1.1.1";
    let key = certificate.public_key();
    let parameter = key.algorithm.parameters.as_ref();
    let curve = parameter.and_then(|parameter| Oid::try_from(parameter).ok());
    let curve = curve.map(|curve| curve.to_id_string());
    match (key.algorithm.algorithm.to_id_string().as_str(), curve.as_deref()) {
        (_, Some("1.3.132.0.35")) => Some(CertificateLimit::P521 {}),
        (_, Some("1.3.132.0.10")) => Some(CertificateLimit::Secp256k1 {}),
        (_, Some(curve)) if curve.starts_with("1.3.36.3.3.2.8.1.1.") => {
            Some(CertificateLimit::Brainpool {})
        }
        ("1.3.101.113", _) => Some(CertificateLimit::KeyEd448 {}),
        ("1.2.840.10040.4.1", _) => Some(CertificateLimit::KeyDsa {}),
        (RSA, _) if key.parsed().is_ok_and(|key| key.key_size() < MIN_RSA_BITS) => {
            Some(CertificateLimit::ShortRsa {})
        }
        _ => None,
    }
}

fn life(certificate: &X509Certificate<'_>) -> Option<Life> {
    let validity = certificate.validity();
    let begins = DateTime::from_timestamp(validity.not_before.timestamp(), 0)?;
    let ends = DateTime::from_timestamp(validity.not_after.timestamp(), 0)?;
    Some(Life { begins, ends })
}

/// The names of the one it is for and of its issuer, as they stand in it.
pub(super) fn ends_of<'a>(der: &'a CertificateDer<'_>) -> Option<(&'a [u8], &'a [u8])> {
    let it = parse(der)?.tbs_certificate;
    Some((it.subject.as_raw(), it.issuer.as_raw()))
}

fn parse<'a>(der: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate)
}
