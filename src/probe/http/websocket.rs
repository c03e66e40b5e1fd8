//! `ws://` and `wss://`: the handshake is a request of ours
//! (<https://www.rfc-editor.org/rfc/rfc6455#section-4.1>), and a library reads the frames.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use http::header::{
    CONNECTION, HOST, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use http::{Method, StatusCode, Uri};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};
use url::Position;

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::{
    AnswerDetail, BannerDetail, ConnectionDetail, OwnDetail, WebSocketDetail,
};
use crate::model::observation::Reason;
use crate::model::target::{DialogueExpect, DialogueStep, Payload, WebSocketProbe};
use crate::probe::attempt::Context;
use crate::probe::connect::{Peer, Role as PeerRole, connect};
use crate::probe::fault::{Fault, broken, cut_off};
use crate::probe::metered::{Credit, Metered};
use crate::probe::tcp::{Heard, outcome};
use crate::probe::tls;
use crate::probe::trace::{Stage, Trace};

use super::conversation::{MAX_FRAMING, Request};
use super::framing::listed;
use super::head::Head;
use super::http1::Http1;
use super::{authority, proxy, request};

/// Bytes of a message that are read at most, and of all messages before the one that is
/// expected.
const MAX_HEARD: usize = 64 * 1024;
/// Messages that are read at most before the one that is expected, with those that only ask
/// whether we are there.
const MAX_MESSAGES: usize = 256;
/// Bytes that are read at once.
const READ: usize = 4 * 1024;
/// What a server proves with that it knows what a WebSocket is.
const PROOF: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// The code of a connection that is closed without one.
const NO_CODE: u16 = 1005;

/// Shakes hands, and says and hears what the target's dialogue says.
pub(in crate::probe) async fn probe(
    cx: &Context<'_>,
    ws: &WebSocketProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let (host, port) = authority(&ws.url);
    let peer = match &ws.proxy {
        Some(proxy) => Peer { host: &proxy.host, port: proxy.port, role: PeerRole::Proxy },
        None => Peer { host, port, role: PeerRole::Target },
    };
    let mut stream = connect(cx, peer, trace).await?;
    if let Some(proxy) = &ws.proxy {
        stream = Box::pin(proxy::tunnel(cx, stream, proxy, (host, port), trace)).await?;
    }
    if !ws.is_secure() {
        let stream = Metered::new(stream, Credit::new(MAX_FRAMING));
        return Box::pin(converse(cx, ws, stream, trace)).await;
    }
    let name = ws.tls.server_name.as_ref();
    let shaken = tls::handshake(cx, &ws.tls, name, host, stream, trace);
    let stream = Box::pin(shaken).await?;
    Box::pin(converse(cx, ws, stream, trace)).await
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    cx: &Context<'_>,
    ws: &WebSocketProbe,
    stream: S,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let (stream, rest) = shake(cx, ws, stream, trace).await?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        .write_buffer_size(0)
        .max_message_size(Some(MAX_HEARD))
        .max_frame_size(Some(MAX_HEARD));
    let socket = WebSocketStream::from_partially_read(stream, rest, Role::Client, Some(config));
    let mut talk = Talk { cx, host: authority(&ws.url).0, socket: socket.await };
    let is_only_one = ws.dialogue.iter().filter(|step| is_expect(step)).count() <= 1;
    let mut number = 0;
    for step in &*ws.dialogue {
        match step {
            DialogueStep::Send(payload) => talk.say(payload).await?,
            DialogueStep::Expect(heard) => {
                number += 1;
                trace.number = (!is_only_one).then_some(number);
                talk.hear(heard, trace).await?;
            }
            // It has begun with the connection, or it never does.
            DialogueStep::StartTls => {}
        }
    }
    if let Some(expected) = ws.close_code {
        return talk.hear_close(expected, trace).await;
    }
    // Whether the goodbye arrives is not our concern.
    let _ = talk.socket.close(None).now_or_never();
    Ok(())
}

fn is_expect(step: &DialogueStep) -> bool {
    match step {
        DialogueStep::Expect(_) => true,
        DialogueStep::Send(_) | DialogueStep::StartTls => false,
    }
}

