//! HTTP/1.1, and what older servers speak: one request on one connection.
//!
//! It is our own reader, because a probe must accept what the owner's other clients
//! accept, distinguish everything that can go wrong, and hold no more memory than an
//! answer needs.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, Method};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::model::detail::{FramingConflict, HttpDetail, PeerName};
use crate::model::observation::Reason;
use crate::probe::fault::{self, Fault};

use super::conversation::{MAX_FRAMING, Request, SLICE};
use super::framing::{self, Chunks, Framing};
use super::head::{self, Head, MAX_HEAD, MAX_HEADERS, Unreadable};

/// Bytes that are read at once to begin with. Most heads fit.
const FIRST_READ: usize = 1024;
/// Bytes of a body that are read at once, at most.
const MAX_READ: usize = 16 * 1024;
/// Bytes of preliminary answers, at most. Behind them nobody listens.
const MAX_PRELIMINARY: usize = 64 * 1024;

/// Makes the other side's text fit to be shown.
pub(super) type Quote<'a> = &'a (dyn Fn(&str) -> String + Sync);

/// A connection that speaks HTTP/1.
pub(super) struct Http1<'a, S> {
    stream: S,
    /// The other side, for messages.
    whom: PeerName,
    quote: Quote<'a>,
    outgoing: Outgoing<'a>,
    /// What was read; before `at` it is used up.
    buffer: Vec<u8>,
    at: usize,
    /// Bytes read since others had their turn.
    slice: usize,
    body: Body,
}

/// What is still to be sent.
#[derive(Default)]
struct Outgoing<'a> {
    head: Vec<u8>,
    body: &'a [u8],
    sent: usize,
    is_done: bool,
}

/// What is still to be read.
enum Body {
    None,
    Length(u64),
    Chunked { chunks: Chunks, framing_left: u64, data: usize },
    UntilClose,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Http1<'a, S> {
    /// A conversation with `whom` at the end of `stream`.
    pub(super) fn new(stream: S, whom: impl Into<PeerName>, quote: Quote<'a>) -> Self {
        let (outgoing, buffer) = (Outgoing::default(), Vec::new());
        let whom = whom.into();
        Self { stream, whom, quote, outgoing, buffer, at: 0, slice: 0, body: Body::None }
    }

    /// The stream, and what was read of it beyond the head.
    pub(super) fn into_rest(mut self) -> (S, Vec<u8>) {
        (self.stream, self.buffer.split_off(self.at))
    }

    /// The head of the final answer.
    async fn final_head(&mut self, method: &Method) -> Result<Head, Fault> {
        let mut preliminary_left = MAX_PRELIMINARY;
        loop {
            let head = self.one_head().await?;
            // We did not ask for an upgrade, so 101 is the answer.
            if !head.status.is_informational() || head.status.as_u16() == 101 {
                let framing = framing::of(method, &head);
                self.body = Body::new(framing.map_err(|conflict| self.unclear(conflict))?);
                return Ok(head);
            }
            preliminary_left = match preliminary_left.checked_sub(self.at) {
                Some(left) => left,
                // The timeout says that no answer came.
                None => std::future::pending().await,
            };
            self.buffer.drain(..self.at);
            self.at = 0;
        }
    }

    /// The next head, preliminary or not. Behind it is `self.at`.
    async fn one_head(&mut self) -> Result<Head, Fault> {
        let mut seen = 0;
        loop {
            let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.buffer.drain(..if seen == 0 { blank } else { 0 });
            if !head::may_begin(&self.buffer) {
                return Err(self.not_http());
            }
            if let Some(end) = head::end(&self.buffer, seen) {
                self.at = end;
                return head::read(&self.buffer[..end]).map_err(|why| self.unreadable(&why));
            }
            if self.buffer.len() >= MAX_HEAD {
                return Err(self.too_large());
            }
            seen = self.buffer.len();
            let room = seen.clamp(FIRST_READ, MAX_READ).min(MAX_HEAD - seen);
            if self.fill(room).await.map_err(|error| fault::broken(&error, self.whom.clone()))? == 0
            {
                return Err(fault::cut_off(self.whom.clone()));
            }
        }
    }

