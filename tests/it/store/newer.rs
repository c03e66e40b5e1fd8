//! What a newer version wrote: who goes back to this one loses what only that one
//! knew, and no target.

use prober::model::observation::{Reason, Vantage, WarningKind};
use prober::model::state::Status;
use serde_json::{Value, json};

use super::*;

/// The state of a target in the JSON that a newer version wrote.
fn of_a_newer_version(json: &Value) -> State {
    let file = File::full();
    drop(file.sql(&format!("UPDATE target SET state = '{json}' WHERE name = 'target 7'")));
    let mut records = block_on(file.handle().load()).unwrap();
    assert!(records.unreadable.is_empty(), "{:?}", records.unreadable);
    *records.remove(&target("target 7")).unwrap().state
}

#[test]
fn what_only_a_newer_version_knows_is_left_out_and_the_rest_holds() {
    let since = "2026-01-01T00:00:00Z";
    let flag = json!({ "raised": true, "since": since, "detail": "soon" });
    let state = of_a_newer_version(&json!({
        "status": { "up": { "since": since } },
        "warnings": { "domain_expiring": flag, "slow": flag, "cert_expiring": { "level": 3 } },
        "told": { "slack": { "warnings": ["domain_expiring", "slow"] } },
        "kind": "hologram",
        "pace_s": 60,
        "mood": { "calm": true },
    }));
    let raised: Vec<_> = state.raised().map(|(kind, _)| kind).collect();
    assert_eq!(raised, [WarningKind::Slow]);
    assert_eq!(state.told[&slack()].warnings, [WarningKind::Slow]);
    assert_eq!(state.by_kind.endpoint().pace_s, Some(60));
    assert!(matches!(state.status, Status::Up { .. }));
}

#[test]
fn a_reason_of_a_newer_version_has_its_detail_still() {
    let since = "2026-01-01T00:00:00Z";
    let failure = json!({ "reason": "quantum", "detail": "it is both" });
    let incident = json!({ "since": since, "failure": failure, "vantage": "vm",
                           "attachment": { "probed": { "target": "a", "found": "gone" } } });
    let outage = json!({ "since": since, "until": since, "failure": failure, "down_s": 0 });
    let state = of_a_newer_version(&json!({
        "status": { "down": incident },
        "streak": { "failing": { "count": 1, "since": since, "latest": failure } },
        "last_outage": outage,
        "told": { "slack": { "missed": [outage] } },
    }));
    let incident = state.incident().unwrap();
    assert_eq!(
        (incident.failure.reason, incident.failure.explain()),
        (Reason::Other, "it is both".into())
    );
    assert_eq!(incident.attachment.as_ref().unwrap().probed, None);
    let missed = &state.told[&slack()].missed[0].failure;
    assert_eq!((missed, state.is_failing()), (&state.last_outage.unwrap().failure, true));
}

#[test]
fn a_cause_of_a_newer_version_is_left_out_and_an_address_that_is_none_too() {
    let since = "2026-01-01T00:00:00Z";
    let failure = json!({ "reason": "timeout", "detail": "" });
    let cause = json!({ "code": "gremlins", "how_many": 3 });
    let incident = json!({ "since": since, "failure": failure, "vantage": "vm", "cause": cause });
    let outage =
        json!({ "since": since, "until": since, "failure": failure, "down_s": 0, "cause": cause });
    let state = of_a_newer_version(&json!({
        "status": { "down": incident },
        "last_outage": outage,
        "kind": "endpoint",
        "good": "the moon",
    }));
    assert_eq!(state.incident().unwrap().cause, None);
    assert_eq!(state.last_outage.as_ref().unwrap().cause, None);
    assert_eq!(state.by_kind.endpoint().good, None);
}

#[test]
fn a_gap_of_a_newer_version_is_left_out_and_the_others_are_told() {
    let gap = |cause: &str| json!({ "from": "2026-01-01T00:00:00Z", "until": "2026-01-01T01:00:00Z", "cause": cause });
    let (known, new) = (gap("blind"), gap("eclipse"));
    let own = json!({ "status": "unknown", "sight": { "untold": [new, known], "last": new, "times": 2 } });
    let file = File::full();
    drop(file.sql(&format!("INSERT INTO target VALUES ('prober:here', 1, '{own}')")));
    let records = block_on(file.handle().load()).unwrap();
    let state = &records.probers[&Vantage("here".into())].state;
    assert_eq!((state.untold.len(), &state.last, state.times), (1, &None, 2));
}

#[test]
fn hours_in_another_form_are_left_out_and_so_are_those_that_were_not_counted_yet() {
    for history in [
        json!({ "recent": [1], "hours": [1, 2] }),
        json!({ "recent": [1], "hours": "1 ä" }),
        json!({ "recent": [1] }),
    ] {
        let state = of_a_newer_version(&json!({ "status": "unknown", "history": history }));
        assert!(state.history.hours.is_empty() && state.history.recent == [Some(1)], "{history}");
    }
}
