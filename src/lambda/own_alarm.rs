//! An alarm that watches prober itself. It is not a target, because prober must not
//! watch itself. Every channel is told of it once.

use std::io;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use lambda_runtime::Diagnostic;

use super::function::fault;
use crate::app::{self, Error};
use crate::engine::{Budget, Engine, LastWord};
use crate::environment;
use crate::http_client;
use crate::message::{Notice, OwnAlarm, Voice};
use crate::model::names::ChannelName;
use crate::model::record::Records;
use crate::model::secret::SecretUrl;
use crate::model::target::{Channel, ChannelKind, Language};
use crate::notify::Notifier;
use crate::notify::console::Console;
use crate::signal::{Alarm, AlarmState};
use crate::store::{AnyStore, Store as _};

/// What the name of the alarm ends with that rises where no tick is counted.
const SILENCE: &str = "-TickSilence";

/// The variable with the webhook that is told where there is no configuration.
const WEBHOOK: &str = "SLACK_WEBHOOK_URL";

/// How old what a tick has seen may be, where it shows that there are ticks:
/// as long as the alarm waits for one.
const RECENT: TimeDelta = TimeDelta::minutes(5);

/// How long after the alarm was made the first tick may take. Lambda sends an
/// event again that failed after one minute, and once more after another two:
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>.
const FIRST_TICK: TimeDelta = TimeDelta::minutes(2);

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

/// What an alarm for missing ticks means right after it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MissingTicks {
    /// There are ticks: they are only not counted yet.
    Over,
    /// The first tick may still come.
    Young,
    /// There is no tick.
    Real,
}

impl MissingTicks {
    /// Of one that rose at `at`, by what is remembered `now`.
    fn of(at: DateTime<Utc>, now: DateTime<Utc>, records: &Records) -> Self {
        let slots = records.values().filter_map(|record| record.state.last_slot);
        if slots.max().is_some_and(|last| last + RECENT >= at) {
            Self::Over
        } else if (at..at + FIRST_TICK).contains(&now) {
            Self::Young
        } else {
            Self::Real
        }
    }
}

/// Whether `alarm` rose as soon as it was made, before it counted any tick.
/// Later it never lacks data, since to it no tick is an alarm.
fn is_first_silence(alarm: &Alarm) -> bool {
    let rose = alarm.state == AlarmState::Alarm;
    rose && alarm.before == Some(AlarmState::InsufficientData) && alarm.name.ends_with(SILENCE)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::names::TargetName;
    use crate::model::record::{Record, Revision};
    use crate::model::state::State;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn ticked(minutes: Option<i64>) -> Records {
        let state = State { last_slot: minutes.map(minute), ..State::default() };
        [(TargetName::new("nas"), Record { revision: Revision(1), state })].into_iter().collect()
    }

    #[test]
    fn a_silence_is_over_with_the_first_tick_and_real_if_none_comes() {
        let of =
            |now, ticks: Option<i64>| MissingTicks::of(minute(10), minute(now), &ticked(ticks));
        assert_eq!([of(10, Some(10)), of(11, Some(11)), of(13, Some(5))], [MissingTicks::Over; 3]);
        assert_eq!([of(10, None), of(11, Some(4))], [MissingTicks::Young; 2]);
        assert_eq!([of(12, None), of(13, Some(4))], [MissingTicks::Real; 2]);
    }
}
