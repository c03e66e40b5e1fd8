//! Slack, by an incoming webhook: one request out, its answer classified; and
//! by a bot, which can answer and change its messages.
//!
//! The webhook's URL is the password: who has it can post. It is on the wire,
//! and in no error, log or answer that leaves this room.
//!
//! <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>

mod answer;
mod bot;
mod payload;

use std::time::Duration;

use reqwest::Client;

pub(super) use self::bot::Bot;
use self::payload::Payload;
use super::Delivery;
use super::answer::{exchange, post};
use crate::message::Message;
use crate::model::secret::SecretUrl;

/// One incoming webhook.
#[derive(Clone, Debug)]
pub(super) struct Slack {
    url: SecretUrl,
    mention: Option<String>,
    client: Client,
}

/// The JSON that `message` is sent as; the `mention` stands before its text if
/// something went down.
#[must_use]
pub fn payload(message: &Message, mention: Option<&str>) -> String {
    Payload::of(message, mention).to_json()
}

impl Slack {
    pub(super) fn new(url: &SecretUrl, mention: Option<String>, client: Client) -> Self {
        Self { url: url.clone(), mention, client }
    }

    pub(super) async fn send(&self, message: &Message, timeout: Duration) -> Delivery {
        let request = post(&self.client, &self.url, payload(message, self.mention.as_deref()));
        match exchange(request, timeout, &[&self.url]).await {
            Ok(answer) => answer::classify(&answer, self.url.expose()),
            Err(delivery) => delivery,
        }
    }
}
