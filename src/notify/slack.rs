//! Slack's incoming webhooks: one request out, its answer classified.
//!
//! The URL is the password: who has it can post. It is on the wire, and in no
//! error, log or answer that leaves this room.
//!
//! <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>

mod answer;
mod escape;
mod payload;

use std::error::Error;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, Url};
use tokio::time::Instant;

use self::answer::Answer;
use self::payload::Payload;
use super::Delivery;
use crate::message::Message;
use crate::secret::{Secret, redact};

/// The time for one request, connection to last byte of the answer.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// What must be left of the patience after a wait: with less, the message
/// would be cut off in the middle, and nobody would know whether it arrived.
pub const TIME_TO_SEND: Duration = Duration::from_secs(1);

/// Bytes of an answer that are read. Slack's are a word.
const MAX_ANSWER: usize = 4096;

/// One incoming webhook.
#[derive(Clone, Debug)]
pub(super) struct Slack {
    url: Secret,
    mention: Option<String>,
    client: Client,
}

/// A webhook's URL that cannot be one. It does not say which: it is a secret.
#[derive(Debug, thiserror::Error)]
#[error("webhook_url must be a URL such as https://hooks.slack.com/services/…")]
pub struct BadUrl;

/// The JSON that `message` is sent as; the `mention` stands before its text if
/// something went down.
#[must_use]
pub fn payload(message: &Message, mention: Option<&str>) -> String {
    Payload::of(message, mention).to_json()
}

impl Slack {
    pub(super) fn new(
        url: &Secret,
        mention: Option<String>,
        client: Client,
    ) -> Result<Self, BadUrl> {
        let parsed = Url::parse(url.expose()).map_err(|_| BadUrl)?;
        let usable = matches!(parsed.scheme(), "https" | "http") && parsed.has_host();
        usable.then(|| Self { url: url.clone(), mention, client }).ok_or(BadUrl)
    }

    /// Sends `message`, as often as Slack asks to come back while there is time.
    pub(super) async fn send(&self, message: &Message, patience: Duration) -> Delivery {
        let body = payload(message, self.mention.as_deref());
        let start = Instant::now();
        loop {
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Delivery::Unavailable { why: "no time left to send it".into() };
            }
            let delivery = self.post(body.clone(), left.min(SEND_TIMEOUT)).await;
            let left = patience.saturating_sub(start.elapsed());
            match delivery {
                Delivery::ComeBack { after, .. } if after.saturating_add(TIME_TO_SEND) <= left => {
                    tokio::time::sleep(after).await;
                }
                Delivery::Accepted
                | Delivery::ComeBack { .. }
                | Delivery::Unavailable { .. }
                | Delivery::Refused { .. }
                | Delivery::Unknown { .. } => return delivery,
            }
        }
    }

    async fn post(&self, body: String, timeout: Duration) -> Delivery {
        let request = self.client.post(self.url.expose()).timeout(timeout);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        match request.send().await {
            Ok(response) => read(response).await.classify(self.url.expose()),
            Err(error) => self.unanswered(&error),
        }
    }

    /// What a request without an answer amounts to: whether anything was sent.
    fn unanswered(&self, error: &reqwest::Error) -> Delivery {
        // Only the innermost error: those around it name the URL.
        let why = redact(innermost(error).to_string(), [&self.url]);
        if error.is_connect() {
            Delivery::Unavailable { why: format!("cannot connect: {why}") }
        } else if error.is_timeout() {
            Delivery::Unknown { why: "no answer in time".into() }
        } else {
            Delivery::Unknown { why: format!("connection lost before the answer: {why}") }
        }
    }
}

fn innermost(error: &reqwest::Error) -> &dyn Error {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost
}

async fn read(mut response: Response) -> Answer {
    let mut body = Vec::new();
    let complete = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Err(_) => break false,
        }
        if body.len() > MAX_ANSWER {
            break true;
        }
    };
    let body = complete.then(|| String::from_utf8_lossy(&body).trim().to_owned());
    Answer { status: response.status(), headers: response.headers().clone(), body }
}
