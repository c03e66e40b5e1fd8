//! The farm: servers that answer at once, hang, or are sick. It prints one
//! line for each of its services, `NAME PORT,PORT,…`, then the root
//! certificate, and ends when its standard input does.

use std::future::Future;
use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::attack::{ATTACKS, Over};
use crate::pki::Pki;
use crate::sick;

/// Ports of the services that many targets share: each has a queue of its own
/// for connections, and ephemeral ports towards each last longer.
const PORTS: usize = 50;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\nok\n";

/// Serves until standard input ends.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || {
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    let pki = Pki::new(PORTS);
    let mut http2 = (*pki.server).clone();
    http2.alpn_protocols = vec![b"h2".to_vec()];
    let http2 = Arc::new(http2);
    runtime.block_on(async {
        open("http", PORTS, answer).await;
        open("https", PORTS, secure(&pki.server)).await;
        for server in &pki.own {
            open("https-own", 1, secure(server)).await;
        }
        open("hang", PORTS, hang).await;
        for (name, illness) in sick::ILLNESSES {
            let illness = *illness;
            open(name, 1, move |stream| sick::fall_ill(stream, illness)).await;
        }
        for attack in ATTACKS {
            let tls = match attack.over {
                Over::Http => None,
                Over::Https => Some(Arc::clone(&pki.server)),
                Over::Http2 => Some(Arc::clone(&http2)),
            };
            open(&slug(attack.name), 1, move |stream| attack.on(stream, tls.clone())).await;
        }
        let mut out = std::io::stdout().lock();
        write!(out, "root\n{}", pki.root).unwrap();
        drop(out);
        std::future::pending::<()>().await;
    });
}

/// Answers over TLS.
fn secure(
    server: &Arc<ServerConfig>,
) -> impl Fn(TcpStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Clone + Send + use<> {
    let acceptor = TlsAcceptor::from(Arc::clone(server));
    move |stream| {
        let acceptor = acceptor.clone();
        Box::pin(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream).await;
            }
        })
    }
}

/// The name under which an attack is announced.
pub(crate) fn slug(name: &str) -> String {
    name.replace(' ', "-")
}

/// Opens the ports of a service, and says which.
async fn open<F, S>(name: &str, ports: usize, service: F)
where
    F: Fn(TcpStream) -> S + Clone + 'static + Send,
    S: Future<Output = ()> + Send + 'static,
{
    let mut opened = Vec::new();
    for _ in 0..ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        opened.push(listener.local_addr().unwrap().port().to_string());
        let service = service.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                tokio::spawn(service(stream));
            }
        });
    }
    println!("{name} {}", opened.join(","));
}

/// Answers every request, until the client has had enough.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    while request(&mut stream).await {
        if stream.write_all(ANSWER).await.is_err() {
            break;
        }
    }
}

/// Waits for the end of a request; whether there was one.
pub(crate) async fn request(stream: &mut (impl AsyncRead + Unpin)) -> bool {
    let mut buffer = [0; 2048];
    let mut filled = 0;
    while !buffer[..filled].ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer[filled..]).await {
            Ok(0) | Err(_) => return false,
            Ok(count) => filled += count,
        }
    }
    true
}

/// Takes a request, and says nothing, for as long as the client waits.
async fn hang(mut stream: TcpStream) {
    while request(&mut stream).await {}
}
