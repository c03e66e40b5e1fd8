//! One invocation: decodes the event, refreshes the configuration, and does what the
//! event asks for within the time that Lambda leaves.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use chrono::TimeDelta;
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::Value;
use tokio::time::Instant;

use super::http;
use super::own_alarm;
use super::records::{SortedRecords, Sorting};
use super::test_message;
use crate::app::reload::{Settings, Surroundings};
use crate::app::source::ConfigSource;
use crate::app::{self, Error};
use crate::clock::Clock;
use crate::engine::{Budget, Engine, LastWord, Summary, TickRequest, TransitionLine};
use crate::environment;
use crate::http_client;
use crate::inbox::{Answer, HttpRequest, Inbox};
use crate::model::target::{ChannelKind, Config};
use crate::notify::console::Console;
use crate::signal::envelope::{self, Envelope, EventError, Schedule};
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
    last_word: LastWord,
}

impl Function {
    /// Makes what all invocations need. A configuration that cannot be had is
    /// no reason to stop: the next invocation asks for it again.
    pub(super) async fn new(clock: Clock) -> Result<Self, Error> {
        let mut settings = Settings::new(surroundings(clock.clone()).await?);
        match tokio::time::timeout(INIT, settings.refresh()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(error = chain(&*error), "no configuration yet"),
            Err(_) => tracing::error!("no configuration yet: it took too long"),
        }
        if settings.engine().is_ok_and(|engine| is_heard_by_nobody(engine.config())) {
            tracing::warn!("every channel is the console, which is this log: nobody is told");
        }
        let (sorting, region) = (Sorting::from_environment(), environment::region());
        let (inbox, last_word) = (Inbox::public(), LastWord::default());
        Ok(Self { settings, inbox, sorting, region, clock, last_word })
    }

    /// Handles one event.
    pub(super) async fn invoke(&mut self, event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
        let budget = self.budget(event.context.deadline);
        let decoded = envelope::decode(&event.payload).map_err(|error| unusable(&error))?;
        if let Err(error) = self.settings.refresh().await {
            let home = &event.context.invoked_function_arn;
            self.tell_without_config(decoded, home, budget).await;
            return Err(fault("Configuration", &*error));
        }
        let done = match decoded {
            Envelope::Schedule(schedule) => self.tick(schedule, budget).await,
            Envelope::NotifyTest => {
                let config = engine(&self.settings)?.config();
                Box::pin(test_message::send(config, self.clock.now())).await
            }
            Envelope::Http(event) => {
                let request = HttpRequest::received(*event).map_err(|error| unusable(&error))?;
                self.answer(request, budget).await
            }
            Envelope::Records(records) => {
                let home = &event.context.invoked_function_arn;
                let records = SortedRecords::sort(records, &self.sorting, home);
                if engine(&self.settings)?.config().has_no_channel_on() {
                    self.tell_elsewhere(&records, budget).await;
                }
                records.deliver(&self.settings, self.region.as_deref(), budget).await
            }
        };
        // A broken configuration is told of after what came: that somebody's
        // home is down is more urgent. It is told of until it was.
        if let Err(error) = self.settings.tell_if_broken(budget).await {
            tracing::error!(%error, "the configuration is broken, and nobody could be told yet");
        }
        done
    }

    /// Tells of prober's own alarms among what came, where nothing says whom
    /// to tell.
    async fn tell_without_config(&self, event: Envelope, home: &str, budget: Budget) {
        let Envelope::Records(records) = event else { return };
        self.tell_elsewhere(&SortedRecords::sort(records, &self.sorting, home), budget).await;
    }

    /// The same of those in `records`, where no channel can be told.
    async fn tell_elsewhere(&self, records: &SortedRecords, budget: Budget) {
        let (alarms, now) = (records.own_alarms(), self.clock.now());
        let told = own_alarm::tell_without_config(alarms, &self.last_word, budget, now).await;
        if let Err(error) = told {
            tracing::error!(error = chain(&*error), "nobody could be told of prober's own alarm");
        }
    }

