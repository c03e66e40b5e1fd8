//! prober's requests to AWS other than those of its table: objects of S3, parameters of
//! SSM, and what `prober deploy` asks of CloudFormation, Lambda and STS. AWS's library signs
//! them, and prober's usual HTTP client sends them: the SDK's crates for these services
//! would add more to the program than all the rest of it.

mod answer;
mod buckets;
mod cloudformation;
mod command_line;
pub(crate) mod connector;
mod functions;
mod query;
mod s3;
mod ssm;
mod sts;
mod tables;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::environment::variable;
use crate::text::error_chain::chain;

use self::answer::Answer;
pub use self::buckets::Bucket;
pub use self::cloudformation::{
    ChangeSet, ChangeSetKind, NewChangeSet, Stack, StackChange, StackEvent,
};
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
/// profiles that sign in by SSO or call another program: the libraries for that would add
/// two more of the SDK's services to the program. Our own requests ask the command line
/// (`command_line`); those of the table cannot.
pub(crate) const SETTINGS: &str = "set AWS_REGION, and credentials; those of a profile that signs \
    in or calls a program come by `eval \"$(aws configure export-credentials --format env)\"`";

/// How long before they end credentials are asked for again.
const SPARE: Duration = Duration::from_mins(5);

/// A client for AWS's services, with its credentials and region.
#[derive(Debug, Clone)]
pub struct Aws {
    http: reqwest::Client,
    credentials: SharedCredentialsProvider,
    /// The profile that was asked for, if one was.
    profile: Option<String>,
    /// Those of the last request: to get them may take a request of its own, or a program.
    last: Arc<Mutex<Option<Credentials>>>,
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

/// AWS did not do what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {doing}: {problem}", self.beginning())]
pub struct Refusal {
    /// What was asked for, by AWS's name.
    pub doing: String,
    /// The service's code, such as `AccessDenied`, if it answered with one.
    pub code: Option<String>,
    /// What it answered, or why it could not be asked.
    pub problem: String,
}

/// The code of a service that does not let this identity do what it asks for.
pub const DENIED: &str = "AccessDenied";

impl Refusal {
    fn of(doing: &str, problem: &str) -> Self {
        Self { doing: doing.to_owned(), code: None, problem: problem.to_owned() }
    }

    /// A service that answers with no code was perhaps never asked.
    const fn beginning(&self) -> &'static str {
        if self.code.is_some() { "AWS refused" } else { "failed to ask AWS for" }
    }

    /// Whether this is the service's code.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

/// The service that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    S3,
    Ssm,
    Sts,
    CloudFormation,
    Lambda,
    DynamoDb,
}

/// Which of the credentials and regions that AWS's own tools know are meant.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The profile; `None`: that of the environment, or the default one.
    pub profile: Option<String>,
    /// The region; `None`: that of the environment or of the profile.
    pub region: Option<String>,
}

impl Aws {
    /// Finds the region and the credentials in the places where AWS's own tools do.
    ///
    /// # Errors
    /// Where there are none.
    pub async fn new(http: reqwest::Client, clock: Clock) -> Result<Self, AwsError> {
        Self::of(Wanted::default(), http, clock).await
    }

    /// The same, where somebody said which of them are meant.
    ///
    /// # Errors
    /// Where there are none.
    pub async fn of(wanted: Wanted, http: reqwest::Client, clock: Clock) -> Result<Self, AwsError> {
        let missing =
            |problem: &str| AwsError { what: "AWS's settings".into(), problem: problem.into() };
        // This client is for credentials that come over the network.
        let client = connector::http_client().map_err(|error| missing(&error.to_string()))?;
        let mut settings = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client);
        let profile = wanted.profile;
        if let Some(profile) = &profile {
            settings = settings.profile_name(profile);
        }
        if let Some(region) = wanted.region {
            settings = settings.region(Region::new(region));
        }
        let found = settings.load().await;
        let region = found.region().ok_or_else(|| missing("no region: set AWS_REGION"))?;
        let credentials = found
            .credentials_provider()
            .ok_or_else(|| missing("no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID"))?;
        let (last, region) = (Arc::default(), region.to_string());
        Ok(Self { http, credentials, profile, last, region, clock })
    }

    /// The region that it asks.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The same as [`Self::ask`], where the service accepts what it is asked for.
    async fn accepted(
        &self,
        service: Service,
        request: &Request<'_>,
        doing: &str,
    ) -> Result<Answer, Refusal> {
        let answer = self.ask(service, request).await;
        let answer = answer.map_err(|problem| Refusal::of(doing, &problem))?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let (code, problem) = (answer.code(), answer.problem());
        Err(Refusal { doing: doing.to_owned(), code, problem })
    }

    async fn identity(&self) -> Result<Credentials, String> {
        let mut last = self.last.lock().await;
        let until = SystemTime::from(self.clock.now()) + SPARE;
        if let Some(known) = &*last
            && known.expiry().is_some_and(|end| end > until)
        {
            return Ok(known.clone());
        }
        let found = match self.credentials.provide_credentials().await {
            Ok(found) => found,
            Err(error) => match command_line::credentials(self.profile.clone()).await {
                Some(Ok(found)) => found,
                Some(Err(said)) => return Err(format!("no credentials: {said}")),
                None => return Err(format!("no credentials ({}): {SETTINGS}", chain(&error))),
            },
        };
        Ok(last.insert(found).clone())
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
            *outgoing.timeout_mut() = Some(request.patience.unwrap_or(TIMEOUT));
            Answer::read(self.http.execute(outgoing).await?, request.limit).await
        };
        Ok(sent.await)
    }

    async fn sign(
        &self,
        service: Service,
        request: &Request<'_>,
    ) -> Result<http::Request<Vec<u8>>, String> {
        let identity = self.identity().await?.into();
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
    /// The time for it; `None`: [`TIMEOUT`].
    patience: Option<Duration>,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
            Self::CloudFormation => "cloudformation",
            Self::Lambda => "lambda",
            Self::DynamoDb => "dynamodb",
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
            Self::Ssm | Self::Sts | Self::CloudFormation | Self::Lambda | Self::DynamoDb => {}
        }
        settings
    }
}
