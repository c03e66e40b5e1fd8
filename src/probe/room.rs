//! The memory that all bodies may take together. Small bodies, which are most, need no
//! permission. Large ones take from a pool; if that is empty, they go on one after the
//! other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::trace::{Stage, Trace};

/// Bytes that every body may take, whatever the others do.
const FREE: usize = 16 * 1024;
/// Bytes by which a body takes from the pool.
const UNIT: usize = 16 * 1024;
/// Bytes in the pool, for however few targets.
const POOL: usize = 3 << 20;
/// Bytes that each target adds to it.
const POOL_PER_TARGET: usize = 16 * 1024;
/// How long a body that goes on alone may wait for its server.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);

/// The room of one process.
#[derive(Debug)]
pub(super) struct Room {
    pool: Arc<Semaphore>,
    alone: Arc<Semaphore>,
}

/// What one body has of it; given back when dropped.
#[derive(Debug, Default)]
pub(super) struct RoomShare {
    pooled: Option<OwnedSemaphorePermit>,
    alone: Option<OwnedSemaphorePermit>,
    /// Bytes that were counted.
    counted: usize,
}

impl Room {
    /// For so many targets.
    pub(super) fn new(targets: usize) -> Self {
        let units = (POOL + targets * POOL_PER_TARGET) / UNIT;
        let pool = Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS)));
        Self { pool, alone: Arc::new(Semaphore::new(1)) }
    }

    /// Waits until a body may take `bytes`. The wait is ours, not the target's.
    pub(super) async fn take(&self, share: &mut RoomShare, bytes: usize, trace: &mut Trace) {
        if bytes <= share.counted.max(FREE) || share.alone.is_some() {
            return;
        }
        let units = (bytes - share.counted).div_ceil(UNIT);
        let some = u32::try_from(units).unwrap_or(u32::MAX);
        if let Ok(permit) = Arc::clone(&self.pool).try_acquire_many_owned(some) {
            share.counted += units * UNIT;
            match &mut share.pooled {
                Some(pooled) => pooled.merge(permit),
                None => share.pooled = Some(permit),
            }
            return;
        }
        trace.enter(Stage::Turn);
        share.alone = Arc::clone(&self.alone).acquire_owned().await.ok();
        trace.enter(Stage::Rest);
    }
}

impl RoomShare {
    /// Whether others wait for this body to end.
    pub(super) fn is_alone(&self) -> bool {
        self.alone.is_some()
    }

    /// Lets the others go on while this body's server is silent.
    pub(super) fn step_back(&mut self) {
        self.alone = None;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn taken(room: &Room, bytes: usize) -> Option<RoomShare> {
        let mut share = RoomShare::default();
        let mut trace = Trace::begin();
        room.take(&mut share, bytes, &mut trace).now_or_never().map(|()| share)
    }

    #[tokio::test]
    async fn small_bodies_never_wait_and_large_ones_go_one_by_one() {
        let room = Room::new(0);
        let all = taken(&room, POOL).unwrap();
        assert!(!all.is_alone());
        let mut beyond = taken(&room, FREE + 1).unwrap();
        assert!(beyond.is_alone());
        assert!(taken(&room, FREE + 1).is_none());
        assert!(taken(&room, FREE).is_some());
        beyond.step_back();
        assert!(taken(&room, FREE + 1).unwrap().is_alone());
        drop(all);
        assert!(!taken(&room, FREE + 1).unwrap().is_alone());
    }

    #[tokio::test]
    async fn what_was_counted_is_not_counted_again() {
        let room = Room::new(0);
        let (mut share, mut trace) = (RoomShare::default(), Trace::begin());
        for bytes in (0..=POOL).step_by(UNIT / 2) {
            room.take(&mut share, bytes, &mut trace).await;
        }
        assert!(!share.is_alone());
    }
}
