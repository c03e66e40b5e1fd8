//! Mail: addresses, and the server that mails are sent through.

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use rustls_pki_types::ServerName;
use schemars::{Schema, json_schema};
use url::{Host, Url};

use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::web_url::without_brackets;
use crate::model::secret::Secret;
use crate::model::target::{Encryption, Login, SmtpServer, tls_parameters};

/// The port for submitting mail over TLS.
/// <https://www.rfc-editor.org/rfc/rfc8314#section-3.3>
const SUBMISSIONS_PORT: u16 = 465;

/// The port for submitting mail with STARTTLS.
/// <https://www.rfc-editor.org/rfc/rfc6409#section-3.1>
const SUBMISSION_PORT: u16 = 587;

/// The port of SMTP without encryption, as servers at home have it.
const SMTP_PORT: u16 = 25;

/// An address, with or without a name before it.
impl TextType for Mailbox {
    type Value = Self;

    const NAME: &'static str = "mail address";
    const EXPECTED: &'static str =
        "an address such as \"me@example.com\" or \"Me <me@example.com>\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let mailbox: Self = text.value.trim().parse().map_err(|_| None)?;
        // Other characters need an extension that few servers have: RFC 6531.
        let is_ascii = AsRef::<str>::as_ref(&mailbox.email).is_ascii();
        is_ascii.then_some(mailbox).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"@|\$\{", "examples": ["me@example.com"] })
    }
}

/// The URL of a mail server, with the login if it needs one.
impl TextType for SmtpServer {
    type Value = Self;

    const NAME: &'static str = "URL of a mail server";
    const EXPECTED: &'static str = "\"smtps://USER:PASSWORD@HOST\", or \"smtp://…?tls=required\"";
    const MASKING: Masking = Masking::All;
    const IS_CREDENTIAL: bool = true;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.fetched_or("smtps://stored.invalid");
        let url = Url::parse(text).map_err(|_| None)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(None)?;
        let host = without_brackets(host);
        let encryption = encryption(&url, &host)?;
        let login = login(&url)?;
        if matches!(encryption, Encryption::None) && login.is_some() && !is_loopback(&url) {
            return Err(Some(
                "would send the password unencrypted: write smtps://, or ?tls=required".into(),
            ));
        }
        let port = url.port().unwrap_or(match encryption {
            Encryption::Tls(_) => SUBMISSIONS_PORT,
            Encryption::StartTls(_) => SUBMISSION_PORT,
            Encryption::None => SMTP_PORT,
        });
        Ok(Self { host, port, encryption, login })
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*smtps?://|^ssm:/|\$\{",
            "examples": ["smtps://me%40example.com:${SMTP_PASSWORD}@smtp.example.com"],
        })
    }
}

fn encryption(url: &Url, host: &str) -> Result<Encryption, Option<String>> {
    if url.port() == Some(0) || !matches!(url.path(), "" | "/") {
        return Err(None);
    }
    let parameters = || match ServerName::try_from(host) {
        Ok(_) => tls_parameters(host, &[]).map_err(|_| None),
        Err(_) => Err(Some("needs a host that can have a certificate".into())),
    };
    match (url.scheme(), url.query()) {
        ("smtps", None) => Ok(Encryption::Tls(parameters()?)),
        ("smtp", Some("tls=required")) => Ok(Encryption::StartTls(parameters()?)),
        ("smtp", None) => Ok(Encryption::None),
        _ => Err(None),
    }
}

fn login(url: &Url) -> Result<Option<Login>, Option<String>> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(Secret::new);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(Some("needs both a user name and a password".into())),
        (user, Some(password)) => {
            let user = decoded(user).map_err(|_| None)?;
            Ok(Some(Login { user, password: decoded(password).map_err(|_| None)? }))
        }
    }
}

/// Whether the server is on this machine, so that nobody can read the connection.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // For schemes that are not of the web, an address is parsed as a domain.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
