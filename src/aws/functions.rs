//! Invokes a function, and waits for what it answers:
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Aws, MAX_BYTES, Refusal, Request, Service};
use crate::text::one_line;

/// The time for one invocation: the functions stop after 50 s.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);

/// How many characters of a function's error are repeated.
const MAX_SHOWN: usize = 500;

impl Aws {
    /// What the function `name` answers to `event`.
    ///
    /// # Errors
    /// Where it cannot be invoked, or fails.
    pub async fn invoke(&self, name: &str, event: &Value) -> Result<Value, Refusal> {
        let doing = format!("Invoke of {name}");
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let request = Request {
            method: "POST",
            path: format!("/2015-03-31/functions/{name}/invocations"),
            headers: vec![("content-type", "application/json")],
            body: event.to_string().into_bytes(),
            limit: MAX_BYTES,
            patience: Some(ANSWER_TIMEOUT),
        };
        let answer = self.accepted(Service::Lambda, &request, &doing).await?;
        let has_failed = answer.headers.contains_key("x-amz-function-error");
        let text = answer.text().map_err(|problem| Refusal::of(&doing, &problem))?;
        let value: Value = serde_json::from_str(&text)
            .map_err(|_| Refusal::of(&doing, "what it answered is no JSON"))?;
        if has_failed {
            let why = value["errorMessage"].as_str().unwrap_or(&text);
            return Err(Refusal::of(&doing, &one_line(why, MAX_SHOWN)));
        }
        Ok(value)
    }
}
