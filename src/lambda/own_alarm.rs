//! An alarm that watches prober itself: not a target, since who watches it
//! must not be who is broken. Every channel hears of it, once.

use chrono::SecondsFormat;
use lambda_runtime::Diagnostic;

use super::function::fault;
use crate::engine::{Budget, Engine};
use crate::message::{Notice, OwnAlarm};
use crate::signal::{Alarm, AlarmState};
use crate::store::AnyStore;

/// Tells of `alarm`, if it says anything; whether it does. It is an error if
/// not everybody could be told, since it is kept nowhere: it must come again.
pub(super) async fn tell(
    engine: &Engine<AnyStore>,
    alarm: &Alarm,
    budget: Budget,
) -> Result<bool, Diagnostic> {
    let Some(notice) = notice(alarm) else { return Ok(false) };
    let told = engine.say(&Notice::OwnAlarm(notice), budget).await;
    if told.map_err(|error| fault("Store", &error))? {
        return Ok(true);
    }
    let error_message = format!("not every channel could be told of the alarm {} yet", alarm.name);
    Err(Diagnostic { error_type: "NotTold".into(), error_message })
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
