//! The SDK's client: which TLS, how long it waits, how often it tries.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Config};

use crate::aws::connector;
use crate::http_client::ClientError;

/// Time for one attempt, connection included. DynamoDB answers in
/// milliseconds; what takes this long is lost, and a new attempt goes elsewhere.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// Time for one request with all its attempts and the pauses between them.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);

/// Attempts at one request. The pauses grow from [`FIRST_PAUSE`], doubled each
/// time and then drawn at random from zero to that, so that six attempts at a
/// throttled table are spread over three seconds on average:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// What the environment, profiles and roles say, in the SDK's ordinary order:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
pub(super) async fn from_environment() -> Result<Config, ClientError> {
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(connector::http_client()?)
        .retry_config(retries())
        .timeout_config(timeouts())
        .load()
        .await;
    Ok(Config::from(&shared))
}

/// `config` with prober's limits of time and attempts, and the one TLS stack
/// that is linked. The store keeps its promises with other limits too, but not
/// in a tick's time.
///
/// # Errors
/// Where the TLS library does not accept its own defaults.
pub fn configure(config: Builder) -> Result<Builder, ClientError> {
    Ok(config
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(connector::http_client()?)
        .retry_config(retries())
        .timeout_config(timeouts()))
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_PAUSE)
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(REQUEST_TIMEOUT)
        .build()
}
