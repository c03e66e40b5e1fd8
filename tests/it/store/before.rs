//! What the version before left is read, and what is written now it reads too.

use std::collections::BTreeMap;

use prober::model::observation::Vantage;
use prober::model::record::ProberWrite;
use prober::model::state::{
    Beat, EndpointState, ErrorsState, HeartbeatState, KindState, RequestedProbe,
};
use serde_json::Value;

use super::*;

/// The file that the version before left.
fn before() -> File {
    let file = File::new();
    drop(file.sql(include_str!("../../store/version-2.sql")));
    file
}

#[test]
fn a_file_of_the_version_before_is_read_kind_by_kind() {
    let records = block_on(before().handle().load()).unwrap();
    let kind = |name| &records[&target(name)].state.by_kind;
    let at = |time: &str| format!("2026-01-01T{time}Z").parse().unwrap();
    let endpoint = EndpointState { pace_s: Some(60), unseen_s: 660, ..EndpointState::default() };
    assert_eq!(kind("photos"), &KindState::Endpoint(endpoint));
    let beat = Some(Beat { at: at("00:01:00"), started: Some(at("00:08:00")) });
    assert_eq!(kind("backup"), &KindState::Heartbeat(HeartbeatState { beat, from: None }));
    let audience = Some([ChannelName::new("home")].into());
    let requested_probe = Some(RequestedProbe { began: at("00:19:00"), answered: true });
    let errors = ErrorsState { audience, requested_probe, ..ErrorsState::default() };
    assert_eq!(kind("reports:map"), &KindState::Errors(errors));
    let own = &records.probers[&Vantage("eu-central-1".into())];
    assert_eq!((own.revision, own.state.times, own.state.unseen_s), (Revision(2), 2, 840));
    assert_eq!(own.state.untold.len(), 1);
    let down = records.values().filter(|record| record.state.incident().is_some());
    assert_eq!((records.len(), down.count()), (4, 3));
}

/// What is stored, by name.
fn jsons(file: &File) -> BTreeMap<String, Value> {
    let connection = Connection::open(file.path()).unwrap();
    let mut rows = connection.prepare("SELECT name, state FROM target").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    let parsed = rows.map(Result::unwrap);
    parsed.map(|(name, json)| (name, serde_json::from_str(&json).unwrap())).collect()
}

#[test]
fn the_previous_version_reads_what_is_written_now() {
    let file = before();
    let (old, records) = (jsons(&file), block_on(file.handle().load()).unwrap());
    for (name, record) in &records {
        let write = write(name.as_str(), record.revision.0, (*record.state).clone());
        assert_eq!(block_on(file.handle().commit(&[write])).unwrap(), [stored(3)]);
    }
    for (vantage, own) in records.probers {
        let write = ProberWrite { vantage, expected: own.revision, state: own.state };
        assert_eq!(block_on(file.handle().commit_prober(&write)).unwrap(), stored(3));
    }
    for (name, mut new) in jsons(&file) {
        let mut old = old[&name].clone();
        // The kind is new, and was left out; `pace_s` was read of endpoints only.
        let kind = new.as_object_mut().unwrap().remove("kind");
        if kind != Some("endpoint".into()) {
            old.as_object_mut().unwrap().remove("pace_s");
        }
        // Where it was left out, it was empty.
        new.as_object_mut().unwrap().entry("history").or_insert_with(|| serde_json::json!({}));
        assert_eq!(new, old, "{name}");
    }
}
