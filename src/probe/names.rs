//! Looks up names, each once a round: a hundred targets at one home need one lookup.
//! Errors are not kept: the next attempt looks up again.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::detail::ConnectionDetail;
use crate::model::observation::Reason;

use super::fault::{Fault, is_ours, ours};
use super::trace::{Stage, Trace};

/// Lookups at once: `getaddrinfo` blocks a thread each, and cannot be
/// cancelled, so this also bounds the threads that dead name servers hold.
const MAX_LOOKUPS: usize = 64;

/// The addresses, with port 0, or why there are none.
type Answer = Result<Arc<[SocketAddr]>, Arc<io::Error>>;
type Lookup = Shared<BoxFuture<'static, Answer>>;

/// The lookups of one round.
pub(super) struct Names {
    turns: Arc<Semaphore>,
    lookups: Mutex<HashMap<Box<str>, Lookup>>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(MAX_LOOKUPS)), lookups: Mutex::default() }
    }

    /// The addresses of `host`, with `port`.
    pub(super) async fn resolve(
        &self,
        host: &str,
        port: u16,
        trace: &mut Trace,
    ) -> Result<Vec<SocketAddr>, Fault> {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let lookup = self.lookup(host, trace).await;
        trace.enter(Stage::Lookup);
        let answer = lookup.clone().await;
        trace.enter(Stage::Queue);
        match answer {
            Ok(addresses) => Ok(addresses.iter().map(|a| with_port(*a, port)).collect()),
            Err(error) => {
                self.forget(host, &lookup);
                Err(unresolved(host, &error))
            }
        }
    }

    /// The lookup of `host` that is running or done, or a new one as soon as
    /// there is a turn for it.
    async fn lookup(&self, host: &str, trace: &mut Trace) -> Lookup {
        if let Some(lookup) = self.lock().get(host) {
            return lookup.clone();
        }
        trace.enter(Stage::Queue);
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        self.lock()
            .entry(host.into())
            .or_insert_with(|| look_up(host.to_owned(), turn).boxed().shared())
            .clone()
    }

    fn forget(&self, host: &str, lookup: &Lookup) {
        let mut lookups = self.lock();
        if lookups.get(host).is_some_and(|kept| kept.ptr_eq(lookup)) {
            lookups.remove(host);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Lookup>> {
        self.lookups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks the system. The turn lasts as long as its thread is blocked.
async fn look_up(host: String, _turn: Option<OwnedSemaphorePermit>) -> Answer {
    let addresses = tokio::net::lookup_host((host, 0)).await.map_err(Arc::new)?;
    Ok(addresses.collect())
}

/// A scope id, as in `fe80::1%eth0`, stays with the address.
fn with_port(mut address: SocketAddr, port: u16) -> SocketAddr {
    address.set_port(port);
    address
}

fn unresolved(host: &str, error: &io::Error) -> Fault {
    if is_ours(error) {
        return ours(error);
    }
    let (host, why) = (host.to_owned(), error.into());
    Fault::theirs(Reason::Dns, ConnectionDetail::Unresolved { host, why })
}
