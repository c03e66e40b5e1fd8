//! Certificates as they are met: which of them count, when one ends too soon, and
//! whether the words for a refused one lead the right way.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use prober::clock::Clock;
use prober::model::observation::{Outcome, Reason, WarningKind};
use prober::model::target::{Endpoint, TlsSettings};
use rcgen::{
    CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, date_time_ymd,
};
use rustls::SignatureScheme;
use rustls::version::{TLS12, TLS13};
use rustls_pki_types::CertificateDer;

use crate::support::certificates::{Authority, Identity, of_file, pretender, self_signed};
use crate::support::probes::{failure, probe, probe_at, success, tls, tls_settings};
use crate::support::server::{Act, Server, ok};

/// A handshake with a server that shows `chain`, which `identity` has the key to.
async fn showing(chain: &[CertificateDer<'static>], identity: &Identity) -> Server {
    let shown = Identity { chain: chain.to_vec(), key: identity.key.clone_key() };
    Server::tls(shown.server(&[]), |_| vec![Act::Say(ok("ok"))]).await
}

/// A handshake that trusts `roots` beside the well-known ones.
fn handshake(server: &Server, roots: &[CertificateDer<'static>]) -> Endpoint {
    let settings = TlsSettings { extra_roots: roots.to_vec(), ..tls_settings() };
    tls("localhost", server.port, settings)
}

/// The words for a certificate that is refused.
async fn refusal(identity: &Identity, roots: &[CertificateDer<'static>]) -> String {
    let server = showing(&identity.chain, identity).await;
    failure(&probe(&handshake(&server, roots)).await, Reason::Tls)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Makes a certificate end long ago.
fn long_ended(params: &mut CertificateParams) {
    params.not_after = date_time_ymd(2020, 1, 2);
}

#[tokio::test]
async fn an_expired_twin_of_the_intermediate_changes_nothing() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 1, 2));
    let [own, good] = &leaf.chain[..] else { panic!("not two certificates") };
    let expired = home.twin(long_ended);
    for chain in [[own, &expired, good], [own, good, &expired]] {
        let server = showing(&chain.map(Clone::clone), &leaf).await;
        let report = probe(&handshake(&server, &[home.root()])).await;
        assert!(success(&report).is_empty());
        assert_eq!(report.cert_expires_at, Some(at("3000-01-02T00:00:00Z")));
    }
}

#[tokio::test]
async fn a_twin_that_ends_soon_does_not_warn_where_the_other_lasts() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 1, 2));
    let [own, good] = &leaf.chain[..] else { panic!("not two certificates") };
    let soon = home.twin(|params| params.not_after = date_time_ymd(2999, 6, 2));
    for chain in [[own, &soon, good], [own, good, &soon]] {
        let server = showing(&chain.map(Clone::clone), &leaf).await;
        let target = handshake(&server, &[home.root()]);
        let report = probe_at(&target, Clock::at(at("2999-06-01T00:00:00Z"))).await;
        assert!(success(&report).is_empty());
        assert_eq!(report.cert_expires_at, Some(at("3000-01-02T00:00:00Z")));
    }
}

#[tokio::test]
async fn an_intermediate_that_has_expired_and_has_no_twin_is_named() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |_| {});
    let server = showing(&[leaf.chain[0].clone(), home.twin(long_ended)], &leaf).await;
    let clock = Clock::at(at("2020-01-12T00:00:00Z"));
    let report = probe_at(&handshake(&server, &[home.root()]), clock).await;
    let detail = failure(&report, Reason::CertExpired);
    let expected = "the intermediate certificate `Home Intermediate` of localhost expired \
        10 days ago (2020-01-02)";
    assert_eq!(detail, expected);
    assert_eq!(report.cert_expires_at, Some(at("2020-01-02T00:00:00Z")));
}

#[tokio::test]
async fn a_root_of_ones_own_ends_too_and_one_made_anew_takes_over() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 1, 2));
    let old = home.root_again(|params| params.not_after = date_time_ymd(2999, 6, 8));
    let server = showing(&leaf.chain, &leaf).await;
    let soon = Clock::at(at("2999-06-01T00:00:00Z"));
    let alone = handshake(&server, std::slice::from_ref(&old));
    let report = probe_at(&alone, soon.clone()).await;
    let expected = "expires in 7 days (2999-06-08), that of its authority `Home Root`";
    assert_eq!(success(&report)[0].detail.to_string(), expected);
    let ended = home.root_again(long_ended);
    let late = Clock::at(at("2020-01-12T00:00:00Z"));
    let report = probe_at(&handshake(&server, std::slice::from_ref(&ended)), late).await;
    let expected = "the root `Home Root` of localhost, which is named as tls.ca, expired \
        10 days ago (2020-01-02)";
    assert_eq!(failure(&report, Reason::CertExpired), expected);
    for both in [[old, home.root()], [home.root(), ended]] {
        let report = probe_at(&handshake(&server, &both), soon.clone()).await;
        assert!(success(&report).is_empty(), "{report:?}");
    }
}

