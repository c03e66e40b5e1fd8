//! Going through an HTTP proxy, for `http` and for `https`.

use std::sync::Arc;

use prober::model::observation::Reason;
use prober::model::secret::Secret;
use prober::model::target::{Endpoint, Proxy, ProxyWay, TlsSettings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::support::certificates::Authority;
use crate::support::probes::{
    configured, failure, http_with, impatient, probe, success, tls_settings,
};
use crate::support::server::{Act, Server, answer, ok, redirect};

fn through(url: &str, port: u16, tls: TlsSettings) -> Endpoint {
    http_with(url, |http| {
        let authorization = Some(Secret::new("Basic cHJveHk6aHVudGVyMg=="));
        let way = ProxyWay::Http(authorization);
        http.proxy = Some(Proxy { host: "127.0.0.1".to_owned(), port, way });
        http.tls = Arc::new(tls);
    })
}

/// A proxy that connects everybody to `port`, whatever they ask for.
async fn tunnel_to(port: u16) -> (u16, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own_port = listener.local_addr().unwrap().port();
    let (asked, questions) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.unwrap());
        }
        asked.send(String::from_utf8(head).unwrap()).unwrap();
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        copy_bidirectional(&mut client, &mut server).await.ok();
    });
    (own_port, questions)
}

#[tokio::test]
async fn http_is_asked_of_the_proxy_with_the_whole_url() {
    let proxy = Server::saying(ok("from afar")).await;
    let target = through("http://home.invalid/path?a=b", proxy.port, tls_settings());
    success(&probe(&target).await);
    let request = proxy.last_request();
    assert!(request.starts_with("GET http://home.invalid/path?a=b HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("Host: home.invalid\r\n"), "{request}");
    assert!(request.contains("Proxy-Authorization: Basic cHJveHk6aHVudGVyMg==\r\n"), "{request}");
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let home = Authority::new();
    let identity = home.issue(&["home.invalid"], |_| {});
    let server = Server::tls(identity.server(&[]), |_| vec![Act::Say(ok("ok"))]).await;
    let (port, mut questions) = tunnel_to(server.port).await;
    let settings = TlsSettings { extra_roots: vec![home.root()], ..tls_settings() };
    success(&probe(&through("https://home.invalid/path", port, settings)).await);
    let question = questions.recv().await.unwrap();
    assert!(question.starts_with("CONNECT home.invalid:443 HTTP/1.1\r\n"), "{question}");
    assert!(question.contains("Proxy-Authorization: Basic cHJveHk6aHVudGVyMg==\r\n"), "{question}");
    // What is for the proxy is not for the server.
    let request = server.last_request();
    assert!(request.starts_with("GET /path HTTP/1.1\r\n"), "{request}");
    assert!(!request.contains("Proxy-Authorization"), "{request}");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    for url in ["http://home.invalid/", "https://home.invalid/"] {
        let report = probe(&through(url, port, tls_settings())).await;
        let detail = failure(&report, Reason::Refused);
        let expected = format!("the proxy 127.0.0.1 refused the connection (127.0.0.1:{port})");
        assert_eq!(detail, expected);
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    for (status, reason) in [
        ("407 Proxy Authentication Required", Reason::Status),
        ("502 Bad Gateway", Reason::Unreachable),
        ("504 Gateway Timeout", Reason::Timeout),
    ] {
        let proxy = Server::saying(answer(status, &[], "")).await;
        let report = probe(&through("https://home.invalid/", proxy.port, tls_settings())).await;
        let detail = failure(&report, reason);
        let expected = "when asked for home.invalid:443";
        assert_eq!(detail, format!("the proxy 127.0.0.1 answered {status} {expected}"));
    }
}

#[tokio::test]
async fn a_proxy_that_hangs_is_under_the_timeout() {
    let proxy = Server::scripted(|_| vec![Act::Hang]).await;
    let target = through("https://home.invalid/", proxy.port, tls_settings());
    let report = probe(&impatient(target)).await;
    let expected = "no answer within 250 ms (waiting for the proxy)";
    assert_eq!(failure(&report, Reason::Timeout), expected);
}

/// A proxy that says of everything asked for that it is at `location` now, but
/// for what has `arrived` in it.
async fn redirecting_to(location: &str) -> Server {
    let location = location.to_owned();
    Server::scripted(move |request| {
        let has_arrived = request.lines().next().is_some_and(|line| line.contains("arrived"));
        vec![Act::Say(if has_arrived { ok("ok") } else { redirect(307, &location) })]
    })
    .await
}

#[tokio::test]
async fn a_public_server_leads_to_nothing_private() {
    for private in ["127.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]", "0.0.0.0"]
    {
        for public in ["93.184.216.34", "[2606:4700::1111]"] {
            let proxy = redirecting_to(&format!("http://{private}/arrived")).await;
            let target = through(&format!("http://{public}/"), proxy.port, tls_settings());
            let report = probe(&target).await;
            let detail = failure(&report, Reason::Redirect);
            assert!(detail.contains("private address"), "{public} to {private}: {detail}");
            assert_eq!(proxy.requests().len(), 1, "{public} to {private}");
        }
    }
}

#[tokio::test]
async fn a_public_server_leads_to_another_and_a_private_one_to_both() {
    for (from, to) in [
        ("93.184.216.34", "1.1.1.1"),
        ("192.168.1.1", "192.168.1.2"),
        ("192.168.1.1", "1.1.1.1"),
        ("home.invalid", "192.168.1.2"),
    ] {
        let proxy = redirecting_to(&format!("http://{to}/arrived")).await;
        success(&probe(&through(&format!("http://{from}/"), proxy.port, tls_settings())).await);
        assert_eq!(proxy.requests().len(), 2, "{from} to {to}");
    }
}

#[tokio::test]
async fn what_was_public_once_on_the_way_leads_to_nothing_private() {
    let proxy = Server::scripted(|request| {
        let line = request.lines().next().unwrap_or_default().to_owned();
        let next = match line {
            line if line.contains("one") => "http://named.invalid/two",
            line if line.contains("two") => "http://10.0.0.1/arrived",
            _ => "http://1.1.1.1/one",
        };
        vec![Act::Say(redirect(302, next))]
    })
    .await;
    let report = probe(&through("http://home.invalid/", proxy.port, tls_settings())).await;
    assert!(failure(&report, Reason::Redirect).contains("private address (10.0.0.1)"));
}

/// A proxy of SOCKS that answers each of its turns with these bytes, and then connects to
/// `port`, whatever it was asked for. What it hears is told, turn by turn.
async fn socks(
    turns: Vec<(usize, Vec<u8>)>,
    port: u16,
) -> (u16, tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own_port = listener.local_addr().unwrap().port();
    let (asked, questions) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        for (length, reply) in turns {
            let mut heard = vec![0; length];
            client.read_exact(&mut heard).await.ok()?;
            asked.send(heard).ok()?;
            client.write_all(&reply).await.ok()?;
        }
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        copy_bidirectional(&mut client, &mut server).await.ok()
    });
    (own_port, questions)
}

const CONNECTED: &[u8] = &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

#[tokio::test]
async fn a_proxy_of_socks_connects_to_http_and_to_https_by_name() {
    let page = Server::saying(ok("ok")).await;
    let named = b"\x05\x01\x00\x03\x0chome.invalid";
    let turns = |reply: &[u8]| vec![(3, vec![5, 0]), (named.len() + 2, reply.to_vec())];
    let (port, mut asked) = socks(turns(CONNECTED), page.port).await;
    let lines = format!("proxy = 'socks5://127.0.0.1:{port}'");
    success(&probe(&configured("http://home.invalid/path", &lines)).await);
    assert!(page.last_request().starts_with("GET /path HTTP/1.1\r\n"), "{}", page.last_request());
    assert_eq!(asked.recv().await.unwrap(), [5, 1, 0]);
    assert_eq!(asked.recv().await.unwrap(), [&named[..], &[0, 80]].concat());
    // The address from which it connects may be a name, too.
    let home = Authority::new();
    let server = home.issue(&["home.invalid"], |_| {}).server(&[]);
    let server = Server::tls(server, |_| vec![Act::Say(ok("ok"))]).await;
    let (port, _asked) = socks(turns(b"\x05\x00\x00\x03\x01a\x00\x00"), server.port).await;
    let lines = format!("proxy = 'socks5://127.0.0.1:{port}'\ntls = {{ insecure = true }}");
    success(&probe(&configured("https://home.invalid/", &lines)).await);
}

#[tokio::test]
async fn a_proxy_of_socks_may_want_a_password() {
    let page = Server::saying(ok("ok")).await;
    let login = b"\x01\x02me\x07hunter2";
    for (status, is_in) in [(0, true), (1, false)] {
        let turns = vec![(4, vec![5, 2]), (login.len(), vec![1, status]), (10, CONNECTED.to_vec())];
        let (port, mut asked) = socks(turns, page.port).await;
        let lines = format!("proxy = 'socks5://me:hunter2@127.0.0.1:{port}'");
        let report = probe(&configured("http://192.0.2.1/", &lines)).await;
        assert_eq!(asked.recv().await.unwrap(), [5, 2, 0, 2]);
        assert_eq!(asked.recv().await.unwrap(), login);
        if is_in {
            success(&report);
            assert_eq!(asked.recv().await.unwrap(), [5, 1, 0, 1, 192, 0, 2, 1, 0, 80]);
        } else {
            let expected = "the proxy 127.0.0.1 wants another user name and password, or some";
            assert_eq!(failure(&report, Reason::Status), expected);
        }
    }
}

#[tokio::test]
async fn whatever_a_proxy_of_socks_does_the_probe_ends_in_time() {
    let asked = |reply: &[u8]| vec![Act::Say([&[5, 0][..], reply].concat()), Act::Hang];
    for (acts, reason) in [
        (vec![Act::Hang], Reason::Timeout),
        (vec![], Reason::Reset),
        (vec![Act::Say(vec![5, 0xff]), Act::Hang], Reason::Status),
        (vec![Act::Say(vec![5, 2]), Act::Hang], Reason::Status),
        (vec![Act::Say(b"HTTP/1.1 400 Bad\r\n\r\n".to_vec()), Act::Hang], Reason::Protocol),
        (vec![Act::Endless(vec![0xff; 4096])], Reason::Protocol),
        (asked(&[5, 1, 0, 1]), Reason::Unreachable),
        (asked(&[5, 4, 0, 1]), Reason::Unreachable),
        (asked(&[5, 5, 0, 1]), Reason::Refused),
        (asked(&[5, 6, 0, 1]), Reason::Timeout),
        (asked(&[5, 0, 0, 9]), Reason::Protocol),
        (asked(&[4, 0, 0, 1]), Reason::Protocol),
        (asked(&[5, 0, 0, 3, 255, 1]), Reason::Timeout),
    ] {
        let server = Server::unasked(acts).await;
        let lines = format!("proxy = 'socks5://127.0.0.1:{}'", server.port);
        let report = probe(&impatient(configured("https://home.invalid/", &lines))).await;
        failure(&report, reason);
    }
}
