//! What prober's own alarm for missing ticks means: right after it was made it rises although
//! nothing is wrong, because it has counted no tick yet.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Alarm, AlarmState};
use crate::model::record::Records;

/// What the name of the alarm ends with that rises where no tick is counted.
const SILENCE: &str = "-TickSilence";

/// How old what a tick has seen may be, where it shows that there are ticks:
/// as long as the alarm waits for one.
const RECENT: TimeDelta = TimeDelta::minutes(5);

/// How long after the alarm was made the first tick may take. Lambda sends an
/// event again that failed after one minute, and once more after another two:
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>.
const FIRST_TICK: TimeDelta = TimeDelta::minutes(2);

/// What an alarm for missing ticks means right after it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingTicks {
    /// There are ticks: they are only not counted yet.
    Over,
    /// The first tick may still come.
    Young,
    /// There is no tick.
    Real,
}

impl MissingTicks {
    /// Of one that rose at `at`, by what is remembered `now`.
    #[must_use]
    pub fn of(at: DateTime<Utc>, now: DateTime<Utc>, records: &Records) -> Self {
        let slots = records.values().filter_map(|record| record.state.last_slot);
        if slots.max().is_some_and(|last| last + RECENT >= at) {
            Self::Over
        } else if (at..at + FIRST_TICK).contains(&now) {
            Self::Young
        } else {
            Self::Real
        }
    }
}

/// Whether `alarm` rose as soon as it was made, before it counted any tick.
/// Later it never lacks data, since to it no tick is an alarm.
#[must_use]
pub fn is_first_silence(alarm: &Alarm) -> bool {
    let rose = alarm.state == AlarmState::Alarm;
    rose && alarm.before == Some(AlarmState::InsufficientData) && alarm.name.ends_with(SILENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::names::TargetName;
    use crate::model::record::{Record, Revision};
    use crate::model::state::State;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn ticked(minutes: Option<i64>) -> Records {
        let state = State { last_slot: minutes.map(minute), ..State::default() };
        [(TargetName::new("nas"), Record { revision: Revision(1), state: state.into() })]
            .into_iter()
            .collect()
    }

    #[test]
    fn a_silence_is_over_with_the_first_tick_and_real_if_none_comes() {
        let of =
            |now, ticks: Option<i64>| MissingTicks::of(minute(10), minute(now), &ticked(ticks));
        assert_eq!([of(10, Some(10)), of(11, Some(11)), of(13, Some(5))], [MissingTicks::Over; 3]);
        assert_eq!([of(10, None), of(11, Some(4))], [MissingTicks::Young; 2]);
        assert_eq!([of(12, None), of(13, Some(4))], [MissingTicks::Real; 2]);
    }
}
