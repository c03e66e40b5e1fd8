//! `http://` and `https://`: requests over fresh connections, redirects
//! followed, the final answer judged.

mod body;
mod connection;
mod decode;
mod proxy;
mod redirect;
mod request;

use hyper::Response;
use hyper::body::Incoming;
use tokio::net::TcpStream;
use tokio::time::Instant;
use url::Url;

use crate::core::judge::expect;
use crate::model::observation::Reason;
use crate::model::target::{HttpProbe, Proxy};

use super::attempt::Context;
use super::connect::{Peer, connect};
use super::fault::{self, Fault};
use super::tls;
use super::trace::{Stage, Trace};
use super::words::shown;

use body::End;
use connection::Sender;
use redirect::Hop;
use request::Form;

pub(super) use request::is_harmless;

/// Redirects that are followed at most.
const MAX_REDIRECTS: usize = 10;

/// Fetches the URL, and judges what comes of it.
pub(super) async fn probe(
    cx: &Context<'_>,
    http: &HttpProbe,
    deadline: Option<Instant>,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let mut hop = Hop::first(http);
    for _ in 0..=MAX_REDIRECTS {
        let exchange = Exchange { cx, http, hop: &hop, deadline };
        match exchange.run(trace).await? {
            Some(next) => hop = next,
            None => return Ok(()),
        }
    }
    let detail = format!("more than {MAX_REDIRECTS} redirects, the last to {}", shown(&hop.url));
    Err(Fault::theirs(Reason::Redirect, detail))
}

/// The host, without brackets, and the port that a URL leads to.
pub(super) fn authority(url: &Url) -> (&str, u16) {
    let host = url.host_str().expect("an http URL has a host");
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    (host, url.port_or_known_default().expect("http and https have default ports"))
}

/// Where an answer leads to; `None` once it was the final one, and good.
type Next = Option<Hop>;

/// One request and its answer.
struct Exchange<'a> {
    cx: &'a Context<'a>,
    http: &'a HttpProbe,
    hop: &'a Hop,
    deadline: Option<Instant>,
}

impl Exchange<'_> {
    /// Connects, secures the connection where the URL says so, and converses.
    async fn run(&self, trace: &mut Trace) -> Result<Next, Fault> {
        let (host, port) = authority(&self.hop.url);
        let (peer, form) = match &self.http.proxy {
            Some(Proxy { host, port, .. }) => {
                (Peer { host, port: *port, is_proxy: true }, Form::Absolute)
            }
            None => (Peer { host, port, is_proxy: false }, Form::Origin),
        };
        let mut stream = connect(self.cx, peer, trace).await?;
        if self.hop.url.scheme() != "https" {
            return connection::http1(stream, self, form, trace).await;
        }
        if let Some(proxy) = &self.http.proxy {
            stream = Box::pin(proxy::tunnel(stream, proxy, (host, port), trace)).await?;
        }
        // Boxed, so that probes without TLS do not reserve the room for it.
        Box::pin(self.secure(stream, trace)).await
    }

    /// Shakes hands, and speaks the protocol that was agreed on.
    async fn secure(&self, stream: TcpStream, trace: &mut Trace) -> Result<Next, Fault> {
        let (host, _) = authority(&self.hop.url);
        // The name to insist on is that of the configured server, not of
        // whomever it redirects to.
        let name = self.http.tls.server_name.as_ref().filter(|_| self.is_at_home());
        let stream = tls::handshake(self.cx, &self.http.tls, name, host, stream, trace).await?;
        if stream.get_ref().1.alpn_protocol() == Some(tls::ALPN_H2) {
            connection::http2(stream, self, trace).await
        } else {
            connection::http1(stream, self, Form::Origin, trace).await
        }
    }

    /// Asks, and judges the answer, over a connection that stands.
    async fn converse(
        &self,
        mut sender: Sender,
        form: Form,
        trace: &mut Trace,
    ) -> Result<Next, Fault> {
        let request = request::build(self.http, self.hop, form)?;
        trace.enter(Stage::FirstByte);
        let response = sender.send(request).await.map_err(|error| self.broken(&error))?;
        trace.enter(Stage::Rest);
        trace.http_status = Some(response.status().as_u16());
        if self.http.follow_redirects && redirect::is_redirect(response.status()) {
            return redirect::next(self.hop, &response).map(Some);
        }
        self.judge(response).await?;
        Ok(None)
    }

    /// Whether the final answer is what was expected. The body is waited for
    /// only if its head is.
    async fn judge(&self, response: Response<Incoming>) -> Result<(), Fault> {
        let expect = &self.http.expect;
        let quote = |text: &str| self.cx.excerpt(text);
        let (head, body) = response.into_parts();
        expect::status(expect, head.status)?;
        expect::headers(expect, &head.headers, &quote)?;
        let read = body::read(body, head.version, expect.max_body, expect.needs_body()).await;
        let body = read.map_err(|error| self.broken(&error))?;
        if body.end == End::CutOff {
            return Err(fault::cut_off(authority(&self.hop.url).0));
        }
        if expect.needs_body() {
            let bytes = body::whole(body, &head.headers, expect.max_body, self.deadline)?;
            expect::body(expect, &bytes, &quote)?;
        }
        Ok(())
    }

    /// Whether this request goes to the configured origin.
    fn is_at_home(&self) -> bool {
        redirect::is_same_origin(&self.http.url, &self.hop.url)
    }

    fn broken(&self, error: &hyper::Error) -> Fault {
        connection::broken(error, authority(&self.hop.url).0)
    }
}
