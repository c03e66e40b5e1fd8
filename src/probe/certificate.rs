//! What can be read from certificates: when they end, and for whom they are.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use rustls::{CertificateError, RootCertStore};
use rustls_pki_types::{CertificateDer, UnixTime};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

/// Certificates of a chain that are looked at, at most.
const MAX_CHAIN: usize = 10;

/// When the first certificate on the way from the leaf to a root ends.
///
/// Only those on the way count: servers often send along a certificate for
/// the sake of old clients, which may have expired long ago.
pub(super) fn chain_ends(
    presented: &[CertificateDer<'_>],
    roots: &RootCertStore,
) -> Option<DateTime<Utc>> {
    let parsed: Vec<X509Certificate<'_>> =
        presented.iter().take(MAX_CHAIN).map_while(|der| parse(der)).collect();
    let (leaf, others) = parsed.split_first()?;
    let mut ends = not_after(leaf)?;
    let mut last = leaf;
    for _ in others {
        let is_rooted = roots.roots.iter().any(|root| is_issued_by(last, &root.subject));
        let issuer = others.iter().find(|other| other.subject() == last.issuer());
        let Some(issuer) = issuer.filter(|_| !is_rooted) else { break };
        ends = ends.min(not_after(issuer)?);
        last = issuer;
    }
    Some(ends)
}

/// Whether a root of this subject has issued `certificate`. Roots are kept
/// without the subject's outermost tag and length.
fn is_issued_by(certificate: &X509Certificate<'_>, subject: &[u8]) -> bool {
    let issuer = certificate.issuer().as_raw();
    issuer.len() - subject.len().min(issuer.len()) <= MAX_DER_HEADER && issuer.ends_with(subject)
}

/// Bytes of the tag and length of a name of up to 64 KiB, in DER.
const MAX_DER_HEADER: usize = 4;

fn not_after(certificate: &X509Certificate<'_>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)
}

fn parse<'a>(der: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate)
}

/// What a server's own certificate says of itself.
#[derive(Debug)]
pub(super) struct Leaf {
    /// For whom it is: names and addresses.
    pub(super) names: Vec<String>,
    /// Who issued it.
    pub(super) issuer: String,
    /// Whether it was issued by itself.
    pub(super) is_self_signed: bool,
}

/// What `der` says of itself; `None` if it cannot be read.
pub(super) fn describe(der: &CertificateDer<'_>) -> Option<Leaf> {
    let leaf = parse(der)?;
    let issuer = leaf.issuer();
    let common = issuer.iter_common_name().next().and_then(|name| name.as_str().ok());
    Some(Leaf {
        names: names(&leaf),
        issuer: common.map_or_else(|| issuer.to_string(), ToOwned::to_owned),
        is_self_signed: leaf.subject() == issuer,
    })
}

/// The names that clients go by (<https://www.rfc-editor.org/rfc/rfc6125>):
/// those of the extension, and never the subject's.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other names of X.509 say nothing of hosts")]
fn names(leaf: &X509Certificate<'_>) -> Vec<String> {
    let extension = leaf.subject_alternative_name().ok().flatten();
    let names = extension.map(|extension| extension.value.general_names.as_slice());
    names
        .unwrap_or_default()
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
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

/// Whether `der` is valid at `now`, apart from who issued it.
pub(super) fn check_validity(
    der: &CertificateDer<'_>,
    now: UnixTime,
) -> Result<(), CertificateError> {
    let certificate = parse(der).ok_or(CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now > certificate.validity().not_after.timestamp() {
        return Err(CertificateError::Expired);
    }
    if now < certificate.validity().not_before.timestamp() {
        return Err(CertificateError::NotValidYet);
    }
    Ok(())
}
