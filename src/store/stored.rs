//! What a record holds in its JSON, the same in every store: the state of a
//! target, or what a prober remembers of itself.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::model::prober_state::ProberState;
use crate::model::record::{Record, Records, Revision};
use crate::model::record_key::RecordKey;
use crate::model::state::{Outage, Status};

/// A prober's own record. The version before kept it as the state of a target
/// that has a `sight`, and reads it if it has a `status`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredProber {
    #[serde(default)]
    status: Status,
    #[serde(default)]
    sight: ProberState,
}

impl StoredProber {
    /// What is stored of `state`.
    pub(super) fn of(state: &ProberState) -> Self {
        Self { status: Status::Unknown, sight: state.clone() }
    }
}

/// Enters the record called `name` into `records`, as its JSON says it.
pub(super) fn enter(
    records: &mut Records,
    name: &str,
    revision: Revision,
    json: &str,
) -> serde_json::Result<()> {
    let name = TargetName::new(name);
    match RecordKey::of(&name) {
        RecordKey::Prober(vantage) => {
            let StoredProber { status: _, sight } = serde_json::from_str(json)?;
            let record = Record { revision, state: sight };
            records.probers.insert(Vantage(vantage.to_owned()), record);
        }
        RecordKey::Named(_)
        | RecordKey::Reports(_)
        | RecordKey::Alarm(_)
        | RecordKey::Logs(_)
        | RecordKey::Topic(_) => {
            let state = serde_json::from_str(json)?;
            records.insert(name, Record { revision, state });
        }
    }
    Ok(())
}

/// The last outage in the JSON of the target called `name`.
pub(super) fn last_outage(name: &str, json: &str) -> Option<Outage> {
    #[derive(Deserialize)]
    struct WithLast {
        #[serde(default)]
        last_outage: Option<Outage>,
    }
    readable::<WithLast>(name, json)?.last_outage
}

/// The outage of the target called `name` in its JSON.
pub(super) fn outage(name: &str, json: &str) -> Option<Outage> {
    readable(name, json)
}

/// An outage that is over is for people to look at: one that is spoilt hides no other.
fn readable<T: DeserializeOwned>(name: &str, json: &str) -> Option<T> {
    let read = serde_json::from_str(json);
    let left_out = |error: &_| {
        tracing::error!(name, %error, "left out: an outage in the log that cannot be read");
    };
    read.inspect_err(left_out).ok()
}
