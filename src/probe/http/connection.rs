//! A stream → a conversation over HTTP/1.1 or HTTP/2, driven within the
//! probe's own future, so that it ends when the probe does.

use std::error::Error as _;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::rt::Executor;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;

use crate::model::observation::Reason;
use crate::probe::fault::{self, Fault};
use crate::probe::trace::Trace;

use super::request::Form;
use super::{Exchange, Next};

/// Bytes of an answer's head, at most; also the largest buffer that reading
/// one takes.
const MAX_HEAD: usize = 64 * 1024;
/// Headers of an answer, at most.
const MAX_HEADERS: usize = 256;
/// Bytes that a server may send ahead of our reading, over HTTP/2.
const H2_WINDOW: u32 = 64 * 1024;
/// Bytes that are kept while a server does not read, over HTTP/2.
const H2_SEND_BUFFER: usize = 64 * 1024;

/// Asks over whichever protocol was agreed on.
pub(super) enum Sender {
    H1(http1::SendRequest<Full<Bytes>>),
    H2(http2::SendRequest<Full<Bytes>>),
}

impl Sender {
    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> hyper::Result<Response<Incoming>> {
        match self {
            Self::H1(sender) => sender.send_request(request).await,
            Self::H2(sender) => sender.send_request(request).await,
        }
    }
}

/// Holds `exchange` over HTTP/1.1.
pub(super) async fn http1(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    exchange: &Exchange<'_>,
    form: Form,
    trace: &mut Trace,
) -> Result<Next, Fault> {
    let (sender, connection) = http1_builder()
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| exchange.broken(&error))?;
    let work = exchange.converse(Sender::H1(sender), form, trace);
    drive(pin!(connection), pin!(work)).await
}

/// How HTTP/1.1 is spoken. Small home devices have been seen to know headers
/// only in their usual spelling.
pub(super) fn http1_builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEAD).max_headers(MAX_HEADERS).title_case_headers(true);
    builder
}

/// Holds `exchange` over HTTP/2.
pub(super) async fn http2(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    exchange: &Exchange<'_>,
    trace: &mut Trace,
) -> Result<Next, Fault> {
    let (sender, connection) = http2::Builder::new(Tasks::default())
        .initial_stream_window_size(H2_WINDOW)
        .initial_connection_window_size(H2_WINDOW)
        .max_send_buf_size(H2_SEND_BUFFER)
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| exchange.broken(&error))?;
    let work = exchange.converse(Sender::H2(sender), Form::Http2, trace);
    drive(pin!(connection), pin!(work)).await
}

/// Lets the connection work for as long as `work` needs it.
pub(super) async fn drive<T>(
    connection: Pin<&mut impl Future>,
    work: Pin<&mut impl Future<Output = T>>,
) -> T {
    match select(work, connection).await {
        Either::Left((done, _)) => done,
        // Whatever ended the connection, `work` hears of it through its channel.
        Either::Right((_, work)) => work.await,
    }
}

/// The tasks that hyper starts for an HTTP/2 connection; they end with it.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl<F: Future<Output: Send> + Send + 'static> Executor<F> for Tasks {
    fn execute(&self, task: F) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(async {
            task.await;
        });
    }
}

/// What it means that the conversation with `host` broke off.
pub(super) fn broken(error: &hyper::Error, host: &str) -> Fault {
    if error.is_parse_too_large() {
        let (most, kib) = (MAX_HEADERS, MAX_HEAD / 1024);
        let detail =
            format!("the headers of {host} are more than {most}, or larger than {kib} KiB");
        return Fault::theirs(Reason::TooLarge, detail);
    }
    if error.is_parse() {
        return Fault::theirs(Reason::Protocol, format!("{host} does not speak HTTP: {error}"));
    }
    if let Some(error) = source_of::<io::Error>(error) {
        return fault::broken(error, host);
    }
    if source_of::<h2::Error>(error).is_some_and(|error| !error.is_remote()) {
        return Fault::theirs(Reason::Protocol, format!("{host} broke the protocol of HTTP/2"));
    }
    if error.is_user() {
        return Fault::Ours(format!("the prober itself failed: {error}"));
    }
    fault::cut_off(host)
}

/// The cause of type `E`, however deep.
fn source_of<E: std::error::Error + 'static>(error: &hyper::Error) -> Option<&E> {
    std::iter::successors(error.source(), |&error| error.source())
        .find_map(|error| error.downcast_ref::<E>())
}
