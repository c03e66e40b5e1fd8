//! The path from a server's certificate to a root: found once for each chain
//! that is shown, and remembered with the time within which it holds.
//!
//! What counts is the path that was verified. A certificate that was shown
//! beside it, which may have expired long ago, says nothing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};
use rustls::RootCertStore;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use crate::probe::certificate::{Life, ends_of};

/// Chains that are remembered, at most: 100 bytes each.
pub(super) const MAX_KNOWN: usize = 4_096;
/// Paths that are looked for, at most, each to take over where the one before ends.
const MAX_PATHS: usize = 4;
/// Certificates that are tried beside the server's own, at most. Real paths have three.
const MAX_CANDIDATES: usize = 10;
/// Of those, for one name: an intermediate may have one certificate by each of several roots.
const MAX_NAMESAKES: usize = 4;
/// The step of time in certificates.
const SECOND: Duration = Duration::from_secs(1);

/// What is known of a chain that leads to a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    /// Within this time there is a path to a root.
    pub(super) holds: Life,
    /// The life of the certificate with which the path ends.
    pub(super) first_to_end: Life,
}

/// The chains that have been verified up to the roots of one setting.
///
/// A chain is known by the digest of all that was shown, byte by byte. What depends on
/// more than that is not remembered: the name that is asked for, and the signature
/// of the handshake.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<[u8; 32], Path>>);

impl Known {
    /// The path of this chain, if it was verified before and holds at `now`.
    pub(super) fn get(&self, chain: &[u8; 32], now: UnixTime) -> Option<Path> {
        let now = instant(now)?;
        self.lock().get(chain).copied().filter(|path| path.holds.holds(now))
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
    roots: &RootCertStore,
    algorithms: &WebPkiSupportedAlgorithms,
    now: UnixTime,
) -> Result<Option<Path>, webpki::Error> {
    let certificate = EndEntityCert::try_from(leaf)?;
    let candidates = candidates(leaf, others);
    let others = candidates.as_slice();
    let find = |time| first_to_end(&certificate, others, roots, algorithms, time);
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
fn first_to_end(
    leaf: &EndEntityCert<'_>,
    others: &[CertificateDer<'_>],
    roots: &RootCertStore,
    algorithms: &WebPkiSupportedAlgorithms,
    time: UnixTime,
) -> Result<Option<Path>, webpki::Error> {
    let (algorithms, usage) = (algorithms.all, KeyUsage::server_auth());
    let path = leaf.verify_for_usage(algorithms, &roots.roots, others, time, usage, None, None)?;
    let certificates =
        std::iter::once(leaf.der()).chain(path.intermediate_certificates().map(webpki::Cert::der));
    let lives: Option<Vec<Life>> = certificates.map(|der| Life::of(&der)).collect();
    Ok(lives.as_deref().and_then(shared))
}

/// The time that all of `lives` share.
fn shared(lives: &[Life]) -> Option<Path> {
    let begins = lives.iter().map(|life| life.begins).max()?;
    let first_to_end = *lives.iter().min_by_key(|life| life.ends)?;
    Some(Path { holds: Life { begins, ends: first_to_end.ends }, first_to_end })
}

fn after(time: DateTime<Utc>) -> Option<UnixTime> {
    let seconds = u64::try_from(time.timestamp()).ok()?;
    Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds) + SECOND))
}

/// The instant that TLS counts in seconds.
pub(super) fn instant(time: UnixTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(time.as_secs()).ok()?, 0)
}
