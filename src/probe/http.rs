//! `http://` and `https://`: requests over fresh connections, redirects
//! followed, the final answer judged.

mod body;
mod conversation;
mod decode;
mod digest;
mod framing;
mod front;
pub(super) mod grpc;
mod head;
mod http1;
mod http2;
mod proxy;
mod reach;
mod redirect;
mod request;
mod socks;
mod verdict;
pub(super) mod websocket;

use std::net::SocketAddr;

use http::StatusCode;
use tokio::net::TcpStream;
use tokio::time::Instant;
use url::Url;

use crate::core::judge::expect;
use crate::model::detail::RedirectDetail;
use crate::model::observation::Reason;
use crate::model::target::{HttpProbe, Proxy, ProxyWay};

use super::attempt::Context;
use super::connect::{Peer, Role, connect, resolve};
use super::fault::Fault;
use super::quoting::shown;
use super::tls;
use super::trace::{Stage, Trace};

use conversation::Conversation;
use head::Head;
use http1::Http1;
use http2::Http2;
use redirect::Hop;
use request::Form;

pub(super) use request::is_harmless;

/// Redirects that are followed at most.
const MAX_REDIRECTS: usize = 10;

/// Fetches the URL, and judges the answer.
pub(super) async fn probe(
    cx: &Context<'_>,
    http: &HttpProbe,
    deadline: Option<Instant>,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let (mut hop, mut redirects) = (Hop::first(http), 0);
    while redirects <= MAX_REDIRECTS {
        let exchange = Exchange { cx, http, hop: &hop, deadline };
        let Some(next) = exchange.run(trace).await? else { return Ok(()) };
        // The same request again with a proof, which comes once for each, is no redirect.
        redirects += usize::from(next.proof.is_none());
        hop = next;
    }
    let (most, url) = (MAX_REDIRECTS, shown(&hop.url).to_string());
    Err(Fault::theirs(Reason::Redirect, RedirectDetail::TooMany { most, url }))
}

/// The host, without brackets, and the port that a URL leads to.
pub(super) fn authority(url: &Url) -> (&str, u16) {
    let host = url.host_str().expect("an http URL has a host");
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    (host, url.port_or_known_default().expect("http and https have default ports"))
}

/// Where an answer redirects to; `None` if it was the final one, and as expected.
type Next = Option<Hop>;

/// One request and its answer.
struct Exchange<'a> {
    cx: &'a Context<'a>,
    http: &'a HttpProbe,
    hop: &'a Hop,
    deadline: Option<Instant>,
}

