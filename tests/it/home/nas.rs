//! A server that can be stopped and started, always on the same port.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::LIMIT;
use crate::webhook;

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";

pub(crate) struct Nas {
    address: SocketAddr,
    power: Mutex<Power>,
}

enum Power {
    On(JoinHandle<()>, std::net::TcpListener),
    /// Nobody listens, so connections are refused; and as long as the port is
    /// taken, no other test gets it.
    Off(TcpSocket),
}

impl Nas {
    pub(crate) fn start() -> Self {
        let socket = bound("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        Self { address, power: Mutex::new(on(socket)) }
    }

    /// From now on connections are refused.
    pub(crate) async fn stop(&self) {
        let mut power = self.power.lock().await;
        if let Power::On(task, listener) = &mut *power {
            // A child that another test spawns has the listener too until it
            // runs its program; so closing it here is not enough to end it.
            let listener = TcpStream::from(OwnedFd::from(listener.try_clone().unwrap()));
            drop(listener.shutdown(Shutdown::Both));
            task.abort();
            drop(task.await);
            *power = Power::Off(timeout(LIMIT, bound_again(self.address)).await.unwrap());
        }
    }

    pub(crate) async fn start_again(&self) {
        let mut power = self.power.lock().await;
        if let Power::Off(socket) = &mut *power {
            let socket = std::mem::replace(socket, TcpSocket::new_v4().unwrap());
            *power = on(socket);
        }
    }

    /// Stops it, or starts it again.
    pub(crate) async fn turn(&self, up: bool) {
        if up {
            self.start_again().await;
        } else {
            self.stop().await;
        }
    }

    /// For a look at its port alone.
    pub(crate) fn url(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// For a request that is answered `ok`.
    pub(crate) fn http(&self) -> String {
        format!("http://{}/", self.address)
    }
}

fn on(socket: TcpSocket) -> Power {
    let listener = socket.listen(64).unwrap().into_std().unwrap();
    let ours = listener.try_clone().unwrap();
    Power::On(tokio::spawn(serve(TcpListener::from_std(listener).unwrap())), ours)
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Takes the port once nobody listens there any more.
async fn bound_again(address: SocketAddr) -> TcpSocket {
    loop {
        match bound(address) {
            Ok(socket) => return socket,
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

async fn serve(listener: TcpListener) {
    loop {
        let Ok((mut stream, _)) = listener.accept().await else { return };
        tokio::spawn(async move {
            // A probe of the port alone asks nothing.
            if webhook::read(&mut stream).await.is_some() {
                drop(stream.write_all(ANSWER.as_bytes()).await);
            }
        });
    }
}
