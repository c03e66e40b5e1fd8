//! What is said to a mail server before it gets the mail.

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::verdict::{Step, Trouble};
use crate::http_client::CONNECT_TIMEOUT;
use crate::model::target::{Email, Encryption, Login};

/// The ways to log in. Old servers know only the second.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A connection whose server waits for the mail.
pub(super) async fn open(email: &Email) -> Result<AsyncSmtpConnection, Trouble> {
    let mut connection = connect(email).await?;
    if let Some(Login { user, password }) = &email.server.login {
        let login = Credentials::new(user.expose().to_owned(), password.expose().to_owned());
        connection.auth(&MECHANISMS, &login).await.map_err(Step::Login.trouble())?;
    }
    address(&mut connection, email).await?;
    connection.command(Data).await.map_err(Step::Content.trouble())?;
    Ok(connection)
}

async fn connect(email: &Email) -> Result<AsyncSmtpConnection, Trouble> {
    let (implicit, later) = match email.server.encryption.clone() {
        Encryption::Tls(tls) => (Some(tls), None),
        Encryption::StartTls(tls) => (None, Some(tls)),
        Encryption::None => (None, None),
    };
    let place = (email.server.host.as_str(), email.server.port);
    let (limit, hello) = (Some(CONNECT_TIMEOUT), ClientId::default());
    let connection =
        AsyncSmtpConnection::connect_tokio1(place, limit, &hello, implicit, None).await;
    let mut connection = connection.map_err(Step::Connection.trouble())?;
    if let Some(tls) = later {
        if !connection.can_starttls() {
            return Err(Trouble::NoStartTls);
        }
        connection.starttls(tls, &hello).await.map_err(Step::Connection.trouble())?;
    }
    Ok(connection)
}

/// The envelope. One address that is refused must not keep the others from
/// hearing of an outage; only if all are, nobody is told.
async fn address(connection: &mut AsyncSmtpConnection, email: &Email) -> Result<(), Trouble> {
    // A mail of ASCII, as ours is encoded, needs none of the extensions.
    let from = Mail::new(Some(email.from.email.clone()), Vec::new());
    connection.command(from).await.map_err(Step::Sender.trouble())?;
    let (mut taken, mut refused) = (0, None);
    for to in &email.to {
        let answer = connection.command(Rcpt::new(to.email.clone(), Vec::new())).await;
        match answer.map_err(|error| (error.status(), error)) {
            Ok(_) => taken += 1,
            Err((Some(code), error)) => {
                tracing::warn!(to = %to.email, %code, "the mail server refuses this address");
                refused = Some(error);
            }
            Err((None, error)) => return Err(Trouble::At(Step::Recipient, error)),
        }
    }
    match refused {
        Some(error) if taken == 0 => Err(Trouble::At(Step::Recipient, error)),
        Some(_) | None => Ok(()),
    }
}
