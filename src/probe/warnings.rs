//! The warnings of a success: it is slow, or a certificate ends soon.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::judge::latency;
use crate::model::detail::{CertificateDetail, CertificateOwner, Date, Detail, LimitDetail, Past};
use crate::model::observation::{Outcome, Reason, Warning, WarningKind};

use super::Phases;
use super::attempt::Context;
use super::certificate::Life;
use super::trace::Seen;

/// Renewal is overdue in the last one part in this many of a certificate's lifetime:
/// programs renew when a third is left, whatever the lifetime.
const RENEWED_AT: i32 = 3;
/// How long renewing may take before it is overdue: Caddy tries every ten minutes, and
/// others more often.
const RENEWAL_TAKES: TimeDelta = TimeDelta::minutes(30);
/// With a short lifetime that would be most of the last third; then renewing may take
/// only one part in this many of the lifetime.
const RENEWAL_SHARE: i32 = 36;

/// The outcome of an attempt that met all expectations. Of the `certificates` of all
/// servers that it met, each is the one that ends first.
pub(super) fn judge(cx: &Context<'_>, phases: &Phases, certificates: &[Seen]) -> Outcome {
    let slow = latency::slow(phases.total, cx.endpoint.warn.latency_over);
    let mut warnings: Vec<Warning> = slow.into_iter().collect();
    // If any certificate will do, its end does not matter.
    if !cx.is_insecure() {
        let now = cx.clock.now();
        let first = certificates.iter().min_by_key(|seen| seen.life.ends);
        if let Some(Seen { life, whose }) = first.filter(|seen| seen.life.ends <= now) {
            let ended = Past { at: life.ends, seen: now };
            return Outcome::failure(Reason::CertExpired, expired(whose.clone(), cx.host(), ended));
        }
        let within = cx.endpoint.warn.cert_expires_within;
        let soon = certificates.iter().filter(|seen| expires_soon(seen.life, within, now));
        warnings.extend(soon.min_by_key(|seen| seen.life.ends).map(|Seen { life, whose }| {
            let (ends, left) = (Date(life.ends), (life.ends - now).into());
            let detail = match whose.clone() {
                None => LimitDetail::Expires { ends, left },
                Some(whose) => LimitDetail::ExpiresAt { ends, left, whose },
            };
            let detail = Detail::Limit(detail);
            Warning { kind: WarningKind::CertExpiring, detail }
        }));
    }
    Outcome::Success { warnings }
}

/// The certificate of `whose`, or else of the `probed` host, has `ended`.
fn expired(whose: Option<CertificateOwner>, probed: &str, ended: Past) -> CertificateDetail {
    use CertificateOwner as Of;
    match whose {
        None => CertificateDetail::Expired { host: probed.to_owned(), ended },
        Some(Of::Server { host }) => CertificateDetail::Expired { host, ended },
        Some(Of::Authority { name }) => {
            CertificateDetail::IntermediateExpired { name, host: probed.to_owned(), ended }
        }
        Some(Of::AuthorityOf { name, host }) => {
            CertificateDetail::IntermediateExpired { name, host, ended }
        }
    }
}

/// Whether a certificate ends `within` that time, and is so near its end that it should
/// have been renewed. One that lives for hours is always within days of its end.
fn expires_soon(life: Life, within: Duration, now: DateTime<Utc>) -> bool {
    let length = life.length();
    let overdue = length / RENEWED_AT - RENEWAL_TAKES.min(length / RENEWAL_SHARE);
    let limit = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX).min(overdue);
    life.ends - now <= limit
}
