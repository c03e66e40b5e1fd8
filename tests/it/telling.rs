//! The order in which one channel is told, stage by stage.

use chrono::TimeDelta;
use prober::core::announce::Context;
use prober::core::step::telling::{
    ChannelAnswer, EpisodeKey, NotTried, NoticeKey, Occasion, Reserving, Sending, Telling,
    TellingResult,
};
use prober::core::step::{Batch, of_observations};
use prober::model::channel_state::ChannelState;
use prober::model::prober_state::{Cause, Gap};
use prober::model::record::{Record, Records, Revision};
use prober::model::target::{Target, by_name};

use crate::world::{minute, observe, refused, slack, target};

const ACCEPTED: ChannelAnswer = ChannelAnswer::Accepted { receipt: None };

/// `nas` is down, and nobody was told.
fn outage() -> (Target, Records) {
    let nas = target("nas", 1, 1);
    let targets = by_name(std::slice::from_ref(&nas));
    let context = Context::new(&targets, &[], minute(1));
    let seen = [observe("nas", minute(1), refused())];
    let step = of_observations(&context, &Records::new(), &seen);
    let record = |state| Record { revision: Revision(1), state };
    let records = step.writes.into_iter().map(|each| (each.target, record(each.state)));
    let records = records.collect();
    (nas, records)
}

fn gap() -> Gap {
    Gap { from: minute(-60), until: minute(0), cause: Cause::Missed }
}

fn begun(occasion: Occasion, state: ChannelState) -> Telling {
    let Telling::NeedLease(need) = Telling::begin(&slack(), 1, vec![gap()], occasion) else {
        panic!("it needs no lease");
    };
    need.held(state, minute(1))
}

/// What comes once the records were read, where the channel had this `state`.
fn read(state: ChannelState, records: &Records) -> Telling {
    let Telling::NeedReload(need) = begun(Occasion::Tick, state) else { panic!("not read") };
    let (nas, _) = outage();
    let targets = by_name(std::slice::from_ref(&nas));
    need.read(&Context::new(&targets, &[], minute(1)), records)
}

/// Has it stored that a message is being sent, which must be next.
fn sending(telling: Telling) -> Sending {
    let Telling::Send(need) = reserving(telling).kept() else { panic!("nothing is sent") };
    need
}

fn reserving(telling: Telling) -> Reserving {
    let Telling::Reserve(need) = telling else { panic!("nothing is to be sent: {telling:?}") };
    need
}

fn batch(need: &Sending) -> &Batch {
    need.batch().expect("it is no notice")
}

/// Gives the lease back, which must be next; what is remembered, and what was told.
fn released(telling: Telling) -> (ChannelState, TellingResult) {
    let Telling::Release(need) = telling else { panic!("the lease is not next: {telling:?}") };
    let state = need.state().clone();
    let Telling::Done(told) = need.released() else { panic!("it is not over") };
    (state, told)
}

#[test]
fn a_channel_that_is_owed_nothing_needs_no_lease() {
    let telling = Telling::begin(&slack(), 0, Vec::new(), Occasion::Tick);
    assert_eq!(telling, Telling::Done(TellingResult::default()));
}

#[test]
fn a_process_without_the_lease_says_nothing() {
    let Telling::NeedLease(need) = Telling::begin(&slack(), 1, vec![gap()], Occasion::Tick) else {
        panic!("it needs no lease");
    };
    let Telling::Done(told) = need.taken() else { panic!("it goes on") };
    assert_eq!((told.left(), told.not_tried), (2, Some(NotTried::LeaseTaken)));
}

#[test]
fn a_channel_that_asked_to_wait_is_not_tried() {
    let until = minute(5);
    let waits = ChannelState { not_before: Some(until), ..ChannelState::default() };
    let (state, told) = released(begun(Occasion::Tick, waits.clone()));
    assert_eq!((state, told.not_tried), (waits, Some(NotTried::AskedToWait { until })));
}

#[test]
fn a_channel_that_failed_just_now_is_left_to_a_tick() {
    let failed_at = Some(minute(1) - TimeDelta::seconds(9));
    let failed = ChannelState { failed_at, ..ChannelState::default() };
    let (_, told) = released(begun(Occasion::Event, failed.clone()));
    assert_eq!(told.not_tried, Some(NotTried::FailedJustNow));
    assert!(matches!(begun(Occasion::Tick, failed), Telling::NeedReload(_)));
}

#[test]
fn an_accepted_message_is_recorded_before_the_lease_is_released() {
    let (_, mut records) = outage();
    let need = sending(read(ChannelState::default(), &records));
    assert_eq!((batch(&need).facts().len(), batch(&need).gaps()), (1, &[gap()][..]));
    let Telling::Record(mut need) = need.answered(ACCEPTED, minute(1)) else { panic!("lost") };
    let writes = need.writes(&records);
    let lost = writes.iter().map(|write| write.target.clone()).collect();
    need.stored(&lost);
    let Telling::Record(mut need) = need.next() else { panic!("a lost race is not recorded") };
    for write in need.writes(&records) {
        records.insert(write.target, Record { revision: Revision(2), state: write.state });
    }
    need.stored(&[].into());
    let (state, told) = released(need.next());
    assert_eq!((told.facts.len(), told.gaps, told.left()), (1, 1, 0));
    // Whoever comes next has nothing to say.
    assert_eq!(released(read(state, &records)).1, TellingResult::default());
}

