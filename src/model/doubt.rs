//! What a channel may have been told: sending it began, and no clear end of
//! that is known. The process died, no answer came, or the answer could not be
//! recorded.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The pause after the first time; each further one doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// The longest pause.
pub const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(30);

/// So much shorter is the pause after a send of which only the beginning is
/// known: its process died, and the message may not have gone out. So it is
/// over with the lease of that process, and the next minute's tick tells.
const EARLIER: TimeDelta = TimeDelta::seconds(15);

/// How many digests are kept for one channel, a half of each. Where more is in
/// doubt, everything is.
const KEPT: usize = 1000;

/// What a channel may have been told, and when it is told again: each thing
/// after 1, 2, 4 … 30 minutes of its own. What is new waits for none of them.
///
/// ```
/// use chrono::{TimeDelta, Utc};
/// use prober::model::doubt::Doubts;
/// let now = Utc::now();
/// let doubts = Doubts::default().after(&[7 << 32], now);
/// assert!(doubts.holds(7 << 32, now) && !doubts.holds(8 << 32, now));
/// assert!(!doubts.holds(7 << 32, now + TimeDelta::minutes(1)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Doubts(Vec<Doubt>);

/// Things that were sent in vain as often, and for the last time together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Doubt {
    /// How often they were sent in vain.
    count: u32,
    /// They are not sent again before this.
    not_before: DateTime<Utc>,
    /// Their digests; `None` where there were too many: then it is everything.
    digests: Option<Vec<u32>>,
}

impl Doubts {
    /// What is in doubt once `sent` was sent at `now` without a clear end.
    #[must_use]
    pub fn after(&self, sent: &[u64], now: DateTime<Utc>) -> Self {
        self.once_more(sent, now, TimeDelta::zero())
    }

    /// What is in doubt, should the process that begins to send `sent` at `now` die.
    #[must_use]
    pub fn begun(&self, sent: &[u64], now: DateTime<Utc>) -> Self {
        self.once_more(sent, now, EARLIER)
    }

    fn once_more(&self, sent: &[u64], now: DateTime<Utc>, earlier: TimeDelta) -> Self {
        let mut all = self.without(sent).0;
        for digest in sent {
            let count = self.count(*digest).saturating_add(1);
            let not_before = now + pause(count) - earlier;
            let is_alike =
                |doubt: &&mut Doubt| doubt.count == count && doubt.not_before == not_before;
            let alike = all.iter_mut().find(is_alike).and_then(|doubt| doubt.digests.as_mut());
            if let Some(digests) = alike {
                digests.push(half(*digest));
            } else {
                let digests = Some(vec![half(*digest)]);
                all.push(Doubt { count, not_before, digests });
            }
        }
        Self(bounded(all))
    }

    /// What is in doubt once a channel said that it does not take `sent` at
    /// `now`: what was in doubt before is so still, as often, and waits no more.
    #[must_use]
    pub fn refused(&self, sent: &[u64], now: DateTime<Utc>) -> Self {
        let mut all = self.without(sent).0;
        for digest in sent {
            let (count, digests) = (self.count(*digest), Some(vec![half(*digest)]));
            all.extend((count > 0).then_some(Doubt { count, not_before: now, digests }));
        }
        Self(bounded(all))
    }

    /// What is left in doubt once those of `ended` had a clear end.
    #[must_use]
    pub fn without(&self, ended: &[u64]) -> Self {
        let ended: Vec<u32> = ended.iter().map(|digest| half(*digest)).collect();
        let mut all = self.0.clone();
        for digests in all.iter_mut().filter_map(|doubt| doubt.digests.as_mut()) {
            digests.retain(|kept| !ended.contains(kept));
        }
        all.retain(|doubt| doubt.digests.as_ref().is_none_or(|digests| !digests.is_empty()));
        Self(all)
    }

    /// The same, without what is over: whatever of it is to be told still would
    /// have been sent again long before `now`.
    #[must_use]
    pub fn lasting(mut self, now: DateTime<Utc>) -> Self {
        self.0.retain(|doubt| {
            let past = now - doubt.not_before;
            (-LONGEST_PAUSE..LONGEST_PAUSE).contains(&past)
        });
        self
    }

    /// Whether what has this `digest` is not to be sent again at `now`.
    #[must_use]
    pub fn holds(&self, digest: u64, now: DateTime<Utc>) -> bool {
        self.until(digest, now).is_some()
    }

    /// When what has this `digest` is sent again, if it is held back at `now`. A
    /// clock that was wrong may have put the end of a pause too far away: then it is not.
    #[must_use]
    pub fn until(&self, digest: u64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ends = self.0.iter().filter(|doubt| doubt.is_of(digest)).map(|doubt| doubt.not_before);
        let is_awaited = |end: &DateTime<Utc>| *end > now && *end - now <= LONGEST_PAUSE;
        ends.filter(is_awaited).max()
    }

