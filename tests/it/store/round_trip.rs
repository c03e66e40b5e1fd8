//! Whatever a state holds, it comes back from its JSON and from the file.

use std::collections::BTreeMap;
use std::time::Duration;

use prober::model::detail::{
    AnswerDetail, Detail, HeartbeatDetail, HttpStatus, LimitDetail, Moment,
};
use prober::model::history::{History, Total};
use prober::model::hours::Hours;
use prober::model::measured::Phases;
use prober::model::names::TargetName;
use prober::model::near_misses::NearMisses;
use prober::model::observation::{Failure, Reason, Vantage, WarningKind};
use prober::model::prober_state::{Cause, Gap, ProberState};
use prober::model::record::ProberWrite;
use prober::model::state::{
    Announced, AnnouncedDown, Attachment, Beat, Dependents, DroppedNews, EndpointState, ErrorKind,
    ErrorsState, Flag, Found, HeartbeatState, Incident, KindState, NewsItem, Outage, Probed,
    Receipt, RequestedProbe, Silenced, Status, StreamErrors, TopicState,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    // To the year 2554, with all of an instant's nanoseconds.
    any::<u64>().prop_map(|nanos| DateTime::UNIX_EPOCH + Duration::from_nanos(nanos))
}

fn failure() -> impl Strategy<Value = Failure> {
    (select(Reason::ALL), detail()).prop_map(|(reason, detail)| Failure { reason, detail })
}

/// Words, and data of each kind.
fn detail() -> impl Strategy<Value = Detail> {
    let text = any::<String>;
    prop_oneof![
        text().prop_map(Detail::Text),
        (any::<u16>(), text()).prop_map(|(status, expected)| {
            Detail::Answer(AnswerDetail::Status { status: HttpStatus(status), expected })
        }),
        (any::<u8>(), text()).prop_map(|(status, said)| {
            Detail::Heartbeat(HeartbeatDetail::ExitedWith { status, said })
        }),
        (instant(), instant()).prop_map(|(due, last)| {
            let (due, last) = (Moment(due), Moment(last));
            Detail::Heartbeat(HeartbeatDetail::Overdue { due, last })
        }),
        (any::<u32>(), any::<u32>()).prop_map(|(took, limit)| {
            let millis = |ms: u32| Duration::from_millis(ms.into()).into();
            Detail::Limit(LimitDetail::Slow { took: millis(took), limit: millis(limit) })
        }),
    ]
}

fn incident() -> impl Strategy<Value = Incident> {
    (instant(), failure(), any::<String>(), of(attachment())).prop_map(
        |(since, failure, vantage, attachment)| Incident {
            agreed_by: vec![Vantage("frankfurt".into())],
            since,
            failure,
            vantage: Vantage(vantage),
            attachment,
            unmentioned: false,
        },
    )
}

fn attachment() -> impl Strategy<Value = Attachment> {
    let found = prop_oneof![
        any::<u32>().prop_map(|latency_ms| Found::Works { latency_ms }),
        detail().prop_map(|detail| Found::Fails { detail }),
        (any::<String>(), of(detail())).prop_map(|(why, exact)| Found::Unclear { why, exact }),
    ];
    let probed = (any::<String>(), found)
        .prop_map(|(target, found)| Probed { target: TargetName::new(target), found });
    let attachment = (any::<String>(), of(any::<String>()), of(any::<String>()), of(probed));
    attachment.prop_map(|(text, stream, link, probed)| Attachment { stream, text, link, probed })
}

fn outage() -> impl Strategy<Value = Outage> {
    (instant(), instant(), failure(), any::<u32>(), any::<i64>(), silenced()).prop_map(
        |(since, until, failure, incidents, down_s, silenced)| Outage {
            since,
            until,
            failure,
            agreed_by: vec![Vantage("frankfurt".into())],
            incidents,
            down_s,
            unseen_s: down_s / 2,
            observations: incidents / 2,
            silenced,
        },
    )
}

fn silenced() -> impl Strategy<Value = Silenced> {
    let behind = btree_set(any::<String>().prop_map(TargetName::new), 0..3);
    (any::<u32>(), any::<u32>(), behind).prop_map(|(maintained, paused, behind)| Silenced {
        maintained,
        paused,
        behind,
    })
}

