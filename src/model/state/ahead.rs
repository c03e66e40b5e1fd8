//! Forgets what was stored under a clock that was ahead. Once the clock is right
//! again, that would keep the target from being observed until its time has come.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Announced, HeartbeatState, KindState, Outage, State, Status, Streak};

/// How much further ahead the instant of an alarm may be: it is `CloudWatch`'s,
/// not ours, and identifies what must not be judged twice.
const FOREIGN: TimeDelta = TimeDelta::days(1);

impl State {
    /// Forgets what was observed after `limit`, which is a little after `now`, and
    /// says whether there was anything. What began or was told after `limit` is
    /// moved to `now`, so that it neither lasts a negative time nor waits.
    ///
    /// Otherwise the target would not be observed until then, nor would a ping
    /// count. A ping that came under the wrong clock counts from `now`.
    pub fn forget_after(&mut self, limit: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let limit = match self.by_kind {
            KindState::Alarm | KindState::Topic(_) => limit + FOREIGN,
            KindState::Unjudged
            | KindState::Endpoint(_)
            | KindState::Heartbeat(_)
            | KindState::Errors(_) => limit,
        };
        let is_ahead = |at: &DateTime<Utc>| *at > limit;
        let is_beat_ahead = self.by_kind.beat().is_some_and(|beat| is_ahead(&beat.latest()));
        let is_flag_ahead = self.warnings.values().any(|flag| is_ahead(&flag.since));
        if !self.last_slot.as_ref().is_some_and(is_ahead) && !is_beat_ahead && !is_flag_ahead {
            return false;
        }
        let ahead = self.last_slot.take_if(|last| is_ahead(last)).map(|last| last - now);
        self.set_pause_back(ahead, limit);
        self.history.today.take_if(|day| day.date > limit.date_naive());
        self.changes.retain(|at| !is_ahead(at));
        self.set_back(|at| {
            if is_ahead(at) {
                *at = now;
            }
        });
        true
    }

    /// A pause that lasts beyond what was observed under a clock that was `ahead` by that much
    /// was most likely made under it, and would last for as long as the clock was wrong.
    fn set_pause_back(&mut self, ahead: Option<TimeDelta>, limit: DateTime<Utc>) {
        let Some(ahead) = ahead else { return };
        if let Some(until) = self.paused_until.as_mut().filter(|until| **until >= limit + ahead) {
            *until -= ahead;
        }
    }

    /// Passes every instant that begins or ends something to `set`, so that equal
    /// instants stay equal: an incident's beginning is its identity.
    fn set_back(&mut self, set: impl Fn(&mut DateTime<Utc>)) {
        match &mut self.status {
            Status::Unknown => {}
            Status::Up { since } => set(since),
            Status::Down(incident) => set(&mut incident.since),
        }
        match &mut self.streak {
            Some(Streak::Failing { since, .. } | Streak::Succeeding { since, .. }) => set(since),
            None => {}
        }
        let own =
            [&mut self.unstable, &mut self.inhibited_incident, &mut self.without_own_evidence];
        own.into_iter().flatten().for_each(&set);
        if let KindState::Heartbeat(HeartbeatState { beat: Some(beat) }) = &mut self.by_kind {
            set(&mut beat.at);
            beat.started.iter_mut().for_each(&set);
        }
        self.warnings.values_mut().for_each(|flag| set(&mut flag.since));
        self.last_outage.iter_mut().for_each(|outage| set_outage_back(outage, &set));
        self.told.values_mut().for_each(|told| set_told_back(told, &set));
    }
}

fn set_told_back(told: &mut Announced, set: &impl Fn(&mut DateTime<Utc>)) {
    let own = [&mut told.pending, &mut told.unstable];
    own.into_iter().flatten().for_each(set);
    told.missed.iter_mut().for_each(|outage| set_outage_back(outage, set));
    if let Some(down) = &mut told.down {
        set(&mut down.incident);
        set(&mut down.last_told);
        down.ended.iter_mut().for_each(|outage| set_outage_back(outage, set));
    }
}

fn set_outage_back(outage: &mut Outage, set: &impl Fn(&mut DateTime<Utc>)) {
    set(&mut outage.since);
    set(&mut outage.until);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::names::ChannelName;
    use crate::model::observation::{Failure, Reason, Vantage};
    use crate::model::state::{AnnouncedDown, Dependents, EndpointState, Incident};

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    /// Down since that minute, and told so.
    fn down(since: i64) -> State {
        let failure = Failure { reason: Reason::Timeout, detail: "".into() };
        let (since, vantage) = (minute(since), Vantage("here".into()));
        let down = AnnouncedDown {
            incident: since,
            last_told: since,
            ended: None,
            receipt: None,
            kinds: 0,
            dependents: Dependents::default(),
        };
        let told = Announced { down: Some(down), ..Announced::default() };
        State {
            status: Status::Down(Incident {
                since,
                failure,
                vantage,
                attachment: None,
                agreed_by: Vec::new(),
                unmentioned: false,
            }),
            last_slot: Some(since),
            changes: vec![since],
            told: [(ChannelName::new("slack"), told)].into(),
            by_kind: KindState::Endpoint(EndpointState::default()),
            ..State::default()
        }
    }

    #[test]
    fn what_is_not_far_ahead_is_left_as_it_was() {
        let mut state = down(4);
        assert!(!state.forget_after(minute(5), minute(0)));
        assert_eq!(state, down(4));
    }

    #[test]
    fn what_was_seen_far_ahead_is_forgotten_and_what_began_then_began_now() {
        let mut state = down(600);
        assert!(state.forget_after(minute(5), minute(0)));
        assert_eq!(state, State { last_slot: None, changes: Vec::new(), ..down(0) });
        assert!(!state.forget_after(minute(5), minute(0)), "once");
    }

    #[test]
    fn a_pause_that_was_made_far_ahead_lasts_as_long_as_it_was_to() {
        let paused = |until| State { paused_until: Some(minute(until)), ..down(600) };
        let corrected = |until| {
            let mut state = paused(until);
            assert!(state.forget_after(minute(5), minute(0)));
            state.paused_until
        };
        assert_eq!(corrected(720), Some(minute(120)), "for two hours, at 600");
        assert_eq!(corrected(120), Some(minute(120)), "made under the right clock");
    }

    #[test]
    fn the_instants_of_an_alarm_are_anothers() {
        let alarm = |since| State { by_kind: KindState::Alarm, ..down(since) };
        assert!(!alarm(600).forget_after(minute(5), minute(0)));
        assert!(alarm(6_000).forget_after(minute(5), minute(0)));
    }
}
