//! What a channel may have been told: it was sent, and no answer came, or the
//! answer could not be recorded.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The pause after the first time; each further one doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// The longest pause.
pub const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(30);

/// How many digests are kept, a half of each, since every channel's state has
/// room for them; 0 is none. Where more is in doubt, everything is.
const KEPT: usize = 8;

/// What a channel may have been told, and when it is told again: after 1, 2,
/// 4 … 30 minutes.
///
/// ```
/// use chrono::{TimeDelta, Utc};
/// use prober::model::doubt::Doubt;
/// let now = Utc::now();
/// let doubt = Doubt::after(None, &[7 << 32], now);
/// assert!(doubt.holds(7 << 32, now) && !doubt.holds(8 << 32, now));
/// assert!(!doubt.holds(7 << 32, now + TimeDelta::minutes(1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// How often it was sent in vain.
    count: u32,
    /// It is not sent again before this.
    not_before: DateTime<Utc>,
    /// The digests of what was sent; `None` where there were too many.
    digests: Option<[u32; KEPT]>,
}

impl Doubt {
    /// What is in doubt once `sent` was sent at `now` without a clear end, where
    /// `before` was in doubt already.
    #[must_use]
    pub fn after(before: Option<Self>, sent: &[u64], now: DateTime<Utc>) -> Self {
        let count = before.map_or(0, |doubt| doubt.count).saturating_add(1);
        let all = before.map_or(Some(Vec::new()), Self::kept).map(|mut all| {
            all.extend(sent.iter().map(|digest| half(*digest)));
            all.sort_unstable();
            all.dedup();
            all
        });
        let digests = all.and_then(|all| packed(&all));
        Self { count, not_before: now + pause(count), digests }
    }

    /// Whether what has this `digest` is not to be sent again at `now`. A clock
    /// that was wrong may have put the end of the pause too far away: then it is.
    #[must_use]
    pub fn holds(self, digest: u64, now: DateTime<Utc>) -> bool {
        let left = self.not_before - now;
        let is_awaited = left > TimeDelta::zero() && left <= LONGEST_PAUSE;
        is_awaited && self.digests.is_none_or(|digests| digests.contains(&half(digest)))
    }

    /// When it is sent again.
    #[must_use]
    pub const fn until(self) -> DateTime<Utc> {
        self.not_before
    }

    /// What is left in doubt of it once those of `ended` had a clear end.
    #[must_use]
    pub fn without(self, ended: &[u64]) -> Option<Self> {
        let Some(mut kept) = self.kept() else { return Some(self) };
        kept.retain(|kept| !ended.iter().any(|ended| half(*ended) == *kept));
        (!kept.is_empty()).then(|| Self { digests: packed(&kept), ..self })
    }

    /// The same, unless it is over: whatever of it is to be told still would
    /// have been sent again long before `now`.
    #[must_use]
    pub fn lasting(self, now: DateTime<Utc>) -> Option<Self> {
        let past = now - self.not_before;
        (-LONGEST_PAUSE..LONGEST_PAUSE).contains(&past).then_some(self)
    }

    fn kept(self) -> Option<Vec<u32>> {
        self.digests.map(|digests| digests.into_iter().filter(|kept| *kept != 0).collect())
    }
}

/// `digests` in the room that there is for them; `None` if that is too small.
fn packed(digests: &[u32]) -> Option<[u32; KEPT]> {
    let mut room = [0; KEPT];
    if digests.len() > KEPT {
        return None;
    }
    room.iter_mut().zip(digests).for_each(|(place, digest)| *place = *digest);
    Some(room)
}

/// The upper half of `digest`, and never 0.
fn half(digest: u64) -> u32 {
    u32::try_from(digest >> 32).unwrap_or(u32::MAX).max(1)
}

/// How long it is not sent again after `count` times.
fn pause(count: u32) -> TimeDelta {
    let doubled = 1_i32.checked_shl(count.saturating_sub(1).min(5)).unwrap_or(i32::MAX);
    (FIRST_PAUSE * doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
    const ONE: u64 = 1 << 32;
    const TWO: u64 = 2 << 32;
    const THREE: u64 = 3 << 32;

    #[test]
    fn the_pauses_double_up_to_the_longest() {
        let mut doubt = None;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let next = Doubt::after(doubt, &[ONE], NOW);
            pauses.push((next.until() - NOW).num_minutes());
            doubt = Some(next);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn what_is_new_is_not_held_back() {
        let doubt = Doubt::after(Some(Doubt::after(None, &[ONE], NOW)), &[TWO], NOW);
        assert!(doubt.holds(ONE, NOW) && doubt.holds(TWO, NOW) && !doubt.holds(THREE, NOW));
        let crowd: Vec<u64> = (1..10).map(|number| number << 32).collect();
        assert!(
            Doubt::after(None, &crowd, NOW).holds(THREE * 99, NOW),
            "too many to tell them apart"
        );
    }

    #[test]
    fn what_has_a_clear_end_is_in_doubt_no_more() {
        let doubt = Doubt::after(None, &[ONE, TWO], NOW);
        assert!(!doubt.without(&[ONE]).unwrap().holds(ONE, NOW));
        assert_eq!(doubt.without(&[ONE, TWO]), None);
    }

    #[test]
    fn the_pauses_begin_anew_once_it_is_long_over() {
        let (doubt, minutes) = (Doubt::after(None, &[ONE], NOW), TimeDelta::minutes);
        assert!(doubt.lasting(NOW + minutes(30)).is_some());
        assert!(doubt.lasting(NOW + minutes(31)).is_none());
        assert!(doubt.lasting(NOW - minutes(60)).is_none());
    }

    #[test]
    fn a_clock_that_was_ahead_holds_nothing_back() {
        let doubt = Doubt::after(None, &[ONE], NOW + TimeDelta::days(9));
        assert!(!doubt.holds(ONE, NOW));
    }
}
