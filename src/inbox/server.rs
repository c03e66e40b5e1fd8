//! The inbox on its own socket, for `watch --listen`. Clients may be slow, many or
//! hostile, so everything has a limit.

mod slots;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use self::slots::{Admission, Client, Slot, Slots};
use super::{Answer, HttpRequest, Inbox, MAX_BODY, Response, answer, forwarded, limits};
use crate::engine::{Budget, Engine, Intake};
use crate::store::Store;

/// Bytes of a request's head, and headers in it.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// How many bytes of a body are read, although fewer are kept: a client that is cut off
/// while it sends never reads the answer, and a backup may print much.
const MAX_READ: usize = 16 * 1024 * 1024;

/// The pause after a connection could not be accepted, mostly for lack of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// How long reports of a known error are counted before they are stored.
const COUNTED_FOR: Duration = Duration::from_secs(2);

/// What clients are allowed.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Connections at once; who comes next waits until one ends or gives way.
    pub connections: usize,
    /// Of those, from one sender; one more is closed at once, unless one of its own
    /// has been slow. A proxy that is trusted may have all.
    pub per_sender: usize,
    /// Of those, kept for senders whose key was right before.
    pub reserved: usize,
    /// Connections that wait for a slot; one more is closed at once.
    pub waiting: usize,
    /// Time to send the head of a request; then for its body; and then to read the answer.
    pub patience: Duration,
    /// Time after which a connection that still sends gives way to a new one,
    /// where no slot is free: enough for a ping from the other side of the world.
    pub stay: Duration,
}

impl Default for Allowance {
    /// Enough for a home and its web pages, on a small machine.
    fn default() -> Self {
        let (patience, stay) = (Duration::from_secs(5), Duration::from_millis(500));
        Self { connections: 256, per_sender: 32, reserved: 64, waiting: 256, patience, stay }
    }
}

/// What every connection needs.
pub struct Server<S> {
    /// Of the configuration in force.
    engine: RefCell<Rc<Engine<S>>>,
    inbox: Inbox,
    allowance: Allowance,
    /// Called after each telling, with whether something is owed still.
    told: Box<dyn Fn(bool)>,
    /// What was stored last and is to be told: it holds what came before it.
    pending: RefCell<Option<Intake>>,
    stored: Notify,
    /// Rings when reports are counted that are not stored yet.
    counted: Notify,
    /// Nothing is stored any more.
    over: Cell<bool>,
}

