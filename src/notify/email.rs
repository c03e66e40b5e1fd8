//! E-mail, by SMTP: one connection for each message. Every step of it before
//! the last is known not to have told anybody.
//!
//! <https://www.rfc-editor.org/rfc/rfc5321>

mod dialogue;
mod letter;
mod verdict;

use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use tokio::time::{Instant, timeout, timeout_at};

use self::verdict::{Step, Trouble};
use super::answer::REPORT;
use super::{Delivery, Unusable};
use crate::message::Message;
use crate::model::names::ChannelName;
use crate::model::target::{self, Encryption};

/// Time for a polite farewell, once the mail is the server's.
const FAREWELL: Duration = Duration::from_secs(1);

/// One list of addresses, and the server that takes mail to them.
#[derive(Clone)]
pub(super) struct Email {
    /// A part of every message's id.
    channel: ChannelName,
    settings: target::Email,
    tls: Option<TlsParameters>,
}

impl Email {
    pub(super) fn new(channel: &ChannelName, settings: &target::Email) -> Result<Self, Unusable> {
        let tls = match settings.server.encryption {
            Encryption::Tls | Encryption::StartTls => Some(tls(&settings.server)?),
            Encryption::None => None,
        };
        Ok(Self { channel: channel.clone(), settings: settings.clone(), tls })
    }

    pub(super) async fn send(&self, message: &Message, limit: Duration) -> Delivery {
        let letter = match letter::letter(message, &self.settings, &self.channel) {
            Ok(letter) => letter.formatted(),
            Err(problem) => {
                return Delivery::Refused { why: problem.to_string(), advice: REPORT };
            }
        };
        let end = Instant::now() + limit;
        match timeout_at(end, dialogue::open(&self.settings, self.tls.as_ref())).await {
            Ok(Ok(connection)) => self.hand_over(connection, &letter, end).await,
            Ok(Err(trouble)) => self.classify(trouble, false),
            Err(_) => Delivery::Unavailable { why: "no answer in time; nothing was sent".into() },
        }
    }

    /// From here on, a server that falls silent may have the letter.
    async fn hand_over(
        &self,
        mut connection: AsyncSmtpConnection,
        letter: &[u8],
        end: Instant,
    ) -> Delivery {
        match timeout_at(end, connection.message(letter)).await {
            Ok(Ok(_)) => {
                // It is theirs now; one that does not part politely changes nothing.
                drop(timeout(FAREWELL, connection.quit()).await);
                Delivery::ACCEPTED
            }
            Ok(Err(error)) => self.classify(Trouble::At(Step::Letter, error), true),
            Err(_) => Delivery::Unknown { why: "no answer in time".into() },
        }
    }

    fn classify(&self, trouble: Trouble, on_its_way: bool) -> Delivery {
        let login = self.settings.server.login.iter();
        let secrets: Vec<_> = login.flat_map(|login| [&login.user, &login.password]).collect();
        trouble.classify(on_its_way, &secrets)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// How TLS is spoken with `server`: with Mozilla's roots, and its own.
fn tls(server: &target::SmtpServer) -> Result<TlsParameters, Unusable> {
    let mut builder = TlsParameters::builder(server.host.clone())
        .certificate_store(CertificateStore::WebpkiRoots);
    for root in &server.extra_roots {
        let root = Certificate::from_der(root.to_vec());
        let unusable = |_| Unusable { key: "ca", expected: "a file of certificates" };
        builder = builder.add_root_certificate(root.map_err(unusable)?);
    }
    let expected = "a URL whose host can have a certificate";
    builder.build_rustls().map_err(|_| Unusable { key: "smtp_url", expected })
}
