//! An object that was written to S3 becomes a heartbeat's ping.

use lambda_runtime::Diagnostic;

use super::function::fault;
use crate::app::reload::Settings;
use crate::engine::Engine;
use crate::model::names::TargetName;
use crate::model::target::{Heartbeat, Kind};
use crate::signal::ping::MAX_BODY;
use crate::signal::{ObjectCreated, Ping};
use crate::store::AnyStore;

/// The ping that `object` is, once its content has been fetched.
///
/// `None` if a second try would not help: it is no heartbeat's, or it is gone. The log
/// says so, and the heartbeat becomes late.
pub(super) async fn ping(
    settings: &Settings,
    engine: &Engine<AnyStore>,
    object: &ObjectCreated,
) -> Result<Option<Ping>, Diagnostic> {
    let ObjectCreated { bucket, key, .. } = object;
    let Some((name, heartbeat)) = heartbeat(engine, object) else {
        tracing::warn!(bucket, key, "not taken: no heartbeat is called like this object");
        return Ok(None);
    };
    // One byte more than is kept shows that there was more.
    let content = settings.fetcher().written(object, MAX_BODY + 1).await;
    let Some(content) = content.map_err(|error| fault("Object", &error))? else {
        tracing::warn!(%name, bucket, key, "not taken: the object is gone already");
        return Ok(None);
    };
    Ok(Some(Ping::written(name.clone(), heartbeat.expect.clone(), &content, object.at)))
}

fn heartbeat<'a>(
    engine: &'a Engine<AnyStore>,
    object: &ObjectCreated,
) -> Option<(&'a TargetName, &'a Heartbeat)> {
    let heartbeats = engine.config().targets.iter().filter_map(|target| match &target.kind {
        Kind::Heartbeat(heartbeat) => Some((&target.name, heartbeat.as_ref())),
        Kind::Endpoint(_) | Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => None,
    });
    let name = object.heartbeat(heartbeats.clone().map(|(name, _)| name))?;
    heartbeats.into_iter().find(|(each, _)| *each == name)
}