fn near_misses() -> impl Strategy<Value = NearMisses> {
    vec((instant(), 0..24_u32, any::<u32>()), 0..9).prop_map(|failures| {
        let mut misses = NearMisses::default();
        for (at, hour, count) in failures {
            misses.count(at, hour, count);
        }
        misses
    })
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Unknown),
        instant().prop_map(|since| Status::Up { since }),
        incident().prop_map(Status::Down),
    ]
}

fn streak() -> impl Strategy<Value = Streak> {
    prop_oneof![
        (any::<u32>(), instant(), failure(), any::<u32>()).prop_map(
            |(count, since, latest, inhibited)| Streak::Failing { count, since, latest, inhibited }
        ),
        (any::<u32>(), instant()).prop_map(|(count, since)| Streak::Succeeding { count, since }),
    ]
}

fn warnings() -> impl Strategy<Value = BTreeMap<WarningKind, Flag>> {
    let flag = (any::<bool>(), any::<u32>(), instant(), detail())
        .prop_map(|(raised, against, since, detail)| Flag { raised, against, since, detail });
    btree_map(select(WarningKind::ALL), flag, 0..3)
}

fn told() -> impl Strategy<Value = Announced> {
    let receipt = (any::<String>(), any::<String>(), any::<usize>())
        .prop_map(|(place, id, incidents)| Receipt { place, id, incidents });
    let names = vec(any::<String>().prop_map(TargetName::new), 0..3);
    let dependents = (names, 0..9_usize).prop_map(|(names, more)| Dependents { names, more });
    let down = (instant(), instant(), of(outage()), of(receipt), any::<usize>(), dependents)
        .prop_map(|(incident, last_told, ended, receipt, kinds, dependents)| AnnouncedDown {
            incident,
            last_told,
            ended,
            receipt,
            kinds,
            dependents,
        });
    (
        of(down),
        of(instant()),
        vec(outage(), 0..4),
        vec(select(WarningKind::ALL), 0..3),
        of(instant()),
        any::<u64>(),
    )
        .prop_map(|(down, pending, missed, warnings, unstable, news)| Announced {
            down,
            pending,
            missed,
            warnings,
            unstable,
            news,
        })
}

fn channel() -> impl Strategy<Value = ChannelName> {
    any::<String>().prop_map(ChannelName::new)
}

fn requested_probe() -> impl Strategy<Value = RequestedProbe> {
    (instant(), any::<bool>()).prop_map(|(began, answered)| RequestedProbe { began, answered })
}

fn beat() -> impl Strategy<Value = Beat> {
    (instant(), of(instant())).prop_map(|(at, started)| Beat { at, started })
}

fn history() -> impl Strategy<Value = History> {
    let today = (0..40_000_i64, any::<u32>(), any::<u32>(), any::<u64>()).prop_map(
        |(days, up, down, latency_ms)| Day {
            date: NaiveDate::default() + TimeDelta::days(days),
            up,
            down,
            latency_ms,
        },
    );
    (
        vec(any::<Option<u32>>(), 0..30),
        of(today),
        near_misses(),
        hours(),
        (any::<u64>(), any::<u64>()),
    )
        .prop_map(|(recent, today, near_misses, hours, (up, down))| History {
            recent,
            today,
            hours,
            total: Total(up, down),
            near_misses,
        })
}

fn hours() -> impl Strategy<Value = Hours> {
    vec((0..200_i64, any::<Option<u32>>()), 0..60).prop_map(|counts| {
        let mut hours = Hours::default();
        for (hour, latency) in counts {
            hours.count(DateTime::UNIX_EPOCH + TimeDelta::hours(hour), latency);
        }
        hours
    })
}

fn sight() -> impl Strategy<Value = ProberState> {
    let cause = prop_oneof![Just(Cause::Blind), Just(Cause::Missed)];
    let gap =
        (instant(), instant(), cause).prop_map(|(from, until, cause)| Gap { from, until, cause });
    (of(instant()), vec(gap, 0..4), any::<u32>(), any::<i64>()).prop_map(
        |(blind_since, untold, times, unseen_s)| ProberState {
            blind_since,
            last: untold.last().cloned(),
            untold,
            times,
            unseen_s,
        },
    )
}

fn seen() -> impl Strategy<Value = Vec<String>> {
    vec(any::<String>(), 0..3)
}