    /// Whether nothing is in doubt.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn count(&self, digest: u64) -> u32 {
        let counts = self.0.iter().filter(|doubt| doubt.is_of(digest)).map(|doubt| doubt.count);
        counts.max().unwrap_or_default()
    }
}

impl Doubt {
    fn is_of(&self, digest: u64) -> bool {
        self.digests.as_ref().is_none_or(|digests| digests.contains(&half(digest)))
    }
}

/// `all`, or everything in one if that is more than is kept.
fn bounded(all: Vec<Doubt>) -> Vec<Doubt> {
    let kept: usize = all.iter().filter_map(|doubt| doubt.digests.as_ref()).map(Vec::len).sum();
    if kept <= KEPT {
        return all;
    }
    let count = all.iter().map(|doubt| doubt.count).max().unwrap_or_default();
    let not_before = all.iter().map(|doubt| doubt.not_before).max().unwrap_or_default();
    vec![Doubt { count, not_before, digests: None }]
}

/// The upper half of `digest`.
fn half(digest: u64) -> u32 {
    u32::try_from(digest >> 32).unwrap_or(u32::MAX)
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

    fn minutes(doubts: &Doubts, digest: u64) -> Option<i64> {
        doubts.until(digest, NOW).map(|until| (until - NOW).num_minutes())
    }

    #[test]
    fn the_pauses_double_up_to_the_longest() {
        let mut doubts = Doubts::default();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            doubts = doubts.after(&[ONE], NOW);
            pauses.extend(minutes(&doubts, ONE));
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn each_thing_has_pauses_of_its_own() {
        let once = Doubts::default().after(&[ONE], NOW);
        let doubts = once.after(&[ONE], NOW).after(&[ONE, TWO], NOW);
        assert_eq!([ONE, TWO, THREE].map(|each| minutes(&doubts, each)), [Some(4), Some(1), None]);
    }

    #[test]
    fn what_a_process_died_of_sending_is_told_by_the_next_tick() {
        let seconds = |doubts: &Doubts| doubts.until(ONE, NOW).map(|at| (at - NOW).num_seconds());
        let once = Doubts::default().begun(&[ONE], NOW);
        assert_eq!((seconds(&once), seconds(&once.begun(&[ONE], NOW))), (Some(45), Some(105)));
    }

    #[test]
    fn what_has_a_clear_end_is_in_doubt_no_more() {
        let doubts = Doubts::default().after(&[ONE, TWO], NOW);
        let left = doubts.without(&[ONE]);
        assert_eq!((minutes(&left, ONE), minutes(&left, TWO)), (None, Some(1)));
        assert!(doubts.without(&[ONE, TWO]).is_empty());
        assert_eq!(minutes(&left.after(&[ONE], NOW), ONE), Some(1), "the first time again");
    }

    #[test]
    fn what_is_refused_waits_no_more_and_has_longer_pauses_all_the_same() {
        let twice = Doubts::default().after(&[ONE], NOW).after(&[ONE], NOW);
        let doubts = twice.refused(&[ONE, TWO], NOW);
        assert_eq!((minutes(&doubts, ONE), minutes(&doubts, TWO)), (None, None));
        let again = doubts.after(&[ONE, TWO], NOW);
        assert_eq!((minutes(&again, ONE), minutes(&again, TWO)), (Some(4), Some(1)));
    }

    #[test]
    fn where_too_much_is_in_doubt_everything_is() {
        let crowd: Vec<u64> = (1..=KEPT as u64).map(|number| number << 32).collect();
        let doubts = Doubts::default().after(&crowd, NOW);
        assert!(doubts.holds(THREE, NOW) && !doubts.holds(5000 << 32, NOW));
        let more = doubts.after(&[5000 << 32], NOW);
        assert!(more.holds(6000 << 32, NOW) && !more.holds(THREE, NOW + pause(1)));
    }

    #[test]
    fn the_pauses_begin_anew_once_it_is_long_over() {
        let (doubts, minutes) = (Doubts::default().after(&[ONE], NOW), TimeDelta::minutes);
        assert!(!doubts.clone().lasting(NOW + minutes(30)).is_empty());
        assert!(doubts.clone().lasting(NOW + minutes(31)).is_empty());
        assert!(doubts.lasting(NOW - minutes(60)).is_empty());
    }

    #[test]
    fn a_clock_that_was_ahead_holds_nothing_back() {
        let doubts = Doubts::default().after(&[ONE], NOW + TimeDelta::days(9));
        assert!(!doubts.holds(ONE, NOW));
    }
}
