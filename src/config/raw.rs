//! The file as it is written: one struct for each table, one field for each
//! key. This, with the two files below it, is the only list of keys: the reader, the JSON Schema (with the
//! comments as its descriptions) and the merging with `[defaults]` are made of it.

mod inbound;
mod outbound;

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::address::{Address, ProxyUrl};
use crate::config::choice::{Ip, RequestMethod, Tongue, Zone};
use crate::config::condition::Condition;
use crate::config::leaf::{Cron, FileName, Pattern, SecretText, ServerNameText, Words};
use crate::config::mistake::Span;
use crate::config::moment::Moment;
use crate::config::name::{Name, Reference};
use crate::config::quantity::{ByteSize, Count, Period, Status};
use crate::config::rare::Rare;
pub(super) use crate::config::raw::inbound::{Alarms, Heartbeat, Logs, Page, Reports};
pub(super) use crate::config::raw::outbound::{Notify, SelfCheck, Watchdog};
use crate::config::reader::{Fields, Located, Presence, Reader};
use crate::config::several::{Headers, Named, OneOrMany, Tables};
use crate::config::table::{self, tables};
use crate::config::toml_key::{Hides, TomlKey};

tables! {
    /// The whole file.
    File Nothing {
        /// The time zone of messages, pages and cron expressions; UTC unless set.
        timezone: Zone = Optional,
        /// The language of messages and pages; English unless set.
        language: Tongue = Optional,
        /// Keys for every target that does not set them itself.
        defaults: Defaults = Optional,
        /// The channels to tell: `[notify.NAME]`.
        notify: Named<Notify> = Optional,
        /// What is watched: `[[target]]`, once for each.
        target: Tables<Target> = Optional,
        /// What calls us: `[[heartbeat]]`, once for each.
        heartbeat: Tables<Heartbeat> = Optional,
        /// Whose errors are reported by browsers and apps: `[[reports]]`, once for each service.
        reports: Tables<Reports> = Optional,
        /// What becomes of CloudWatch's alarms.
        alarms: Alarms = Optional,
        /// What becomes of the errors in CloudWatch Logs.
        logs: Logs = Optional,
        /// When nothing is said of what is down: `[[maintenance]]`, once for each window.
        maintenance: Tables<Maintenance> = Optional,
        /// Who watches the watcher.
        watchdog: Watchdog = Optional,
        /// What shows whether it is prober's own network that fails.
        self_check: SelfCheck = Optional,
        /// What anybody who reaches the inbox may look at.
        page: Page = Optional,
        /// Where prober remembers.
        store: Store = Optional,
    }

    /// One watched thing: `[[target]]`.
    Target Nothing {
        /// A unique name, as messages show it.
        name: Name = Required,
        /// What is probed; the scheme picks the probe: `http`, `https`, `tcp` or `tls`.
        url: Address = Required,
        /// The heading that it is listed under.
        group: Name = Optional,
        /// How often it is probed; every minute unless set.
        interval: Period = Optional,
        /// When it is probed, instead of `interval`: a cron expression that begins with seconds.
        schedule: Cron = Optional,
        /// The time for one attempt, from the name's lookup to the last byte; 10 s unless set.
        timeout: Period = Optional,
        /// Tries within one probe, one second apart, of which the first success wins; 2 unless set.
        attempts: Count<10> = Optional,
        /// Consecutive failures that make it down; 2 unless set.
        failure_threshold: Count<1000> = Optional,
        /// Consecutive successes that make it up again; 1 unless set.
        success_threshold: Count<1000> = Optional,
        /// Say again that it is down each time this long has passed; never unless set.
        remind: Period = Optional,
        /// When it changes so often that each change is no news.
        flapping: Rare<Flapping> = Optional,
        /// The channels that hear of it; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// The targets that it cannot work without: while one is down, this one is not announced.
        depends_on: OneOrMany<Reference> = Optional,
        /// Which addresses of the host may be used; any unless set.
        ip: Ip = Optional,
        /// The HTTP method; GET unless set.
        method: RequestMethod = Optional,
        /// HTTP headers to send.
        headers: Headers<SecretText> = Optional,
        /// The body of the HTTP request, for methods that carry one.
        body: SecretText = Optional,
        /// Who asks: a user name and password, or a bearer token.
        auth: Rare<Auth> = Optional,
        /// Whether to follow redirects, ten at most; true unless set.
        follow_redirects: bool = Optional,
        /// The HTTP proxy to go through.
        proxy: ProxyUrl = Optional,
        /// How TLS is spoken.
        tls: Rare<Tls> = Optional,
        /// What is sent as soon as a TCP connection stands.
        send: SecretText = Optional,
        /// What the answer must be: all of it must hold.
        expect: Rare<Expect> = Optional,
        /// Limits that are told of while the target works.
        warn: Warn = Optional,
    }

    /// Who asks: `{ username = "…", password = "…" }` or `{ bearer = "…" }`.
    Auth All {
        /// The user name of basic authentication.
        username: SecretText = Optional,
        /// The password of basic authentication.
        password: SecretText = Optional,
        /// A token, sent as `Authorization: Bearer …`.
        bearer: SecretText = Optional,
    }

    /// How TLS is spoken.
    Tls Nothing {
        /// A PEM file of certificates that are trusted beside the well-known ones.
        ca: FileName = Optional,
        /// Whom the certificate must be for, where that is not the URL's host.
        server_name: ServerNameText = Optional,
        /// Whether any certificate will do; false unless set.
        insecure: bool = Optional,
        /// A PEM file with the certificate that is shown to servers that ask for one, leaf first.
        client_cert: FileName = Optional,
        /// The PEM file with the private key of `client_cert`.
        client_key: FileName = Optional,
    }

    /// What the answer must be.
    Expect Nothing {
        /// The statuses that are fine; 200-299 unless set.
        status: OneOrMany<Status> = Optional,
        /// Must occur in the body.
        body_contains: OneOrMany<Words> = Optional,
        /// Regular expressions that must match somewhere in the body.
        body_matches: OneOrMany<Pattern> = Optional,
        /// Must not occur in the body.
        body_not_contains: OneOrMany<Words> = Optional,
        /// Headers that must be there, and the regular expressions that one of their values must match.
        header: Headers<Pattern> = Optional,
        /// What must hold of a JSON body: a JSONPath, a comparison and a literal.
        json: OneOrMany<Condition> = Optional,
        /// What is read of a body at most, after decompression; 1MiB unless set. Where it is set, more is a failure.
        max_body: ByteSize = Optional,
        /// A regular expression that must match what a TCP peer says first.
        banner: Pattern = Optional,
        /// Whether the port must NOT answer; false unless set.
        unreachable: bool = Optional,
    }

    /// Limits that are told of while the target works.
    Warn Nothing {
        /// The latency above which it is called slow; none unless set.
        latency_over: Period = Optional,
        /// How long before its end a certificate is told of, at most a third of its lifetime; 14 days unless set.
        cert_expires_within: Period = Optional,
    }

    /// When a target changes so often that each change is no news.
    Flapping Nothing {
        /// Changes between down and up that are told; 6 unless set. One more, and it is unstable.
        changes: Count<100> = Optional,
        /// The time within which they are counted; 1 hour unless set.
        within: Period = Optional,
        /// How long its status must hold until it is steady again; 30 minutes unless set.
        steady_after: Period = Optional,
    }

    /// A time in which nothing is said of what is down: `[[maintenance]]`.
    Maintenance Nothing {
        /// The targets and heartbeats that it is for; all unless set.
        targets: OneOrMany<Reference> = Optional,
        /// When it begins, again and again: a cron expression that begins with seconds.
        schedule: Cron = Optional,
        /// How long it lasts each time.
        duration: Period = Optional,
        /// When it begins, once; without an offset, on the clock of `timezone`.
        from: Moment = Optional,
        /// When it ends, once.
        to: Moment = Optional,
    }

    /// Where prober remembers.
    Store Nothing {
        /// The SQLite file; `prober.db` beside this file unless set.
        path: FileName = Optional,
    }
}

/// Keys for every target: those of a target that more than one may have.
#[derive(Clone, Default)]
pub(super) struct Defaults(pub(super) Target);

/// What only a target itself can say.
const NOT_DEFAULTS: &[&str] = &["name", "url", "depends_on"];

impl TomlKey for Defaults {
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong_type(value, "a table", "write `[defaults]` with its keys below");
            return None;
        };
        Some(Self(Target::read_table(table, value.span(), reader, NOT_DEFAULTS)))
    }

    fn schema() -> Schema {
        Target::schema_except(NOT_DEFAULTS)
    }
}
