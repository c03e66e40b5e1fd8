//! Lambda's side of a custom runtime:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use prober::clock::Clock;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

/// What the function made of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Response(Value),
    Error(Value),
}

/// Hands out events, and takes answers.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::UnboundedSender<Response<Full<Bytes>>>,
    answers: mpsc::UnboundedReceiver<Answer>,
    taken: mpsc::UnboundedReceiver<()>,
    count: u32,
}

/// The server's ends of the channels.
struct Desk {
    events: Mutex<mpsc::UnboundedReceiver<Response<Full<Bytes>>>>,
    answers: mpsc::UnboundedSender<Answer>,
    taken: mpsc::UnboundedSender<()>,
}

impl RuntimeApi {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (events, to_hand_out) = mpsc::unbounded_channel();
        let (answered, answers) = mpsc::unbounded_channel();
        let (handed_out, taken) = mpsc::unbounded_channel();
        let desk = Desk { events: to_hand_out.into(), answers: answered, taken: handed_out };
        tokio::spawn(serve(listener, Arc::new(desk)));
        Self { address, events, answers, taken, count: 0 }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hands `event` out, to be answered within `patience`.
    pub(super) async fn invoke(&mut self, event: Value, patience: Duration) -> Answer {
        self.hand_out(event, Clock::System.now() + patience).await;
        let answer = tokio::time::timeout(Duration::from_mins(1), self.answers.recv()).await;
        answer.expect("no answer in a minute").unwrap()
    }

    /// Hands `event` out with this deadline, and returns once it was taken.
    pub(super) async fn hand_out(&mut self, event: Value, deadline: DateTime<Utc>) {
        self.count += 1;
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", format!("request-{}", self.count))
            .header("lambda-runtime-deadline-ms", deadline.timestamp_millis().to_string())
            .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:::function:prober")
            .body(Full::new(event.to_string().into()))
            .unwrap();
        self.events.send(response).unwrap();
        self.taken.recv().await.unwrap();
    }

    /// The answer to what was handed out.
    pub(super) async fn answer(&mut self) -> Answer {
        self.answers.recv().await.unwrap()
    }
}

async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let desk = Arc::clone(&desk);
        tokio::spawn(async move {
            let service = service_fn(|request| handle(Arc::clone(&desk), request));
            let connection = hyper::server::conn::http1::Builder::new();
            // The function may be killed in the middle of a request.
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn handle(
    desk: Arc<Desk>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    if request.method() == Method::GET && path.ends_with("/invocation/next") {
        let event = desk.events.lock().await.recv().await;
        let event = event.unwrap_or_else(|| status(StatusCode::GONE));
        // Nobody waits for it if the test is over.
        let _ = desk.taken.send(());
        return Ok(event);
    }
    let body = request.into_body().collect().await.map(Collected::to_bytes).unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let answer =
        if path.ends_with("/response") { Answer::Response(body) } else { Answer::Error(body) };
    let _ = desk.answers.send(answer);
    Ok(status(StatusCode::ACCEPTED))
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response
}