/// Asks for a WebSocket. The stream, and what was read of it beyond the answer's head.
async fn shake<S: AsyncRead + AsyncWrite + Unpin>(
    cx: &Context<'_>,
    ws: &WebSocketProbe,
    stream: S,
    trace: &mut Trace,
) -> Result<(S, Vec<u8>), Fault> {
    let (host, _) = authority(&ws.url);
    let mut key = [0; 16];
    let filled = SystemRandom::new().fill(&mut key);
    filled.map_err(|_| Fault::ours(OwnDetail::NotSetUp {}))?;
    let key = BASE64.encode(key);
    let quote = |text: &str| cx.excerpt(text);
    let mut conversation = Http1::new(stream, host, &quote);
    trace.enter(Stage::FirstByte);
    let head = conversation.ask(asking(ws, &key)?).await?;
    trace.enter(Stage::Rest);
    trace.http_status = Some(head.status.as_u16());
    check(cx, ws, &head, &key)?;
    Ok(conversation.into_rest())
}

fn asking(ws: &WebSocketProbe, key: &str) -> Result<Request<'static>, Fault> {
    let unusable = || Fault::ours(OwnDetail::NotSetUp {});
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| unusable());
    let mut headers = ws.headers.clone();
    headers.entry(HOST).or_insert(text(&ws.url[Position::BeforeHost..Position::AfterPort])?);
    headers.entry(USER_AGENT).or_insert(request::USER_AGENT);
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(SEC_WEBSOCKET_KEY, text(key)?);
    if !ws.subprotocols.is_empty() {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, text(&ws.subprotocols.join(", "))?);
    }
    let path = &ws.url[Position::BeforePath..Position::AfterQuery];
    let uri = Uri::try_from(path).map_err(|_| unusable())?;
    Ok(Request { method: Method::GET, uri, headers, body: &[] })
}

/// Whether the answer agrees to a WebSocket as it was asked for. Browsers are as strict.
fn check(cx: &Context<'_>, ws: &WebSocketProbe, head: &Head, key: &str) -> Result<(), Fault> {
    if head.status != StatusCode::SWITCHING_PROTOCOLS {
        let (status, expected) = (head.status.into(), "101".to_owned());
        return Err(AnswerDetail::Status { status, expected }.failure(Reason::Status).into());
    }
    let host = || authority(&ws.url).0.to_owned();
    let broken = |detail| Err(Fault::theirs(Reason::Protocol, detail));
    let value = |name: &HeaderName| {
        let value = head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        value.map(|value| value.trim().to_owned())
    };
    let lists = |name, word: &str| listed(head.headers.get_all(name)).iter().any(|it| it == word);
    let accepted = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{PROOF}").as_bytes());
    let wrong = [
        (UPGRADE, !lists(UPGRADE, "websocket")),
        (CONNECTION, !lists(CONNECTION, "upgrade")),
        (
            SEC_WEBSOCKET_ACCEPT,
            value(&SEC_WEBSOCKET_ACCEPT).is_none_or(|value| value != BASE64.encode(accepted)),
        ),
        // We offer none.
        (SEC_WEBSOCKET_EXTENSIONS, value(&SEC_WEBSOCKET_EXTENSIONS).is_some()),
    ];
    if let Some((header, _)) = wrong.into_iter().find(|(_, is_wrong)| *is_wrong) {
        let header = header.to_string();
        return broken(WebSocketDetail::NoHandshake { host: host(), header });
    }
    match value(&SEC_WEBSOCKET_PROTOCOL) {
        None if ws.subprotocols.is_empty() => Ok(()),
        None => {
            let offered = ws.subprotocols.join(", ");
            broken(WebSocketDetail::NoSubprotocol { host: host(), offered })
        }
        Some(taken) if ws.subprotocols.contains(&taken) => Ok(()),
        Some(taken) => {
            let taken = cx.excerpt(&taken);
            broken(WebSocketDetail::OtherSubprotocol { host: host(), taken })
        }
    }
}

