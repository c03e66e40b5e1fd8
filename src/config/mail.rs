//! Mail: addresses, and the server that takes it.

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use rustls_pki_types::ServerName;
use schemars::{Schema, json_schema};
use url::{Host, Url};

use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides};
use crate::model::secret::Secret;
use crate::model::target::{Encryption, Login, SmtpServer, tls_parameters};

/// The ports that RFC 8314 and RFC 6409 set for handing mail in, and that of
/// servers at home. <https://www.rfc-editor.org/rfc/rfc8314#section-3.3>
const SUBMISSIONS: u16 = 465;
const SUBMISSION: u16 = 587;
const SMTP: u16 = 25;

/// An address, with or without a name before it.
#[derive(Clone)]
pub(super) struct MailAddress(pub(super) Mailbox);

impl FromText for MailAddress {
    const WHAT: &'static str = "mail address";
    const ALLOWED: &'static str =
        "an address such as \"me@example.com\" or \"Me <me@example.com>\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let mailbox: Mailbox = text.value.trim().parse().map_err(|_| None)?;
        // Others need an extension that few servers have: RFC 6531.
        let is_ascii = AsRef::<str>::as_ref(&mailbox.email).is_ascii();
        is_ascii.then_some(Self(mailbox)).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"@|\$\{", "examples": ["me@example.com"] })
    }
}

/// A mail server, and who asks it.
#[derive(Clone)]
pub(super) struct SmtpUrl(pub(super) SmtpServer);

impl FromText for SmtpUrl {
    const WHAT: &'static str = "URL of a mail server";
    const ALLOWED: &'static str = "\"smtps://USER:PASSWORD@HOST\", or \"smtp://…?tls=required\"";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.fetched_or("smtps://stored.invalid");
        let url = Url::parse(text).map_err(|_| None)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(None)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let encryption = encryption(&url, &host)?;
        let login = login(&url)?;
        if matches!(encryption, Encryption::None) && login.is_some() && !is_here(&url) {
            return Err(Some(
                "would send the password unencrypted: write smtps://, or ?tls=required".into(),
            ));
        }
        let port = url.port().unwrap_or(match encryption {
            Encryption::Tls(_) => SUBMISSIONS,
            Encryption::StartTls(_) => SUBMISSION,
            Encryption::None => SMTP,
        });
        Ok(Self(SmtpServer { host, port, encryption, login }))
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

/// Whether the server is on this machine, where nobody listens in between.
fn is_here(url: &Url) -> bool {
    match url.host() {
        // Schemes other than the web's leave addresses as they are written.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
