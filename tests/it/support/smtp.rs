//! A mail server on loopback, which says what it is told to say.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the server does when it is told something.
#[derive(Clone)]
pub enum Says {
    /// Answers this, a line or more.
    Line(&'static str),
    /// Keeps the connection, and its counsel.
    Hang,
    /// Closes the connection.
    Cut,
}

/// What is answered to a line that begins so; the greeting answers "", and
/// "." ends the mail. Whatever is not listed is answered as by a good server.
pub type Script = &'static [(&'static str, Says)];

/// How the server encrypts.
#[derive(Clone)]
pub enum Tls {
    Never,
    FromTheStart(TlsAcceptor),
    Later(TlsAcceptor),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A running server; it ends with the test's runtime.
pub struct MailServer {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn start(script: Script, tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::default();
        let log = Arc::clone(&heard);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let stream: Box<dyn Stream> = match &tls {
                    Tls::FromTheStart(acceptor) => match acceptor.accept(stream).await {
                        Ok(stream) => Box::new(stream),
                        Err(_) => continue,
                    },
                    Tls::Never | Tls::Later(_) => Box::new(stream),
                };
                let talk = Talk { stream, script, tls: tls.clone(), log: Arc::clone(&log) };
                tokio::spawn(talk.run());
            }
        });
        Self { port, heard }
    }

    /// The lines heard so far; a mail is one of them.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The mails among them.
    pub fn mails(&self) -> Vec<String> {
        self.heard().into_iter().filter(|line| line.contains("Subject: ")).collect()
    }
}

/// One connection.
struct Talk {
    stream: Box<dyn Stream>,
    script: Script,
    tls: Tls,
    log: Arc<Mutex<Vec<String>>>,
}

impl Talk {
    /// Ends where the client leaves, or the script says so.
    async fn run(mut self) -> Option<()> {
        self.answer("").await?;
        loop {
            let line = self.read_to("\r\n").await?;
            self.answer(&line).await?;
            if line == "DATA" {
                self.read_to("\r\n.\r\n").await?;
                self.answer(".").await?;
            } else if line == "STARTTLS"
                && let Tls::Later(acceptor) = std::mem::replace(&mut self.tls, Tls::Never)
            {
                self.stream = Box::new(acceptor.accept(self.stream).await.ok()?);
            }
        }
    }

    async fn answer(&mut self, line: &str) -> Option<()> {
        let wanted = |(to, _): &&(&str, Says)| {
            if to.is_empty() || *to == "." { line == *to } else { line.starts_with(to) }
        };
        let says = self.script.iter().find(wanted).map(|(_, says)| says.clone());
        match says.unwrap_or(Says::Line(self.as_a_good_server(line))) {
            Says::Line(answer) => {
                self.stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
                self.stream.flush().await.ok()
            }
            Says::Hang => std::future::pending().await,
            Says::Cut => None,
        }
    }

    fn as_a_good_server(&self, line: &str) -> &'static str {
        match line.split([' ', ':']).next().unwrap() {
            "" => "220 mail.example.com ESMTP",
            "EHLO" if matches!(self.tls, Tls::Later(_)) => "250-mail.example.com\r\n250 STARTTLS",
            "EHLO" => "250-mail.example.com\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 2.7.0 welcome",
            "STARTTLS" => "220 go ahead",
            "DATA" => "354 go ahead",
            "QUIT" => "221 bye",
            _ => "250 ok",
        }
    }

    async fn read_to(&mut self, end: &str) -> Option<String> {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            read.push(self.stream.read_u8().await.ok()?);
        }
        let text = String::from_utf8(read).unwrap();
        let text = text.strip_suffix(end).unwrap().to_owned();
        self.log.lock().unwrap().push(text.clone());
        Some(text)
    }
}