fn stream() -> impl Strategy<Value = StreamErrors> {
    let kind = (any::<String>(), any::<String>(), instant(), any::<u32>()).prop_map(
        |(fingerprint, detail, at, count)| ErrorKind {
            fingerprint,
            detail,
            at,
            count,
            attachment: None,
        },
    );
    (vec(kind, 0..3), any::<u32>(), seen()).prop_map(|(kinds, others, seen)| StreamErrors {
        kinds,
        others,
        seen,
    })
}

fn news() -> impl Strategy<Value = NewsItem> {
    (any::<u64>(), instant(), any::<String>(), any::<u32>()).prop_map(
        |(number, at, headline, unshown)| NewsItem {
            number,
            at,
            headline,
            attachment: None,
            unshown,
        },
    )
}

fn by_kind() -> impl Strategy<Value = KindState> {
    let endpoint = (any::<Option<u32>>(), any::<i64>(), any::<[Option<u64>; 5]>(), of(instant()))
        .prop_map(|(pace_s, unseen_s, phases_us, cert_expires_at)| {
            let phases = Phases::of_stored(phases_us);
            KindState::Endpoint(EndpointState { pace_s, unseen_s, phases, cert_expires_at })
        });
    let heartbeat = of(beat()).prop_map(|beat| KindState::Heartbeat(HeartbeatState { beat }));
    let errors = (of(btree_set(channel(), 0..3)), of(requested_probe()), stream()).prop_map(
        |(audience, requested_probe, errors)| {
            KindState::Errors(ErrorsState { audience, requested_probe, errors })
        },
    );
    let dropped = (any::<u64>(), any::<u64>(), instant())
        .prop_map(|(first, last, at)| DroppedNews { first, last, at });
    let window = of((instant(), any::<u32>()));
    let topic = (vec(news(), 0..3), any::<u64>(), of(dropped), window, seen());
    let topic = topic.prop_map(|(items, last, dropped, window, seen)| TopicState {
        items,
        last,
        dropped,
        window,
        seen,
    });
    let topic = topic.prop_map(KindState::Topic);
    prop_oneof![
        endpoint,
        heartbeat,
        errors,
        topic,
        Just(KindState::Alarm),
        Just(KindState::Unjudged)
    ]
}

prop_compose! {
    fn state()(
        status in status(),
        last_slot in of(instant()),
        streak in of(streak()),
        last_outage in of(outage()),
        warnings in warnings(),
        told in btree_map(channel(), told(), 0..3),
        by_kind in by_kind(),
        (changes, unstable) in (vec(instant(), 0..6), of(instant())),
        (inhibited_incident, without_own_evidence) in (of(instant()), of(instant())),
        inhibited_by in btree_set(any::<String>().prop_map(TargetName::new), 0..3),
        paused_until in of(instant()),
        (history, silenced) in (history(), silenced()),
    ) -> State {
        State {
            status, last_slot, streak, last_outage, changes, unstable,
            inhibited_incident, without_own_evidence, inhibited_by, silenced, warnings, told,
            by_kind, paused_until, history,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn what_a_prober_remembers_of_itself_comes_back_from_the_file(
        vantage in any::<String>(), state in sight(),
    ) {
        let (file, vantage) = (File::new(), Vantage(vantage));
        let write =
            ProberWrite { vantage: vantage.clone(), expected: Revision(0), state: state.clone() };
        block_on(file.handle().commit_prober(&write)).unwrap();
        let records = block_on(file.handle().load()).unwrap();
        prop_assert_eq!(&records.probers[&vantage].state, &state);
    }
}

proptest! {
    #[test]
    fn a_state_comes_back_from_its_json(state in state()) {
        let text = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn states_come_back_from_the_file(states in btree_map(any::<String>(), state(), 1..20)) {
        let file = File::new();
        let writes: Vec<_> =
            states.iter().map(|(name, state)| write(name, 0, state.clone())).collect();
        block_on(file.handle().commit(&writes)).unwrap();
        let records = block_on(file.handle().load()).unwrap();
        let loaded: BTreeMap<_, _> = records
            .into_iter()
            .map(|(name, record)| (name.as_str().to_owned(), *record.state))
            .collect();
        prop_assert_eq!(loaded, states);
    }
}
