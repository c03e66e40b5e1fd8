//! Places for connections: so many in all, and so many for one sender, so
//! that nobody takes them all by being slow.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Allowance;
use crate::inbox::limits::sender;

/// The places that there are.
#[derive(Debug, Clone)]
pub(super) struct Room {
    all: Arc<Semaphore>,
    per_sender: usize,
    taken: Rc<RefCell<HashMap<IpAddr, usize>>>,
}

/// One that is taken until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    sender: IpAddr,
    taken: Rc<RefCell<HashMap<IpAddr, usize>>>,
}

impl Room {
    pub(super) fn new(allowance: Allowance) -> Self {
        let all = Arc::new(Semaphore::new(allowance.connections));
        Self { all, per_sender: allowance.per_sender, taken: Rc::default() }
    }

    /// Waits until any place is free. The semaphore is never closed, so there
    /// will be one.
    pub(super) async fn any(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// The place of a connection from `source`; `None` if its sender has as
    /// many as it may. A proxy on this machine sends for all.
    pub(super) fn place(&self, permit: OwnedSemaphorePermit, source: IpAddr) -> Option<Place> {
        let sender = sender(Some(source));
        let mut taken = self.taken.borrow_mut();
        let count = taken.entry(sender).or_default();
        if *count >= self.per_sender && !source.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Place { _permit: permit, sender, taken: Rc::clone(&self.taken) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.borrow_mut();
        if let Some(count) = taken.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.sender);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn enter(room: &Room, source: &str) -> Option<Place> {
        room.place(room.any().await?, source.parse().unwrap())
    }

    #[tokio::test]
    async fn no_sender_takes_the_places_of_all() {
        let patience = Duration::ZERO;
        let room = Room::new(Allowance { connections: 9, per_sender: 2, patience });
        let mut first = vec![enter(&room, "192.0.2.1").await, enter(&room, "192.0.2.1").await];
        assert!(first.iter().all(Option::is_some));
        assert!(enter(&room, "192.0.2.1").await.is_none());
        let proxy =
            [enter(&room, "::1").await, enter(&room, "::1").await, enter(&room, "::1").await];
        assert!(enter(&room, "192.0.2.2").await.is_some() && proxy.iter().all(Option::is_some));
        first.pop();
        assert!(enter(&room, "192.0.2.1").await.is_some());
        drop((first, proxy));
        assert!(room.taken.borrow().is_empty());
    }
}
