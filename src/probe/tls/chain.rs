//! The path from a server's certificate to a root: found once for each chain, and
//! remembered with the time for which it is valid.
//!
//! Only the verified path counts. Other certificates that the server sent, which may
//! have expired long ago, do not.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};
use rustls::RootCertStore;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath};

use crate::probe::certificate::{FirstToEnd, Life, ends_of, name};

/// Chains that are remembered, at most: 100 bytes each.
pub(super) const MAX_KNOWN: usize = 4_096;
/// How many paths are searched for; each takes over when the one before ends.
const MAX_PATHS: usize = 4;
/// Certificates that are tried beside the server's own, at most. Real paths have three.
const MAX_CANDIDATES: usize = 10;
/// Of those, for one name: an intermediate may have one certificate by each of several roots.
const MAX_NAMESAKES: usize = 4;
/// The step of time in certificates.
const SECOND: Duration = Duration::from_secs(1);

/// What is known of a chain that leads to a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// Within this time there is a path to a root.
    pub(super) holds: Life,
    /// The certificate with which the path ends.
    pub(super) first_to_end: FirstToEnd,
}

/// Who is trusted.
#[derive(Debug)]
pub(super) struct Roots {
    all: RootCertStore,
    /// Those that a setting adds. They end, as browsers and curl see it too; of
    /// the well-known ones no end is known here.
    own: Vec<OwnRoot>,
}

#[derive(Debug)]
struct OwnRoot {
    anchor: TrustAnchor<'static>,
    end: FirstToEnd,
}

impl Roots {
    /// `all`, of which `own` are those that a setting adds.
    pub(super) fn new(all: RootCertStore, own: &[CertificateDer<'static>]) -> Self {
        Self { all, own: own.iter().filter_map(OwnRoot::of).collect() }
    }

    /// The name of the one of a setting that ended then.
    pub(super) fn ended_at(&self, end: DateTime<Utc>) -> Option<&str> {
        let root = self.own.iter().find(|root| root.end.life.ends == end)?;
        root.end.authority.as_deref()
    }

    /// When `anchor` ends, if that is known. One that was made anew with its old key
    /// ends when the newer one does.
    fn end_of(&self, anchor: &TrustAnchor<'_>) -> Option<&FirstToEnd> {
        let same = self.own.iter().filter(|root| root.anchor == *anchor);
        same.map(|root| &root.end).max_by_key(|end| end.life.ends)
    }
}

impl OwnRoot {
    /// `None` of what cannot be read, or is well known besides.
    fn of(der: &CertificateDer<'static>) -> Option<Self> {
        let anchor = webpki::anchor_from_trusted_cert(der).ok()?.to_owned();
        let end = FirstToEnd { life: Life::of(der)?, authority: name(der) };
        (!webpki_roots::TLS_SERVER_ROOTS.contains(&anchor)).then_some(Self { anchor, end })
    }
}

/// The chains that have been verified up to the roots of one setting.
///
/// A chain is identified by the digest of all its bytes. The name and the handshake's
/// signature depend on more than the chain, and are checked each time.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<[u8; 32], Path>>);

impl Known {
    /// The path of this chain, if it was verified before and holds at `now`.
    pub(super) fn get(&self, chain: &[u8; 32], now: UnixTime) -> Option<Path> {
        let now = instant(now)?;
        self.lock().get(chain).filter(|path| path.holds.holds(now)).cloned()
    }

    /// Remembers a path. Where there is no room, everything else is forgotten:
    /// it is soon verified again.
    pub(super) fn keep(&self, chain: [u8; 32], path: Path) {
        let mut known = self.lock();
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(chain, path);
    }

