//! A stream that is read in slices, and only as far as its credit: it bounds a library
//! that would read as long as there is something to read.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that are read in one go at first: of these a server may make a hundred frames or
/// records, each of which costs us time.
const SLICE: usize = 2 * 1024;
/// The same of a large body.
const LARGE_SLICE: usize = 16 * 1024;
/// Bytes that were wanted, from which on a body is large.
const EARNED: u64 = 64 * 1024;

/// Bytes that may still be read.
#[derive(Debug, Clone)]
pub(super) struct Credit(Arc<Account>);

#[derive(Debug)]
struct Account {
    left: AtomicU64,
    /// What was added: what came for it was wanted.
    earned: AtomicU64,
}

impl Credit {
    /// So many to begin with.
    pub(super) fn new(bytes: u64) -> Self {
        Self(Arc::new(Account { left: AtomicU64::new(bytes), earned: AtomicU64::new(0) }))
    }

    /// So many more: what they bring is wanted.
    pub(super) fn add(&self, bytes: usize) {
        self.0.left.fetch_add(bytes as u64, Ordering::Relaxed);
        self.0.earned.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes that are read in one go, and become work before others have their turn: few
    /// until as much was wanted as large bodies have.
    fn slice(&self) -> usize {
        if self.0.earned.load(Ordering::Relaxed) < EARNED { SLICE } else { LARGE_SLICE }
    }

    fn left(&self) -> usize {
        usize::try_from(self.0.left.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    fn spend(&self, bytes: usize) {
        self.0.left.fetch_sub(bytes as u64, Ordering::Relaxed);
    }
}

/// Once the credit is spent, there is nothing more to read, and no end either, so the
/// probe's timeout ends it.
pub(super) struct Metered<S> {
    stream: S,
    credit: Credit,
    slice_left: usize,
}

impl<S> Metered<S> {
    /// Reads from `stream` on `credit`.
    pub(super) fn new(stream: S, credit: Credit) -> Self {
        let slice_left = credit.slice();
        Self { stream, credit, slice_left }
    }

    /// What it reads on.
    pub(super) fn credit(&self) -> &Credit {
        &self.credit
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.slice_left == 0 {
            self.slice_left = self.credit.slice();
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let most = self.credit.left().min(self.slice_left);
        if most == 0 {
            return Poll::Pending;
        }
        let room = most.min(buffer.remaining());
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        let read = Pin::new(&mut self.stream).poll_read(cx, &mut part);
        let count = part.filled().len();
        buffer.advance(count);
        self.slice_left -= count;
        self.credit.spend(count);
        if read.is_pending() {
            self.slice_left = self.credit.slice();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn no_more_is_read_than_was_paid_for() {
        let credit = Credit::new(10_000);
        let mut stream = Metered::new(tokio::io::repeat(b'x'), credit.clone());
        let mut bytes = vec![0; 10_000];
        stream.read_exact(&mut bytes).await.unwrap();
        assert!(stream.read(&mut bytes).now_or_never().is_none());
        credit.add(5);
        assert_eq!(stream.read(&mut bytes).await.unwrap(), 5);
        assert!(stream.read(&mut bytes).now_or_never().is_none());
    }

    #[tokio::test]
    async fn after_a_slice_others_have_their_turn() {
        let mut stream = Metered::new(tokio::io::repeat(b'x'), Credit::new(u64::MAX));
        let mut bytes = vec![0; 2 * SLICE];
        assert_eq!(stream.read(&mut bytes).now_or_never().unwrap().unwrap(), SLICE);
        assert!(stream.read(&mut bytes).now_or_never().is_none());
        assert_eq!(stream.read(&mut bytes).now_or_never().unwrap().unwrap(), SLICE);
    }

    #[tokio::test]
    async fn of_a_large_body_more_is_read_at_once() {
        let credit = Credit::new(u64::MAX / 2);
        let mut stream = Metered::new(tokio::io::repeat(b'x'), credit.clone());
        let mut bytes = vec![0; 2 * LARGE_SLICE];
        credit.add(usize::try_from(EARNED).unwrap());
        assert_eq!(stream.read(&mut bytes).now_or_never().unwrap().unwrap(), SLICE);
        assert!(stream.read(&mut bytes).now_or_never().is_none());
        assert_eq!(stream.read(&mut bytes).now_or_never().unwrap().unwrap(), LARGE_SLICE);
    }
}
