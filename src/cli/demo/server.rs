//! A server that can fall over: it answers every request with `200 OK`, or
//! refuses connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n";

/// Bytes of a request that are read: prober's own are shorter.
const REQUEST: usize = 1024;

pub(super) struct Server {
    address: SocketAddr,
    running: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts on a free port of loopback.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self { address: listener.local_addr()?, running: Some(tokio::spawn(serve(listener))) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Brings it up, or down: then its port refuses.
    pub(super) async fn set(&mut self, works: bool) -> io::Result<()> {
        match (works, self.running.take()) {
            (true, None) => {
                let listener = TcpListener::bind(self.address).await?;
                self.running = Some(tokio::spawn(serve(listener)));
            }
            (true, running) => self.running = running,
            (false, None) => {}
            (false, Some(running)) => {
                running.abort();
                // The port is closed once the task has let go of its listener.
                drop(running.await);
            }
        }
        Ok(())
    }
}

async fn serve(listener: TcpListener) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(answer(connection));
    }
}

async fn answer(mut connection: TcpStream) -> io::Result<()> {
    let mut request = [0; REQUEST];
    let _ = connection.read(&mut request).await?;
    connection.write_all(ANSWER).await?;
    connection.shutdown().await
}
