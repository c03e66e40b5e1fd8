//! The SDK's client: which TLS, how long it waits, how often it tries.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Config, SharedHttpClient};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// Time for a connection, handshake included: DynamoDB is in the same region.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

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

/// A connection that has been idle for longer is not used again: between two
/// ticks Lambda freezes the process, and the other side hangs up meanwhile.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// What the environment, profiles and roles say, in the SDK's ordinary order:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
pub(super) async fn from_environment() -> Config {
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http_client())
        .retry_config(retries())
        .timeout_config(timeouts())
        .load()
        .await;
    Config::from(&shared)
}

/// `config` with prober's limits of time and attempts, and the one TLS stack
/// that is linked. The store keeps its promises with other limits too, but not
/// in a tick's time.
pub fn configure(config: Builder) -> Builder {
    config
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(http_client())
        .retry_config(retries())
        .timeout_config(timeouts())
}

pub(crate) fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_PAUSE)
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(REQUEST_TIMEOUT)
        .build()
}