    async fn tick(
        &self,
        Schedule { scheduled_at, shard }: Schedule,
        budget: Budget,
    ) -> Result<Value, Diagnostic> {
        let request = TickRequest { scheduled_at, shard, budget, refused_at: None, skip: None };
        let engine = engine(&self.settings)?;
        let summary = engine.tick(request, |_, _| {}).await;
        let summary = summary.map_err(|error| fault("Store", &error))?;
        log(&summary);
        heard_by_somebody(engine.config())?;
        serde_json::to_value(&summary).map_err(|error| fault("Summary", &error))
    }

    /// What was stored is told before the answer: once it has answered, this
    /// process is frozen. What cannot be told is owed, and the next tick tells
    /// it, so that it takes nothing from the answer.
    async fn answer(&self, request: HttpRequest, budget: Budget) -> Result<Value, Diagnostic> {
        let engine = engine(&self.settings)?;
        let method = request.method.clone();
        let Answer { response, taken } = self.inbox.answer(engine, request).await;
        if let Some(taken) = taken {
            engine.tell_taken(taken, budget).await;
        }
        Ok(http::payload(&method, response))
    }

    /// The time until Lambda stops this process, from its deadline in
    /// milliseconds since 1970. One that has passed is from a stand-in that
    /// knows none.
    fn budget(&self, deadline: u64) -> Budget {
        let now = u64::try_from(self.clock.now().timestamp_millis()).ok();
        let left = now.and_then(|now| deadline.checked_sub(now)).filter(|left| *left > 0);
        let end = left.and_then(|left| Instant::now().checked_add(Duration::from_millis(left)));
        end.map_or(Budget::UNLIMITED, Budget::until)
    }
}

/// From the environment: `PROBER_CONFIG`, and `PROBER_TABLE`.
async fn surroundings(clock: Clock) -> Result<Surroundings, Error> {
    let name = PathBuf::from(environment::set("PROBER_CONFIG").unwrap_or("probes.toml".into()));
    let wrong = || format!("PROBER_CONFIG is {}: write s3://BUCKET/KEY", name.display());
    let table = app::table().await?;
    Ok(Surroundings {
        source: ConfigSource::of(&name).ok_or_else(wrong)?,
        http: http_client::client()?,
        clock,
        last_good: table.clone(),
        table,
        // What is deployed beside the function never changes.
        settled: TimeDelta::zero(),
        console: Console::new(io::stdout(), false),
        trace: None,
    })
}

/// Whether all that is told goes to the log of the function.
fn is_heard_by_nobody(config: &Config) -> bool {
    config.channels.iter().all(|channel| matches!(channel.kind, ChannelKind::Console))
}

/// A tick of which nobody can be told anything has failed, whatever it has seen: its
/// alarm, which needs no channel, says so by mail.
fn heard_by_somebody(config: &Config) -> Result<(), Diagnostic> {
    if !config.has_no_channel_on() {
        return Ok(());
    }
    let off: Vec<String> = config.lacking.iter().map(ToString::to_string).collect();
    let error_message = format!("nobody can be told: {}", off.join("; "));
    Err(Diagnostic { error_type: "NoChannel".into(), error_message })
}

/// The engine of the configuration in force.
pub(super) fn engine(settings: &Settings) -> Result<&Engine<AnyStore>, Diagnostic> {
    let engine = settings.engine().map(Rc::as_ref);
    engine.map_err(|error| fault("Configuration", &*error))
}

/// What Lambda is answered, and logs and counts as an error.
pub(super) fn fault(kind: &str, error: &(impl std::error::Error + ?Sized)) -> Diagnostic {
    Diagnostic { error_type: kind.into(), error_message: error.to_string() }
}

pub(super) fn unusable(error: &EventError) -> Diagnostic {
    let kind = match error {
        EventError::Unknown(_) => "UnknownEvent",
        EventError::Unreadable { .. } => "UnreadableEvent",
    };
    fault(kind, error)
}

fn log(summary: &Summary) {
    summary.transitions.iter().for_each(TransitionLine::log);
    let Summary { blind, due, probed, inconclusive, conflicts, ahead, owed, .. } = summary;
    tracing::info!(blind, due, probed, inconclusive, conflicts, ahead, owed, "ticked");
}
