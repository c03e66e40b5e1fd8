//! `[[target]]`, the tables in it, and `[defaults]`.

use std::time::Duration;

use http::Method;
use rustls_pki_types::ServerName;
use schemars::Schema;
use toml::Spanned;
use toml::de::DeValue;

use crate::config::toml::reader::Reader;
use crate::config::toml::table::{Table as _, tables};
use crate::config::toml::value_type::ValueType;
use crate::config::values::address::Address;
use crate::config::values::collections::{Headers, OneOrMany};
use crate::config::values::name::{Name, Reference};
use crate::config::values::numbers::{ByteSize, Count};
use crate::config::values::strings::{FileName, NonEmptyText, SecretText, Subprotocol};
use crate::config::values::web_url::PublicUrl;
use crate::model::cron::CronExpression;
use crate::model::expect::{JsonExpect, StatusRange};
use crate::model::pattern::Pattern;
use crate::model::target::{
    DialogueExpect, DnsCode, GrpcHealth, HostKey, IpChoice, Payload, Pin, Proxy, Resolver,
};

tables! {
    /// One watched thing: `[[target]]`.
    Target Nothing {
        /// A unique name, as messages show it.
        name: Name = Required,
        /// What is probed; the scheme picks the probe: `https`, `tcp`, `dns`, `icmp`, `smtp`….
        url: Address = Required,
        /// The heading under which it is listed.
        group: Name = Optional,
        /// Whether the status page shows it, with its badges and outages; true unless set.
        public: bool = Optional,
        /// Where people look when it fails: its own page, or what to do; messages link to it.
        link: PublicUrl = Optional,
        /// How often it is probed; every minute unless set.
        interval: Duration = Optional,
        /// When it is probed, instead of `interval`: a cron expression, as in a crontab.
        schedule: CronExpression = Optional,
        /// The time for one attempt, from the name's lookup to the last byte; 10 s unless set.
        timeout: Duration = Optional,
        /// Tries within one probe, one second apart, of which the first success wins; 2 unless set.
        attempts: Count<10> = Optional,
        /// Consecutive failures that make it down; 2 unless set.
        failure_threshold: Count<1000> = Optional,
        /// Consecutive successes that make it up again; 1 unless set.
        success_threshold: Count<1000> = Optional,
        /// Say again that it is down each time this long has passed; never unless set.
        remind: Duration = Optional,
        /// When it changes too often for each change to be told.
        flapping: Flapping = Optional,
        /// The channels that are told of it; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Whether channels are told of it outside their `hours` too; false unless set.
        urgent: bool = Optional,
        /// Whether witnesses are asked when it fails, where there are any; true unless set.
        witness: bool = Optional,
        /// The targets that it cannot work without: while one is down, this one is not announced.
        depends_on: OneOrMany<Reference> = Optional,
        /// What it stands together with, one house or one line: see docs/causes.md; unless set, what is behind the same root.
        place: Name = Optional,
        /// Which addresses of the host may be used; any unless set.
        ip: IpChoice = Optional,
        /// The name server that is asked for addresses, by `udp://` or `tcp://`; the system's unless set.
        resolver: Resolver = Optional,
        /// The HTTP method; GET unless set.
        method: Method = Optional,
        /// HTTP headers to send.
        headers: Headers<SecretText> = Optional,
        /// The body of the HTTP request, for methods that carry one.
        body: SecretText = Optional,
        /// The credentials to send: a user name and password, or a bearer token.
        auth: Auth = Optional,
        /// Whether to follow redirects, ten at most; true unless set.
        follow_redirects: bool = Optional,
        /// The proxy to go through, of HTTP or SOCKS 5.
        proxy: Proxy = Optional,
        /// The settings of TLS.
        tls: Tls = Optional,
        /// What is sent as soon as a connection is open: a text, or bytes as `hex:…`.
        send: Payload = Optional,
        /// What is said over a connection, step by step.
        dialogue: OneOrMany<TargetDialogue> = Optional,
        /// Whether a mail, FTP or chat server is asked to go over to TLS; true unless set.
        starttls: bool = Optional,
        /// The subprotocols of a WebSocket, of which the server must take one.
        subprotocol: OneOrMany<Subprotocol> = Optional,
        /// How many pings are sent at most; 3 unless set.
        pings: Count<20> = Optional,
        /// What the answer must be: all of it must hold.
        expect: Expect = Optional,
        /// What to warn of while the target works.
        warn: Warn = Optional,
    }

    /// The credentials of a request: `{ username = "…", password = "…" }` or `{ bearer = "…" }`.
    Auth All {
        /// The user name of basic authentication.
        username: SecretText = Optional,
        /// The password of basic authentication.
        password: SecretText = Optional,
        /// Whether the password is never sent, and only proven by Digest; false unless set. Otherwise it is sent, and proven where the server asks for that.
        digest: bool = Optional,
        /// A token, sent as `Authorization: Bearer …`.
        bearer: SecretText = Optional,
    }

    /// The settings of TLS.
    Tls Nothing {
        /// A PEM file of certificates to trust in addition to the well-known ones.
        ca: FileName = Optional,
        /// The name that the certificate must be for, if it is not the URL's host.
        server_name: ServerName<'static> = Optional,
        /// Whether any certificate will do; false unless set.
        insecure: bool = Optional,
        /// What the server's certificate must be, one of these: the SHA-256 of its key as `sha256//…`, or that of the certificate in hexadecimal digits.
        pin: OneOrMany<Pin> = Optional,
        /// A PEM file with the certificate that is shown to servers that ask for one, leaf first.
        client_cert: FileName = Optional,
        /// The PEM file with the private key of `client_cert`.
        client_key: FileName = Optional,
    }

    /// What the answer must be.
    Expect Nothing {
        /// The statuses that are fine; 200-299 unless set.
        status: OneOrMany<StatusRange> = Optional,
        /// Must occur in the body.
        body_contains: OneOrMany<NonEmptyText> = Optional,
        /// Regular expressions that must match somewhere in the body.
        body_matches: OneOrMany<Pattern> = Optional,
        /// Must not occur in the body.
        body_not_contains: OneOrMany<NonEmptyText> = Optional,
        /// Regular expressions that must not match anywhere in the body.
        body_not_matches: OneOrMany<Pattern> = Optional,
        /// Headers that must be there, and the regular expressions that one of their values must match.
        header: Headers<Pattern> = Optional,
        /// Headers, and the regular expressions that none of their values may match.
        header_not: Headers<Pattern> = Optional,
        /// What must hold of a JSON body: a JSONPath, a comparison and a literal; also `absent(…)`, `count(…)`, `age(…)` and `in`.
        json: OneOrMany<JsonExpect> = Optional,
        /// How much of a body is read at most, after decompression; 1MiB unless set. If it is set, a longer body is a failure.
        max_body: ByteSize = Optional,
        /// Whether the head of the answer is enough, as of a stream; false unless set.
        head_only: bool = Optional,
        /// The time within which it must answer, from the name's lookup on; slower is a failure. None unless set.
        latency_under: Duration = Optional,
        /// What must be said first over a connection: a regular expression, or bytes as `hex:…`.
        banner: DialogueExpect = Optional,
        /// Records that must be in the answer of a name server, as zone files write them.
        answer: OneOrMany<NonEmptyText> = Optional,
        /// Regular expressions, each of which must match one of the records.
        answer_matches: OneOrMany<Pattern> = Optional,
        /// The code of a name server's answer, such as `NXDOMAIN`; `NOERROR` with a record unless set.
        rcode: DnsCode = Optional,
        /// Fingerprints of host keys, of which a server of SSH must have one.
        host_key: OneOrMany<HostKey> = Optional,
        /// What a server of gRPC must say of its health; `SERVING` unless set.
        health: GrpcHealth = Optional,
        /// The code with which the server must close a WebSocket once all is said; it need not close it unless set.
        close_code: Count<4999> = Optional,
        /// How many of the pings must be answered; 1 unless set.
        answered: Count<20> = Optional,
        /// Whether the port must NOT answer; false unless set.
        unreachable: bool = Optional,
    }

    /// One step of a dialogue: what is sent, what must be answered, or that TLS begins.
    TargetDialogue Nothing {
        /// What is sent: a text, or bytes as `hex:…`.
        send: Payload = Optional,
        /// What must be said then: a regular expression, or bytes as `hex:…`.
        expect: DialogueExpect = Optional,
        /// Whether TLS begins here.
        starttls: bool = Optional,
    }

    /// What to warn of while the target works.
    Warn Nothing {
        /// The latency above which it is called slow; none unless set.
        latency_over: Duration = Optional,
        /// How long before its end a certificate is warned of, at most a third of its lifetime; 14 days unless set.
        cert_expires_within: Duration = Optional,
    }

    /// When a target changes too often for each change to be told.
    Flapping Nothing {
        /// How many changes between down and up are told; 2 unless set. With one more, it is unstable.
        changes: Count<100> = Optional,
        /// The time within which they are counted; 1 hour unless set.
        within: Duration = Optional,
        /// How long its status must hold until it is steady again; 30 minutes unless set.
        steady_after: Duration = Optional,
    }
}

/// `[defaults]`: the keys of a target, without those that only one target can have.
pub(in crate::config) enum Defaults {}

/// The keys that every target has for itself.
const NOT_DEFAULTS: &[&str] = &["name", "url", "depends_on"];

impl ValueType for Defaults {
    type Value = Target;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Target> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.report_type(value, "a table", "write `[defaults]` with its keys below");
            return None;
        };
        let before = reader.budget.spent() - reader.shared;
        // What is missing here, only the targets that take it lack.
        let read = reader.owned(&value.span(), |reader| {
            Target::read_table(table, &value.span(), NOT_DEFAULTS, reader)
        });
        reader.repeated = (reader.budget.spent() - reader.shared).saturating_sub(before);
        Some(read)
    }

    fn schema() -> Schema {
        Target::schema_except(NOT_DEFAULTS)
    }
}
