//! Reading a body, within its limit.

use tokio::time::timeout;

use crate::probe::fault::Fault;
use crate::probe::room::{PATIENCE, Room, RoomShare};
use crate::probe::trace::Trace;

use super::conversation::Conversation;

/// A body as it came.
pub(super) struct Body {
    /// The bytes that were kept.
    pub(super) bytes: Vec<u8>,
    /// Why reading stopped.
    pub(super) end: End,
    /// The memory that it counts for.
    pub(super) share: RoomShare,
}

/// Why the reading of a body stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It was read to its end.
    Whole,
    /// It is larger than the limit.
    TooLarge,
}

/// Reads to the end, or until `limit` is crossed; keeps what was read if asked to.
pub(super) async fn read(
    from: &mut Conversation<'_>,
    limit: usize,
    keep: bool,
    room: &Room,
    trace: &mut Trace,
) -> Result<Body, Fault> {
    let (mut bytes, mut share, mut left) = (Vec::new(), RoomShare::default(), limit);
    loop {
        let next = from.piece();
        let piece = if share.is_alone() {
            let Ok(piece) = timeout(PATIENCE, next).await else {
                share.step_back();
                continue;
            };
            piece?
        } else {
            next.await?
        };
        let Some(piece) = piece else { return Ok(Body { bytes, end: End::Whole, share }) };
        let Some(rest) = left.checked_sub(piece.len()) else {
            return Ok(Body { bytes, end: End::TooLarge, share });
        };
        left = rest;
        if keep {
            room.take(&mut share, capacity(&bytes, piece.len(), limit), trace).await;
            append(&mut bytes, piece, limit);
        }
    }
}

/// Appends without room to spare beyond `limit`, which is the memory promised.
pub(super) fn append(bytes: &mut Vec<u8>, data: &[u8], limit: usize) {
    let capacity = capacity(bytes, data.len(), limit);
    bytes.reserve_exact(capacity - bytes.len());
    bytes.extend_from_slice(data);
}

/// What `bytes` take once `more` are among them.
fn capacity(bytes: &Vec<u8>, more: usize, limit: usize) -> usize {
    let needed = bytes.len() + more;
    if needed <= bytes.capacity() {
        return bytes.capacity();
    }
    (bytes.capacity() * 2).clamp(needed, limit.max(needed))
}
