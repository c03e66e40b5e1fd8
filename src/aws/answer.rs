//! What a service answered.

use http::{HeaderMap, StatusCode, header};

/// What is read of an answer at most. A parameter has 8 KB at most, and a
/// configuration of a thousand targets has a tenth of this.
const MAX_BYTES: usize = 2 << 20;

/// Characters of an answer that an error repeats.
const MAX_SHOWN: usize = 300;

/// One answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    cut: bool,
}

impl Answer {
    pub(super) async fn read(mut response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let (mut body, mut cut) = (Vec::new(), false);
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                cut = true;
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, headers, body, cut })
    }

    /// Whether the same request may well be answered in a moment.
    pub(super) fn is_busy(&self) -> bool {
        self.status.is_server_error()
            || self.status == StatusCode::TOO_MANY_REQUESTS
            || String::from_utf8_lossy(&self.body).contains("ThrottlingException")
                && self.status.is_client_error()
    }

    /// The body as text, if it is one and all of it.
    pub(super) fn text(self) -> Result<String, String> {
        if self.cut {
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
        String::from_utf8(self.body).map_err(|_| "it is not text in UTF-8".to_owned())
    }

    /// What the service says is wrong: S3 in XML, SSM in JSON.
    pub(super) fn problem(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let between = |start, end| Some(text.split_once(start)?.1.split_once(end)?.0);
        let code = between("<Code>", "</Code>").or_else(|| between("\"__type\":\"", "\""));
        let message = between("<Message>", "</Message>")
            .or_else(|| between("\"message\":\"", "\""))
            .or_else(|| between("\"Message\":\"", "\""));
        let said = match (code, message) {
            (None, None) => text.trim(),
            (Some(said), None) | (None, Some(said)) => said,
            (Some(code), Some(message)) => &format!("{code}, {message}"),
        };
        let said: String = said.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect();
        format!("{} ({said})", self.status)
    }

    pub(super) fn etag(&self) -> Option<String> {
        Some(self.headers.get(header::ETAG)?.to_str().ok()?.to_owned())
    }
}
