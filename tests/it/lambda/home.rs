//! A server at home that falls over and gets up again.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// One server at home: a port that answers, or refuses. It is bound all the
/// time, so that nobody else is given it meanwhile.
pub(super) struct Home {
    pub(super) address: SocketAddr,
    _bound: TcpSocket,
    listener: Option<TcpListener>,
}

impl Home {
    pub(super) fn new() -> Self {
        let bound = bind(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = bound.local_addr().unwrap();
        let mut home = Self { address, _bound: bound, listener: None };
        home.get_up();
        home
    }

    pub(super) fn fall_over(&mut self) {
        self.listener = None;
    }

    pub(super) fn set(&mut self, works: bool) {
        if works {
            self.get_up();
        } else {
            self.fall_over();
        }
    }

    pub(super) fn get_up(&mut self) {
        self.listener = Some(bind(self.address).listen(64).unwrap());
    }
}

/// Connections go to whoever of this address listens, and are refused if nobody does.
fn bind(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}
