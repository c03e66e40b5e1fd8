//! What HTTP/1 and HTTP/2 have in common: a request goes out, a head comes
//! back, and then a body, piece by piece.

use http::{HeaderMap, Method, Uri};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::probe::fault::Fault;

use super::head::Head;
use super::http1::Http1;
use super::http2::Http2;

/// How many bytes a server may send for one answer in addition to its body: heads of
/// preliminary answers, sizes of chunks, frames. It bounds the work of a probe, as its
/// memory is bounded.
pub(super) const MAX_FRAMING: u64 = 256 * 1024;
/// How many bytes are read before other probes have their turn.
pub(super) const SLICE: usize = 32 * 1024;

/// A request, ready to be sent.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// Without the framing, which each protocol adds.
    pub(super) headers: HeaderMap,
    pub(super) body: &'a [u8],
}

/// One connection, for one request. Those with TLS are boxed, so that probes without it
/// take no memory for it.
pub(super) enum Conversation<'a> {
    /// HTTP/1 without TLS.
    Plain(Http1<'a, TcpStream>),
    /// HTTP/1 over TLS.
    Secure(Box<Http1<'a, TlsStream<TcpStream>>>),
    /// HTTP/2.
    Http2(Box<Http2<'a, TlsStream<TcpStream>>>),
}

impl<'a> Conversation<'a> {
    /// Sends the request, and waits for the head of the final answer. An answer
    /// that comes before the whole request was sent counts.
    pub(super) async fn ask(&mut self, request: Request<'a>) -> Result<Head, Fault> {
        match self {
            Self::Plain(connection) => connection.ask(request).await,
            Self::Secure(connection) => connection.ask(request).await,
            Self::Http2(connection) => connection.ask(request).await,
        }
    }

    /// The next bytes of the body; `None` once it is whole.
    pub(super) async fn piece(&mut self) -> Result<Option<&[u8]>, Fault> {
        match self {
            Self::Plain(connection) => connection.piece().await,
            Self::Secure(connection) => connection.piece().await,
            Self::Http2(connection) => connection.piece().await,
        }
    }
}