#[tokio::test]
async fn an_intermediate_that_ends_soon_is_named() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 1, 2));
    let soon = home.twin(|params| params.not_after = date_time_ymd(2999, 6, 8));
    let server = showing(&[leaf.chain[0].clone(), soon], &leaf).await;
    let clock = Clock::at(at("2999-06-01T00:00:00Z"));
    let report = probe_at(&handshake(&server, &[home.root()]), clock).await;
    let expected = "expires in 7 days (2999-06-08), that of its authority `Home Intermediate`";
    assert_eq!(success(&report)[0].detail.to_string(), expected);
}

/// Whether a certificate that lives for `life` is warned of when `left` is left of it.
async fn warns(life: TimeDelta, left: TimeDelta) -> bool {
    let home = Authority::new();
    let begins = Clock::System.now() - TimeDelta::minutes(1);
    let leaf = home.issue(&["localhost"], |params| {
        params.not_before = SystemTime::from(begins).into();
        params.not_after = SystemTime::from(begins + life).into();
    });
    let server = showing(&leaf.chain, &leaf).await;
    let clock = Clock::at(begins + life - left);
    let report = probe_at(&handshake(&server, &[home.root()]), clock).await;
    success(&report).iter().any(|warning| warning.kind == WarningKind::CertExpiring)
}

#[tokio::test]
async fn a_certificate_that_lives_for_hours_or_days_warns_when_its_renewal_is_overdue() {
    let hours = TimeDelta::hours;
    // Caddy's own authority, step-ca, and the six days of Let's Encrypt.
    for (life, fine, overdue) in [(12, 4, 3), (24, 8, 7), (160, 54, 52)] {
        assert!(!warns(hours(life), hours(life) - TimeDelta::minutes(5)).await, "{life} h, new");
        assert!(!warns(hours(life), hours(fine)).await, "{life} h, {fine} h left");
        assert!(warns(hours(life), hours(overdue)).await, "{life} h, {overdue} h left");
    }
}

#[tokio::test]
async fn a_renewal_at_a_third_of_the_lifetime_has_time() {
    assert!(!warns(TimeDelta::hours(12), TimeDelta::minutes(4 * 60 - 15)).await);
    assert!(!warns(TimeDelta::hours(1), TimeDelta::minutes(19)).await);
    assert!(warns(TimeDelta::hours(1), TimeDelta::minutes(17)).await);
}

#[tokio::test]
async fn a_certificate_that_lives_for_months_warns_as_configured() {
    let days = TimeDelta::days;
    for life in [90, 365, 3_650] {
        assert!(!warns(days(life), days(14) + TimeDelta::minutes(1)).await, "{life} days");
        assert!(warns(days(life), days(14)).await, "{life} days");
    }
}

#[tokio::test]
async fn an_authority_that_ends_is_measured_by_its_own_lifetime() {
    let now = Clock::System.now();
    let home = Authority::with_intermediate(|params| {
        params.not_before = SystemTime::from(now - TimeDelta::days(2)).into();
        params.not_after = SystemTime::from(now + TimeDelta::days(7)).into();
    });
    let leaf = home.issue(&["localhost"], |_| {});
    let server = showing(&leaf.chain, &leaf).await;
    let target = handshake(&server, &[home.root()]);
    // It lives for nine days: three are its last third.
    for (days_left, warns) in [(4, 0), (2, 1)] {
        let clock = Clock::at(now + TimeDelta::days(7 - days_left));
        assert_eq!(success(&probe_at(&target, clock).await).len(), warns, "{days_left} days left");
    }
}

#[tokio::test]
async fn a_default_certificate_of_a_proxy_is_told_as_such() {
    let of = |common: &str, organization: &str, names: &[&str]| {
        self_signed(names, |params| {
            params.distinguished_name.push(DnType::CommonName, common);
            params.distinguished_name.push(DnType::OrganizationName, organization);
        })
    };
    for (whose, identity) in [
        ("Traefik", of("TRAEFIK DEFAULT CERT", "", &["3d67.754e.traefik.default"])),
        ("Traefik", of("localhost", "", &["3d67.754e.traefik.default"])),
        (
            "ingress-nginx",
            of("Kubernetes Ingress Controller Fake Certificate", "Acme Co", &["ingress.local"]),
        ),
        ("Nginx Proxy Manager", of("localhost", "Nginx Proxy Manager", &[])),
        ("Synology DSM", of("synology", "Synology Inc.", &["synology"])),
    ] {
        let detail = refusal(&identity, &[]).await;
        let expected =
            format!("{whose} has no certificate for localhost and shows its default one");
        assert!(detail.starts_with(&expected), "{detail}");
        assert!(!detail.contains("tls.ca"), "{detail}");
    }
}