    /// How many are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Path>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A digest of all that is shown. Each certificate goes in with its length,
/// so that no two chains are the same run of bytes.
pub(super) fn digest(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for der in std::iter::once(leaf).chain(others) {
        context.update(&der.len().to_be_bytes());
        context.update(der);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// Looks for a path to one of `roots` that holds at `now`.
///
/// Where it ends before the server's own certificate does, another path may take over, as
/// between two certificates of one intermediate: then the later end counts. `None`
/// if the path holds, but its certificates' times cannot be read.
pub(super) fn verify(
    leaf: &CertificateDer<'_>,
    others: &[CertificateDer<'_>],
    roots: &Roots,
    algorithms: &WebPkiSupportedAlgorithms,
    now: UnixTime,
) -> Result<Option<Path>, webpki::Error> {
    let certificate = EndEntityCert::try_from(leaf)?;
    let candidates = candidates(leaf, others);
    let others = candidates.as_slice();
    let find = |time| path(&certificate, others, roots, algorithms, time);
    let (Some(mut path), Some(own)) = (find(now)?, Life::of(leaf)) else { return Ok(None) };
    for _ in 1..MAX_PATHS {
        let next = after(path.holds.ends).filter(|_| path.holds.ends < own.ends);
        let Some(Ok(Some(later))) = next.map(find) else { break };
        path.holds.ends = later.holds.ends;
        path.first_to_end = later.first_to_end;
    }
    Ok(Some(path))
}

/// Those of `others` that a path may lead over, by their names. Each is another signature
/// to check, so that a server that shows dozens of one name could make us compute for long.
fn candidates<'a>(
    leaf: &'a CertificateDer<'_>,
    others: &'a [CertificateDer<'_>],
) -> Vec<CertificateDer<'a>> {
    let named: Vec<_> = others.iter().map(|der| (der, ends_of(der))).collect();
    let mut wanted: Vec<&[u8]> = ends_of(leaf).into_iter().map(|(_, issuer)| issuer).collect();
    let (mut candidates, mut at) = (Vec::new(), 0);
    while let Some(&name) = wanted.get(at) {
        at += 1;
        let namesakes = named.iter().filter_map(|(der, ends)| {
            ends.filter(|(subject, _)| *subject == name).map(|(_, issuer)| (der, issuer))
        });
        for (der, issuer) in namesakes.take(MAX_NAMESAKES) {
            if candidates.len() == MAX_CANDIDATES {
                return candidates;
            }
            candidates.push(CertificateDer::from(&***der));
            if !wanted.contains(&issuer) {
                wanted.push(issuer);
            }
        }
    }
    candidates
}

/// A path that holds at `time`.
fn path(
    leaf: &EndEntityCert<'_>,
    others: &[CertificateDer<'_>],
    roots: &Roots,
    algorithms: &WebPkiSupportedAlgorithms,
    time: UnixTime,
) -> Result<Option<Path>, webpki::Error> {
    let (algorithms, usage) = (algorithms.all, KeyUsage::server_auth());
    let all = &roots.all.roots;
    let holds = |path: &VerifiedPath<'_>| root_holds(roots.end_of(path.anchor()), time);
    let path = leaf.verify_for_usage(algorithms, all, others, time, usage, None, Some(&holds))?;
    let mut ends = vec![Life::of(&leaf.der()).map(FirstToEnd::own)];
    let above = path.intermediate_certificates().map(webpki::Cert::der);
    ends.extend(above.map(|der| Some(FirstToEnd { life: Life::of(&der)?, authority: name(&der) })));
    ends.extend(roots.end_of(path.anchor()).map(|end| Some(end.clone())));
    let ends: Option<Vec<FirstToEnd>> = ends.into_iter().collect();
    Ok(ends.as_deref().and_then(shared))
}

/// Whether a root whose end is known holds at `time`.
fn root_holds(end: Option<&FirstToEnd>, time: UnixTime) -> Result<(), webpki::Error> {
    end.map_or(Ok(()), |end| check_validity(end.life, time))
}

/// Whether `life` holds at `time`.
pub(super) fn check_validity(life: Life, time: UnixTime) -> Result<(), webpki::Error> {
    let now = instant(time).ok_or(webpki::Error::BadDerTime)?;
    if now > life.ends {
        return Err(webpki::Error::CertExpired { time, not_after: unix(life.ends) });
    }
    if now < life.begins {
        return Err(webpki::Error::CertNotValidYet { time, not_before: unix(life.begins) });
    }
    Ok(())
}

/// The time that all of these share.
fn shared(ends: &[FirstToEnd]) -> Option<Path> {
    let begins = ends.iter().map(|end| end.life.begins).max()?;
    let first_to_end = ends.iter().min_by_key(|end| end.life.ends)?.clone();
    Some(Path { holds: Life { begins, ends: first_to_end.life.ends }, first_to_end })
}

fn unix(time: DateTime<Utc>) -> UnixTime {
    let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

fn after(time: DateTime<Utc>) -> Option<UnixTime> {
    let seconds = u64::try_from(time.timestamp()).ok()?;
    Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds) + SECOND))
}

/// The instant that TLS counts in seconds.
pub(super) fn instant(time: UnixTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(time.as_secs()).ok()?, 0)
}
