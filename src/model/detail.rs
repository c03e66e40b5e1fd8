//! What exactly happened, as data: a code and its arguments.
//!
//! Readers differ in language, zone and day, so the words are made when something
//! is shown, and not when it is seen. [`Display`](fmt::Display) says it in English
//! and UTC, for logs, JSON and terminals; the other languages are in the message
//! room. Stored, a detail is its English words and its data, so that the version
//! before reads it too; and what that version stored is read as [`Detail::Text`].

mod alarm;
mod argument;
mod cause;
mod certificate;
mod connection;
mod grpc;
mod http;
mod kinds;
mod lack;
mod lookup;
mod os;
mod own;
mod ssh;
mod store;
mod table;
mod tls;
mod websocket;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use argument::Argument as _;

pub use alarm::AlarmDetail;
pub use argument::{
    CertificateOwner, Date, DefaultOwner, HttpStatus, IpFamily, Moment, NameList, Past, PeerName,
    Span,
};
pub use cause::{Cause, Front, MAX_NAMED};
pub use certificate::{
    CertificateDetail, CertificateFlaw, CertificateIssuerDetail, CertificateLimit,
    CertificateNameDetail,
};
pub use connection::{BannerDetail, ConnectionDetail};
pub use grpc::GrpcDetail;
pub use http::{FramingConflict, HttpDetail, RedirectDetail};
pub use kinds::{AnswerDetail, Beside, HeartbeatDetail, LimitDetail};
pub use lack::LackDetail;
pub use lookup::DnsDetail;
pub use os::{OsFault, ResolverFault};
pub use own::OwnDetail;
pub use ssh::SshDetail;
pub use store::StoreDetail;
pub use tls::TlsDetail;
pub use websocket::WebSocketDetail;

/// The name of a detail, and the names and types of its arguments.
pub type Row = (&'static str, &'static [(&'static str, &'static str)]);

/// All that depends on which kinds of details there are.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($type:ty),)+) => {
        /// What exactly happened.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Detail {
            /// What somebody else wrote, or words that have no code.
            Text(String),
            $($(#[$doc])* $kind($type),)+
        }

        /// Everything but a text, by its kind.
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Data {
            $($kind($type),)+
        }

        impl Detail {
            /// Each kind by its name in what is stored, and what it can say.
            pub const TABLES: &'static [(&'static str, &'static [Row])] =
                &[$((stringify!($kind), <$type>::TABLE)),+];

            /// The fact that decides, in English: all but what is said [beside](Self::beside) it.
            #[must_use]
            pub fn fact(&self) -> String {
                match self {
                    Self::Text(text) => text.clone(),
                    $(Self::$kind(it) => it.to_string(),)+
                }
            }

            /// The same with every text in it that others wrote as `fit` makes it: without
            /// secrets, say, or shorter.
            #[must_use]
            pub fn with_texts(mut self, fit: &dyn Fn(String) -> String) -> Self {
                match &mut self {
                    Self::Text(text) => *text = fit(std::mem::take(text)),
                    $(Self::$kind(it) => it.each_text(fit),)+
                }
                self
            }

            fn data(&self) -> Option<Data> {
                match self.clone() {
                    Self::Text(_) => None,
                    $(Self::$kind(it) => Some(Data::$kind(it)),)+
                }
            }
        }

        impl From<Data> for Detail {
            fn from(data: Data) -> Self {
                match data {
                    $(Data::$kind(it) => Self::$kind(it),)+
                }
            }
        }

        $(impl From<$type> for Detail {
            fn from(it: $type) -> Self {
                Self::$kind(it)
            }
        })+
    };
}

kinds! {
    /// What is wrong with an answer.
    Answer(AnswerDetail),
    /// Why there is no connection, or none any more.
    Connection(ConnectionDetail),
    /// What is wrong with a banner.
    Banner(BannerDetail),
    /// What is wrong with the answer of a name server.
    Dns(DnsDetail),
    /// What is wrong with a WebSocket.
    WebSocket(WebSocketDetail),
    /// What is wrong with a server of SSH.
    Ssh(SshDetail),
    /// What is wrong with a server of gRPC.
    Grpc(GrpcDetail),
    /// Why an answer over HTTP is none, or cannot be read.
    Http(HttpDetail),
    /// Why a redirect cannot be followed.
    Redirect(RedirectDetail),
    /// Why a handshake failed, if not for the certificate.
    Tls(TlsDetail),
    /// Why a certificate is refused.
    Certificate(CertificateDetail),
    /// For whom a certificate is, which is not for the one who shows it.
    CertificateName(CertificateNameDetail),
    /// From whom a certificate is, whom nobody knows here.
    CertificateIssuer(CertificateIssuerDetail),
    /// Why the prober could not find out.
    Own(OwnDetail),
    /// What a heartbeat did, or did not do.
    Heartbeat(HeartbeatDetail),
    /// Why an alarm was raised.
    Alarm(AlarmDetail),
    /// A limit that is crossed while the target works.
    Limit(LimitDetail),
    /// What a part of the configuration lacks.
    Lack(LackDetail),
    /// Why the store cannot be read or written.
    Store(StoreDetail),
}

impl Detail {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// What is worth saying beside it, on a line of its own.
    #[must_use]
    pub fn beside(&self) -> Option<Beside<'_>> {
        if let Self::Answer(answer) = self { answer.beside() } else { None }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fact())?;
        match self.beside() {
            Some(Beside::Expected(expected)) => write!(f, ", expected {expected}"),
            Some(Beside::Begins(begins)) => write!(f, ": it begins `{begins}`"),
            None => Ok(()),
        }
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// How a detail is stored, beside the other fields of what it is a detail of.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// In English, for the version before.
    detail: String,
    /// What this version reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<serde_json::Value>,
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = self.data().map(serde_json::to_value).transpose().map_err(ser::Error::custom)?;
        Stored { detail: self.to_string(), data }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Detail {
    /// Data of a version to come is left alone: its words are understood.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { detail, data } = Stored::deserialize(deserializer)?;
        let known = data.and_then(|data| serde_json::from_value::<Data>(data).ok());
        Ok(known.map_or(Self::Text(detail), Self::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> Detail {
        Detail::Answer(AnswerDetail::Status { status: HttpStatus(503), expected: "200-299".into() })
    }

    #[test]
    fn it_is_stored_in_words_and_as_data() {
        let stored = serde_json::to_value(status()).unwrap();
        assert_eq!(stored["detail"], "answered 503 Service Unavailable, expected 200-299");
        assert_eq!(serde_json::from_value::<Detail>(stored).unwrap(), status());
    }

    #[test]
    fn what_other_versions_stored_is_read_by_its_words() {
        for stored in
            [r#"{"detail":"it broke"}"#, r#"{"detail":"it broke","data":{"new":{"a":1}}}"#]
        {
            let read: Detail = serde_json::from_str(stored).unwrap();
            assert_eq!(read, Detail::Text("it broke".into()), "{stored}");
        }
    }

    #[test]
    fn texts_of_others_can_be_made_fit_to_show() {
        let detail = Detail::Answer(AnswerDetail::HeaderOther {
            header: "x-key".into(),
            value: "secret".into(),
            expected: "a".into(),
        });
        let shown = detail.with_texts(&|text| text.replace("secret", "***"));
        assert_eq!(shown.to_string(), "the header `x-key` is `***`, expected `a`");
        assert_eq!(shown.beside(), None);
        assert_eq!(status().beside(), Some(Beside::Expected("200-299")));
    }
}