/// What came.
enum Came {
    /// A message, whose bytes are in the trace.
    Message,
    /// Something that is for the library.
    Nothing,
    /// The end.
    Close { code: u16, said: String },
}

struct Talk<'a, S> {
    cx: &'a Context<'a>,
    host: &'a str,
    socket: WebSocketStream<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    async fn say(&mut self, payload: &Payload) -> Result<(), Fault> {
        let Payload { bytes, is_text } = payload;
        let text = String::from_utf8(bytes.clone()).ok().filter(|_| *is_text);
        let message = text.map_or_else(|| Message::binary(bytes.clone()), Message::text);
        self.socket.send(message).await.map_err(|error| self.lost(&error))
    }

    /// Waits for a message that is as expected. Others may come before it.
    async fn hear(&mut self, heard: &DialogueExpect, trace: &mut Trace) -> Result<(), Fault> {
        trace.banner.clear();
        let mut left = MAX_HEARD;
        for _ in 0..MAX_MESSAGES {
            trace.enter(Stage::Banner);
            match self.next(trace).await? {
                Came::Nothing => continue,
                Came::Close { code, said } => return Err(self.closed(code, said)),
                Came::Message => {}
            }
            trace.enter(Stage::Rest);
            if let Heard::Accepted(_) = outcome(self.cx, heard, trace).await? {
                return Ok(());
            }
            let Some(rest) = left.checked_sub(trace.banner.len()) else { break };
            left = rest;
        }
        let (said, expected) = (self.cx.excerpt(&plain_text(&trace.banner)), heard.to_string());
        let detail = match trace.number {
            None => BannerDetail::Other { said, expected },
            Some(number) => BannerDetail::OtherAnswer { number, said, expected },
        };
        Err(Fault::theirs(Reason::Banner, detail))
    }

    /// Waits for the server to close the connection.
    async fn hear_close(&mut self, expected: u16, trace: &mut Trace) -> Result<(), Fault> {
        trace.enter(Stage::Answer);
        for _ in 0..MAX_MESSAGES {
            if let Came::Close { code: close, .. } = self.next(trace).await? {
                trace.enter(Stage::Rest);
                let other = WebSocketDetail::OtherClose { close, expected };
                return if close == expected { Ok(()) } else { Err(unexpected(other)) };
            }
        }
        // The timeout says that it was not closed.
        std::future::pending().await
    }

    /// What comes next. A message is in the trace then.
    async fn next(&mut self, trace: &mut Trace) -> Result<Came, Fault> {
        let Some(next) = self.socket.next().await else { return Err(cut_off(self.host)) };
        match next.map_err(|error| self.lost(&error))? {
            Message::Text(text) => trace.banner = text.as_bytes().to_vec(),
            Message::Binary(bytes) => trace.banner = bytes.to_vec(),
            Message::Close(frame) => {
                let (code, said) = frame.map_or((NO_CODE, String::new()), |frame| {
                    (frame.code.into(), self.cx.excerpt(&frame.reason))
                });
                return Ok(Came::Close { code, said });
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Ok(Came::Nothing),
        }
        Ok(Came::Message)
    }

    fn closed(&self, close: u16, said: String) -> Fault {
        let host = self.host.to_owned();
        unexpected(if said.is_empty() {
            WebSocketDetail::Closed { host, close }
        } else {
            WebSocketDetail::ClosedSaying { host, close, said }
        })
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the errors are the library's")]
    fn lost(&self, error: &Error) -> Fault {
        match error {
            Error::Io(error) => broken(error, self.host),
            Error::Capacity(_) => {
                let (host, kib) = (self.host.to_owned(), MAX_HEARD / 1024);
                Fault::theirs(Reason::TooLarge, WebSocketDetail::TooLong { host, kib })
            }
            Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => cut_off(self.host),
            other => {
                let (peer, why) = (self.host.into(), other.to_string());
                Fault::theirs(Reason::Protocol, ConnectionDetail::BrokeProtocol { peer, why })
            }
        }
    }
}

fn unexpected(detail: WebSocketDetail) -> Fault {
    Fault::theirs(Reason::Banner, detail)
}
