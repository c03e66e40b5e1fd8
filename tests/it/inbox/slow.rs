//! Whoever connects may be slow, or one of many.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use prober::inbox::server::{Allowance, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::LocalSet;
use tokio::time::timeout;

use super::desk::Desk;
use crate::home::LIMIT;

/// Little, so that it is over soon.
const LITTLE: Allowance = Allowance { patience: Duration::from_millis(50), ..MUCH };

/// More than any test takes.
const MUCH: Allowance = Allowance {
    connections: 2,
    per_sender: 2,
    reserved: 0,
    waiting: 2,
    patience: LIMIT,
    stay: LIMIT,
};

/// Whoever is slow gives way at once.
const CROWDED: Allowance = Allowance { stay: Duration::ZERO, ..MUCH };

const CONFIG: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
";

const PING: &[u8] = b"GET /ping/k3y-of-the-backup HTTP/1.1\r\nhost: inbox\r\n\r\n";

/// Runs `test` beside a server that allows `allowance`.
async fn beside<F: Future<Output = ()>>(allowance: Allowance, test: impl FnOnce(SocketAddr) -> F) {
    let desk = Desk::with(CONFIG).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let server = Server::new(Rc::clone(&desk.engine), allowance, |_| {});
    let both = async {
        let serving = tokio::task::spawn_local(server.serve(listener, stopping));
        test(address).await;
        stop.send_replace(true);
        serving.await.unwrap();
    };
    timeout(LIMIT, LocalSet::new().run_until(both)).await.expect("it does not stop");
}

/// Sends `bytes`, and keeps the connection open.
async fn sent(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// What is answered until the connection ends.
async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    // A connection that is reset has been closed on us, too.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn a_client_that_does_not_finish_a_head_is_cut_off() {
    beside(LITTLE, async |address| {
        let mut silent = sent(address, b"").await;
        let mut slow = sent(address, b"GET /ping/k3y-of-the-backup HTTP/1.1\r\nhost").await;
        for stream in [&mut silent, &mut slow] {
            let answer = answer(stream).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
        }
        assert!(answer(&mut sent(address, PING).await).await.starts_with("HTTP/1.1 200"));
    })
    .await;
}

#[tokio::test]
async fn a_client_that_does_not_finish_a_body_is_told_so() {
    beside(LITTLE, async |address| {
        let request = b"POST /ping/k3y-of-the-backup HTTP/1.1\r\nhost: inbox\r\ncontent-length: 9\r\n\r\nhalf";
        let answer = answer(&mut sent(address, request).await).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains(r#""code":"too_slow""#), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_comes_when_all_places_are_taken_is_served_after_them() {
    beside(MUCH, async |address| {
        let (first, _second) = (sent(address, b"GET").await, sent(address, b"GET").await);
        let mut third = sent(address, PING).await;
        // Both places are taken, so that nothing comes until one is free.
        let waited = timeout(Duration::from_millis(50), third.readable()).await;
        assert!(waited.is_err());
        drop(first);
        assert!(answer(&mut third).await.starts_with("HTTP/1.1 200"));
    })
    .await;
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    beside(MUCH, async |address| {
        let head = b"POST /ping/k3y-of-the-backup HTTP/1.1\r\nhost: inbox\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut stream = sent(address, head).await;
        let chunk = [&b"10000\r\n"[..], &vec![b'x'; 0x1_0000], b"\r\n"].concat();
        // Who goes on sending is hung up on in the end.
        while stream.write_all(&chunk).await.is_ok() {}
        assert!(answer(&mut sent(address, PING).await).await.starts_with("HTTP/1.1 200"));
    })
    .await;
}

#[tokio::test]
async fn behind_a_proxy_on_this_machine_each_sender_has_its_own_share() {
    beside(MUCH, async |address| {
        let guess = async |from: &str| {
            let head = format!("GET /ping/guess HTTP/1.1\r\nhost: inbox\r\n{from}\r\n");
            answer(&mut sent(address, head.as_bytes()).await).await[9..12].to_owned()
        };
        for n in 0..40 {
            let from = format!("x-forwarded-for: 203.0.113.9, 198.51.100.{n}\r\n");
            assert_eq!(guess(&from).await, "404");
        }
        let mut last = String::new();
        for n in 0..40 {
            last = guess(&format!("x-forwarded-for: 203.0.113.{n}, 198.51.100.1\r\n")).await;
        }
        assert_eq!(last, "429");
    })
    .await;
}

#[tokio::test]
async fn a_slow_client_gives_way_to_the_next() {
    beside(CROWDED, async |address| {
        let body = b"POST /ping/none HTTP/1.1\r\nhost: inbox\r\ncontent-length: 9\r\n\r\n";
        let mut first = sent(address, b"GET").await;
        let _second = sent(address, body).await;
        assert!(answer(&mut sent(address, PING).await).await.starts_with("HTTP/1.1 200"));
        // It is hung up on, without an answer.
        assert_eq!(answer(&mut first).await, "");
    })
    .await;
}

#[tokio::test]
async fn of_a_long_body_what_is_kept_is_enough_once_the_time_is_over() {
    beside(LITTLE, async |address| {
        let head = b"POST /ping/k3y-of-the-backup HTTP/1.1\r\nhost: inbox\r\ncontent-length: 9000000\r\n\r\n";
        let mut stream = sent(address, &[&head[..], &vec![b'x'; 65 * 1024]].concat()).await;
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    })
    .await;
}
