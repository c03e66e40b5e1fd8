//! One invocation: the event is decoded, the configuration made fresh, and
//! what is asked for is done within the time that Lambda leaves.

use std::time::Duration;

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::event::{self, Event};
use super::settings::Settings;
use crate::assembly::Cannot;
use crate::clock::Clock;
use crate::message::{Notice, OwnAlarm};
use crate::tick::{Order, Summary};

/// Time for the configuration before the first event. Lambda gives ten
/// seconds, and then begins again from the beginning:
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.
const INIT: Duration = Duration::from_secs(8);

/// Everything that invocations share.
pub(super) struct Function {
    settings: Settings,
    clock: Clock,
}

impl Function {
    /// Makes what all invocations need. A configuration that cannot be had is
    /// no reason to stop: the next invocation asks for it again.
    pub(super) async fn new(clock: Clock) -> Result<Self, Cannot> {
        let mut settings = Settings::from_environment(clock.clone()).await?;
        match tokio::time::timeout(INIT, settings.refresh()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "no configuration yet"),
            Err(_) => tracing::error!("no configuration yet: it took too long"),
        }
        Ok(Self { settings, clock })
    }

    /// Handles one event.
    pub(super) async fn invoke(&mut self, event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
        let end = self.end(event.context.deadline);
        let decoded =
            event::decode(&event.payload).map_err(|error| fault("UnknownEvent", &error))?;
        self.settings.refresh().await.map_err(|error| fault("Configuration", &*error))?;
        let done = match decoded {
            Event::Tick { scheduled_at, shard } => {
                self.tick(Order { scheduled_at, shard, end }).await
            }
            Event::OwnAlarm(alarm) => self.own_alarm(alarm, end).await,
            Event::AlarmWithoutData => Ok(json!({ "told": false })),
        };
        // A broken configuration is told of after what the tick found: that
        // somebody's home is down is more urgent.
        let told = self.settings.tell_if_broken(end).await;
        let done = done?;
        told.map_err(|error| fault("Store", &error))?;
        Ok(done)
    }

    async fn tick(&self, order: Order) -> Result<Value, Diagnostic> {
        let engine = self.settings.engine().map_err(|error| fault("Configuration", &*error))?;
        let summary =
            engine.tick(order, |_, _| {}).await.map_err(|error| fault("Store", &error))?;
        log(&summary);
        serde_json::to_value(&summary).map_err(|error| fault("Summary", &error))
    }

    /// Who sends an alarm repeats it after an error, and only then.
    async fn own_alarm(&self, alarm: OwnAlarm, end: Option<Instant>) -> Result<Value, Diagnostic> {
        let engine = self.settings.engine().map_err(|error| fault("Configuration", &*error))?;
        let name = alarm.name.clone();
        let told = engine.say(&Notice::OwnAlarm(alarm), end).await;
        if told.map_err(|error| fault("Store", &error))? {
            return Ok(json!({ "told": true }));
        }
        let error_message = format!("not every channel could be told of the alarm {name} yet");
        Err(Diagnostic { error_type: "NotTold".into(), error_message })
    }

    /// When Lambda stops this process, from its deadline in milliseconds since
    /// 1970. One that has passed is from a stand-in that knows none.
    fn end(&self, deadline: u64) -> Option<Instant> {
        let now = u64::try_from(self.clock.now().timestamp_millis()).ok()?;
        let left = deadline.checked_sub(now).filter(|left| *left > 0)?;
        Instant::now().checked_add(Duration::from_millis(left))
    }
}

fn log(summary: &Summary) {
    for transition in &summary.transitions {
        let (target, kind) = (&transition.target, transition.kind);
        tracing::info!(name = %target, kind, detail = transition.detail, "changed");
    }
    let Summary { due, probed, inconclusive, conflicts, owed, .. } = summary;
    tracing::info!(due, probed, inconclusive, conflicts, owed, "ticked");
}

fn fault(kind: &str, error: &(impl std::error::Error + ?Sized)) -> Diagnostic {
    Diagnostic { error_type: kind.into(), error_message: error.to_string() }
}
