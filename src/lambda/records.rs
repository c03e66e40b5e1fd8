//! Delivers the records of AWS's services: alarms and log lines as events to the engine,
//! objects once they are fetched, and prober's own alarms as notices.
//!
//! AWS repeats an event only after an error. So each part is tried whatever became of the
//! others, and the first failure is the answer; parts that were taken are recognised when
//! the event comes again.

use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

use super::function::{engine, fault, unusable as unusable_event};
use super::object;
use super::own_alarm;
use crate::app;
use crate::app::reload::Settings;
use crate::core::step::Event;
use crate::engine::{Budget, Engine};
use crate::signal::envelope::{EventError, Record};
use crate::signal::{Alarm, LogErrors, ObjectCreated, Signal};
use crate::store::AnyStore;

/// What records are sorted by.
#[derive(Debug, Default)]
pub(super) struct Sorting {
    /// The alarms that watch prober itself, by name or ARN.
    own_alarms: Vec<String>,
    /// The log group that this function writes to: what it says of errors in
    /// there would be in there too, for ever.
    own_log_group: Option<String>,
    /// The log group of which not every line that comes is an error.
    screened_log_group: Option<String>,
}

impl Sorting {
    pub(super) fn from_environment() -> Self {
        Self {
            own_alarms: app::own_alarms(),
            own_log_group: app::own_log_group(),
            screened_log_group: app::screened_log_group(),
        }
    }

    /// Whether `alarm` watches the prober whose function has the ARN `home`.
    fn is_own(&self, alarm: &Alarm, home: &str) -> bool {
        self.own_alarms.iter().any(|own| alarm.is_called(own, home))
    }

    /// What is an error in `logs`, and not prober's own.
    fn errors(&self, logs: LogErrors) -> Option<LogErrors> {
        if self.own_log_group.as_ref() == Some(&logs.group) {
            tracing::warn!(
                group = logs.group,
                "prober is subscribed to its own log: take that away"
            );
            return None;
        }
        if self.screened_log_group.as_ref() == Some(&logs.group) {
            logs.screened()
        } else {
            Some(logs)
        }
    }
}

/// The records of one event, sorted by what becomes of them.
pub(super) struct SortedRecords {
    signals: Vec<Signal>,
    objects: Vec<ObjectCreated>,
    own_alarms: Vec<Alarm>,
    unusable: Vec<EventError>,
}

/// What became of the records.
#[derive(Debug, Default)]
struct Delivered {
    taken: usize,
    refused: usize,
    told: usize,
    owed: usize,
    failure: Option<Diagnostic>,
}

impl SortedRecords {
    /// Sorts `records`, which came to the function whose ARN is `home`.
    pub(super) fn sort(records: Vec<Record>, sorting: &Sorting, home: &str) -> Self {
        let mut sorted =
            Self { signals: vec![], objects: vec![], own_alarms: vec![], unusable: vec![] };
        for record in records {
            match record {
                Record::Signal(Signal::Alarm(alarm)) if sorting.is_own(&alarm, home) => {
                    sorted.own_alarms.push(alarm);
                }
                Record::Signal(Signal::Logs(logs)) => {
                    sorted.signals.extend(sorting.errors(logs).map(Signal::Logs));
                }
                Record::Signal(signal) => sorted.signals.push(signal),
                Record::Object(object) => sorted.objects.push(object),
                Record::Unusable(error) => sorted.unusable.push(error),
            }
        }
        sorted
    }

    /// The alarms that watch prober itself.
    pub(super) fn own_alarms(&self) -> &[Alarm] {
        &self.own_alarms
    }

    /// Delivers all of it within `budget`, in the function's `region`.
    pub(super) async fn deliver(
        self,
        settings: &Settings,
        region: Option<&str>,
        budget: Budget,
    ) -> Result<Value, Diagnostic> {
        let engine = engine(settings)?;
        let Self { mut signals, objects, own_alarms, unusable } = self;
        let mut delivered = Delivered::default();
        for error in &unusable {
            delivered.failed(unusable_event(error));
        }
        for object in &objects {
            match object::ping(settings, engine, object).await {
                Ok(ping) => signals.extend(ping.map(Signal::Ping)),
                Err(error) => delivered.failed(error),
            }
        }
        delivered.hear(engine, &signals, region, budget).await;
        for alarm in &own_alarms {
            match own_alarm::tell(engine, alarm, budget).await {
                Ok(told) => delivered.told += usize::from(told),
                Err(error) => delivered.failed(error),
            }
        }
        delivered.into_answer()
    }
}

impl Delivered {
    /// Stores what `signals` say, and tells what follows from it.
    async fn hear(
        &mut self,
        engine: &Engine<AnyStore>,
        signals: &[Signal],
        region: Option<&str>,
        budget: Budget,
    ) {
        let events = signals.iter().filter_map(|signal| signal.event(engine.vantage(), region));
        let (events, refused): (Vec<_>, Vec<_>) =
            events.partition(|event| is_wanted(engine, event));
        for Event { target, .. } in &refused {
            tracing::info!(name = %target, "not taken: `enabled = false` in probes.toml");
        }
        self.refused = refused.len();
        if events.is_empty() {
            return;
        }
        let count = events.len();
        match engine.take(events).await {
            Ok(taken) => {
                taken.log();
                self.taken = count;
                self.owed = engine.tell_taken(taken, budget).await.owed;
            }
            Err(error) => self.failed(fault("Store", &error)),
        }
    }

    fn failed(&mut self, error: Diagnostic) {
        if self.failure.is_none() {
            self.failure = Some(error);
        } else {
            let Diagnostic { error_type, error_message } = error;
            tracing::error!(error_type, error_message, "failed too");
        }
    }

    fn into_answer(self) -> Result<Value, Diagnostic> {
        let Self { taken, refused, told, owed, failure } = self;
        tracing::info!(taken, refused, told, owed, "heard");
        match failure {
            Some(failure) => Err(failure),
            None => Ok(json!({ "taken": taken, "refused": refused, "told": told, "owed": owed })),
        }
    }
}

/// Whether what the event is about is watched: `[alarms]` and `[logs]` may be
/// switched off.
fn is_wanted(engine: &Engine<AnyStore>, event: &Event) -> bool {
    let config = engine.config();
    config.discovered.target(&event.target).is_some()
        || config.targets.iter().any(|target| target.name == event.target)
}
