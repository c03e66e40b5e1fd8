//! `grpc://` and `grpcs://`: one question over HTTP/2, how a service is
//! (<https://github.com/grpc/grpc/blob/master/doc/health-checking.md>).

mod message;

use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, TE, USER_AGENT};
use http::{HeaderMap, Method, StatusCode, Uri};
use tokio::io::{AsyncRead, AsyncWrite};
use url::Position;

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::{AnswerDetail, GrpcDetail, OwnDetail};
use crate::model::observation::Reason;
use crate::model::target::GrpcProbe;
use crate::probe::attempt::Context;
use crate::probe::connect::{Peer, Role, connect};
use crate::probe::fault::Fault;
use crate::probe::tls;
use crate::probe::trace::{Stage, Trace};

use super::conversation::Request;
use super::http2::Http2;
use super::{authority, proxy, request};

use message::Health;

/// What is called.
const METHOD: &str = "/grpc.health.v1.Health/Check";
/// Bytes of an answer's body, at most: it is a few.
const MAX_ANSWER: usize = 16 * 1024;
/// The header, or the last line behind the body, with how the call ended:
/// <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>.
const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// The names of statuses by their numbers:
/// <https://github.com/grpc/grpc/blob/master/doc/statuscodes.md>.
const STATUSES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Asks, and judges the answer.
pub(in crate::probe) async fn probe(
    cx: &Context<'_>,
    grpc: &GrpcProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let (host, port) = authority(&grpc.url);
    let peer = match &grpc.proxy {
        Some(proxy) => Peer { host: &proxy.host, port: proxy.port, role: Role::Proxy },
        None => Peer { host, port, role: Role::Target },
    };
    let mut stream = connect(cx, peer, trace).await?;
    if let Some(proxy) = &grpc.proxy {
        stream = Box::pin(proxy::tunnel(cx, stream, proxy, (host, port), trace)).await?;
    }
    if !grpc.is_secure() {
        return Box::pin(converse(cx, grpc, stream, trace)).await;
    }
    let name = grpc.tls.server_name.as_ref();
    let shaken = tls::handshake(cx, &grpc.tls, name, host, stream, trace);
    let stream = Box::pin(shaken).await?;
    // Who names no protocol may speak it all the same.
    if stream.get_ref().1.alpn_protocol().is_some_and(|agreed| agreed != tls::ALPN_H2) {
        return Err(not_grpc(grpc));
    }
    Box::pin(converse(cx, grpc, stream, trace)).await
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    cx: &Context<'_>,
    grpc: &GrpcProbe,
    stream: S,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let (host, _) = authority(&grpc.url);
    let question = message::question(&grpc.service);
    trace.enter(Stage::FirstByte);
    let mut connection = Http2::new(stream, host).await?;
    let head = connection.ask(asking(grpc, &question)?).await?;
    trace.enter(Stage::Rest);
    trace.http_status = Some(head.status.as_u16());
    if head.status != StatusCode::OK {
        let (status, expected) = (head.status.into(), "200".to_owned());
        return Err(AnswerDetail::Status { status, expected }.failure(Reason::Status).into());
    }
    let kind = head.headers.get(CONTENT_TYPE);
    if kind.is_none_or(|kind| !kind.as_bytes().starts_with(b"application/grpc")) {
        return Err(not_grpc(grpc));
    }
    let mut body = Vec::new();
    while let Some(piece) = connection.piece().await? {
        if body.len() + piece.len() > MAX_ANSWER {
            return Err(not_grpc(grpc));
        }
        body.extend_from_slice(piece);
    }
    let trailers = connection.trailers().await?;
    // Without a body, it is among the headers.
    check_status(cx, grpc, if trailers.contains_key(STATUS) { &trailers } else { &head.headers })?;
    let found = message::health(&body).ok_or_else(|| not_grpc(grpc))?;
    let found = match found {
        Health::Known(found) if found == grpc.health => return Ok(()),
        Health::Known(found) => found.to_string(),
        Health::Other(number) => number.to_string(),
    };
    let expected = grpc.health.to_string();
    Err(Fault::theirs(Reason::Answer, GrpcDetail::Health { found, expected }))
}

fn asking<'a>(grpc: &GrpcProbe, question: &'a [u8]) -> Result<Request<'a>, Fault> {
    let mut headers = grpc.headers.clone();
    headers.remove(HOST);
    headers.entry(USER_AGENT).or_insert(request::USER_AGENT);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
    let uri = Uri::builder()
        .scheme(grpc.url.scheme())
        .authority(&grpc.url[Position::BeforeHost..Position::AfterPort])
        .path_and_query(METHOD)
        .build();
    let uri = uri.map_err(|_| Fault::ours(OwnDetail::NotSetUp {}))?;
    Ok(Request { method: Method::POST, uri, headers, body: question })
}

/// Whether the call ended well.
fn check_status(cx: &Context<'_>, grpc: &GrpcProbe, ended: &HeaderMap) -> Result<(), Fault> {
    let value = |name| ended.get(name).map(|value: &HeaderValue| plain_text(value.as_bytes()));
    let status = value(STATUS).ok_or_else(|| not_grpc(grpc))?;
    let number: usize = status.trim().parse().map_err(|_| not_grpc(grpc))?;
    if number == 0 {
        return Ok(());
    }
    let host = authority(&grpc.url).0.to_owned();
    let name = STATUSES.get(number).map(|name| (*name).to_owned());
    let status = name.unwrap_or_else(|| number.to_string());
    Err(Fault::theirs(
        Reason::Answer,
        match value(MESSAGE).filter(|said| !said.is_empty()) {
            None => GrpcDetail::Refused { host, status },
            Some(said) => {
                let said = percent_encoding::percent_decode_str(&said).decode_utf8_lossy();
                GrpcDetail::RefusedSaying { host, status, said: cx.excerpt(&said) }
            }
        },
    ))
}

fn not_grpc(grpc: &GrpcProbe) -> Fault {
    let host = authority(&grpc.url).0.to_owned();
    Fault::theirs(Reason::Protocol, GrpcDetail::NotGrpc { host })
}
