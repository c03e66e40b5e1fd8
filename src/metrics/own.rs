//! What is so of the prober itself.

use chrono::{DateTime, Utc};

use super::families::{Families, Labels, Value};
use crate::model::observation::Vantage;
use crate::model::prober_state::ProberState;
use crate::model::remembered::Remembered;
use crate::model::target::Config;

pub(super) fn add(
    families: &mut Families,
    config: &Config,
    memory: &Remembered,
    now: DateTime<Utc>,
) {
    let build = vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("aws", cfg!(feature = "aws").to_string()),
    ];
    let one = |value: Value| [(Labels::new(), value)];
    families.add("build_info", "Which prober this is; always 1", [(build, Value::Whole(1))]);
    families.add_seconds(
        "state_timestamp",
        "When the state was read that this shows",
        one(now.into()),
    );
    let endpoints = config.endpoints().filter_map(|(target, _)| memory.state(&target.name));
    let last = endpoints.filter_map(|state| state.last_slot).max();
    families.add_seconds(
        "last_pass_timestamp",
        "When a pass last probed something that was evidence",
        last.map(|last| (Labels::new(), last.into())),
    );
    families.add(
        "config_parts_off",
        "Parts of the configuration that are off because a secret or a file is missing",
        one(config.lacking.len().into()),
    );
    families.add(
        "records_unreadable",
        "Records of targets that cannot be read",
        one(memory.records.unreadable.len().into()),
    );
    add_probers(families, memory);
}

/// What each prober over this store remembers of itself; one that never missed anything
/// remembers nothing.
fn add_probers(families: &mut Families, memory: &Remembered) {
    let each = |value: fn(&ProberState) -> Value| {
        let sample = move |(vantage, state): (&Vantage, &ProberState)| {
            (vec![("vantage", vantage.to_string())], value(state))
        };
        memory.records.probers.iter().map(|(vantage, own)| (vantage, &own.state)).map(sample)
    };
    families.add(
        "blind",
        "Whether a prober has no network",
        each(|state| state.blind_since.is_some().into()),
    );
    families.add(
        "gaps",
        "Times in which a prober did not run or had no network",
        each(|state| Value::Counter(state.times.into())),
    );
    families.add_seconds(
        "unseen",
        "How long those were in all",
        each(|state| Value::Counter(u64::try_from(state.unseen_s).unwrap_or_default())),
    );
}
