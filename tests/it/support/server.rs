//! A server that does as it is told, on a port of its own on loopback.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does with a connection once a request has been read. When
/// there is nothing left to do, it closes.
#[derive(Clone)]
pub enum Act {
    /// Sends these bytes.
    Say(Vec<u8>),
    /// Sends these bytes one at a time, far enough apart to take for ever.
    Drip(Vec<u8>),
    /// Sends these bytes again and again, for as long as somebody reads.
    Endless(Vec<u8>),
    /// Keeps the connection open, and says nothing more.
    Hang,
    /// Resets the connection.
    Reset,
    /// Closes the connection, without TLS's goodbye.
    Abandon,
}

/// Between two bytes that drip.
const DRIP: Duration = Duration::from_millis(20);

type Script = dyn Fn(&str) -> Vec<Act> + Send + Sync;

/// A running server; it stops with its test's runtime.
pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request as `script` says, which is given its head and body.
    pub async fn scripted(script: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::start(None, Some(Arc::new(script))).await
    }

    /// The same over TLS.
    pub async fn tls(
        config: ServerConfig,
        script: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), Some(Arc::new(script))).await
    }

    /// Answers each request with `bytes`, and closes.
    pub async fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::scripted(move |_| vec![Act::Say(bytes.clone())]).await
    }

    /// Acts at once, without a request.
    pub async fn unasked(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(perform(Some(stream), |stream| stream, acts.clone()));
            }
        });
        Self { port, requests: Arc::default() }
    }

    async fn start(tls: Option<TlsAcceptor>, script: Option<Arc<Script>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (seen, script) = (Arc::clone(&requests), script.unwrap());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (tls, seen, script) = (tls.clone(), Arc::clone(&seen), Arc::clone(&script));
                tokio::spawn(async move {
                    let Some(tls) = tls else {
                        return serve(stream, |stream| stream, &seen, &*script).await;
                    };
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, |stream| stream.into_inner().0, &seen, &*script).await;
                    }
                });
            }
        });
        Self { port, requests }
    }

    /// The URL of `path` here.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The heads, and bodies, of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The latest request.
    pub fn last_request(&self) -> String {
        self.requests().last().cloned().unwrap_or_default()
    }
}

/// An answer with this status, these headers (`name: value` lines) and body.
pub fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        write!(head, "{header}\r\n").unwrap();
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

/// This body, compressed.
pub fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// `200 OK` with this body.
pub fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK", &[], body)
}

/// A redirect to `location`.
pub fn redirect(status: u16, location: &str) -> Vec<u8> {
    answer(&format!("{status} Elsewhere"), &[&format!("location: {location}")], "")
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    into_tcp: impl Fn(S) -> TcpStream,
    seen: &Mutex<Vec<String>>,
    script: &Script,
) {
    if let Some(request) = read_request(&mut stream).await {
        seen.lock().unwrap().push(request.clone());
        perform(Some(stream), into_tcp, script(&request)).await;
    }
}

/// Does what the script says; whatever the client does, it is not our error.
async fn perform<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: Option<S>,
    into_tcp: impl Fn(S) -> TcpStream,
    acts: Vec<Act>,
) -> Option<()> {
    for act in acts {
        match act {
            Act::Say(bytes) => stream.as_mut()?.write_all(&bytes).await.ok()?,
            Act::Drip(bytes) => {
                for byte in bytes {
                    stream.as_mut()?.write_all(&[byte]).await.ok()?;
                    tokio::time::sleep(DRIP).await;
                }
            }
            Act::Endless(bytes) => loop {
                stream.as_mut()?.write_all(&bytes).await.ok()?;
            },
            Act::Hang => std::future::pending().await,
            Act::Abandon => drop(into_tcp(stream.take()?)),
            Act::Reset => into_tcp(stream.take()?).set_zero_linger().ok()?,
        }
    }
    stream?.shutdown().await.ok()
}

/// A request's head, and its body as far as its length is told.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