    /// Reads up to `room` bytes more, and goes on sending meanwhile.
    async fn fill(&mut self, room: usize) -> io::Result<usize> {
        if self.slice >= SLICE {
            self.slice = 0;
            tokio::task::yield_now().await;
        }
        let count = poll_fn(|cx| {
            // The answer says whether the whole request was wanted.
            let _ = self.poll_send(cx);
            self.poll_fill(cx, room)
        })
        .await?;
        self.slice += count;
        Ok(count)
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>, room: usize) -> Poll<io::Result<usize>> {
        let old = self.buffer.len();
        self.buffer.resize(old + room, 0);
        let mut unfilled = ReadBuf::new(&mut self.buffer[old..]);
        let read = Pin::new(&mut self.stream).poll_read(cx, &mut unfilled);
        let count = unfilled.filled().len();
        self.buffer.truncate(old + count);
        read.map_ok(|()| count)
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let out = &mut self.outgoing;
        while !out.is_done {
            let rest = match out.sent.checked_sub(out.head.len()) {
                None => &out.head[out.sent..],
                Some(sent) => &out.body[sent..],
            };
            if rest.is_empty() {
                out.is_done = ready!(Pin::new(&mut self.stream).poll_flush(cx)).is_ok();
                break;
            }
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest)) {
                Ok(count) if count > 0 => out.sent += count,
                // Reading tells what happened.
                Ok(_) | Err(_) => out.is_done = true,
            }
        }
        Poll::Ready(())
    }

    fn unreadable(&self, why: &Unreadable) -> Fault {
        match why {
            Unreadable::NoStatus => self.not_http(),
            Unreadable::TooMany => self.too_large(),
            Unreadable::UnclearFraming => self.unclear(FramingConflict::UnreadableHeader {}),
        }
    }

    fn not_http(&self) -> Fault {
        let line = self.buffer.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let begins = (self.quote)(&String::from_utf8_lossy(line));
        let peer = self.whom.clone();
        Fault::theirs(Reason::Protocol, HttpDetail::NotHttp { peer, begins })
    }

    fn too_large(&self) -> Fault {
        let (peer, most, kib) = (self.whom.clone(), MAX_HEADERS, MAX_HEAD / 1024);
        Fault::theirs(Reason::TooLarge, HttpDetail::HeadersTooLarge { peer, most, kib })
    }

    fn unclear(&self, conflict: FramingConflict) -> Fault {
        let peer = self.whom.clone();
        Fault::theirs(Reason::Protocol, HttpDetail::Unclear { peer, conflict })
    }

    /// Finds the next data in the buffer of a body in chunks.
    fn next_chunk(&mut self) -> Result<(), Fault> {
        let Body::Chunked { chunks, framing_left, data } = &mut self.body else { return Ok(()) };
        let found = chunks.next(&self.buffer[self.at..]);
        let found = match found {
            Ok(found) => found,
            Err(conflict) => return Err(self.unclear(conflict)),
        };
        self.at += found.framing;
        *data = found.data;
        let Some(left) = framing_left.checked_sub(found.framing as u64) else {
            let (peer, kib) = (self.whom.clone(), MAX_FRAMING / 1024);
            return Err(Fault::theirs(Reason::TooLarge, HttpDetail::ChunksTooLarge { peer, kib }));
        };
        *framing_left = left;
        Ok(())
    }

    /// How many of the buffer's bytes are the next ones of the body; `None` if
    /// it is whole.
    fn available(&mut self) -> Result<Option<usize>, Fault> {
        self.next_chunk()?;
        let unread = self.buffer.len() - self.at;
        Ok(match &mut self.body {
            Body::None | Body::Length(0) => None,
            Body::Length(left) => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(unread);
                *left -= count as u64;
                Some(count)
            }
            Body::Chunked { chunks, data: 0, .. } if chunks.is_over() => None,
            Body::Chunked { data, .. } => Some(*data),
            Body::UntilClose => Some(unread),
        })
    }

    /// Whether the body may end here, where the connection ends. Many servers
    /// send no closing message of TLS: then what came is the body.
    fn may_end(&self) -> bool {
        match &self.body {
            Body::None | Body::UntilClose => true,
            Body::Length(left) => *left == 0,
            Body::Chunked { chunks, .. } => chunks.is_whole(),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Http1<'_, S> {
    /// Reads on behind what is used up; `false` at the end of the body.
    async fn read_on(&mut self) -> Result<bool, Fault> {
        self.buffer.clear();
        self.at = 0;
        let room = (self.buffer.capacity() * 2).clamp(FIRST_READ, MAX_READ);
        match self.fill(room).await {
            Ok(0) if self.may_end() => Ok(false),
            Ok(0) => Err(fault::cut_off(self.whom.clone())),
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && self.may_end() => {
                Ok(false)
            }
            Err(error) => Err(fault::broken(&error, self.whom.clone())),
        }
    }
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Http1<'a, S> {
    /// Sends the request, and waits for the head of the final answer.
    pub(super) async fn ask(&mut self, request: Request<'a>) -> Result<Head, Fault> {
        let (head, body) = (written(&request), request.body);
        self.outgoing = Outgoing { head, body, sent: 0, is_done: false };
        self.final_head(&request.method).await
    }

    /// The next bytes of the body; `None` once it is whole.
    pub(super) async fn piece(&mut self) -> Result<Option<&[u8]>, Fault> {
        loop {
            let Some(count) = self.available()? else { return Ok(None) };
            if count > 0 {
                let begin = self.at;
                self.at += count;
                return Ok(Some(&self.buffer[begin..self.at]));
            }
            if !self.read_on().await? {
                return Ok(None);
            }
        }
    }
}

impl Body {
    fn new(framing: Framing) -> Self {
        match framing {
            Framing::None => Self::None,
            Framing::Length(length) => Self::Length(length),
            Framing::Chunked => {
                Self::Chunked { chunks: Chunks::new(), framing_left: MAX_FRAMING, data: 0 }
            }
            Framing::UntilClose => Self::UntilClose,
        }
    }
}

/// The request's head, as it is sent.
fn written(request: &Request<'_>) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.uri).into_bytes();
    for (name, value) in &request.headers {
        if *name != CONTENT_LENGTH && *name != TRANSFER_ENCODING {
            push(&mut head, name, value.as_bytes());
        }
    }
    // Some servers wait for a body if no length is given.
    let wants_length = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    if wants_length || !request.body.is_empty() {
        push(&mut head, &CONTENT_LENGTH, request.body.len().to_string().as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Small home devices have been seen to know headers only in their usual spelling.
fn push(head: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    let mut is_first = true;
    for byte in name.as_str().bytes() {
        head.push(if is_first { byte.to_ascii_uppercase() } else { byte });
        is_first = byte == b'-';
    }
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}
