//! A Slack that remembers what it was told, and behaves as the test wants.

use std::sync::Arc;

use regex::Regex;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use super::LIMIT;
use crate::webhook::{self, Reply};

/// What it does with a request, once it has read it.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Has the message, and says so.
    Accept,
    /// Has the message, and does not say so until it behaves otherwise.
    Hold,
    /// Does not want the message, and answers this.
    Refuse(Reply),
}

/// A running Slack; it ends with the test's runtime.
pub(crate) struct Slack {
    url: String,
    behaviour: watch::Sender<Behaviour>,
    requests: Arc<watch::Sender<Vec<Request>>>,
}

#[derive(Clone)]
struct Request {
    headlines: String,
    whole: String,
    accepted: bool,
}

impl Slack {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (behaviour, behaving) = watch::channel(Behaviour::Accept);
        let requests = Arc::new(watch::Sender::new(Vec::new()));
        tokio::spawn(serve(listener, behaving, Arc::clone(&requests)));
        Self { url: webhook::url(port).expose().to_owned(), behaviour, requests }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.behaviour.send_replace(behaviour);
    }

    /// Ends what it holds without an answer.
    pub(crate) fn hang_up(&self) {
        self.behave(Behaviour::Refuse(Reply::cut()));
    }

    pub(crate) fn refuse(&self, status: u16, body: &str) {
        self.behave(Behaviour::Refuse(Reply::new(status, body)));
    }

    /// The messages that it has, each as its headlines.
    pub(crate) fn heard(&self) -> Vec<String> {
        let requests = self.requests.borrow();
        requests.iter().filter(|each| each.accepted).map(|each| each.headlines.clone()).collect()
    }

    /// The requests so far, head and body, whatever became of them.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.borrow().iter().map(|request| request.whole.clone()).collect()
    }

    /// Waits until it has so many messages.
    pub(crate) async fn has(&self, messages: usize) {
        let accepted = |all: &[Request]| all.iter().filter(|each| each.accepted).count();
        self.until(|all| accepted(all) >= messages).await;
    }

    /// Waits until there were so many requests.
    pub(crate) async fn asked(&self, requests: usize) {
        self.until(|all| all.len() >= requests).await;
    }

    async fn until(&self, enough: impl Fn(&[Request]) -> bool) {
        let mut requests = self.requests.subscribe();
        let wait = requests.wait_for(|all| enough(all));
        timeout(LIMIT, wait).await.expect("nobody tells it").unwrap();
    }
}

async fn serve(
    listener: TcpListener,
    behaving: watch::Receiver<Behaviour>,
    requests: Arc<watch::Sender<Vec<Request>>>,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(answer(stream, behaving.clone(), Arc::clone(&requests)));
    }
}

async fn answer(
    mut stream: TcpStream,
    mut behaving: watch::Receiver<Behaviour>,
    requests: Arc<watch::Sender<Vec<Request>>>,
) {
    // Half a request is from somebody who was killed.
    let Some(whole) = webhook::read(&mut stream).await else { return };
    let behaviour = behaving.borrow_and_update().clone();
    let accepted = !matches!(behaviour, Behaviour::Refuse(_));
    let headlines = headlines(&whole);
    requests.send_modify(|all| all.push(Request { headlines, whole, accepted }));
    let now = match behaviour {
        Behaviour::Hold => {
            let released = behaving.wait_for(|now| !matches!(now, Behaviour::Hold)).await;
            let Ok(now) = released else { return };
            now.clone()
        }
        now @ (Behaviour::Accept | Behaviour::Refuse(_)) => now,
    };
    let reply = match now {
        Behaviour::Refuse(reply) => reply,
        Behaviour::Accept | Behaviour::Hold => Reply::new(200, "ok"),
    };
    match reply {
        // It may have been killed meanwhile.
        Reply::Raw(raw) => drop(stream.write_all(raw.as_bytes()).await),
        Reply::Hang => std::future::pending().await,
    }
}

/// The story of a message without its sign, its reasons and its times, which
/// other tests are about; the whole of what is no message.
fn headlines(request: &str) -> String {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let Some(text) = body["text"].as_str() else { return request.into() };
    let (_, story) = text.split_once(['🔴', '🟡', '🟢', '🔵']).expect("a sign");
    story.trim_start().split("; ").map(headline).collect::<Vec<_>>().join("; ")
}

/// `nas is down` of `nas is down since 14:02: connection refused`.
fn headline(story: &str) -> String {
    let times = Regex::new(r" since [^:,]*\d\d:\d\d| \([^)]*\)").unwrap();
    let story = times.replace_all(story, "");
    let reason = Regex::new(r"^(.* (is|are) (still )?(down|late)\b[^:]*|.* failed|.* an(?:other)? error|CloudWatch alarm [^:]*|prober cannot [^:]*|.* still fails after [^:]*|.*again: down): .*").unwrap();
    let group = Regex::new(r"^((?:Both|.*\d) are down)(?:: [^:]*)?: (.*)").unwrap();
    match group.captures(&story) {
        Some(of) => format!("{}: {}", &of[1], &of[2]),
        None => reason.replace(&story, "$1").into_owned(),
    }
}
