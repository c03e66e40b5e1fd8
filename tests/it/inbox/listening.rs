//! A home whose prober listens, and somebody who calls it.

use std::net::SocketAddr;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::home::{Home, LIMIT, SLACK};

/// What shows prober that its own network works is on this machine.
const SIGHT: &str = "\n[self_check]\nurls = '${SELF_CHECK_URL}'\n";

/// `prober watch --listen`, with one channel, called slack.
pub(super) struct Listening {
    pub(super) home: Home,
    pub(super) address: SocketAddr,
    child: Child,
    said: JoinHandle<String>,
    vantage: &'static str,
}

impl Listening {
    /// With `config` beside the channel.
    pub(super) async fn to(config: &str) -> Self {
        Self::called("here", config).await
    }

    /// The same, at the place `vantage`.
    pub(super) async fn called(vantage: &'static str, config: &str) -> Self {
        let home = Home::new().await;
        home.write(&[SLACK, config, SIGHT].concat());
        Self::at(home, vantage).await
    }

    async fn at(home: Home, vantage: &'static str) -> Self {
        let mut command = home.prober(&["watch", "--listen", "127.0.0.1:0"]);
        command.env("PROBER_VANTAGE", vantage);
        command.env("RUST_LOG", "trace").stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let listens = timeout(LIMIT, address(&mut child)).await;
        let (address, said) = listens.expect("it does not listen");
        Self { home, address, child, said, vantage }
    }

    /// Ends it as a service manager would.
    pub(super) async fn stop(self) -> Home {
        self.stop_and_say().await.0
    }

    /// The same, and what it said, with all that it can say.
    pub(super) async fn stop_and_say(mut self) -> (Home, String) {
        self.signal(Signal::TERM);
        let status = timeout(LIMIT, self.child.wait()).await.expect("it does not stop").unwrap();
        assert_eq!(status.code(), Some(0));
        (self.home, self.said.await.unwrap())
    }

    /// Has it read its file again.
    pub(super) fn reload(&self) {
        self.signal(Signal::HUP);
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Writes probes.toml anew, with `config` beside the channel.
    pub(super) fn write(&self, config: &str) {
        self.home.write(&[SLACK, config, SIGHT].concat());
    }

    pub(super) async fn restart(self) -> Self {
        let vantage = self.vantage;
        Self::at(self.stop().await, vantage).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").await
    }

    pub(super) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[], body.as_bytes()).await
    }

    /// `headers` are whole lines.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &[u8],
    ) -> Answer {
        let lines = headers.iter().flat_map(|line| [*line, "\r\n"]).collect::<String>();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: inbox\r\n{lines}content-length: {length}\r\n\r\n"
        );
        self.raw(&[head.as_bytes(), body].concat()).await
    }

    /// Sends these bytes, and reads until the connection ends.
    pub(super) async fn raw(&self, request: &[u8]) -> Answer {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(request).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            Answer::of(&String::from_utf8(answer).unwrap())
        };
        timeout(LIMIT, exchange).await.expect("no answer")
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Lower case.
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

/// Where it says that it listens, and what it says from then on: it is read,
/// so that it is never kept from saying it.
async fn address(child: &mut Child) -> (SocketAddr, JoinHandle<String>) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next_line().await.unwrap().expect("it ended");
        if let Some((_, address)) = line.split_once("listening address=") {
            break address.trim().parse().unwrap();
        }
    };
    let said = tokio::spawn(async move {
        let mut said = String::new();
        while let Ok(Some(line)) = lines.next_line().await {
            said += &(line + "\n");
        }
        said
    });
    (address, said)
}
