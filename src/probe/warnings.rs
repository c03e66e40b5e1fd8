//! What a success is worth saying beside it: slow, or a certificate about to end.

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::observation::{Outcome, Reason, Warning, WarningKind};

use super::Phases;
use super::attempt::Context;
use super::words::spoken;

/// The outcome of an attempt that met all expectations.
pub(super) fn judge(
    cx: &Context<'_>,
    phases: &Phases,
    cert_expires_at: Option<DateTime<Utc>>,
) -> Outcome {
    let mut warnings = Vec::new();
    if let Some(limit) = cx.endpoint.warn.latency_over
        && phases.total > limit
    {
        let detail = format!("took {}, more than {}", spoken(phases.total), spoken(limit));
        warnings.push(Warning { kind: WarningKind::Slow, detail });
    }
    // Where any certificate will do, its end is nobody's concern.
    if let Some(end) = cert_expires_at
        && !cx.is_insecure()
    {
        let left = end - cx.clock.now();
        if left <= TimeDelta::zero() {
            return Outcome::failure(Reason::CertExpired, expired(cx.host(), end, cx.clock.now()));
        }
        let limit = TimeDelta::from_std(cx.endpoint.warn.cert_expires_within);
        if limit.is_ok_and(|limit| left <= limit) {
            let detail = format!("expires in {} ({})", days(left), end.format("%F"));
            warnings.push(Warning { kind: WarningKind::CertExpiring, detail });
        }
    }
    Outcome::Success { warnings }
}

/// `the certificate for home.example expired 9 days ago (2026-03-01)`.
pub(super) fn expired(host: &str, end: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("the certificate for {host} expired {} ago ({})", days(now - end), end.format("%F"))
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
