//! What stands in a detail: texts that others wrote, spans, instants, statuses.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Detail;
use crate::model::observation::Reason;
use crate::text::duration::{english, spoken};

/// Something that a detail is made of.
pub(in crate::model) trait Argument {
    /// Replaces each text in it that others wrote by what `fit` makes of it.
    fn each_text(&mut self, _fit: &dyn Fn(String) -> String) {}
}

impl Argument for String {
    fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
        *self = fit(std::mem::take(self));
    }
}

impl Argument for Box<Detail> {
    fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
        let detail = std::mem::replace(&mut **self, Detail::Text(String::new()));
        **self = detail.with_texts(fit);
    }
}

impl Argument for u8 {}
impl Argument for u16 {}
impl Argument for u64 {}
impl Argument for usize {}
impl Argument for IpAddr {}
impl Argument for SocketAddr {}

/// Whom a connection leads to, or a proxy on the way there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerName {
    /// Its name or address, without brackets.
    pub host: String,
    /// Whether it is only a proxy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_proxy: bool,
}

impl Argument for PeerName {
    fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
        self.host.each_text(fit);
    }
}

impl From<&str> for PeerName {
    fn from(host: &str) -> Self {
        Self { host: host.to_owned(), is_proxy: false }
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = if self.is_proxy { "the proxy " } else { "" };
        write!(f, "{role}{}", self.host)
    }
}

/// A version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IpFamily {
    /// Version 4.
    V4,
    /// Version 6.
    V6,
}

impl Argument for IpFamily {}
impl Argument for Reason {}

impl From<SocketAddr> for IpFamily {
    fn from(address: SocketAddr) -> Self {
        if address.is_ipv6() { Self::V6 } else { Self::V4 }
    }
}

impl From<IpAddr> for IpFamily {
    fn from(address: IpAddr) -> Self {
        if address.is_ipv6() { Self::V6 } else { Self::V4 }
    }
}

impl fmt::Display for IpFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// A status of HTTP, with its name where it has one: `503 Service Unavailable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HttpStatus(pub u16);

impl Argument for HttpStatus {}

impl fmt::Display for HttpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = http::StatusCode::from_u16(self.0).ok();
        match known.and_then(|status| status.canonical_reason()) {
            Some(name) => write!(f, "{} {name}", self.0),
            None => self.0.fmt(f),
        }
    }
}

/// Names, of which there may be more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameList {
    /// Those that are told.
    pub names: Vec<String>,
    /// How many there are besides.
    pub more: usize,
}

impl Argument for NameList {
    fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
        self.names.iter_mut().for_each(|name| name.each_text(fit));
    }
}

impl fmt::Display for NameList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join(", "))?;
        if self.more > 0 { write!(f, " and {} more", self.more) } else { Ok(()) }
    }
}

/// Who shows a default certificate: a program that is known by it, or one of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultOwner {
    /// The program of this name.
    Program(Cow<'static, str>),
    /// Some proxy.
    Proxy,
    /// Some web server.
    WebServer,
}

impl Argument for DefaultOwner {}

impl fmt::Display for DefaultOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Program(name) => name,
            Self::Proxy => "the proxy",
            Self::WebServer => "the web server",
        })
    }
}

/// Whose certificate it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateOwner {
    /// That of another server, to which the probed one led.
    Server {
        /// Its name.
        host: String,
    },
    /// That of the authority of the probed server.
    Authority {
        /// What the authority calls itself.
        name: String,
    },
    /// That of the authority of another server.
    AuthorityOf {
        /// What the authority calls itself.
        name: String,
        /// The server's name.
        host: String,
    },
}

impl Argument for CertificateOwner {
    fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
        match self {
            Self::Server { host } => host.each_text(fit),
            Self::Authority { name } => name.each_text(fit),
            Self::AuthorityOf { name, host } => {
                name.each_text(fit);
                host.each_text(fit);
            }
        }
    }
}

impl fmt::Display for CertificateOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server { host } => f.write_str(host),
            Self::Authority { name } => write!(f, "its authority `{name}`"),
            Self::AuthorityOf { name, host } => write!(f, "`{name}`, the authority of {host}"),
        }
    }
}

impl From<http::StatusCode> for HttpStatus {
    fn from(status: http::StatusCode) -> Self {
        Self(status.as_u16())
    }
}

/// A span of time. Short ones are said with their milliseconds: `2.3 s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span {
    /// Milliseconds.
    ms: u64,
}

impl Span {
    /// Longer ones are said in whole minutes and hours.
    const SHORT: u64 = 60_000;

    /// The span as the library has it.
    #[must_use]
    pub const fn get(self) -> Duration {
        Duration::from_millis(self.ms)
    }

    /// Whether it is said with its milliseconds.
    #[must_use]
    pub const fn is_short(self) -> bool {
        self.ms < Self::SHORT
    }
}

impl Argument for Span {}

impl From<Duration> for Span {
    fn from(span: Duration) -> Self {
        Self { ms: u64::try_from(span.as_millis()).unwrap_or(u64::MAX) }
    }
}

/// A negative span, which only a clock set back can make, is none.
impl From<TimeDelta> for Span {
    fn from(span: TimeDelta) -> Self {
        Self { ms: u64::try_from(span.num_milliseconds()).unwrap_or(0) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_short() {
            return f.write_str(&spoken(self.get()));
        }
        f.write_str(&english(TimeDelta::from_std(self.get()).unwrap_or(TimeDelta::MAX)))
    }
}

/// A day, of which the hour does not matter: `2026-07-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub DateTime<Utc>);

impl Argument for Date {}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%F"))
    }
}

/// When something ended, and when that was seen: `9 days ago (2026-03-01)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// When that was seen.
    pub seen: DateTime<Utc>,
}

impl Argument for Past {}

impl fmt::Display for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ago = self.seen - self.at;
        let (count, unit) = match (ago.num_days(), ago.num_hours()) {
            (2.., _) => (ago.num_days(), "day"),
            (_, 1..) => (ago.num_hours(), "hour"),
            _ => (ago.num_minutes().max(0), "minute"),
        };
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} {unit}{plural} ago ({})", self.at.format("%F"))
    }
}

/// An instant: `2026-07-05 04:00 UTC`, or in a sentence `2026-07-05 at 04:00 UTC` (`{:#}`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub DateTime<Utc>);

impl Argument for Moment {}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if f.alternate() { "%F at %R" } else { "%F %R" };
        write!(f, "{} UTC", self.0.format(form))
    }
}