#[test]
fn facts_that_were_told_meanwhile_are_not_told_again() {
    let need = sending(read(ChannelState::default(), &Records::new()));
    assert_eq!((batch(&need).facts(), batch(&need).gaps()), (&[][..], &[gap()][..]));
    let (state, told) = released(need.answered(ACCEPTED, minute(1)));
    assert_eq!(told.left(), 0);
    assert_eq!(released(read(state, &Records::new())).1, TellingResult::default());
}

/// What comes of it at that minute, where everything in `records` is owed.
fn read_at(state: ChannelState, records: &Records, at: i64) -> Telling {
    let Telling::NeedLease(need) = Telling::begin(&slack(), 1, vec![gap()], Occasion::Tick) else {
        panic!("it needs no lease");
    };
    let Telling::NeedReload(need) = need.held(state, minute(at)) else { panic!("not read") };
    let (nas, _) = outage();
    let targets = by_name(std::slice::from_ref(&nas));
    need.read(&Context::new(&targets, &[], minute(at)), records)
}

/// The minutes of two hours in which something is sent, where each sending
/// goes on as `end` says.
fn sent(end: impl Fn(Sending, i64) -> Telling) -> Vec<i64> {
    let (_, records) = outage();
    let (mut state, mut sent) = (ChannelState::default(), Vec::new());
    for at in 1..121 {
        state = match read_at(state, &records, at) {
            Telling::Reserve(need) => {
                sent.push(at);
                released(end(sending(Telling::Reserve(need)), at)).0
            }
            held => {
                let (state, told) = released(held);
                assert!(matches!(told.not_tried, Some(NotTried::PerhapsTold { .. })), "{told:?}");
                assert!(told.left() > 0);
                state
            }
        };
    }
    sent
}

const GROWING: [i64; 8] = [1, 2, 4, 8, 16, 32, 62, 92];

#[test]
fn a_message_that_may_have_arrived_is_told_again_after_growing_pauses() {
    assert_eq!(sent(|need, at| need.answered(ChannelAnswer::Unknown, minute(at))), GROWING);
}

#[test]
fn a_message_that_cannot_be_recorded_is_told_again_after_growing_pauses() {
    let unrecorded = |need: Sending, at| match need.answered(ACCEPTED, minute(at)) {
        Telling::Record(need) => need.failed(),
        other => panic!("it is not recorded: {other:?}"),
    };
    assert_eq!(sent(unrecorded), GROWING);
}

#[test]
fn a_refused_message_is_told_again_by_the_next_tick() {
    let refused = |need: Sending, at| need.answered(ChannelAnswer::Unavailable, minute(at));
    assert_eq!(sent(refused).len(), 120);
}

#[test]
fn a_new_message_does_not_wait_for_one_that_may_have_arrived() {
    let (_, records) = outage();
    // The gap alone is in doubt.
    let need = sending(read_at(ChannelState::default(), &Records::new(), 1));
    let (state, _) = released(need.answered(ChannelAnswer::Unknown, minute(1)));
    let need = sending(read_at(state, &records, 1));
    assert_eq!((batch(&need).facts().len(), batch(&need).gaps().len()), (1, 0));
}

#[test]
fn each_thing_has_pauses_of_its_own() {
    let (_, records) = outage();
    let lost = |need: Sending, at| released(need.answered(ChannelAnswer::Unknown, minute(at))).0;
    // The gap was in doubt four times before the outage is, for the first time.
    let mut state = ChannelState::default();
    for at in [1, 2, 4, 8] {
        state = lost(sending(read_at(state, &Records::new(), at)), at);
    }
    state = lost(sending(read_at(state, &records, 9)), 9);
    let need = sending(read_at(state, &records, 10));
    assert_eq!((batch(&need).facts().len(), batch(&need).gaps().len()), (1, 0));
    state = lost(need, 10);
    let (_, told) = released(read_at(state.clone(), &records, 11));
    assert_eq!(told.not_tried, Some(NotTried::PerhapsTold { until: minute(12) }));
    let need = sending(read_at(state, &records, 16));
    assert_eq!((batch(&need).facts().len(), batch(&need).gaps().len()), (1, 1));
}

#[test]
fn what_was_told_for_sure_is_in_doubt_no_more() {
    let (_, records) = outage();
    let need = sending(read_at(ChannelState::default(), &records, 1));
    let (state, _) = released(need.answered(ChannelAnswer::Unknown, minute(1)));
    assert!(!state.doubts.is_empty());
    let accepted = sending(read_at(state, &records, 2)).answered(ACCEPTED, minute(2));
    let Telling::Record(mut need) = accepted else { panic!("it is not recorded") };
    need.stored(&[].into());
    assert!(released(need.next()).0.doubts.is_empty());
}

