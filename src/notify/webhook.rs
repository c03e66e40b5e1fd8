//! The owner's own webhook: the facts as signed JSON. docs/webhook.md is the contract.

mod body;

use std::time::Duration;

use reqwest::Client;
use ring::hmac;

use super::Delivery;
use super::answer::{STRANGER, exchange, post};
use crate::message::Message;
use crate::model::secret::{Secret, SecretUrl};
use crate::text::hex::hex;

/// Where the signature stands.
const SIGNATURE: &str = "x-prober-signature";

const CHECK: &str = "check `url` and `secret`, and the log of the program that answers there";

/// One receiver.
#[derive(Clone, Debug)]
pub(super) struct Webhook {
    url: SecretUrl,
    secret: Option<Secret>,
    client: Client,
}

impl Webhook {
    pub(super) fn new(url: &SecretUrl, secret: Option<&Secret>, client: Client) -> Self {
        Self { url: url.clone(), secret: secret.cloned(), client }
    }

    pub(super) async fn send(&self, message: &Message, timeout: Duration) -> Delivery {
        let body = body::json(message);
        let signature = self.secret.as_ref().map(|secret| sign(secret, &body));
        let mut request = post(&self.client, &self.url, body);
        if let Some(signature) = signature {
            request = request.header(SIGNATURE, signature);
        }
        match exchange(request, timeout, &[&self.url]).await {
            // The body of its answer does not matter.
            Ok(answer) if answer.status.is_success() => Delivery::ACCEPTED,
            Ok(answer) => answer.refusal(answer.status_line(), CHECK, STRANGER),
            Err(delivery) => delivery,
        }
    }
}

/// `sha256=` and the HMAC of `body` in hexadecimal. The instant that protects
/// against replays is a part of the body, and so is signed with it.
fn sign(secret: &Secret, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    format!("sha256={}", hex(hmac::sign(&key, body.as_bytes()).as_ref()))
}