#[tokio::test]
async fn nobody_is_advised_to_trust_a_certificate_for_somebody_else() {
    let nas = self_signed(&["nas.home"], |_| {});
    let detail = refusal(&nas, &[]).await;
    let expected = "the certificate is for nas.home, not for localhost, and self-signed: the server \
        seems to have none for this name and to show its default one";
    assert_eq!(detail, expected);
    let nameless = self_signed(&[], |params| {
        params.distinguished_name.push(DnType::CommonName, "localhost");
    });
    let detail = refusal(&nameless, &[]).await;
    assert!(detail.starts_with("the certificate is for no name at all"), "{detail}");
    // To renew it would not help either.
    let expired = self_signed(&["nas.home"], long_ended);
    let detail = refusal(&expired, &[]).await;
    assert!(detail.starts_with("the certificate is for nas.home, not for localhost"), "{detail}");
}

/// Authority Information Access with one `caIssuers`, as Let's Encrypt has it.
fn telling_issuers_place(params: &mut CertificateParams) {
    let url = b"http://r11.i.lencr.org/";
    let method = [6, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2];
    let uri = [&[0x86, 23], &url[..]].concat();
    let description = [&[0x30, 35], &method[..], &uri].concat();
    let content = [&[0x30, 37], &description[..]].concat();
    let access = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content);
    params.custom_extensions.push(access);
}

#[tokio::test]
async fn an_intermediate_that_is_not_sent_is_missed() {
    let home = Authority::new();
    let expected = "the server does not send its intermediate certificate `Home Intermediate`: use \
        fullchain, not only the certificate for localhost";
    // Known by the home's root, or by what a public certificate says of its issuer.
    let mut private = home.issue(&["localhost"], |_| {});
    private.chain.truncate(1);
    assert_eq!(refusal(&private, &[home.root()]).await, expected);
    let mut public = home.issue(&["localhost"], telling_issuers_place);
    public.chain.truncate(1);
    assert_eq!(refusal(&public, &[]).await, expected);
    // One of another time is no help.
    public.chain.push(Authority::stale_root());
    assert_eq!(refusal(&public, &[]).await, expected);
    // Without either, both are possible.
    let detail = refusal(&private, &[]).await;
    assert!(detail.contains("intermediate") && detail.contains("tls.ca"), "{detail}");
}

#[tokio::test]
async fn an_authority_that_was_made_anew_is_not_called_unknown() {
    let (home, anew) = (Authority::new(), Authority::new());
    let leaf = anew.issue(&["localhost"], |_| {});
    let detail = refusal(&leaf, &[home.root()]).await;
    let expected = "the certificate for localhost, or one above it, is not signed with the key of \
        the `Home Root` that is known here: was that authority made anew?";
    assert_eq!(detail, expected);
}

