//! `POST /sns/KEY`: an SNS topic that delivers over HTTPS, for a prober that does not
//! run on AWS. The key in the URL shows that it is the owner's topic.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, HttpRequest, Inbox, MAX_BODY, Response, answer};
use crate::core::step::Event;
use crate::engine::Engine;
use crate::http_client;
use crate::signal::envelope::{Record, SnsPost, posted};
use crate::store::Store;

/// Time for a subscription to be confirmed. SNS waits 15 s for an answer.
const CONFIRM: Duration = Duration::from_secs(10);

/// A message that is delivered raw, as the document that it would have come in: what
/// that says stands in headers, but for the time.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html>
fn raw(request: &HttpRequest, now: DateTime<Utc>) -> Option<Value> {
    let header = |name: &str| request.headers.get(name)?.to_str().ok();
    if !header("x-amz-sns-rawdelivery")?.eq_ignore_ascii_case("true") {
        return None;
    }
    let named = |name: &str| header(name).unwrap_or_default();
    Some(json!({
        "Type": named("x-amz-sns-message-type"),
        "MessageId": named("x-amz-sns-message-id"),
        "TopicArn": named("x-amz-sns-topic-arn"),
        "Message": String::from_utf8_lossy(&request.body),
        "Timestamp": now,
        "SignatureVersion": "", "Signature": "", "SigningCertURL": "", "UnsubscribeURL": "",
    }))
}

impl Inbox {
    pub(super) async fn sns<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
        key: &str,
    ) -> Answer {
        if request.method != Method::POST {
            return answer::method_not_allowed("POST").into();
        }
        if !engine.config().sns_key.as_ref().is_some_and(|own| own.matches(key)) {
            return self.unknown_key(request.source, engine.clock().now()).into();
        }
        if request.body.len() > MAX_BODY {
            return answer::error(413, "too_large", "the message is longer than 64 KiB").into();
        }
        let document: Result<Value, _> = match raw(request, engine.clock().now()) {
            Some(document) => Ok(document),
            None => serde_json::from_slice(&request.body),
        };
        let read = document.map_err(|_| "the body is not JSON".to_owned());
        match read.and_then(|document| posted(&document).map_err(|error| error.to_string())) {
            Ok(SnsPost::Records(records)) => self.hear(engine, records).await,
            Ok(SnsPost::Confirm(url)) => self.confirm(url).await.into(),
            Ok(SnsPost::Ended) => {
                tracing::warn!("a topic of SNS delivers nothing any more: its subscription ended");
                answer::stored().into()
            }
            Err(why) => answer::error(400, "malformed", &why).into(),
        }
    }

    async fn hear<S: Store>(&self, engine: &Engine<S>, records: Vec<Record>) -> Answer {
        let mut events: Vec<Event> = Vec::new();
        for record in records {
            match record {
                Record::Signal(signal) => events.extend(signal.event(engine.vantage(), None)),
                Record::Object(object) => {
                    let (bucket, key) = (&object.bucket, &object.key);
                    tracing::warn!(bucket, key, "not taken: objects are fetched on AWS only");
                }
                Record::Unusable(error) => tracing::warn!(%error, "not taken"),
            }
        }
        events.retain(|event| engine.config().discovered.target(&event.target).is_some());
        self.take_all(engine, events, answer::stored()).await
    }

    /// Says yes to a subscription, by fetching `url` if it is SNS's own.
    async fn confirm(&self, url: Url) -> Response {
        if !(self.is_of_sns)(&url) {
            tracing::warn!(host = url.host_str(), "not confirmed: this is no URL of SNS");
            return answer::error(403, "not_sns", "the SubscribeURL is not one of SNS");
        }
        let fetched = async {
            let client = http_client::client().map_err(|error| error.to_string())?;
            let request = client.get(url).timeout(CONFIRM).send();
            let answer = request.await.map_err(|error| error.without_url().to_string())?;
            let status = answer.status();
            if status.is_success() { Ok(()) } else { Err(format!("SNS answered {status}")) }
        };
        match fetched.await {
            Ok(()) => {
                tracing::info!("subscribed to a topic of SNS");
                answer::stored()
            }
            Err(error) => {
                tracing::error!(error, "a subscription to SNS could not be confirmed");
                answer::error(502, "not_confirmed", "the subscription could not be confirmed")
            }
        }
    }
}
