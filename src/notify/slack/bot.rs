//! Slack by a bot's token: recoveries answer the message that told of the
//! outage, in its thread and, unless that is turned off, in the channel too, because an answer
//! in a thread wakes nobody. That message is brought up to date.
//!
//! <https://docs.slack.dev/reference/methods/chat.postMessage>
//! <https://docs.slack.dev/reference/methods/chat.update>

mod verdict;

use std::time::Duration;

use reqwest::Client;
use tokio::time::Instant;

use self::verdict::{Posted, verdict};
use super::payload::Payload;
use crate::message::{Message, Thread};
use crate::model::secret::{Secret, SecretUrl};
use crate::model::state::Receipt;
use crate::model::target::SlackBot;
use crate::notify::Delivery;
use crate::notify::answer::{constant, exchange, post};

/// Where Slack is, unless it is another one (<https://slack-gov.com/api>).
const API: &str = "https://slack.com/api";

/// One channel of one workspace.
#[derive(Clone, Debug)]
pub(in crate::notify) struct Bot {
    token: Secret,
    channel: String,
    mention: Option<String>,
    broadcast: bool,
    api: SecretUrl,
    client: Client,
}

impl Bot {
    pub(in crate::notify) fn new(bot: &SlackBot, client: Client) -> Self {
        Self {
            token: bot.bot_token.clone(),
            channel: bot.channel.clone(),
            mention: bot.mention.clone(),
            broadcast: bot.broadcast,
            api: bot.api_url.clone().unwrap_or_else(|| constant(API)),
            client,
        }
    }

    pub(in crate::notify) async fn send(&self, message: &Message, timeout: Duration) -> Delivery {
        let end = Instant::now() + timeout;
        let Some(thread) = &message.data.reply_to else { return self.say(message, end).await };
        match self.answer(message, thread, end).await {
            // The thread or its conversation is gone, but the recovery must still be
            // told. The channel refused the answer, so this is not a second message.
            Delivery::Refused { why, .. } => {
                tracing::info!(why, "cannot answer in the thread; said beside it");
                self.say(message, end).await
            }
            accepted @ Delivery::Accepted { .. } => {
                self.update(thread, end).await;
                accepted
            }
            delivery @ (Delivery::ComeBack { .. }
            | Delivery::Unavailable { .. }
            | Delivery::Unknown { .. }) => delivery,
        }
    }

    /// A message of its own; where it tells of outages, they can be answered there.
    async fn say(&self, message: &Message, end: Instant) -> Delivery {
        let mut payload = Payload::of(message, self.mention.as_deref());
        payload.channel = Some(self.channel.clone());
        let incidents =
            message.data.facts.iter().filter(|(_, fact)| fact.opens().is_some()).count();
        match self.call("chat.postMessage", &payload, end).await {
            Ok(Posted { channel, ts }) => Delivery::Accepted {
                receipt: (incidents > 0).then_some(Receipt { place: channel, id: ts, incidents }),
            },
            Err(delivery) => delivery,
        }
    }

    async fn answer(&self, message: &Message, thread: &Thread, end: Instant) -> Delivery {
        let mut payload = Payload::of(message, None);
        payload.channel = Some(thread.receipt.place.clone());
        payload.thread_ts = Some(thread.receipt.id.clone());
        payload.reply_broadcast = self.broadcast;
        match self.call("chat.postMessage", &payload, end).await {
            Ok(_) => Delivery::ACCEPTED,
            Err(delivery) => delivery,
        }
    }

    /// Updates the first message. The recovery has been told by now, so a failure
    /// is not repeated: the next answer updates everything.
    async fn update(&self, thread: &Thread, end: Instant) {
        let mut payload = Payload::of(&thread.now, None);
        payload.channel = Some(thread.receipt.place.clone());
        payload.ts = Some(thread.receipt.id.clone());
        if let Err(delivery) = self.call("chat.update", &payload, end).await {
            tracing::warn!(?delivery, "failed to bring the message of the outage up to date");
        }
    }

    async fn call(
        &self,
        method: &str,
        payload: &Payload,
        end: Instant,
    ) -> Result<Posted, Delivery> {
        let left = end.saturating_duration_since(Instant::now());
        let request = post(&self.client, &self.api.below(&[method]), payload.to_json());
        let request = request.bearer_auth(self.token.expose());
        verdict(&exchange(request, left, &[&self.token]).await?, &self.token)
    }
}