impl Exchange<'_> {
    /// Connects, with TLS if the URL says so, and sends the request.
    async fn run(&self, trace: &mut Trace) -> Result<Next, Fault> {
        let (host, port) = authority(&self.hop.url);
        let (peer, form) = match &self.http.proxy {
            Some(Proxy { host, port, way }) => {
                let form = match way {
                    ProxyWay::Http(_) => Form::Absolute,
                    ProxyWay::Socks(_) => Form::Origin,
                };
                (Peer { host, port: *port, role: Role::Proxy }, form)
            }
            None => (Peer { host, port, role: Role::Target }, Form::Origin),
        };
        if self.hop.is_from_public {
            self.refuse_private(trace).await?;
        }
        let mut stream = connect(self.cx, peer, trace).await?;
        // The name may lead elsewhere than a moment ago.
        if self.hop.is_from_public
            && peer.role == Role::Target
            && let Ok(address) = stream.peer_addr()
        {
            self.refuse_if_private([address])?;
        }
        let is_public = self.is_public(&stream);
        let is_secure = self.hop.url.scheme() == "https";
        if let Some(proxy) = self.http.proxy.as_ref().filter(|_| is_secure || form == Form::Origin)
        {
            let tunnel = proxy::tunnel(self.cx, stream, proxy, (host, port), trace);
            stream = Box::pin(tunnel).await?;
        }
        if !is_secure {
            let quote = |text: &str| self.cx.excerpt(text);
            let conversation = Conversation::Plain(Http1::new(stream, host, &quote));
            return self.converse(conversation, form, is_public, trace).await;
        }
        // Boxed, so that probes without TLS take no memory for it.
        Box::pin(self.secure(stream, is_public, trace)).await
    }

    /// Shakes hands, and speaks the protocol that was agreed on.
    async fn secure(
        &self,
        stream: TcpStream,
        is_public: bool,
        trace: &mut Trace,
    ) -> Result<Next, Fault> {
        let (host, _) = authority(&self.hop.url);
        // The configured name is that of the configured server, not of a server
        // that it redirects to.
        let name = self.http.tls.server_name.as_ref().filter(|_| self.is_at_home());
        let stream = tls::handshake(self.cx, &self.http.tls, name, host, stream, trace).await?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(tls::ALPN_H2);
        let quote = |text: &str| self.cx.excerpt(text);
        let wire = stream.get_ref().0.credit().clone();
        let (conversation, form) = if is_http2 {
            let connection = Box::new(Http2::new(stream, host).await?);
            (Conversation::Http2(connection, wire), Form::Http2)
        } else {
            let connection = Box::new(Http1::new(stream, host, &quote));
            (Conversation::Secure(connection, wire), Form::Origin)
        };
        self.converse(conversation, form, is_public, trace).await
    }

    /// Asks, and judges the answer, over a connection that stands.
    async fn converse<'b>(
        &'b self,
        mut conversation: Conversation<'b>,
        form: Form,
        is_public: bool,
        trace: &mut Trace,
    ) -> Result<Next, Fault> {
        let request = request::build(self.http, self.hop, form)?;
        let path = request.path();
        trace.enter(Stage::FirstByte);
        let head = conversation.ask(request).await?;
        trace.enter(Stage::Rest);
        trace.http_status = Some(head.status.as_u16());
        trace.whereabouts.front = front::of(&head.headers);
        if self.http.follow_redirects && redirect::is_redirect(head.status) {
            return redirect::next(self.hop, &head, is_public).map(Some);
        }
        if let Some(next) = self.proving(&head, &path) {
            return Ok(Some(next));
        }
        self.judge(conversation, head, trace).await?;
        Ok(None)
    }

    /// The same request with the proof that a server asks for, the first time it does.
    fn proving(&self, head: &Head, path: &str) -> Option<Hop> {
        let login = self.http.digest.as_ref()?;
        let is_asked = head.status == StatusCode::UNAUTHORIZED && self.is_at_home();
        if !is_asked || self.hop.proof.is_some() {
            return None;
        }
        let method = self.hop.method.as_str();
        let proof = digest::proof(login, &head.headers, digest::Asked { method, path })?;
        Some(self.hop.proving(proof, head))
    }

    /// Whether the final answer is what was expected. The body is waited for
    /// only if its head is.
    async fn judge(
        &self,
        mut conversation: Conversation<'_>,
        head: Head,
        trace: &mut Trace,
    ) -> Result<(), Fault> {
        let (cx, expect) = (self.cx, &self.http.expect);
        expect::status(expect, head.status)?;
        verdict::of_headers(cx, self.http, &head.headers, trace).await?;
        if expect.head_only {
            return Ok(());
        }
        let (limit, keep) = (expect.max_body, expect.needs_body());
        let body = body::read(&mut conversation, limit, keep, cx.room, trace).await?;
        // The connection is not needed while other work waits for its turn.
        drop(conversation);
        if keep {
            verdict::of(cx, self.http, &head.headers, body, self.deadline, trace).await?;
        }
        Ok(())
    }

    /// Whether the server is public. Behind a proxy, only its URL can tell.
    fn is_public(&self, stream: &TcpStream) -> bool {
        let address = match &self.http.proxy {
            Some(_) => authority(&self.hop.url).0.parse().ok(),
            None => stream.peer_addr().ok().map(|address| address.ip()),
        };
        address.map_or(self.hop.is_from_public, |address| !reach::is_private(address))
    }

    /// Refuses a public server's redirect to what only we can reach.
    async fn refuse_private(&self, trace: &mut Trace) -> Result<(), Fault> {
        let (host, port) = authority(&self.hop.url);
        let addresses = match &self.http.proxy {
            Some(_) => {
                host.parse().map(|address| SocketAddr::new(address, port)).into_iter().collect()
            }
            None => resolve(self.cx, host, port, trace).await?,
        };
        self.refuse_if_private(addresses)
    }

    fn refuse_if_private(
        &self,
        addresses: impl IntoIterator<Item = SocketAddr>,
    ) -> Result<(), Fault> {
        match addresses.into_iter().find(|address| reach::is_private(address.ip())) {
            None => Ok(()),
            Some(address) => {
                let (url, address) = (shown(&self.hop.url).to_string(), address.ip());
                Err(Fault::theirs(Reason::Redirect, RedirectDetail::ToPrivate { url, address }))
            }
        }
    }

    /// Whether this request goes to the configured origin.
    fn is_at_home(&self) -> bool {
        redirect::is_same_origin(&self.http.url, &self.hop.url)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use simple_dns::rdata::{A, RData};
    use simple_dns::{CLASS, Packet, ResourceRecord};
    use tokio::net::{TcpListener, UdpSocket};

    use super::*;
    use crate::model::target::Resolver;
    use crate::probe::test_context::within;

    /// A name server that first knows a public address, and then one of this machine.
    async fn changing_its_mind() -> u16 {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let asked = AtomicUsize::new(0);
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let mut packet = Packet::parse(&buffer[..length]).unwrap().into_reply();
                let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
                let address = if is_first { 0xc000_0201 } else { 0x7f00_0001 };
                let (name, record) = (packet.questions[0].qname.clone(), RData::A(A { address }));
                packet.answers.push(ResourceRecord::new(name, CLASS::IN, 0, record));
                socket.send_to(&packet.build_bytes_vec().unwrap(), from).await.unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn a_name_that_changes_between_lookup_and_connection_leads_nowhere_private() {
        let home = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://rebound.example:{}/", home.local_addr().unwrap().port());
        let (host, port) = ("127.0.0.1".to_owned(), changing_its_mind().await);
        let resolver = Resolver { over_tcp: false, host, port };
        let fault = within(&url, resolver, async |cx, http| {
            let mut hop = Hop::first(http);
            hop.is_from_public = true;
            let exchange = Exchange { cx, http, hop: &hop, deadline: None };
            exchange.run(&mut Trace::begin()).await.err()
        })
        .await;
        let Some(Fault::Theirs(failure)) = fault else { panic!("{fault:?}") };
        assert_eq!(failure.reason, Reason::Redirect);
        let private = "127.0.0.1";
        assert!(failure.detail.to_string().contains(private), "{}", failure.detail);
    }
}
