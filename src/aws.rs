//! prober's two requests to AWS other than those of its table: objects of S3, and
//! parameters of SSM. AWS's library signs them, and prober's usual HTTP client sends
//! them: the SDK's crates for these two services would add more to the program than all
//! the rest of it.

mod answer;
pub(crate) mod connector;
mod s3;
mod ssm;

use std::time::{Duration, SystemTime};

use aws_config::BehaviorVersion;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;

use crate::clock::Clock;
use crate::environment::variable;
use crate::text::error_chain::chain;

use self::answer::Answer;
pub use self::s3::Object;
pub use self::ssm::{Parameters, Readable};

/// The time for one request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How many bytes of an answer are read, unless the caller wants fewer. A parameter has
/// at most 8 KB, and a configuration of a thousand targets has a tenth of this.
const MAX_BYTES: usize = 2 << 20;

/// How often a request is tried if the service is busy or cannot be reached, and the
/// pause between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// What to do if there is no region, or no credentials. Only AWS's command line reads
/// profiles that sign in by SSO or call another program: the libraries for that would
/// add more to the program than all the rest of it.
pub(crate) const SETTINGS: &str = "set AWS_REGION, and credentials; those of a profile that signs \
    in or calls a program come by `eval \"$(aws configure export-credentials --format env)\"`";

/// A client for S3 and SSM, with its credentials and region.
#[derive(Debug, Clone)]
pub struct Aws {
    http: reqwest::Client,
    credentials: SharedCredentialsProvider,
    region: String,
    clock: Clock,
}

/// AWS did not give what was asked for.
#[derive(Debug, thiserror::Error)]
#[error("failed to read {what}: {problem}")]
pub struct AwsError {
    /// What should have been read.
    pub what: String,
    /// Why not, and what to do.
    pub problem: String,
}

/// The service that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    S3,
    Ssm,
}

impl Aws {
    /// Finds the region and the credentials in the places where AWS's own tools do.
    ///
    /// # Errors
    /// Where there are none.
    pub async fn new(http: reqwest::Client, clock: Clock) -> Result<Self, AwsError> {
        let missing =
            |problem: &str| AwsError { what: "AWS's settings".into(), problem: problem.into() };
        // This client is for credentials that come over the network.
        let client = connector::http_client().map_err(|error| missing(&error.to_string()))?;
        let found =
            aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client).load().await;
        let region = found.region().ok_or_else(|| missing("no region: set AWS_REGION"))?;
        let credentials = found
            .credentials_provider()
            .ok_or_else(|| missing("no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID"))?;
        Ok(Self { http, credentials, region: region.to_string(), clock })
    }

    /// Sends `request`, again if that may help, and returns the answer,
    /// whatever it is.
    async fn ask(&self, service: Service, request: &Request<'_>) -> Result<Answer, String> {
        let mut problem = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            match self.ask_once(service, request).await? {
                Ok(answer) if !answer.is_busy() => return Ok(answer),
                Ok(answer) => problem = answer.problem(),
                Err(error) => problem = chain(&error.without_url()),
            }
        }
        Err(problem)
    }

    async fn ask_once(
        &self,
        service: Service,
        request: &Request<'_>,
    ) -> Result<reqwest::Result<Answer>, String> {
        let signed = self.sign(service, request).await?;
        let sent = async {
            let mut outgoing = reqwest::Request::try_from(signed)?;
            *outgoing.timeout_mut() = Some(TIMEOUT);
            Answer::read(self.http.execute(outgoing).await?, request.limit).await
        };
        Ok(sent.await)
    }

    async fn sign(
        &self,
        service: Service,
        request: &Request<'_>,
    ) -> Result<http::Request<Vec<u8>>, String> {
        let credentials = self.credentials.provide_credentials().await;
        let identity = credentials
            .map_err(|error| format!("no credentials ({}): {SETTINGS}", chain(&error)))?;
        let identity = identity.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service.name())
            .time(SystemTime::from(self.clock.now()))
            .settings(service.settings())
            .build()
            .map_err(|error| error.to_string())?
            .into();
        let url = format!("{}{}", self.endpoint(service), request.path);
        let headers = request.headers.iter().copied();
        let body = SignableBody::Bytes(&request.body);
        let signable = SignableRequest::new(request.method, &url, headers, body);
        let signable = signable.map_err(|error| error.to_string())?;
        let signed = sign(signable, &params).map_err(|error| chain(&error))?;
        let mut built = http::Request::builder().method(request.method).uri(&url);
        for (name, value) in &request.headers {
            built = built.header(*name, *value);
        }
        let mut built = built.body(request.body.clone()).map_err(|error| error.to_string())?;
        signed.into_parts().0.apply_to_request_http1x(&mut built);
        Ok(built)
    }

    /// The URL of the service: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.
    fn endpoint(&self, service: Service) -> String {
        let (name, region) = (service.name(), &self.region);
        let special = format!("AWS_ENDPOINT_URL_{}", name.to_ascii_uppercase());
        let set = |name: &str| variable(name).filter(|url| !url.is_empty());
        let chosen = set(&special).or_else(|| set("AWS_ENDPOINT_URL"));
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let url = chosen.unwrap_or_else(|| format!("https://{name}.{region}.{domain}"));
        url.trim_end_matches('/').to_owned()
    }
}

/// A request before it is signed.
struct Request<'a> {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, &'a str)>,
    body: Vec<u8>,
    /// How many bytes of the answer's body are read.
    limit: usize,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Ssm => "ssm",
        }
    }

    /// S3 signs paths unchanged, and requires the body's hash in a header:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
    fn settings(self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        match self {
            Self::S3 => {
                settings.percent_encoding_mode = PercentEncodingMode::Single;
                settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
                settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            }
            Self::Ssm => {}
        }
        settings
    }
}