#[tokio::test]
async fn authorities_that_are_not_for_everybody_are_known() {
    for (name, expected) in [
        ("CloudFlare Origin SSL Certificate Authority", "only Cloudflare trusts"),
        ("(STAGING) Wannabe Watercress R11", "test authority of Let's Encrypt"),
        ("Caddy Local Authority - ECC Intermediate", "root.crt as tls.ca"),
    ] {
        let home = Authority::with_intermediate(|params| {
            params.distinguished_name.push(DnType::CommonName, name);
        });
        let detail = refusal(&home.issue(&["localhost"], |_| {}), &[]).await;
        assert!(detail.contains(expected), "{detail}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_for_servers_says_so() {
    let home = Authority::new();
    let client = home.issue(&["localhost"], |params| {
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
    });
    let expected = "the certificate for localhost is not for servers (by its extended key usage)";
    assert_eq!(refusal(&client, &[home.root()]).await, expected);
    let no_authority = Authority::with_intermediate(|params| params.is_ca = IsCa::ExplicitNoCa);
    let detail = refusal(&no_authority.issue(&["localhost"], |_| {}), &[no_authority.root()]).await;
    let expected =
        "the certificate for localhost is issued by a certificate that is no authority's";
    assert_eq!(detail, expected);
}

#[tokio::test]
async fn a_certificate_that_prober_cannot_check_is_told_as_its_own_limit() {
    for (file, root, limit) in [
        ("sha1", "old-root", "it is signed with SHA-1"),
        ("md5", "old-root", "it is signed with MD5"),
        ("version-1", "old-root", "it is not of version 3 of X.509"),
        ("p521", "p521-root", "it is signed with ECDSA over SHA-512"),
        ("p521-key", "old-root", "its key is of the curve P-521"),
        ("rsa-1024", "old-root", "its RSA key has fewer than 2048 bits"),
        ("ed448", "old-root", "its key is of Ed448"),
    ] {
        let config =
            pretender(vec![of_file(file)], SignatureScheme::ECDSA_NISTP256_SHA256, &[&TLS13]);
        let server = Server::tls(config, |_| vec![Act::Say(ok("ok"))]).await;
        let report = probe(&handshake(&server, &[of_file(root)])).await;
        let expected = format!(
            "prober cannot check the certificate of localhost, which is a limit of its own: {limit}; \
            tls.insecure = true probes without the check"
        );
        assert_eq!(failure(&report, Reason::Tls), expected);
    }
}

#[tokio::test]
async fn a_server_that_cannot_prove_its_certificate_is_not_trusted() {
    let home = Authority::new();
    let chain = home.issue(&["localhost"], |_| {}).chain;
    for version in [&TLS12, &TLS13] {
        let config = pretender(chain.clone(), SignatureScheme::ECDSA_NISTP256_SHA256, &[version]);
        let server = Server::tls(config, |_| vec![Act::Say(ok("ok"))]).await;
        let report = probe(&handshake(&server, &[home.root()])).await;
        let expected = "localhost did not prove that the certificate is its own: it signed the \
            handshake wrongly";
        assert_eq!(failure(&report, Reason::Tls), expected);
    }
}

#[tokio::test]
async fn insecure_takes_whatever_is_shown() {
    let home = Authority::new();
    let odd = home.issue(&["other"], |params| {
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::EmailProtection);
    });
    let mut chains: Vec<_> = ["sha1", "md5", "version-1", "rsa-1024", "p521", "p521-key", "ed448"]
        .map(|file| vec![of_file(file)])
        .to_vec();
    chains.push(odd.chain);
    chains.push(vec![b"this is no certificate".to_vec().into()]);
    let kinds = [
        (SignatureScheme::ECDSA_NISTP521_SHA512, &TLS13),
        (SignatureScheme::ED448, &TLS13),
        (SignatureScheme::ECDSA_NISTP256_SHA256, &TLS12),
        (SignatureScheme::ECDSA_NISTP521_SHA512, &TLS12),
    ];
    for chain in &chains {
        for (scheme, version) in kinds {
            let server = Server::tls(pretender(chain.clone(), scheme, &[version]), |_| {
                vec![Act::Say(ok("ok"))]
            });
            let settings = TlsSettings { insecure: true, ..tls_settings() };
            let report = probe(&tls("localhost", server.await.port, settings)).await;
            assert!(matches!(report.outcome, Outcome::Success { .. }), "{scheme:?} {report:?}");
        }
    }
}

#[tokio::test]
async fn a_kind_of_key_that_is_not_offered_is_a_limit_of_both() {
    let chain = vec![of_file("p521")];
    let config = pretender(chain, SignatureScheme::ECDSA_NISTP521_SHA512, &[&TLS13]);
    let server = Server::tls(config, |_| vec![Act::Say(ok("ok"))]).await;
    let report = probe(&handshake(&server, &[of_file("p521-root")])).await;
    let detail = failure(&report, Reason::Tls);
    assert!(detail.contains("takes as safe, which is prober's own limit"), "{detail}");
    assert!(!detail.contains("HandshakeFailure"), "{detail}");
}

/// What is said of a server that answers a greeting with an alert of this code.
async fn words_for_alert(code: u8) -> String {
    let server = Server::unasked(vec![Act::Say(vec![0x15, 3, 3, 0, 2, 2, code])]).await;
    failure(&probe(&handshake(&server, &[])).await, Reason::Tls)
}

#[tokio::test]
async fn a_refused_handshake_says_what_it_may_be_and_what_would_help() {
    let name = words_for_alert(40).await;
    let expected = "localhost refused the handshake: it has no certificate for this name, or ";
    assert!(name.starts_with(expected), "{name}");
    let version = words_for_alert(70).await;
    assert!(version.contains("no version of TLS that prober takes as safe"), "{version}");
    assert!(!version.contains("insecure"), "it would not help: {version}");
    let cipher = words_for_alert(71).await;
    assert!(cipher.starts_with("localhost shares no cipher or kind of key"), "{cipher}");
}
