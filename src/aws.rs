//! The two requests that prober makes of AWS beside those of its table:
//! objects of S3, and parameters of SSM. Signed by AWS's library, and sent by
//! the client that everything else goes out on: the SDK's crates of these two
//! services would add more to the program than all the rest of it.

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

/// Time for one request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What is read of an answer at most, unless less will do. A parameter has
/// 8 KB at most, and a configuration of a thousand targets has a tenth of this.
const MAX_BYTES: usize = 2 << 20;

/// How often a request is tried if the service is busy or out of reach, and how
/// far apart.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// What to do where there is no region, or are no credentials. Profiles that
/// sign in by SSO or call another program are AWS's command line's to read: the
/// libraries for that would add more than all the rest of it.
pub(crate) const SETTINGS: &str = "set AWS_REGION, and credentials; those of a profile that signs \
    in or calls a program come by `eval \"$(aws configure export-credentials --format env)\"`";

/// Who asks, where, and how.
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
    /// What was to be read.
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
    /// Finds the region and the credentials where AWS's own tools find them.
    ///
    /// # Errors
    /// Where there are none.
    pub async fn new(http: reqwest::Client, clock: Clock) -> Result<Self, AwsError> {
        let missing =
            |problem: &str| AwsError { what: "AWS's settings".into(), problem: problem.into() };
        // The client is for credentials that are asked for over the network.
        let client = connector::http_client().map_err(|error| missing(&error.to_string()))?;
        let found =
            aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client).load().await;
        let region = found.region().ok_or_else(|| missing("no region: set AWS_REGION"))?;
        let credentials = found
            .credentials_provider()
            .ok_or_else(|| missing("no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID"))?;
        Ok(Self { http, credentials, region: region.to_string(), clock })
    }

    /// Sends `request`, again if that may help, and returns the answer
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

    /// Where the service is: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.
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
    /// Bytes of the answer's body that are read.
    limit: usize,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Ssm => "ssm",
        }
    }

    /// S3 signs paths as they are, and wants the body's hash as a header:
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
