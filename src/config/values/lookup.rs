//! What is said of name servers: their codes, and who is asked.

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::address::{DNS_PORT, host_and_port};
use crate::model::target::{DnsCode, Resolver};
use crate::text::nearest::nearest;

impl TextType for DnsCode {
    type Value = Self;

    const NAME: &'static str = "code of a DNS answer";
    const EXPECTED: &'static str = "a code such as \"NOERROR\" or \"NXDOMAIN\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let known = Self::ALL.iter().find(|code| code.name().eq_ignore_ascii_case(&text.value));
        known.copied().ok_or_else(|| {
            let names = Self::ALL.iter().map(|code| code.name());
            let near = nearest(&text.value.to_ascii_uppercase(), names);
            near.map(|near| format!("did you mean `{near}`?"))
        })
    }

    fn schema() -> Schema {
        let names: Vec<_> = Self::ALL.iter().map(|code| code.name()).collect();
        json_schema!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "\\$\\{" }] })
    }
}

impl TextType for Resolver {
    type Value = Self;

    const NAME: &'static str = "resolver";
    const EXPECTED: &'static str =
        "a name server, such as \"udp://1.1.1.1\" or \"tcp://1.1.1.1:53\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let (scheme, rest) = text.value.trim().split_once("://").ok_or(None)?;
        let over_tcp = match scheme.to_ascii_lowercase().as_str() {
            "udp" => false,
            "tcp" => true,
            _ => return Err(Some("must begin with udp:// or tcp://".into())),
        };
        let (host, port) = host_and_port(scheme, rest, Some(DNS_PORT))?;
        // Who resolves its name?
        if host.parse::<std::net::IpAddr>().is_err() {
            return Err(Some("must be an address: a name would have to be resolved itself".into()));
        }
        Ok(Self { over_tcp, host, port })
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(udp|tcp)://|\$\{",
            "examples": ["udp://1.1.1.1", "tcp://192.168.1.1:53"],
        })
    }
}
