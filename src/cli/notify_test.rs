//! `prober notify-test`: does a message arrive?

use std::path::Path;
use std::time::Duration;

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{BAD, GOOD, paint};
use super::{Ended, Error, Format, say, setup};
use crate::app;
use crate::clock::Clock;
use crate::http_client;
use crate::model::names::ChannelName;
use crate::model::target::Config;
use crate::notify::Notifier;

/// Time for one channel, waiting included: somebody is watching.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct NotifyTest {
    /// The channels to test; all if none is named.
    #[arg(value_name = "CHANNEL")]
    channels: Vec<String>,
}

impl NotifyTest {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        // What the log says of a delivery, the result below says better.
        setup::logs(LevelFilter::OFF);
        let config = setup::config_with_a_channel(path).await?;
        let names: Vec<&ChannelName> =
            config.channels.iter().map(|channel| &channel.name).collect();
        super::names::known("channel", &self.channels, names.iter().map(|name| name.as_str()))?;
        let mut good = true;
        for notifier in setup::notifiers(&config, &http_client::client()?, Format::Text) {
            let name = notifier.name();
            if !self.channels.is_empty()
                && !self.channels.iter().any(|wanted| wanted == name.as_str())
            {
                continue;
            }
            let (said, arrived) = try_out(&config, &notifier).await;
            good &= arrived;
            say(&said)?;
        }
        Ok(Ended::good_if(good))
    }
}

/// Sends a test message, and says in a line whether it arrived.
pub(super) async fn try_out(config: &Config, notifier: &Notifier) -> (String, bool) {
    let message = app::test_message(config, Clock::System.now());
    let delivery = notifier.send(&message, SEND_TIMEOUT).await;
    let why_not = delivery.why_not();
    (format!("{}\n", line(notifier.name(), why_not.as_deref())), why_not.is_none())
}

fn line(channel: &ChannelName, why_not: Option<&str>) -> String {
    let (style, text) = why_not.map_or((GOOD, "delivered"), |why| (BAD, why));
    format!("{channel}: {}", paint(style, text))
}
