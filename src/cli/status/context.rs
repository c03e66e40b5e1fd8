//! What `status` shows: some of the targets, with all that decides how they are.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Found;
use crate::core::announce::Context;
use crate::core::judge::freshness::is_fresh;
use crate::message::time::Calendar;
use crate::model::names::TargetName;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::state::State;
use crate::model::target::{Config, Language, Target, Targets};

/// The targets that are shown, at one instant.
pub(super) struct StatusContext<'a> {
    pub(super) config: &'a Config,
    /// Those that are asked for, in the order of the configuration.
    pub(super) targets: Vec<&'a Target>,
    pub(super) memory: &'a Remembered,
    pub(super) context: Context<'a>,
    pub(super) calendar: Calendar,
    names: ShownNames,
    unknown: State,
}

impl<'a> StatusContext<'a> {
    /// What was `found`; `named` has all of its targets.
    pub(super) fn new(
        found: &'a Found<'a>,
        named: &'a BTreeMap<&'a TargetName, &'a Target>,
    ) -> Self {
        let Found { config, now, memory, all, wanted, .. } = found;
        Self {
            config,
            targets: all.iter().filter(|target| wanted.contains(&target.name)).collect(),
            memory,
            context: Context::configured(config, named, *now),
            calendar: Calendar::new(Language::En, config.timezone, *now),
            names: ShownNames::of(all.iter().map(|target| &target.name)),
            unknown: State::default(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.context.now()
    }

    /// All targets, also those that are not shown.
    pub(super) fn all(&self) -> &'a Targets<'a> {
        self.context.targets()
    }

    /// The name under which people know it.
    pub(super) fn name(&self, target: &TargetName) -> String {
        self.names.shown(target)
    }

    /// What is known of it, which may be nothing.
    pub(super) fn state(&self, target: &Target) -> &State {
        self.memory.state(&target.name).unwrap_or(&self.unknown)
    }

    /// Whether its last observation is as new as it should be.
    pub(super) fn is_fresh(&self, target: &Target) -> bool {
        is_fresh(target, self.state(target), self.now())
    }
}
