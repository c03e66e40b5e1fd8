//! A webhook of the tests' own, on loopback, that answers as it is told.

use std::sync::{Arc, Mutex};

use prober::model::secret::SecretUrl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What makes every webhook's URL a secret: it may turn up nowhere.
pub(crate) const MARKER: &str = "XyZmarkerZyX";

/// What the webhook does with one request, once it has read it.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Writes this, as it stands, and closes.
    Raw(String),
    /// Keeps the connection, and its counsel.
    Hang,
}

impl Reply {
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Self::with_headers(status, "", body)
    }

    /// `headers` are whole lines.
    pub(crate) fn with_headers(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Raw(format!(
            "HTTP/1.1 {status} Words\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }

    pub(crate) fn cut() -> Self {
        Self::Raw(String::new())
    }
}

/// A running webhook; it ends with the test's runtime.
pub(crate) struct Webhook {
    pub(crate) url: SecretUrl,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Webhook {
    /// Answers the first request with the first of `replies`, and so on; the
    /// last one stands for all that follow.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::default();
        let replies: Vec<Reply> = replies.into_iter().collect();
        tokio::spawn(serve(listener, replies, Arc::clone(&requests)));
        Self { url: url(port), requests }
    }

    /// The requests so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// The URL of a webhook on `port`.
pub(crate) fn url(port: u16) -> SecretUrl {
    SecretUrl::parse(&format!("http://127.0.0.1:{port}/services/T0/B0/{MARKER}")).unwrap()
}

/// A port on which nobody listens.
pub(crate) async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

async fn serve(listener: TcpListener, replies: Vec<Reply>, requests: Arc<Mutex<Vec<String>>>) {
    let mut open = Vec::new();
    for turn in 0.. {
        let (mut stream, _) = listener.accept().await.unwrap();
        // Whoever was killed in the middle of a request said nothing.
        let Some(request) = read(&mut stream).await else { continue };
        requests.lock().unwrap().push(request);
        match &replies[turn.min(replies.len() - 1)] {
            Reply::Raw(raw) => drop(stream.write_all(raw.as_bytes()).await),
            Reply::Hang => open.push(stream),
        }
    }
}

/// Reads a request to its end; `None` if it breaks off before.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lengths = head.lines().filter_map(|line| line.split_once(": "));
            let length = lengths
                .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map(|(_, length)| length.parse::<usize>().unwrap())
                .next();
            if body.len() >= length.unwrap_or(0) {
                return Some(text.into_owned());
            }
        }
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
}
