//! Servers that would take a client's processor or memory for everybody else:
//! over plain HTTP, over TLS, and over HTTP/2.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::serve::request;

/// A server that attacks, and what a target needs so that it bites.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) over: Over,
    pub(crate) needs: &'static str,
    does: Does,
}

/// What it attacks over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Http,
    Https,
    Http2,
}

#[derive(Clone, Copy)]
enum Does {
    /// Says this once, and waits.
    Says(fn() -> Vec<u8>),
    /// Says the first once, and then the second again and again.
    Repeats(fn() -> Vec<u8>, fn() -> Vec<u8>),
    /// The same, each byte in a record of its own.
    Crumbles(fn() -> Vec<u8>, fn() -> Vec<u8>),
    /// Accepts, and reads nothing.
    Ignores,
    /// Has new keys again and again.
    Rekeys,
}

const JSON: &str = "expect = { json = [\"$..a..b == 1\"] }\n";
const JSON_SEARCH: &str = "expect = { json = [\"$.l[?search(@.a, 'x')].b == 1\"] }\n";
const WORDS: &str = "expect = { body_contains = [\"health\"] }\n";
const PATTERN: &str = "expect = { body_matches = ['(?i)\\w{60}\\d'] }\n";
const HEADER: &str = "expect = { header = { x-h = '(?i)\\w{60}\\d' } }\n";

/// All of them.
pub(crate) const ATTACKS: &[Attack] = &[
    attack("endless body", Over::Http, WORDS, Does::Repeats(begun, || vec![b'x'; 1 << 16])),
    attack("endless header", Over::Http, "", Does::Repeats(status, || b"x-h: 1\r\n".repeat(4000))),
    attack("endless 1xx", Over::Http, "", Does::Repeats(Vec::new, || PRELIMINARY.repeat(2000))),
    attack(
        "chunks of a byte",
        Over::Http,
        WORDS,
        Does::Repeats(chunked, || b"1\r\nx\r\n".repeat(4000)),
    ),
    attack("bomb of gzip", Over::Http, WORDS, Does::Says(crate::sick::bomb)),
    attack("redirects with fat cookies", Over::Http, "", Does::Says(cookies)),
    attack("JSON of empty objects", Over::Http, JSON, Does::Says(|| json(&b"{},".repeat(349_000)))),
    attack("JSON nested, `$..a..b`", Over::Http, JSON, Does::Says(nested)),
    attack("JSON, `search`", Over::Http, JSON_SEARCH, Does::Says(many)),
    attack("slow pattern, 1 MB", Over::Http, PATTERN, Does::Says(|| body(&b"a".repeat(1_000_000)))),
    attack("slow pattern, header", Over::Http, HEADER, Does::Says(header)),
    attack("never reads", Over::Http, "", Does::Ignores),
    attack("records of a byte", Over::Https, WORDS, Does::Crumbles(begun, || vec![b'x'; 1 << 14])),
    attack("new keys without end", Over::Https, WORDS, Does::Rekeys),
    attack(
        "h2: endless 1xx",
        Over::Http2,
        "",
        Does::Repeats(settings, || frame(1, 4, 1, b"\x48\x03103").repeat(1000)),
    ),
    attack(
        "h2: endless pings",
        Over::Http2,
        "",
        Does::Repeats(settings, || frame(6, 0, 0, b"12345678").repeat(1000)),
    ),
    attack(
        "h2: empty frames",
        Over::Http2,
        WORDS,
        Does::Repeats(answered, || frame(0, 0, 1, b"").repeat(2000)),
    ),
    attack(
        "h2: endless header",
        Over::Http2,
        "",
        Does::Repeats(opened, || frame(9, 0, 1, b"\x0f\x01\x01a").repeat(2000)),
    ),
];

const PRELIMINARY: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

const fn attack(name: &'static str, over: Over, needs: &'static str, does: Does) -> Attack {
    Attack { name, over, needs, does }
}

fn status() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\n".to_vec()
}

fn begun() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\n\r\n".to_vec()
}

fn chunked() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec()
}

fn body(bytes: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", bytes.len());
    [head.as_bytes(), bytes].concat()
}

fn header() -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\nx-h: ".as_slice(), &b"a".repeat(60_000), b"\r\n\r\n"].concat()
}

fn json(items: &[u8]) -> Vec<u8> {
    body(&[b"[".as_slice(), items, b"0]"].concat())
}

fn nested() -> Vec<u8> {
    let nest = [b"{\"a\":".repeat(100), b"1".to_vec(), b"}".repeat(100), b",".to_vec()].concat();
    json(&nest.repeat(1_000_000 / nest.len()))
}

fn many() -> Vec<u8> {
    let items = b"{\"a\":\"b\"},".repeat(90_000);
    body(&[b"{\"l\":[".as_slice(), &items, b"0]}"].concat())
}

fn cookies() -> Vec<u8> {
    let mut head = b"HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n".to_vec();
    for number in 0..200 {
        head.extend(format!("set-cookie: c{number}={}; Path=/\r\n", "v".repeat(220)).bytes());
    }
    head.extend(b"\r\n");
    head
}

/// A frame: <https://www.rfc-editor.org/rfc/rfc9113#section-4.1>.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

fn settings() -> Vec<u8> {
    [frame(4, 0, 0, b""), frame(4, 1, 0, b"")].concat()
}

/// A header that is to be continued; `0x88` is `:status: 200`.
fn opened() -> Vec<u8> {
    [settings(), frame(1, 0, 1, b"\x88")].concat()
}

fn answered() -> Vec<u8> {
    [settings(), frame(1, 4, 1, b"\x88")].concat()
}

impl Attack {
    /// Attacks whoever connected. The client's hanging up is the only end.
    pub(crate) async fn on(&self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        drop(match tls {
            None => self.speak(stream).await,
            Some(tls) => match TlsAcceptor::from(tls).accept(stream).await {
                Ok(stream) if matches!(self.does, Does::Rekeys) => rekey(stream).await,
                Ok(stream) => self.speak(stream).await,
                Err(error) => Err(error),
            },
        });
    }

    async fn speak(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        if matches!(self.does, Does::Ignores) {
            std::future::pending::<()>().await;
        }
        // What HTTP/2 asks for in binary, and is not looked at.
        if self.over == Over::Http2 {
            let _asked = stream.read(&mut [0; 1024]).await?;
        } else if !request(&mut stream).await {
            return Ok(());
        }
        match self.does {
            Does::Says(what) => {
                stream.write_all(&what()).await?;
                stream.flush().await?;
                while stream.read(&mut [0; 1024]).await? > 0 {}
                Ok(())
            }
            Does::Repeats(first, again) => {
                stream.write_all(&first()).await?;
                let again = again();
                loop {
                    stream.write_all(&again).await?;
                }
            }
            Does::Crumbles(first, again) => {
                stream.write_all(&first()).await?;
                let again = again();
                loop {
                    for byte in &again {
                        stream.write_all(std::slice::from_ref(byte)).await?;
                    }
                }
            }
            Does::Ignores | Does::Rekeys => Ok(()),
        }
    }
}

/// A byte of the body, and as many new keys as a client takes for it.
async fn rekey(mut stream: TlsStream<TcpStream>) -> io::Result<()> {
    const KEYS: usize = 32;
    if !request(&mut stream).await {
        return Ok(());
    }
    stream.write_all(&begun()).await?;
    loop {
        for _ in 0..KEYS {
            stream.get_mut().1.refresh_traffic_keys().map_err(io::Error::other)?;
        }
        stream.write_all(b"x").await?;
        stream.flush().await?;
    }
}
