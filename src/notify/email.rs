//! E-mail, by SMTP: one connection for each message. If any step before the last fails,
//! nobody was told.
//!
//! <https://www.rfc-editor.org/rfc/rfc5321>

mod dialogue;
mod mail;
mod verdict;

use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::{Instant, timeout, timeout_at};

pub use self::mail::{html, plain, subject};
use self::verdict::{Step, Trouble};
use super::Delivery;
use super::answer::REPORT;
use crate::message::Message;
use crate::model::names::ChannelName;
use crate::model::secret::Redactable;
use crate::model::target;

/// Time for a polite farewell, once the mail is the server's.
const FAREWELL: Duration = Duration::from_secs(1);

/// One list of addresses, and the server that takes mail to them.
#[derive(Clone, Debug)]
pub(super) struct Email {
    /// A part of every message's id.
    channel: ChannelName,
    settings: target::Email,
}

impl Email {
    pub(super) fn new(channel: &ChannelName, settings: &target::Email) -> Self {
        Self { channel: channel.clone(), settings: settings.clone() }
    }

    pub(super) async fn send(&self, message: &Message, limit: Duration) -> Delivery {
        let mail = match mail::mail(message, &self.settings, &self.channel) {
            Ok(mail) => mail.formatted(),
            Err(problem) => {
                return Delivery::Refused { why: problem.to_string(), advice: REPORT };
            }
        };
        let end = Instant::now() + limit;
        match timeout_at(end, dialogue::open(&self.settings)).await {
            Ok(Ok(connection)) => self.hand_over(connection, &mail, end).await,
            Ok(Err(trouble)) => self.classify(trouble, false),
            Err(_) => Delivery::Unavailable { why: "no answer in time; nothing was sent".into() },
        }
    }

    /// From here on, a server that falls silent may have the mail.
    async fn hand_over(
        &self,
        mut connection: AsyncSmtpConnection,
        mail: &[u8],
        end: Instant,
    ) -> Delivery {
        match timeout_at(end, connection.message(mail)).await {
            Ok(Ok(_)) => {
                // The mail is the server's now; how the connection ends changes nothing.
                drop(timeout(FAREWELL, connection.quit()).await);
                Delivery::ACCEPTED
            }
            Ok(Err(error)) => self.classify(Trouble::At(Step::Content, error), true),
            Err(_) => Delivery::Unknown { why: "no answer in time".into() },
        }
    }

    fn classify(&self, trouble: Trouble, on_its_way: bool) -> Delivery {
        let login = self.settings.server.login.iter();
        let secrets: Vec<&dyn Redactable> =
            login.flat_map(|login| [&login.user as &dyn Redactable, &login.password]).collect();
        trouble.classify(on_its_way, &secrets)
    }
}
