//! An alarm that watches prober itself. It is not a target, because prober must not
//! watch itself. Every channel is told of it once.

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use lambda_runtime::Diagnostic;

use super::function::fault;
use crate::app::{self, Error};
use crate::engine::{Budget, Engine, LastWord};
use crate::environment;
use crate::http_client;
use crate::message::{Notice, OwnAlarm, Voice};
use crate::model::names::ChannelName;
use crate::model::secret::SecretUrl;
use crate::model::target::{Channel, ChannelKind, Language};
use crate::notify::Notifier;
use crate::notify::console::Console;
use crate::signal::tick_silence::{MissingTicks, is_first_silence};
use crate::signal::{Alarm, AlarmState};
use crate::store::{AnyStore, Store as _};

/// The variable with the webhook that is told where there is no configuration.
const WEBHOOK: &str = "SLACK_WEBHOOK_URL";

/// Tells of `alarm`, if it says anything; whether it does. It is an error if
/// not everybody could be told, since it is kept nowhere: it must come again.
pub(super) async fn tell(
    engine: &Engine<AnyStore>,
    alarm: &Alarm,
    budget: Budget,
) -> Result<bool, Diagnostic> {
    let Some(notice) = notice(alarm) else { return Ok(false) };
    if engine.config().has_no_channel_on() {
        return Ok(false);
    }
    if is_first_silence(alarm) {
        let silence = match engine.store().load().await {
            Ok(records) => MissingTicks::of(alarm.at, engine.clock().now(), &records),
            // Then no tick is any better off.
            Err(error) => {
                tracing::error!(%error, "it is not known whether there are ticks");
                MissingTicks::Real
            }
        };
        match silence {
            MissingTicks::Over => return Ok(false),
            MissingTicks::Young => return Err(too_young(alarm)),
            MissingTicks::Real => {}
        }
    }
    let told = engine.say(&Notice::OwnAlarm(notice), budget).await;
    if told.map_err(|error| fault("Store", &error))? {
        return Ok(true);
    }
    let error_message = format!("not every channel could be told of the alarm {} yet", alarm.name);
    Err(Diagnostic { error_type: "NotTold".into(), error_message })
}

/// Tells of `alarms` where there is no configuration, or every channel of it lacks
/// its secret: the webhook in [`WEBHOOK`], if that is set. In this environment each is
/// told there at most once an hour.
pub(super) async fn tell_without_config(
    alarms: &[Alarm],
    last_word: &LastWord,
    budget: Budget,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    // A dash is what says that there is none where a value must be given.
    let Some(url) = environment::set(WEBHOOK).filter(|url| url != "-") else { return Ok(()) };
    let webhook_url = SecretUrl::parse(&url).map_err(|error| format!("{WEBHOOK}: {error}"))?;
    let kind = ChannelKind::Slack { webhook_url, mention: None };
    let channel = Channel::new(ChannelName::new("slack"), kind);
    let console = Console::new(io::stdout(), false);
    let notifier = Notifier::new(&channel, &http_client::client()?, &console);
    let vantage = app::vantage();
    let voice =
        Voice { language: Language::default(), zone: Tz::UTC, vantage: &vantage, page: None, now };
    for notice in alarms.iter().filter_map(notice).map(Notice::OwnAlarm) {
        last_word.say_once(&notifier, &notice, &voice, budget).await;
    }
    Ok(())
}

/// The error that makes Lambda send it again.
fn too_young(alarm: &Alarm) -> Diagnostic {
    let name = &alarm.name;
    let error_message = format!("the alarm {name} was just made: the first tick may still come");
    Diagnostic { error_type: "TooYoung".into(), error_message }
}

/// `None` of one that has too little data to say anything, and of one that had
/// until now and is well: so every alarm begins, and no trouble is over.
fn notice(alarm: &Alarm) -> Option<OwnAlarm> {
    let raised = match (alarm.state, alarm.before) {
        (AlarmState::Alarm, _) => true,
        (AlarmState::Ok, Some(AlarmState::InsufficientData))
        | (AlarmState::InsufficientData, _) => return None,
        (AlarmState::Ok, Some(AlarmState::Alarm | AlarmState::Ok) | None) => false,
    };
    let since = alarm.at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    Some(OwnAlarm { name: alarm.name.clone(), raised, reason: alarm.reason.clone(), since })
}
