//! Sends a test message to every channel, from where the messages will come.

use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

use super::function::fault;
use crate::app;
use crate::http_client;
use crate::model::target::Config;
use crate::notify::Notifier;
use crate::notify::console::Console;

/// Time for the channels, waiting included: somebody is watching.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends it, and says what became of it on each channel.
pub(super) async fn send(config: &Config, now: DateTime<Utc>) -> Result<Value, Diagnostic> {
    let message = app::test_message(config, now);
    let http = http_client::client().map_err(|error| fault("Client", &error))?;
    let console = Console::new(io::stdout(), false);
    let sent = config.channels.iter().map(async |channel| {
        let notifier = Notifier::new(channel, &http, &console);
        let why = notifier.send(&message, SEND_TIMEOUT).await.why_not();
        json!({ "channel": channel.name.as_str(), "delivered": why.is_none(), "why": why })
    });
    Ok(json!({ "channels": join_all(sent).await }))
}
