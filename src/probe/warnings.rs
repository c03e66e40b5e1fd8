//! What a success is worth saying beside it: slow, or a certificate about to end.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::judge::latency;
use crate::model::detail::{Date, Detail, LimitDetail};
use crate::model::observation::{Outcome, Reason, Warning, WarningKind};

use super::Phases;
use super::attempt::Context;
use super::certificate::Life;

/// Of a certificate's lifetime, the last part in which its renewal is overdue is
/// one in this many. Programs that renew do it when a third is left, whatever the lifetime.
const RENEWED_AT: i32 = 3;
/// What renewing may take before it is overdue: Caddy looks every ten minutes,
/// and others more often.
const RENEWAL_TAKES: TimeDelta = TimeDelta::minutes(30);
/// Where a lifetime is so short that this would be most of the last third, renewing may
/// take one part in so many of the lifetime.
const RENEWAL_SHARE: i32 = 36;

/// The outcome of an attempt that met all expectations. Of the `certificates` of all
/// servers that it met, each is the one that ends first.
pub(super) fn judge(cx: &Context<'_>, phases: &Phases, certificates: &[Life]) -> Outcome {
    let slow = latency::slow(phases.total, cx.endpoint.warn.latency_over);
    let mut warnings: Vec<Warning> = slow.into_iter().collect();
    // Where any certificate will do, its end is nobody's concern.
    if !cx.is_insecure() {
        let now = cx.clock.now();
        if let Some(end) = certificates.iter().map(|life| life.ends).min().filter(|end| *end <= now)
        {
            return Outcome::failure(Reason::CertExpired, expired(cx.host(), end, now));
        }
        let within = cx.endpoint.warn.cert_expires_within;
        let soon = certificates.iter().filter(|life| expires_soon(**life, within, now));
        warnings.extend(soon.map(|life| life.ends).min().map(|end| {
            let (ends, left) = (Date(end), (end - now).into());
            let detail = Detail::Limit(LimitDetail::Expires { ends, left });
            Warning { kind: WarningKind::CertExpiring, detail }
        }));
    }
    Outcome::Success { warnings }
}

/// Whether a certificate ends `within` that time, and is so near its end that it should
/// have been renewed. One that lives for hours is always within days of its end.
fn expires_soon(life: Life, within: Duration, now: DateTime<Utc>) -> bool {
    let length = life.length();
    let overdue = length / RENEWED_AT - RENEWAL_TAKES.min(length / RENEWAL_SHARE);
    let limit = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX).min(overdue);
    life.ends - now <= limit
}

/// `the certificate for home.example expired 9 days ago (2026-03-01)`.
pub(super) fn expired(host: &str, end: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("the certificate for {host} expired {}", since(end, now))
}

/// `9 days ago (2026-03-01)`.
pub(super) fn since(end: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{} ago ({})", days(now - end), end.format("%F"))
}

/// A span as people say it, in days, or hours where there are few.
fn days(span: TimeDelta) -> String {
    let (count, unit) = match (span.num_days(), span.num_hours()) {
        (2.., _) => (span.num_days(), "day"),
        (_, 1..) => (span.num_hours(), "hour"),
        _ => (span.num_minutes().max(0), "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
