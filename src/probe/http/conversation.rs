//! What HTTP/1 and HTTP/2 have in common: a request goes out, a head comes
//! back, and then a body, piece by piece.

use http::{HeaderMap, Method, Uri};
use tokio::net::TcpStream;

use crate::probe::fault::Fault;
use crate::probe::metered::Credit;
use crate::probe::tls::Secured;

use super::head::Head;
use super::http1::Http1;
use super::http2::Http2;

/// How many bytes a server may send for one answer in addition to its body: heads of
/// preliminary answers, sizes of chunks, frames. It bounds the work of a probe, as its
/// memory is bounded.
pub(super) const MAX_FRAMING: u64 = 256 * 1024;
/// Bytes that TLS may need for each byte of a body: twice, for records that are
/// very small.
const WIRE: usize = 2;
/// Bytes that are read before others have their turn.
pub(super) const SLICE: usize = 32 * 1024;

/// A request, ready to be sent.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// Without the framing, which each protocol adds.
    pub(super) headers: HeaderMap,
    pub(super) body: &'a [u8],
}

impl Request<'_> {
    /// The path and the query of what is asked for, whatever form the first line has.
    pub(super) fn path(&self) -> String {
        self.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    }
}

/// One connection, for one request. Those with TLS are boxed, so that probes without it
/// take no memory for it.
pub(super) enum Conversation<'a> {
    /// HTTP/1 without TLS.
    Plain(Http1<'a, TcpStream>),
    /// HTTP/1 over TLS, and what TLS may be read on.
    Secure(Box<Http1<'a, Secured>>, Credit),
    /// HTTP/2, and the same.
    Http2(Box<Http2<'a, Secured>>, Credit),
}

impl<'a> Conversation<'a> {
    /// Sends the request, and waits for the head of the final answer. An answer
    /// that comes before the whole request was sent counts.
    pub(super) async fn ask(&mut self, request: Request<'a>) -> Result<Head, Fault> {
        match self {
            Self::Plain(connection) => connection.ask(request).await,
            Self::Secure(connection, _) => connection.ask(request).await,
            Self::Http2(connection, _) => connection.ask(request).await,
        }
    }

    /// The next bytes of the body; `None` once it is whole.
    pub(super) async fn piece(&mut self) -> Result<Option<&[u8]>, Fault> {
        match self {
            Self::Plain(connection) => connection.piece().await,
            Self::Secure(connection, wire) => Ok(paid(connection.piece().await?, wire)),
            Self::Http2(connection, wire) => Ok(paid(connection.piece().await?, wire)),
        }
    }
}

/// Lets TLS read on for a piece that was wanted.
fn paid<'b>(piece: Option<&'b [u8]>, wire: &Credit) -> Option<&'b [u8]> {
    wire.add(WIRE * piece.map_or(0, <[u8]>::len));
    piece
}
