//! What is said over one connection, with TLS or without: `tcp://`, `tls://`, `smtp://`.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use crate::core::judge::expect::charset::plain_text;
use crate::model::detail::{BannerDetail, OwnDetail};
use crate::model::observation::Reason;
use crate::model::pattern::Pattern;
use crate::model::target::{DialogueExpect, DialogueStep, TcpProbe, TcpSecurity};

use super::aside::Cost;
use super::attempt::Context;
use super::connect::{Peer, Role, connect};
use super::fault::{Fault, broken};
use super::tls::{self, Secured};
use super::trace::{Stage, Trace};

/// Bytes that are read at most before what is expected is among them.
const MAX_BANNER: usize = 16 * 1024;
/// Bytes that are looked through as soon as there are more of them, those before each
/// time again. After that, only so often.
const MAX_LOOKED_AT: usize = 2 * 1024;
/// How often.
const PAUSE: Duration = Duration::from_millis(100);
/// Bytes that are looked through at once: the worst patterns take microseconds a byte.
const QUICK: usize = 2 * 1024;

/// Connects, and says and hears what the target's dialogue says.
pub(super) async fn probe(
    cx: &Context<'_>,
    tcp: &TcpProbe,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let peer = Peer { host: &tcp.host, port: tcp.port, role: Role::Target };
    let stream = connect(cx, peer, trace).await?;
    let mut talk = Talk { cx, tcp, line: Line::Plain(stream) };
    if matches!(tcp.security, TcpSecurity::Tls(_)) {
        talk.secure(trace).await?;
    }
    let is_banner = tcp.is_banner();
    let mut number = 0;
    let mut steps = tcp.dialogue.iter().peekable();
    while let Some(step) = steps.next() {
        match step {
            DialogueStep::Send(bytes) => {
                // What is still unheard was not the answer to this.
                trace.banner.clear();
                talk.say(&bytes.bytes).await?;
            }
            DialogueStep::Expect(heard) => {
                number += 1;
                trace.number = (!is_banner).then_some(number);
                let asks_for_tls = matches!(steps.peek(), Some(DialogueStep::StartTls));
                talk.hear(heard, asks_for_tls, trace).await?;
            }
            DialogueStep::StartTls => {
                trace.banner.clear();
                talk.secure(trace).await?;
            }
        }
    }
    Ok(())
}

/// A connection over which something is said.
enum Line {
    Plain(TcpStream),
    /// Boxed, so that probes without TLS take no memory for it.
    Secured(Box<Secured>),
    /// TLS was begun, and has failed.
    Lost,
}

impl Line {
    async fn read(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read_buf(into).await,
            Self::Secured(stream) => stream.read_buf(into).await,
            Self::Lost => Ok(0),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes).await,
            Self::Secured(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
            Self::Lost => Ok(()),
        }
    }
}

struct Talk<'a> {
    cx: &'a Context<'a>,
    tcp: &'a TcpProbe,
    line: Line,
}

