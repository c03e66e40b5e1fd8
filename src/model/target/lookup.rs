//! What is asked of name servers, and which of them.

use std::fmt;
use std::sync::Arc;

use super::TlsSettings;
use crate::model::pattern::Pattern;

/// A question to a name server, and what its answer must be.
#[derive(Debug, Clone)]
pub struct DnsProbe {
    /// The name server's name or address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The settings of TLS, if it is asked over that.
    pub tls: Option<Arc<TlsSettings>>,
    /// The name that is asked for, without a dot at the end.
    pub name: String,
    /// What is asked of it.
    pub kind: DnsType,
    /// What the answer must be.
    pub expect: DnsExpect,
}

/// What the answer of a name server must be; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct DnsExpect {
    /// The code of the answer. Without one, it must be `NOERROR`, and there must be a
    /// record of the type that is asked for.
    pub rcode: Option<DnsCode>,
    /// Each must be one of the records, as zone files write them.
    pub answer: Vec<String>,
    /// Each must match one of the records.
    pub answer_matches: Vec<Pattern>,
}

/// A name server that is asked for the addresses of a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resolver {
    /// Whether it is asked over TCP from the start.
    pub over_tcp: bool,
    /// Its name or address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Gives an enum of numbered names its names and numbers, from one table.
macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal, $number:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Each of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As people write it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Its number in a message.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

numbered! {
    /// A type of records:
    /// <https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml#dns-parameters-4>.
    DnsType {
        /// An IPv4 address.
        A = "A", 1;
        /// An IPv6 address.
        Aaaa = "AAAA", 28;
        /// Who may issue certificates.
        Caa = "CAA", 257;
        /// The name that an alias stands for.
        Cname = "CNAME", 5;
        /// Who takes mail.
        Mx = "MX", 15;
        /// A name server.
        Ns = "NS", 2;
        /// The name of an address.
        Ptr = "PTR", 12;
        /// What a zone is.
        Soa = "SOA", 6;
        /// Where a service is.
        Srv = "SRV", 33;
        /// A text.
        Txt = "TXT", 16;
    }
}

impl DnsCode {
    /// The one of this number, if it is known.
    #[must_use]
    pub fn of(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }

    /// The name of the code of this number, or one that says the number.
    ///
    /// ```
    /// use prober::model::target::DnsCode;
    /// assert_eq!((DnsCode::shown(3), DnsCode::shown(15)), ("NXDOMAIN".into(), "RCODE15".into()));
    /// ```
    #[must_use]
    pub fn shown(number: u16) -> String {
        Self::of(number).map_or_else(|| format!("RCODE{number}"), |code| code.to_string())
    }
}

numbered! {
    /// The code of an answer:
    /// <https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml#dns-parameters-6>.
    DnsCode {
        /// There is no error.
        NoError = "NOERROR", 0;
        /// The server did not understand the question.
        FormErr = "FORMERR", 1;
        /// The server could not find out.
        ServFail = "SERVFAIL", 2;
        /// There is no such name.
        NxDomain = "NXDOMAIN", 3;
        /// The server does not answer such questions.
        NotImp = "NOTIMP", 4;
        /// The server does not answer us.
        Refused = "REFUSED", 5;
        /// A name is there that must not be.
        YxDomain = "YXDOMAIN", 6;
        /// Records are there that must not be.
        YxRrSet = "YXRRSET", 7;
        /// Records are not there that must be.
        NxRrSet = "NXRRSET", 8;
        /// The server does not speak for this zone.
        NotAuth = "NOTAUTH", 9;
        /// A name is not in the zone.
        NotZone = "NOTZONE", 10;
    }
}
