//! Servers that would hurt a careless client.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::serve::request;

/// Ways to be sick.
#[derive(Clone, Copy)]
pub(crate) enum Illness {
    /// Bytes without end, as fast as they are taken.
    Endless,
    /// One byte, now and then.
    Drip,
    /// The header of an answer, without end.
    Headers,
    /// A gigabyte out of a megabyte.
    Bomb,
    /// Elsewhere, and elsewhere, and elsewhere.
    Loop,
}

/// The names by which the farm announces them.
pub(crate) const ILLNESSES: &[(&str, Illness)] = &[
    ("endless-body", Illness::Endless),
    ("drip", Illness::Drip),
    ("huge-headers", Illness::Headers),
    ("gzip-bomb", Illness::Bomb),
    ("redirect-loop", Illness::Loop),
];

/// The pause between two drops.
const DRIP: Duration = Duration::from_millis(50);
/// Bytes that are written at once by those who write for ever.
const BLOCK: usize = 64 * 1024;
/// Bytes of zero in one member of the bomb, and how many members follow one
/// another, as a gzip file may be made of:
/// <https://www.rfc-editor.org/rfc/rfc1952#section-2.2>.
const MEMBER: usize = 16 * 1024 * 1024;
const MEMBERS: usize = 64;

/// Behaves like that.
pub(crate) async fn fall_ill(mut stream: TcpStream, illness: Illness) {
    if !request(&mut stream).await {
        return;
    }
    // The client's hanging up is the only end.
    drop(match illness {
        Illness::Endless => endless(stream).await,
        Illness::Drip => drip(stream).await,
        Illness::Headers => headers(stream).await,
        Illness::Bomb => burst(stream).await,
        Illness::Loop => redirect(stream).await,
    });
}

async fn endless(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let block = vec![b'x'; BLOCK];
    loop {
        stream.write_all(&block).await?;
    }
}

async fn drip(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
    loop {
        stream.write_all(b"x").await?;
        tokio::time::sleep(DRIP).await;
    }
}

async fn headers(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
    let block = b"x-filler: yes\r\n".repeat(BLOCK / 16);
    loop {
        stream.write_all(&block).await?;
    }
}

async fn burst(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(&bomb()).await?;
    stream.flush().await
}

/// The answer that bursts.
pub(crate) fn bomb() -> Vec<u8> {
    let mut member = GzEncoder::new(Vec::new(), Compression::best());
    member.write_all(&vec![0; MEMBER]).unwrap();
    let body = member.finish().unwrap().repeat(MEMBERS);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

async fn redirect(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n").await
}