impl Talk<'_> {
    /// Shakes hands over TLS.
    async fn secure(&mut self, trace: &mut Trace) -> Result<(), Fault> {
        let settings = self.tcp.security.tls();
        let settings = settings.ok_or_else(|| Fault::ours(OwnDetail::NotSetUp {}))?;
        let Line::Plain(stream) = std::mem::replace(&mut self.line, Line::Lost) else {
            return Err(Fault::ours(OwnDetail::NotSetUp {}));
        };
        let (name, host) = (settings.server_name.as_ref(), &self.tcp.host);
        let shaken = tls::handshake(self.cx, settings, name, host, stream, trace);
        self.line = Line::Secured(Box::new(Box::pin(shaken).await?));
        Ok(())
    }

    async fn say(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.line.write(bytes).await.map_err(|error| broken(&error, self.tcp.host.as_str()))
    }

    /// Reads until what is expected has been said, the peer is done, or it has said too
    /// much. The time is limited by the attempt's own. What was said beyond that stays.
    async fn hear(
        &mut self,
        heard: &DialogueExpect,
        asks_for_tls: bool,
        trace: &mut Trace,
    ) -> Result<(), Fault> {
        let mut looks_left = MAX_LOOKED_AT;
        let mut ended = false;
        // What was said before may go on with what is expected now.
        let mut is_news = !trace.banner.is_empty();
        loop {
            if !is_news {
                trace.enter(Stage::Banner);
                let read = self.listen(looks_left > 0, &mut trace.banner).await;
                ended = read.map_err(|error| broken(&error, self.tcp.host.as_str()))?;
            }
            is_news = false;
            looks_left = looks_left.saturating_sub(trace.banner.len());
            match outcome(self.cx, heard, trace).await? {
                Heard::Accepted(end) => {
                    trace.enter(Stage::Rest);
                    trace.banner.drain(..end);
                    return Ok(());
                }
                Heard::Refused if asks_for_tls => {
                    let said = self.cx.excerpt(&plain_text(&trace.banner));
                    return Err(Fault::theirs(Reason::Banner, BannerDetail::NoStartTls { said }));
                }
                Heard::Refused => return Err(self.unheard(heard, trace)),
                Heard::Unfinished => {}
            }
            if ended || trace.banner.len() >= MAX_BANNER {
                return Err(self.unheard(heard, trace));
            }
        }
    }

    fn unheard(&self, heard: &DialogueExpect, trace: &Trace) -> Fault {
        let host = self.tcp.host.clone();
        let (said, expected) = (self.cx.excerpt(&plain_text(&trace.banner)), heard.to_string());
        let detail = match (trace.banner.is_empty(), trace.number) {
            (true, None) => BannerDetail::ClosedWithout { host },
            (true, Some(number)) => BannerDetail::ClosedBefore { host, number },
            (false, None) => BannerDetail::Other { said, expected },
            (false, Some(number)) => BannerDetail::OtherAnswer { number, said, expected },
        };
        Fault::theirs(Reason::Banner, detail)
    }

    /// Reads what is said next, and unless it is to be looked at `at_once`, what else is said
    /// within a moment. Whether that was all.
    async fn listen(&mut self, at_once: bool, banner: &mut Vec<u8>) -> io::Result<bool> {
        if self.line.read(banner).await? == 0 {
            return Ok(true);
        }
        let until = Instant::now() + PAUSE;
        while !at_once && banner.len() < MAX_BANNER {
            let Ok(read) = timeout_at(until, self.line.read(banner)).await else { break };
            if read? == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What has come of what is expected.
pub(super) enum Heard {
    /// It has been said, up to here.
    Accepted(usize),
    /// Something else has been said in its place.
    Refused,
    /// Neither.
    Unfinished,
}

/// Whether what is expected is in what has been said.
pub(super) async fn outcome(
    cx: &Context<'_>,
    heard: &DialogueExpect,
    trace: &mut Trace,
) -> Result<Heard, Fault> {
    Ok(match heard {
        DialogueExpect::Contains { bytes, .. } => {
            let place = trace.banner.windows(bytes.len().max(1)).position(|place| place == bytes);
            place.map_or(Heard::Unfinished, |at| Heard::Accepted(at + bytes.len()))
        }
        DialogueExpect::Matches(pattern) => {
            let end = end_of(cx, pattern, trace).await?;
            end.map_or(Heard::Unfinished, Heard::Accepted)
        }
        DialogueExpect::Reply { whole, accepted } => {
            let Some(end) = end_of(cx, whole, trace).await? else { return Ok(Heard::Unfinished) };
            let rest = trace.banner.split_off(end);
            let is_accepted = Box::pin(outcome(cx, accepted, trace)).await?;
            trace.banner.extend(rest);
            match is_accepted {
                Heard::Accepted(_) => Heard::Accepted(end),
                Heard::Refused | Heard::Unfinished => Heard::Refused,
            }
        }
    })
}

/// Where what a pattern matches ends in what has been said. A long text is looked through on
/// another thread.
async fn end_of(
    cx: &Context<'_>,
    pattern: &Pattern,
    trace: &mut Trace,
) -> Result<Option<usize>, Fault> {
    let said = &trace.banner;
    let text = plain_text(said);
    let place = Places::of(&text, said);
    let end = if text.len() <= QUICK {
        pattern.end_of_match(&text)
    } else {
        let (pattern, text) = (pattern.clone(), text.into_owned());
        let search = Cost::Search(text.len());
        cx.aside.run(search, move || pattern.end_of_match(&text), trace).await?
    };
    Ok(end.map(|end| place.in_bytes(end)))
}

/// Where in what was said a place of its text is.
enum Places {
    /// At the same place: it is UTF-8.
    Same,
    /// Every byte is a letter: how many bytes each of them takes in the text.
    Letters(Vec<u8>),
    /// Nowhere: all of it is taken, which is so long.
    Unknown(usize),
}

impl Places {
    fn of(text: &str, said: &[u8]) -> Self {
        if text.as_bytes() == said {
            return Self::Same;
        }
        let letters = text.chars().map(|letter| u8::try_from(letter.len_utf8()).unwrap_or(4));
        let letters: Vec<u8> = letters.collect();
        if letters.len() == said.len() { Self::Letters(letters) } else { Self::Unknown(said.len()) }
    }

    fn in_bytes(&self, end: usize) -> usize {
        match self {
            Self::Same => end,
            Self::Letters(letters) => {
                let mut left = end;
                let taken = |length: &&u8| {
                    let fits = left >= usize::from(**length);
                    left = left.saturating_sub(usize::from(**length));
                    fits
                };
                letters.iter().take_while(taken).count()
            }
            Self::Unknown(length) => *length,
        }
    }
}
