//! Whether an answer took longer than it should, which is a warning.

use std::time::Duration;

use crate::model::detail::{Detail, LimitDetail};
use crate::model::observation::{Warning, WarningKind};

/// The warning for an answer that `took` more than `limit`, if there is a limit.
///
/// ```
/// use std::time::Duration;
/// use prober::core::judge::latency::slow;
/// let (took, limit) = (Duration::from_millis(2300), Duration::from_secs(2));
/// assert_eq!(slow(took, Some(limit)).unwrap().detail.to_string(), "took 2.3 s, more than 2 s");
/// assert_eq!(slow(limit, Some(limit)), None);
/// ```
#[must_use]
pub fn slow(took: Duration, limit: Option<Duration>) -> Option<Warning> {
    let limit = limit.filter(|limit| took > *limit)?;
    let (took, limit) = (took.into(), limit.into());
    let detail = Detail::Limit(LimitDetail::Slow { took, limit });
    Some(Warning { kind: WarningKind::Slow, detail })
}
