//! The inbox on a socket of our own, for `watch --listen`. Whoever connects
//! may be slow, or many, or mean: everything has a limit.

mod room;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use self::room::{Place, Room};
use super::{Answer, HttpRequest, Inbox, MAX_BODY, answer};
use crate::engine::{Budget, Engine, Intake};
use crate::store::Store;

/// Bytes of a request's head, and headers in it.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// Bytes of a body that are read, though not kept: who is cut off in the
/// middle of sending never reads the answer, and a backup may print much.
const MAX_READ: usize = 16 * 1024 * 1024;

/// Pause after a connection could not be accepted, mostly for want of
/// descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// What is allowed to those who connect.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Connections at once; who comes next waits until one ends.
    pub connections: usize,
    /// Of those, from one address; one more is closed at once. A proxy on this
    /// machine may have all.
    pub per_sender: usize,
    /// Time to send the head of a request; and then for its body.
    pub patience: Duration,
}

impl Default for Allowance {
    /// Enough for a home and its web pages, on a small machine.
    fn default() -> Self {
        Self { connections: 256, per_sender: 32, patience: Duration::from_secs(10) }
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
        let room = Room::new(self.allowance);
        let mut connections = JoinSet::new();
        let telling = tokio::task::spawn_local(Rc::clone(&self).tell());
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                accepted = accept(&listener, &room) => accepted,
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok(None) => {}
                Ok(Some((stream, source, place))) => {
                    let (server, stop) = (Rc::clone(&self), stop.clone());
                    connections.spawn_local(async move {
                        server.connection(stream, source, stop).await;
                        drop(place);
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
        self.stored.notify_one();
        // It fails only by a panic, which has been told of.
        drop(telling.await);
    }

    /// Tells what was stored, beside the connections: a channel that hangs
    /// holds none of them. A thousand reports that come meanwhile are told as one.
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

    async fn connection(
        self: Rc<Self>,
        stream: TcpStream,
        source: SocketAddr,
        mut stop: watch::Receiver<bool>,
    ) {
        let service = service_fn(|request| async {
            let answer = self.answer(request, source).await;
            if let Some(taken) = answer.taken {
                let before = self.pending.take();
                self.pending.replace(Some(taken.and(before)));
                self.stored.notify_one();
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
        // Who went away without its answer sends again, or does not care.
        tokio::select! {
            done = connection.as_mut() => drop(done),
            _ = stop.wait_for(|stop| *stop) => {
                connection.as_mut().graceful_shutdown();
                drop(tokio::time::timeout(self.allowance.patience, connection).await);
            }
        }
    }

    async fn answer(&self, request: http::Request<Incoming>, source: SocketAddr) -> Answer {
        let (head, body) = request.into_parts();
        let Ok(body) = tokio::time::timeout(self.allowance.patience, read(body)).await else {
            return answer::error(408, "too_slow", "the body took too long").into();
        };
        let Ok(body) = body else {
            return answer::error(400, "body", "the body broke off").into();
        };
        let request = HttpRequest {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            body,
            source: Some(sender(source.ip().to_canonical(), &head.headers)),
            headers: head.headers,
        };
        self.inbox.answer(&self.engine(), request).await
    }
}

/// Who sends. Where the connection is a proxy's on this machine, it is whom the
/// proxy had the request from, which it puts last; what stands before that
/// anybody may have written.
fn sender(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    let sender = last.and_then(|address| address.trim().parse::<IpAddr>().ok());
    sender.filter(|_| peer.is_loopback()).map_or(peer, |sender| sender.to_canonical())
}

/// The next connection; `None` if its sender has too many.
async fn accept(
    listener: &TcpListener,
    room: &Room,
) -> io::Result<Option<(TcpStream, SocketAddr, Place)>> {
    let Some(permit) = room.any().await else { return Ok(None) };
    let (stream, source) = listener.accept().await?;
    let place = room.place(permit, source.ip().to_canonical());
    Ok(place.map(|place| (stream, source, place)))
}

/// The body, of which one byte more than is taken may be there: who takes it
/// sees that it is too long.
async fn read(mut body: Incoming) -> Result<Vec<u8>, hyper::Error> {
    let (mut kept, mut read) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let room = MAX_BODY + 1 - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        read += data.len();
        if read > MAX_READ {
            break;
        }
    }
    Ok(kept)
}
