//! What a service answered.

use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::text::one_line;

/// How many characters of an answer an error repeats.
const MAX_SHOWN: usize = 300;

/// One answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether the body was longer than the limit.
    cut: bool,
}

impl Answer {
    /// Reads at most `limit` bytes of the body, and does not wait for the rest.
    pub(super) async fn read(
        mut response: reqwest::Response,
        limit: usize,
    ) -> reqwest::Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let (mut body, mut cut) = (Vec::new(), false);
        while !cut && let Some(chunk) = response.chunk().await? {
            let room = limit - body.len();
            cut = chunk.len() > room;
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok(Self { status, headers, body, cut })
    }

    /// Whether the same request may succeed in a moment.
    pub(super) fn is_busy(&self) -> bool {
        self.status.is_server_error()
            || self.status == StatusCode::TOO_MANY_REQUESTS
            || self.status.is_client_error()
                && ["ThrottlingException", "<Code>Throttling</Code>"]
                    .iter()
                    .any(|code| String::from_utf8_lossy(&self.body).contains(code))
    }

    /// Whether what was asked for may not be had, though who asks is known: the role
    /// has no right to it, or the key of KMS that it is encrypted with cannot be used.
    pub(super) fn is_denied(&self) -> bool {
        let says = |code: &str| String::from_utf8_lossy(&self.body).contains(code);
        self.status.is_client_error() && (says("AccessDeniedException") || says("InvalidKeyId"))
    }

    /// The body as text, if it is one and all of it.
    pub(super) fn text(self) -> Result<String, String> {
        if self.cut {
            return Err(format!("it has more than {} bytes", self.body.len()));
        }
        String::from_utf8(self.body).map_err(|_| "it is not text in UTF-8".to_owned())
    }

    /// The service's code of what is wrong: a header has it where there is no body.
    pub(super) fn code(&self) -> Option<String> {
        let in_header = || Some(self.headers.get("x-amzn-errortype")?.to_str().ok()?.to_owned());
        let said = self.said().0.or_else(in_header)?;
        // Some write `com.amazonaws.ssm#NAME`, others `NAME:http://...`.
        let name = said.rsplit('#').next()?.split(':').next()?;
        Some(name.to_owned())
    }

    /// What the service says is wrong.
    pub(super) fn problem(&self) -> String {
        let said = match self.said() {
            (None, None) => String::from_utf8_lossy(&self.body).trim().to_owned(),
            (Some(said), None) | (None, Some(said)) => said,
            (Some(code), Some(message)) => format!("{code}, {message}"),
        };
        format!("{} ({})", self.status, one_line(&said, MAX_SHOWN))
    }

    /// The code and the message: S3 and CloudFormation say them in XML, the others in JSON.
    fn said(&self) -> (Option<String>, Option<String>) {
        if let Ok(said) = serde_json::from_slice::<Value>(&self.body) {
            let field = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
            return (field("__type"), field("message").or_else(|| field("Message")));
        }
        let text = String::from_utf8_lossy(&self.body);
        let between = |start, end| Some(text.split_once(start)?.1.split_once(end)?.0.to_owned());
        (between("<Code>", "</Code>"), between("<Message>", "</Message>"))
    }

    pub(super) fn etag(&self) -> Option<String> {
        Some(self.headers.get(header::ETAG)?.to_str().ok()?.to_owned())
    }
}
