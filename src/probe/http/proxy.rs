//! A tunnel through a proxy: of HTTP (<https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6>), or
//! of SOCKS.

use http::header::{HOST, HeaderMap, HeaderValue, PROXY_AUTHORIZATION};
use http::{Method, StatusCode, Uri};
use tokio::net::TcpStream;

use crate::model::detail::{HttpDetail, OwnDetail, PeerName};
use crate::model::observation::Reason;
use crate::model::secret::Secret;
use crate::model::target::{Proxy, ProxyWay};
use crate::probe::attempt::Context;
use crate::probe::fault::Fault;
use crate::probe::trace::{Stage, Trace};

use super::conversation::Request;
use super::http1::Http1;
use super::request::sensitive;
use super::socks::Socks;

/// Asks the proxy at the end of `stream` to connect us to `(host, port)`.
pub(super) async fn tunnel(
    cx: &Context<'_>,
    stream: TcpStream,
    proxy: &Proxy,
    (host, port): (&str, u16),
    trace: &mut Trace,
) -> Result<TcpStream, Fault> {
    trace.enter(Stage::Proxy);
    let whom = PeerName { host: proxy.host.clone(), is_proxy: true };
    let authorization = match &proxy.way {
        ProxyWay::Http(authorization) => authorization.as_ref(),
        ProxyWay::Socks(login) => {
            let socks = Socks { stream, whom };
            let stream = socks.tunnel(login.as_ref(), (host, port)).await?;
            trace.enter(Stage::Rest);
            return Ok(stream);
        }
    };
    let quote = |text: &str| cx.excerpt(text);
    let mut conversation = Http1::new(stream, whom.clone(), &quote);
    let head = conversation.ask(connect_request(authorization, host, port)?).await?;
    trace.enter(Stage::Rest);
    if !head.status.is_success() {
        return Err(refused(whom, head.status, host, port));
    }
    let (stream, rest) = conversation.into_rest();
    if rest.is_empty() {
        return Ok(stream);
    }
    // A TLS server is silent until it is spoken to.
    Err(Fault::theirs(Reason::Protocol, HttpDetail::TunnelSpoiled { peer: whom }))
}

fn connect_request(
    authorization: Option<&Secret>,
    host: &str,
    port: u16,
) -> Result<Request<'static>, Fault> {
    let unusable = || Fault::ours(OwnDetail::NoNameForProxy { host: host.to_owned() });
    let authority =
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::try_from(&authority).map_err(|_| unusable())?);
    if let Some(authorization) = authorization {
        headers.insert(PROXY_AUTHORIZATION, sensitive(authorization)?);
    }
    let uri = Uri::try_from(&authority).map_err(|_| unusable())?;
    Ok(Request { method: Method::CONNECT, uri, headers, body: &[] })
}

/// A gateway's statuses are about the target, the others about us.
fn refused(peer: PeerName, status: StatusCode, host: &str, port: u16) -> Fault {
    let reason = match status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE => Reason::Unreachable,
        StatusCode::GATEWAY_TIMEOUT => Reason::Timeout,
        _ => Reason::Status,
    };
    let (status, host) = (status.into(), host.to_owned());
    Fault::theirs(reason, HttpDetail::ProxyAnswered { peer, status, host, port })
}
