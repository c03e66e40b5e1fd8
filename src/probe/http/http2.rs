//! HTTP/2: one request on one connection, driven within the probe's own
//! future, so that it ends when the probe does.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::{Builder, Connection, ResponseFuture, SendRequest};
use h2::{Reason as Code, RecvStream, SendStream};
use http::HeaderMap;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::model::detail::HttpDetail;
use crate::model::observation::Reason;
use crate::probe::fault::{self, Fault};
use crate::probe::metered::{Credit, Metered};

use super::conversation::{MAX_FRAMING, Request};
use super::head::{Head, MAX_HEAD};

/// Bytes that a server may send ahead of our reading.
const WINDOW: u32 = 64 * 1024;
/// Bytes that are kept while a server does not read.
const SEND_BUFFER: usize = 64 * 1024;

/// A connection that speaks HTTP/2.
pub(super) struct Http2<'a, S> {
    whom: &'a str,
    /// Gone once it has ended; then its streams know why.
    connection: Option<Connection<Metered<S>, Bytes>>,
    requests: SendRequest<Bytes>,
    credit: Credit,
    outgoing: Option<Outgoing<'a>>,
    body: Option<RecvStream>,
    piece: Bytes,
}

/// What is still to be sent.
struct Outgoing<'a> {
    stream: SendStream<Bytes>,
    rest: &'a [u8],
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Http2<'a, S> {
    /// A conversation with `whom` at the end of `stream`.
    pub(super) async fn new(stream: S, whom: &'a str) -> Result<Self, Fault> {
        let credit = Credit::new(MAX_FRAMING);
        let (requests, connection) = Builder::new()
            .initial_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_send_buffer_size(SEND_BUFFER)
            .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
            .enable_push(false)
            .handshake(Metered::new(stream, credit.clone()))
            .await
            .map_err(|error| broken(&error, whom))?;
        let connection = Some(connection);
        Ok(Self {
            whom,
            connection,
            requests,
            credit,
            outgoing: None,
            body: None,
            piece: Bytes::new(),
        })
    }

    /// Lets the connection work, and the request go out.
    fn poll_drive(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(cx).is_ready()
        {
            self.connection = None;
        }
        // The answer says whether the whole request was wanted.
        if let Some(outgoing) = &mut self.outgoing
            && outgoing.poll_send(cx).is_ready()
        {
            self.outgoing = None;
        }
    }

    async fn response(&mut self, mut response: ResponseFuture) -> Result<Head, Fault> {
        let answered = poll_fn(|cx| {
            self.poll_drive(cx);
            // Preliminary answers are passed over.
            Pin::new(&mut response).poll(cx)
        });
        let answer = answered.await;
        let (head, body) = answer.map_err(|error| broken(&error, self.whom))?.into_parts();
        self.body = Some(body);
        Ok(Head { status: head.status, headers: head.headers })
    }

    /// The next bytes; `None` at the end of the stream.
    ///
    /// A reset without an error code may follow the end of a stream, before
    /// which the answer is cut off: <https://www.rfc-editor.org/rfc/rfc9113#section-8.1>.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Fault>> {
        self.poll_drive(cx);
        let Some(body) = &mut self.body else { return Poll::Ready(Ok(None)) };
        body.poll_data(cx).map(|data| match data {
            None => Ok(None),
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(error)) if error.reason() == Some(Code::NO_ERROR) && body.is_end_stream() => {
                Ok(None)
            }
            Some(Err(error)) => Err(broken(&error, self.whom)),
        })
    }
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Http2<'a, S> {
    /// Sends the request, and waits for the head of the final answer.
    pub(super) async fn ask(&mut self, request: Request<'a>) -> Result<Head, Fault> {
        poll_fn(|cx| {
            self.poll_drive(cx);
            self.requests.poll_ready(cx)
        })
        .await
        .map_err(|error| broken(&error, self.whom))?;
        let mut head = http::Request::new(());
        (*head.method_mut(), *head.uri_mut()) = (request.method, request.uri);
        *head.headers_mut() = request.headers;
        let is_all = request.body.is_empty();
        if !is_all {
            head.headers_mut().insert(http::header::CONTENT_LENGTH, request.body.len().into());
        }
        let sent = self.requests.send_request(head, is_all);
        let (response, stream) = sent.map_err(|error| broken(&error, self.whom))?;
        self.outgoing = (!is_all).then_some(Outgoing { stream, rest: request.body });
        self.response(response).await
    }

    /// The next bytes of the body; `None` once it is whole.
    pub(super) async fn piece(&mut self) -> Result<Option<&[u8]>, Fault> {
        let Some(bytes) = poll_fn(|cx| self.poll_piece(cx)).await? else { return Ok(None) };
        self.credit.add(bytes.len());
        if let Some(body) = &mut self.body {
            // It fails only if more is released than was received.
            body.flow_control().release_capacity(bytes.len()).ok();
        }
        self.piece = bytes;
        Ok(Some(&self.piece))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Http2<'_, S> {
    /// What comes behind the body, once that is whole.
    pub(super) async fn trailers(&mut self) -> Result<HeaderMap, Fault> {
        let trailers = poll_fn(|cx| {
            self.poll_drive(cx);
            match &mut self.body {
                Some(body) => body.poll_trailers(cx),
                None => Poll::Ready(Ok(None)),
            }
        });
        let trailers = trailers.await.map_err(|error| broken(&error, self.whom))?;
        Ok(trailers.unwrap_or_default())
    }
}

impl Outgoing<'_> {
    /// Sends as much as the server takes; ready once there is nothing left to do.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while !self.rest.is_empty() {
            self.stream.reserve_capacity(self.rest.len().min(SEND_BUFFER));
            let Some(Ok(room)) = std::task::ready!(self.stream.poll_capacity(cx)) else { break };
            if room == 0 {
                continue;
            }
            let (now, later) = self.rest.split_at(room.min(self.rest.len()));
            if self.stream.send_data(Bytes::copy_from_slice(now), later.is_empty()).is_err() {
                break;
            }
            self.rest = later;
        }
        Poll::Ready(())
    }
}

/// The fault if the conversation with `host` broke off.
fn broken(error: &h2::Error, host: &str) -> Fault {
    if let Some(error) = error.get_io() {
        return fault::broken(error, host);
    }
    if !error.is_remote() {
        let host = host.to_owned();
        return Fault::theirs(Reason::Protocol, HttpDetail::BrokeHttp2 { host });
    }
    fault::cut_off(host)
}
