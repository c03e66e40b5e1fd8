//! One invocation: the event is decoded, the configuration made fresh, and
//! what is asked for is done within the time that Lambda leaves.

use std::time::Duration;

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::Value;
use tokio::time::Instant;

use super::http;
use super::records::{Delivery, Sorting};
use super::settings::Settings;
use crate::app::Error;
use crate::clock::Clock;
use crate::engine::{Engine, Summary, TickRequest};
use crate::environment;
use crate::inbox::{Answer, Inbox};
use crate::signal::envelope::{self, Envelope, EventError, HttpRequest, Schedule};
use crate::store::AnyStore;
use crate::text::error_chain::chain;

/// Time for the configuration before the first event. Lambda gives ten
/// seconds, and then begins again from the beginning:
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.
const INIT: Duration = Duration::from_secs(8);

/// Everything that invocations share.
pub(super) struct Function {
    settings: Settings,
    inbox: Inbox,
    sorting: Sorting,
    region: Option<String>,
    clock: Clock,
}

impl Function {
    /// Makes what all invocations need. A configuration that cannot be had is
    /// no reason to stop: the next invocation asks for it again.
    pub(super) async fn new(clock: Clock) -> Result<Self, Error> {
        let mut settings = Settings::from_environment(clock.clone()).await?;
        match tokio::time::timeout(INIT, settings.refresh()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(error = chain(&*error), "no configuration yet"),
            Err(_) => tracing::error!("no configuration yet: it took too long"),
        }
        let (sorting, region) = (Sorting::from_environment(), environment::region());
        Ok(Self { settings, inbox: Inbox::public(), sorting, region, clock })
    }

    /// Handles one event.
    pub(super) async fn invoke(&mut self, event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
        let end = self.end(event.context.deadline);
        let decoded = envelope::decode(&event.payload).map_err(|error| unusable(&error))?;
        self.settings.refresh().await.map_err(|error| fault("Configuration", &*error))?;
        let done = match decoded {
            Envelope::Schedule(schedule) => self.tick(schedule, end).await,
            Envelope::Http(request) => self.answer(request, end).await,
            Envelope::Records(records) => {
                let delivery = Delivery::sort(records, &self.sorting);
                delivery.deliver(&self.settings, self.region.as_deref(), end).await
            }
        };
        // A broken configuration is told of after what came: that somebody's
        // home is down is more urgent. It is told of until it was.
        if let Err(error) = self.settings.tell_if_broken(end).await {
            tracing::error!(%error, "the configuration is broken, and nobody could be told yet");
        }
        done
    }

    async fn tick(
        &self,
        Schedule { scheduled_at, shard }: Schedule,
        end: Option<Instant>,
    ) -> Result<Value, Diagnostic> {
        let order = TickRequest { scheduled_at, shard, end };
        let summary = engine(&self.settings)?.tick(order, |_, _| {}).await;
        let summary = summary.map_err(|error| fault("Store", &error))?;
        log(&summary);
        serde_json::to_value(&summary).map_err(|error| fault("Summary", &error))
    }

    /// What was stored is told before the answer: once it has answered, this
    /// process is frozen. What cannot be told is owed, and the next tick tells
    /// it, so that it takes nothing from the answer.
    async fn answer(
        &self,
        request: HttpRequest,
        end: Option<Instant>,
    ) -> Result<Value, Diagnostic> {
        let engine = engine(&self.settings)?;
        let method = request.method.clone();
        let Answer { response, taken } = self.inbox.answer(engine, request).await;
        if let Some(taken) = taken {
            engine.tell_taken(taken, end).await;
        }
        Ok(http::payload(&method, response))
    }

    /// When Lambda stops this process, from its deadline in milliseconds since
    /// 1970. One that has passed is from a stand-in that knows none.
    fn end(&self, deadline: u64) -> Option<Instant> {
        let now = u64::try_from(self.clock.now().timestamp_millis()).ok()?;
        let left = deadline.checked_sub(now).filter(|left| *left > 0)?;
        Instant::now().checked_add(Duration::from_millis(left))
    }
}

/// The engine of the configuration in force.
pub(super) fn engine(settings: &Settings) -> Result<&Engine<AnyStore>, Diagnostic> {
    settings.engine().map_err(|error| fault("Configuration", &*error))
}

/// What Lambda is answered, and logs and counts as an error.
pub(super) fn fault(kind: &str, error: &(impl std::error::Error + ?Sized)) -> Diagnostic {
    Diagnostic { error_type: kind.into(), error_message: error.to_string() }
}

fn unusable(error: &EventError) -> Diagnostic {
    let kind = match error {
        EventError::Unknown(_) => "UnknownEvent",
        EventError::Unreadable { .. } => "UnreadableEvent",
    };
    fault(kind, error)
}

fn log(summary: &Summary) {
    for transition in &summary.transitions {
        let (target, kind) = (&transition.target, transition.kind);
        tracing::info!(name = %target, kind, detail = transition.detail, "changed");
    }
    let Summary { blind, due, probed, inconclusive, conflicts, ahead, owed, .. } = summary;
    tracing::info!(blind, due, probed, inconclusive, conflicts, ahead, owed, "ticked");
}
