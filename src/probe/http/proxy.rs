//! A tunnel through an HTTP proxy
//! (<https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6>).

use std::pin::pin;

use bytes::Bytes;
use http::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::model::observation::Reason;
use crate::model::target::Proxy;
use crate::probe::fault::Fault;
use crate::probe::trace::{Stage, Trace};

use super::connection::{broken, drive, http1_builder};
use super::request::sensitive;

/// Asks the proxy at the end of `stream` to connect us to `(host, port)`.
pub(super) async fn tunnel(
    stream: TcpStream,
    proxy: &Proxy,
    (host, port): (&str, u16),
    trace: &mut Trace,
) -> Result<TcpStream, Fault> {
    trace.enter(Stage::Proxy);
    let whom = format!("the proxy {}", proxy.host);
    let failed = |error: hyper::Error| broken(&error, &whom);
    let handshake = http1_builder().handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(failed)?;
    let request = connect_request(proxy, host, port)?;
    let asked = async move {
        let response = sender.send_request(request).await?;
        let status = response.status();
        let is_open = status.is_success();
        Ok((status, if is_open { Some(hyper::upgrade::on(response).await?) } else { None }))
    };
    let (status, upgraded) =
        drive(pin!(connection.with_upgrades()), pin!(asked)).await.map_err(failed)?;
    let Some(upgraded) = upgraded else { return Err(refused(&whom, status, host, port)) };
    let parts = upgraded.downcast::<TokioIo<TcpStream>>();
    let parts = parts.map_err(|_| Fault::Ours("the tunnel is not a TCP stream".to_owned()))?;
    trace.enter(Stage::Rest);
    if parts.read_buf.is_empty() {
        return Ok(parts.io.into_inner());
    }
    // A TLS server is silent until it is spoken to.
    let detail = format!("{whom} sent something of its own into the tunnel");
    Err(Fault::theirs(Reason::Protocol, detail))
}

fn connect_request(proxy: &Proxy, host: &str, port: u16) -> Result<Request<Empty<Bytes>>, Fault> {
    let unusable = || Fault::Ours(format!("{host} cannot be asked of a proxy"));
    let authority =
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let mut request = Request::new(Empty::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = Uri::try_from(&authority).map_err(|_| unusable())?;
    let host = HeaderValue::try_from(&authority).map_err(|_| unusable())?;
    request.headers_mut().insert(HOST, host);
    if let Some(authorization) = &proxy.authorization {
        request.headers_mut().insert(PROXY_AUTHORIZATION, sensitive(authorization)?);
    }
    Ok(request)
}

/// A gateway's statuses are about the target, the others about us.
fn refused(whom: &str, status: StatusCode, host: &str, port: u16) -> Fault {
    let reason = match status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE => Reason::Unreachable,
        StatusCode::GATEWAY_TIMEOUT => Reason::Timeout,
        _ => Reason::Status,
    };
    Fault::theirs(reason, format!("{whom} answered {status} when asked for {host}:{port}"))
}