#[test]
fn a_refusal_ends_the_pause_and_the_next_one_is_longer_all_the_same() {
    let (_, records) = outage();
    let mut state = ChannelState::default();
    for (at, answer) in [(1, ChannelAnswer::Unknown), (2, ChannelAnswer::Unavailable)] {
        state = released(sending(read_at(state, &records, at)).answered(answer, minute(at))).0;
    }
    let need = sending(read_at(state, &records, 3));
    let (state, _) = released(need.answered(ChannelAnswer::Unknown, minute(3)));
    let (_, told) = released(read_at(state, &records, 4));
    assert_eq!(told.not_tried, Some(NotTried::PerhapsTold { until: minute(5) }));
}

#[test]
fn a_process_that_dies_amid_a_send_leaves_what_it_sent_in_doubt() {
    let (_, records) = outage();
    let mut state = ChannelState::default();
    let mut sent = Vec::new();
    for at in 1..121 {
        // Each of them dies once that is stored, before it sends or after.
        if let Telling::Reserve(need) = read_at(state.clone(), &records, at) {
            sent.push(at);
            state = need.state();
        }
    }
    assert_eq!(sent, GROWING);
}

#[test]
fn what_cannot_be_reserved_is_not_sent_and_owed_at_once() {
    let (_, records) = outage();
    let need = reserving(read_at(ChannelState::default(), &records, 1));
    let (state, told) = released(need.failed());
    assert_eq!((told.left(), state.doubts.is_empty()), (2, true));
    assert!(matches!(read_at(state, &records, 1), Telling::Reserve(_)));
}

#[test]
fn who_lost_the_lease_meanwhile_sends_nothing() {
    let (_, records) = outage();
    let need = reserving(read_at(ChannelState::default(), &records, 1));
    let Telling::Done(told) = need.lost() else { panic!("it goes on") };
    assert_eq!((told.left(), told.not_tried), (2, Some(NotTried::LeaseTaken)));
}

/// What comes of a notice with this `key` at that minute.
fn notice(key: NoticeKey, state: ChannelState, at: i64) -> Telling {
    let Telling::NeedLease(need) = Telling::notice(&slack(), key) else {
        panic!("it needs no lease");
    };
    need.held(state, minute(at))
}

const BROKEN: NoticeKey = NoticeKey { digest: 1 << 32, episode: None, returns: false };

#[test]
fn a_notice_takes_the_same_way_and_is_told_once() {
    let need = sending(notice(BROKEN, ChannelState::default(), 1));
    assert_eq!(need.batch(), None);
    let (state, told) = released(need.answered(ACCEPTED, minute(1)));
    assert_eq!((told.left(), state.doubts.is_empty()), (0, true));
    assert_eq!(released(notice(BROKEN, state, 2)).1, TellingResult::default());
}

#[test]
fn a_notice_that_may_have_arrived_is_told_again_after_growing_pauses() {
    let (mut state, mut sent) = (ChannelState::default(), Vec::new());
    for at in 1..121 {
        match notice(BROKEN, state, at) {
            Telling::Reserve(need) => {
                let Telling::Send(need) = need.kept() else { panic!("not sent") };
                sent.push(at);
                state = released(need.answered(ChannelAnswer::Unknown, minute(at))).0;
            }
            held => {
                let (same, told) = released(held);
                assert_eq!(told.left(), 1);
                state = same;
            }
        }
    }
    assert_eq!(sent, GROWING);
}

#[test]
fn the_end_of_what_a_channel_never_heard_of_is_not_told() {
    let begins =
        NoticeKey { digest: 1 << 32, episode: Some(EpisodeKey::Begins(9)), returns: false };
    let ends = NoticeKey { digest: 2 << 32, episode: Some(EpisodeKey::Ends(9)), returns: false };
    assert_eq!(released(notice(ends, ChannelState::default(), 1)).1, TellingResult::default());
    let need = sending(notice(begins, ChannelState::default(), 1));
    let (state, _) = released(need.answered(ACCEPTED, minute(1)));
    let need = sending(notice(ends, state, 2));
    let (state, _) = released(need.answered(ACCEPTED, minute(2)));
    assert!(!state.heard.contains(9));
}

#[test]
fn after_an_answer_that_is_missing_nothing_more_is_sent() {
    let (_, records) = outage();
    for (answer, failed) in [
        (ChannelAnswer::Refused, true),
        (ChannelAnswer::Unavailable, true),
        (ChannelAnswer::Unknown, true),
        (ChannelAnswer::ComeBack { not_before: Some(minute(9)) }, false),
    ] {
        let need = sending(read(ChannelState::default(), &records));
        let (state, told) = released(need.answered(answer.clone(), minute(2)));
        assert_eq!((told.facts_left, told.gaps_left), (1, 1), "{answer:?}");
        assert_eq!(state.failed_at, failed.then_some(minute(2)), "{answer:?}");
        assert_eq!(state.not_before, (!failed).then_some(minute(9)), "{answer:?}");
    }
}
