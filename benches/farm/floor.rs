//! The barest client that can send the same request: a fresh connection, a
//! handshake where it is https, a hand-written GET, and the answer read to
//! its end. No timeout, no parsing beyond that, nothing judged.

use std::cell::Cell;
use std::sync::Arc;

use futures_util::future::join_all;
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Connections at once: as many as prober begins at once.
const AT_ONCE: usize = 128;

/// What prober sends.
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nUser-Agent: prober/0.1.0\r\nAccept: */*\r\n\
    Accept-Encoding: gzip, br, deflate\r\nHost: 127.0.0.1:12345\r\n\r\n";

/// Asks `count` times, the `ports` taking turns.
pub(crate) fn floor(kind: &str, count: &str, ports: &str, ca: &str) {
    let ports: Vec<u16> = ports.split(',').map(|port| port.parse().unwrap()).collect();
    let count: usize = count.parse().unwrap();
    let tls = (kind != "http").then(|| connector(ca));
    let next = Cell::new(0);
    let worker = async || {
        while next.get() < count {
            let port = ports[next.get() % ports.len()];
            next.set(next.get() + 1);
            let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.set_nodelay(true).unwrap();
            match &tls {
                None => ask(stream).await,
                Some((tls, name)) => ask(tls.connect(name.clone(), stream).await.unwrap()).await,
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(join_all((0..AT_ONCE.min(count)).map(|_| worker())));
}

fn connector(ca: &str) -> (TlsConnector, ServerName<'static>) {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    (Arc::new(config).into(), ServerName::try_from("127.0.0.1").unwrap())
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    stream.write_all(REQUEST).await.unwrap();
    stream.flush().await.unwrap();
    let mut buffer = [0; 1024];
    let mut filled = 0;
    while !is_whole(&buffer[..filled]) {
        let count = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(count > 0, "the farm hung up");
        filled += count;
    }
    assert!(buffer.starts_with(b"HTTP/1.1 200 "));
}

/// Whether this is a head and as much body as it announces.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    answer.len() - end - 4 >= length.unwrap().parse::<usize>().unwrap()
}
