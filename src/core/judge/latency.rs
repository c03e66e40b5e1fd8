//! Whether an answer took longer than it should, which is a warning, or than it may,
//! which is a failure.

use std::time::Duration;

use crate::model::detail::{AnswerDetail, Detail, LimitDetail};
use crate::model::observation::{Failure, Reason, Warning, WarningKind};

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

/// The failure of an answer that took `limit` or longer, if there is a limit.
///
/// ```
/// use std::time::Duration;
/// use prober::core::judge::latency::too_slow;
/// let (took, limit) = (Duration::from_millis(310), Duration::from_millis(300));
/// let failure = too_slow(took, Some(limit)).unwrap();
/// assert_eq!(failure.explain(), "answered in 310 ms, limit 300 ms");
/// assert_eq!(too_slow(took, Some(took * 2)), None);
/// ```
#[must_use]
pub fn too_slow(took: Duration, limit: Option<Duration>) -> Option<Failure> {
    let limit = limit.filter(|limit| took >= *limit)?;
    let (took, limit) = (took.into(), limit.into());
    Some(AnswerDetail::TooSlow { took, limit }.failure(Reason::TooSlow))
}
