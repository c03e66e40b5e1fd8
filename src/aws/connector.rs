//! Sends the AWS SDK's requests with prober's usual HTTP client. The SDK's own client
//! reads the system's certificates at every start, which is half of the time of a cold
//! start, and is a second HTTP client to link.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use crate::http_client::{ClientError, PooledClients};

/// A client for the SDK. Clones share their connections.
///
/// # Errors
/// As [`crate::http_client::client`].
pub(crate) fn http_client() -> Result<SharedHttpClient, ClientError> {
    let http = PooledClients::new()?;
    Ok(http_client_fn(move |settings, _| {
        SharedHttpConnector::new(Connector { http: http.clone(), patience: patience(settings) })
    }))
}

/// The connector for one use of the SDK: the table, or the search for credentials.
#[derive(Debug)]
struct Connector {
    http: PooledClients,
    patience: Option<Duration>,
}

/// The time for one exchange. A caller that sets only one of the two limits wants no
/// other: the SDK limits each attempt itself.
fn patience(settings: &HttpConnectorSettings) -> Option<Duration> {
    Some(settings.connect_timeout()? + settings.read_timeout()?)
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (http, patience) = (self.http.clone(), self.patience);
        HttpConnectorFuture::new(async move {
            let mut outgoing = outgoing(request)?;
            *outgoing.timeout_mut() = patience;
            answer(http.to(outgoing.url()).execute(outgoing).await.map_err(fault)?).await
        })
    }
}

fn outgoing(request: HttpRequest) -> Result<reqwest::Request, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let whole = |body: SdkBody| body.bytes().map(<[u8]>::to_vec);
    let (parts, body) = request.into_parts();
    let body = whole(body)
        .ok_or_else(|| ConnectorError::user("a body that is not in memory is not sent".into()))?;
    reqwest::Request::try_from(http::Request::from_parts(parts, body))
        .map_err(|error| ConnectorError::user(error.without_url().into()))
}

async fn answer(response: reqwest::Response) -> Result<HttpResponse, ConnectorError> {
    let mut whole = http::Response::builder().status(response.status());
    if let Some(headers) = whole.headers_mut() {
        headers.clone_from(response.headers());
    }
    let body = response.bytes().await.map_err(fault)?;
    let whole = whole.body(SdkBody::from(body));
    let whole = whole.map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(whole).map_err(|error| ConnectorError::other(error.into(), None))
}

/// The kind of fault for the SDK: it tries again after the first two.
fn fault(error: reqwest::Error) -> ConnectorError {
    let (is_timeout, is_ours) = (error.is_timeout(), error.is_builder());
    let error = error.without_url().into();
    if is_timeout {
        ConnectorError::timeout(error)
    } else if is_ours {
        ConnectorError::user(error)
    } else {
        ConnectorError::io(error)
    }
}
