//! What can happen to a request on its way to DynamoDB and back.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::pending;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::store::place::block_on;

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing happens to it.
    Passes,
    /// DynamoDB says that it failed; nothing was done.
    Fails,
    /// DynamoDB refuses it with this code; nothing was done.
    Refused(&'static str),
    /// The connection is reset before it arrives.
    Reset,
    /// It never arrives, and nobody answers.
    Swallowed,
    /// It is done, and the connection is reset instead of the answer.
    AnswerReset,
    /// It is done, and the answer never comes.
    AnswerSwallowed,
    /// Nobody answers, and it is done after the next one was.
    Straggles,
}

/// Every fate but the happy one.
pub const FAULTS: [Fate; 7] = [
    Fate::Fails,
    Fate::Refused("ThrottlingException"),
    Fate::Reset,
    Fate::Swallowed,
    Fate::AnswerReset,
    Fate::AnswerSwallowed,
    Fate::Straggles,
];

/// A proxy before DynamoDB, for as long as the process lasts.
pub struct Proxy {
    pub endpoint: String,
}

type Fates = Box<dyn FnMut(&str) -> Fate + Send>;
type Answer = Result<Response<Full<Bytes>>, Dropped>;

struct Road {
    upstream: SocketAddr,
    fates: Mutex<Fates>,
    stragglers: Mutex<Vec<Request<Full<Bytes>>>>,
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped on purpose")]
struct Dropped;

impl Proxy {
    /// Asks `fates` about each request, by its operation: `Query`, `UpdateItem`.
    pub fn start(upstream: &str, fates: impl FnMut(&str) -> Fate + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let road = Arc::new(Road {
            upstream: upstream.strip_prefix("http://").unwrap().parse().unwrap(),
            fates: Mutex::new(Box::new(fates)),
            stragglers: Mutex::default(),
        });
        thread::spawn(move || block_on(serve(listener, road)));
        Self { endpoint }
    }

    /// Does to the requests of `operation` what `script` says, one after the
    /// other; all others, and those after its end, pass.
    pub fn scripted(upstream: &str, operation: &'static str, script: &[Fate]) -> Self {
        let mut script = VecDeque::from(script.to_vec());
        Self::start(upstream, move |what| {
            let fate = (what == operation).then(|| script.pop_front());
            fate.flatten().unwrap_or(Fate::Passes)
        })
    }
}

async fn serve(listener: TcpListener, road: Arc<Road>) -> Infallible {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        // What is closed without an answer is reset.
        stream.set_zero_linger().unwrap();
        let road = Arc::clone(&road);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&road, request));
            let connection = hyper::server::conn::http1::Builder::new();
            // Fails where a connection was to be dropped, or the client gave up.
            drop(connection.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(road: &Road, request: Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let target = parts.headers["x-amz-target"].to_str().unwrap().to_owned();
    let operation = target.split_once('.').unwrap().1;
    let fate = road.fates.lock().unwrap()(operation);
    let request = Request::from_parts(parts, Full::new(body));
    match fate {
        Fate::Passes => road.deliver(request).await,
        Fate::Fails => Ok(refuse(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError")),
        Fate::Refused(code) => Ok(refuse(StatusCode::BAD_REQUEST, code)),
        Fate::Reset => Err(Dropped),
        Fate::Swallowed => pending().await,
        Fate::AnswerReset => road.deliver(request).await.and(Err(Dropped)),
        Fate::AnswerSwallowed => {
            road.deliver(request).await?;
            pending().await
        }
        Fate::Straggles => {
            road.stragglers.lock().unwrap().push(request);
            pending().await
        }
    }
}

impl Road {
    /// Has the request done, and after it those that straggled.
    async fn deliver(&self, request: Request<Full<Bytes>>) -> Answer {
        let stragglers = std::mem::take(&mut *self.stragglers.lock().unwrap());
        let answer = self.forward(request).await;
        for straggler in stragglers {
            self.forward(straggler).await.unwrap();
        }
        answer
    }

    async fn forward(&self, request: Request<Full<Bytes>>) -> Answer {
        let stream = TcpStream::connect(self.upstream).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        connection.abort();
        Ok(Response::from_parts(parts, Full::new(body)))
    }
}

/// An error in DynamoDB's words:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>.
fn refuse(status: StatusCode, code: &str) -> Response<Full<Bytes>> {
    let body = format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"for the test"}}"#
    );
    Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .body(Full::new(body.into()))
        .unwrap()
}