impl<S: Store + 'static> Server<S> {
    /// A server for `engine`; `told` is called whenever something was stored
    /// and told, with whether something is owed still.
    pub fn new(
        engine: Rc<Engine<S>>,
        allowance: Allowance,
        told: impl Fn(bool) + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            engine: RefCell::new(engine),
            inbox: Inbox::default(),
            allowance,
            told: Box::new(told),
            pending: RefCell::default(),
            stored: Notify::new(),
            counted: Notify::new(),
            over: Cell::new(false),
        })
    }

    /// Takes what comes from now on to `engine`, of another configuration.
    pub fn use_engine(&self, engine: Rc<Engine<S>>) {
        self.engine.replace(engine);
    }

    fn engine(&self) -> Rc<Engine<S>> {
        Rc::clone(&self.engine.borrow())
    }

    /// Serves `listener` until `stop` becomes true; then finishes the requests
    /// under way, and what they have to tell.
    ///
    /// To be run within a [`tokio::task::LocalSet`].
    pub async fn serve(self: Rc<Self>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let slots = Slots::new(self.allowance);
        let mut connections = JoinSet::new();
        let telling = tokio::task::spawn_local(Rc::clone(&self).tell());
        let counting = tokio::task::spawn_local(Rc::clone(&self).store_rest());
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                accepted = self.accept(&listener) => accepted,
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, peer, client)) => {
                    let (server, slots, stop) = (Rc::clone(&self), slots.clone(), stop.clone());
                    connections.spawn_local(async move {
                        match server.slot(&slots, client).await {
                            Some(slot) => server.connection(stream, peer, &slot, stop).await,
                            None => server.inbox.note_refusal(server.engine().clock().now()),
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "failed to accept a connection");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
        self.over.set(true);
        self.counted.notify_one();
        drop(counting.await);
        self.stored.notify_one();
        // It fails only by a panic, which has been told of.
        drop(telling.await);
        self.inbox.say_rest();
    }

    /// When something was refused last that may have been a ping.
    pub fn refused_at(&self) -> Option<DateTime<Utc>> {
        self.inbox.refused_at()
    }

    /// The next connection, and who it is.
    async fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, IpAddr, Client)> {
        let (stream, source) = listener.accept().await?;
        let peer = peer(&stream, source);
        let is_proxy = forwarded::is_trusted(peer, &self.engine().config().trust_proxies);
        // Whom a proxy sends for is known once its head is there.
        let is_known = !is_proxy && self.inbox.limits().is_known(Some(peer));
        Ok((stream, peer, Client { sender: limits::sender(Some(peer)), is_proxy, is_known }))
    }

    /// Waits for a slot for `client`; `None` if it gets none.
    async fn slot(&self, slots: &Slots, client: Client) -> Option<Slot> {
        let mut waiting = None;
        loop {
            match slots.admit(client, Instant::now()) {
                Admission::Admitted { slot, evicted } => {
                    if evicted {
                        self.inbox.note_refusal(self.engine().clock().now());
                    }
                    return Some(slot);
                }
                Admission::Wait(until) if waiting.is_some() => slots.wait(until).await,
                Admission::Wait(_) => waiting = Some(slots.enqueue()?),
                Admission::Refused => return None,
            }
        }
    }

    /// Tells what was stored, independently of the connections: a channel that
    /// hangs delays none. A thousand reports that come meanwhile are told together.
    async fn tell(self: Rc<Self>) {
        loop {
            let pending = self.pending.borrow_mut().take();
            match pending {
                Some(taken) => {
                    let summary = self.engine().tell_taken(taken, Budget::UNLIMITED).await;
                    (self.told)(summary.owed > 0);
                }
                None if self.over.get() => return,
                None => self.stored.notified().await,
            }
        }
    }

    /// Stores what was counted, a while after it was.
    async fn store_rest(self: Rc<Self>) {
        loop {
            self.counted.notified().await;
            if !self.over.get() {
                tokio::time::sleep(COUNTED_FOR).await;
            }
            if let Some(taken) = self.inbox.store_rest(&self.engine()).await {
                self.on_stored(taken);
            }
            if self.over.get() {
                return;
            }
        }
    }

    /// Has `taken` told, as one with what is not told yet.
    fn on_stored(&self, taken: Intake) {
        let before = self.pending.take();
        self.pending.replace(Some(taken.and(before)));
        self.stored.notify_one();
    }

    async fn connection(
        self: Rc<Self>,
        stream: TcpStream,
        peer: IpAddr,
        slot: &Slot,
        mut stop: watch::Receiver<bool>,
    ) {
        let service = service_fn(|request| async {
            let answer = self.answer(request, peer, slot).await;
            slot.mark_answered(Instant::now());
            if let Some(taken) = answer.taken {
                self.on_stored(taken);
            }
            if self.inbox.is_counting() {
                self.counted.notify_one();
            }
            let response = answer.response.map(|body| Full::new(Bytes::from(body)));
            Ok::<_, Infallible>(response)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.allowance.patience)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // A client that left without its answer sends again, or does not need it.
        tokio::select! {
            done = connection.as_mut() => drop(done),
            () = slot.evicted() => {}
            () = self.unread(slot) => {}
            _ = stop.wait_for(|stop| *stop) => {
                connection.as_mut().graceful_shutdown();
                drop(tokio::time::timeout(self.allowance.patience, connection).await);
            }
        }
    }

    /// Waits until an answer was not read for too long.
    async fn unread(&self, slot: &Slot) {
        slot.answered().await;
        tokio::time::sleep(self.allowance.patience).await;
    }

    async fn answer(&self, request: http::Request<Incoming>, peer: IpAddr, slot: &Slot) -> Answer {
        let (head, body) = request.into_parts();
        if self.inbox.is_known(peer, &head.headers, &self.engine().config().trust_proxies) {
            slot.mark_known();
        }
        let body = match self.read(body).await {
            Ok(body) => body,
            Err(refused) => return refused.into(),
        };
        slot.mark_received();
        let request = HttpRequest {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            body,
            source: Some(peer),
            headers: head.headers,
        };
        self.inbox.answer(&self.engine(), request).await
    }

    /// The body, of which one byte more than is taken may be there: who takes it
    /// sees that it is too long. Once that much is there, no more is waited for.
    async fn read(&self, body: Incoming) -> Result<Vec<u8>, Response> {
        let mut kept = Vec::new();
        let read = tokio::time::timeout(self.allowance.patience, read(body, &mut kept)).await;
        match read {
            Ok(Ok(())) => Ok(kept),
            Err(_) if kept.len() > MAX_BODY => Ok(kept),
            Ok(Err(_)) => Err(answer::error(400, "body", "the body broke off")),
            Err(_) => Err(answer::error(408, "too_slow", "the body took too long")),
        }
    }
}

/// Who is at the other end. A proxy on this machine may come from any of its
/// addresses, and then from the one that it connects to.
fn peer(stream: &TcpStream, source: SocketAddr) -> IpAddr {
    let source = source.ip().to_canonical();
    let is_here = stream.local_addr().is_ok_and(|local| local.ip().to_canonical() == source);
    if is_here { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { source }
}

/// Reads `body` to its end, or as far as anything is read, and keeps what is taken.
async fn read(mut body: Incoming, kept: &mut Vec<u8>) -> Result<(), hyper::Error> {
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let room = MAX_BODY + 1 - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        read += data.len();
        if read > MAX_READ {
            break;
        }
    }
    Ok(())
}
