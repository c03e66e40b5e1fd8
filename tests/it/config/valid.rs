//! What is made of valid files.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use prober::model::expect::{JsonRule, Operator, StatusRange};
use prober::model::target::{
    Cadence, ChannelKind, Config, DialogueStep, DnsCode, DnsType, GrpcHealth, HostKey, HttpProbe,
    IpChoice, Pin, Protocol, ProxyWay, Target, TcpProbe, TcpSecurity,
};

use super::config;

/// A target with `url` and the further `lines`.
fn target(url: &str, lines: &str) -> Target {
    config(&format!("[[target]]\nname = 'it'\nurl = '{url}'\n{lines}")).targets.remove(0)
}

fn http(url: &str, lines: &str) -> HttpProbe {
    match target(url, lines).endpoint().unwrap().protocol.clone() {
        Protocol::Http(probe) => *probe,
        other => panic!("{other:?}"),
    }
}

fn tcp(url: &str, lines: &str) -> TcpProbe {
    match target(url, lines).endpoint().unwrap().protocol.clone() {
        Protocol::Tcp(probe) => *probe,
        other => panic!("{other:?}"),
    }
}

/// Its dialogue in short.
fn said(probe: &TcpProbe) -> Vec<String> {
    let step = |step: &DialogueStep| match step {
        DialogueStep::Send(bytes) => format!("> {}", String::from_utf8_lossy(&bytes.bytes)),
        DialogueStep::Expect(heard) => format!("< {heard}"),
        DialogueStep::StartTls => "TLS".to_owned(),
    };
    probe.dialogue.iter().map(step).collect()
}

const SITE: &str = "https://photos.example.com/a?b=c";

#[test]
fn two_lines_are_a_target_with_the_defaults_of_a_home_owner() {
    let target = target(SITE, "");
    assert_eq!(target.name.as_str(), "it");
    assert!(
        matches!(target.endpoint().unwrap().cadence, Cadence::Every(every) if every == Duration::from_mins(1))
    );
    assert_eq!(target.policy.failure_threshold.get(), 2);
    assert_eq!(target.policy.success_threshold.get(), 1);
    assert_eq!(target.policy.remind, None);
    let endpoint = target.endpoint().unwrap().clone();
    assert_eq!((endpoint.timeout, endpoint.attempts.get()), (Duration::from_secs(10), 2));
    assert_eq!((endpoint.ip, endpoint.unreachable), (IpChoice::Any, false));
    assert_eq!(endpoint.warn.latency_over, None);
    assert_eq!(endpoint.warn.cert_expires_within, Duration::from_hours(14 * 24));
}

#[test]
fn an_http_target_is_a_get_that_follows_redirects_to_a_2xx() {
    let probe = http(SITE, "");
    assert_eq!((probe.url.as_str(), probe.method), (SITE, Method::GET));
    assert!(probe.follow_redirects && probe.headers.is_empty() && probe.proxy.is_none());
    assert_eq!(probe.expect.status, [StatusRange { first: 200, last: 299 }]);
    assert_eq!((probe.expect.max_body, probe.expect.max_body_strict), (1024 * 1024, false));
}

#[test]
fn the_file_lies_in_its_folder_and_so_does_its_store() {
    let text = "[[target]]\nname = 'it'\nurl = 'tcp://192.0.2.1:1'\n[store]\npath = ";
    assert_eq!(
        config(text.split("[store]").next().unwrap()).store_path,
        Path::new("etc/prober.db")
    );
    assert_eq!(config(&format!("{text}'db/x.db'")).store_path, Path::new("etc/db/x.db"));
    assert_eq!(config(&format!("{text}'/var/x.db'")).store_path, Path::new("/var/x.db"));
}

#[test]
fn channels_keep_the_order_of_the_file_and_are_all_told_unless_some_are_named() {
    let config = config(
        "timezone = 'Asia/Seoul'
        [notify.zebra]
        type = 'slack'
        webhook_url = '${SLACK_WEBHOOK_URL}'
        mention = '<!here>'
        [notify.ant]
        type = 'console'
        [watchdog]
        ping_url = 'https://hc-ping.example.com/${PASSWORD}'
        [[target]]
        name = 'a'
        url = 'tcp://192.0.2.1:1'
        [[target]]
        name = 'b'
        url = 'tcp://192.0.2.1:1'
        notify = ['ant', 'ant']
        depends_on = 'a'",
    );
    let names = |target: &Target| target.notify.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(config.timezone, chrono_tz::Asia::Seoul);
    assert_eq!(config.channels[0].name.as_str(), "zebra");
    let ChannelKind::Slack { webhook_url, mention } = &config.channels[0].kind else { panic!() };
    assert_eq!(webhook_url.expose(), "https://hooks.slack.com/services/hunter2");
    assert_eq!(mention.as_deref(), Some("<!here>"));
    assert!(matches!(config.channels[1].kind, ChannelKind::Console));
    assert_eq!(config.watchdog.unwrap().expose(), "https://hc-ping.example.com/hunter2");
    assert_eq!(names(&config.targets[0]), ["zebra", "ant"]);
    assert_eq!(names(&config.targets[1]), ["ant"]);
    assert_eq!(config.targets[1].depends_on[0].as_str(), "a");
}

#[test]
fn every_key_of_an_http_target_arrives() {
    let text = r#"
        group = "home"
        schedule = "0 */5 * * * *"
        timeout = "${SECONDS}"
        attempts = 3
        failure_threshold = 4
        success_threshold = 5
        remind = "6h"
        ip = "v6"
        method = "POST"
        body = "hunter2"
        headers = { X-Key = "$${PASSWORD} is ${PASSWORD}" }
        follow_redirects = false
        proxy = "http://me:hunter2@[2001:db8::1]:3128"
        warn = { latency_over = "2s", cert_expires_within = "7d" }
        [target.expect]
        status = ["3xx", 404, "500-503"]
        header = { content-type = "json" }
        max_body = "2KiB"
    "#;
    let target = target(SITE, text);
    assert_eq!(target.group.as_deref(), Some("home"));
    assert!(matches!(
        target.endpoint().unwrap().cadence,
        Cadence::Cron { zone: chrono_tz::UTC, .. }
    ));
    assert_eq!(target.policy.failure_threshold.get(), 4);
    assert_eq!(target.policy.success_threshold.get(), 5);
    assert_eq!(target.policy.remind, Some(Duration::from_hours(6)));
    let endpoint = target.endpoint().unwrap().clone();
    assert_eq!((endpoint.timeout, endpoint.attempts.get()), (Duration::from_secs(30), 3));
    assert_eq!(endpoint.ip, IpChoice::V6);
    assert_eq!(endpoint.warn.latency_over, Some(Duration::from_secs(2)));
    assert_eq!(endpoint.warn.cert_expires_within, Duration::from_hours(7 * 24));
    let Protocol::Http(probe) = endpoint.protocol else { panic!() };
    assert_eq!((probe.method, probe.follow_redirects), (Method::POST, false));
    assert_eq!(probe.body.unwrap().expose(), "hunter2");
    assert_eq!(probe.headers["x-key"], "${PASSWORD} is hunter2");
    assert!(probe.headers["x-key"].is_sensitive());
    let proxy = probe.proxy.unwrap();
    assert_eq!((proxy.host.as_str(), proxy.port), ("2001:db8::1", 3128));
    let ProxyWay::Http(Some(authorization)) = proxy.way else { panic!("{proxy:?}") };
    assert_eq!(authorization.expose(), "Basic bWU6aHVudGVyMg==");
    let ranges: Vec<_> =
        probe.expect.status.iter().map(|range| (range.first, range.last)).collect();
    assert_eq!(ranges, [(300, 399), (404, 404), (500, 503)]);
    assert_eq!(probe.expect.headers[0].0, "content-type");
    assert_eq!((probe.expect.max_body, probe.expect.max_body_strict), (2048, true));
}

#[test]
fn expectations_of_the_body_take_one_or_many_and_make_its_limit_strict() {
    let expect = "expect = { body_contains = 'ok', body_matches = ['a', 'b$'], \
                  body_not_contains = 'x', json = \"$.disk.free_gb >= 10\" }";
    let expect = http(SITE, expect).expect;
    assert_eq!((expect.body_contains, expect.body_matches.len()), (vec!["ok".to_owned()], 2));
    assert_eq!((expect.body_not_contains, expect.max_body_strict), (vec!["x".to_owned()], true));
    assert_eq!(expect.json[0].source, "$.disk.free_gb >= 10");
    let rule = JsonRule::Compare { operator: Operator::GreaterOrEqual, literal: 10.into() };
    assert_eq!(expect.json[0].rule, rule);
}

#[test]
fn credentials_are_in_auth_or_in_the_url() {
    let authorization = |url: &str, lines: &str| {
        let probe = http(url, lines);
        assert!(probe.headers["authorization"].is_sensitive() && !probe.url.as_str().contains('@'));
        probe.headers["authorization"].to_str().unwrap().to_owned()
    };
    assert_eq!(authorization("https://b%C3%BC:a:b@example.com/#x", ""), "Basic YsO8OmE6Yg==");
    let auth = "auth = { username = 'mü', password = 'a:b' }";
    assert_eq!(authorization(SITE, auth), "Basic bcO8OmE6Yg==");
    assert_eq!(authorization(SITE, "auth = { bearer = '${PASSWORD}' }"), "Bearer hunter2");
}

#[test]
fn tcp_and_tls_take_a_host_and_a_port() {
    let probe = tcp("tcp://[2001:db8::1]:22", "send = \"hi\\r\\n\"\nexpect = { banner = '^SSH' }");
    assert_eq!((probe.host.as_str(), probe.port), ("2001:db8::1", 22));
    assert_eq!(said(&probe), ["> hi\r\n", "< ^SSH"]);
    assert_eq!(tcp("tcp://${HOME}:80", "").port, 80);
    assert_eq!(tcp("tcp://1.1.1.1:21", "").host, "1.1.1.1");
    let probe = tcp("tls://bücher.example:443", "");
    assert_eq!((probe.host.as_str(), probe.port), ("xn--bcher-kva.example", 443));
    assert!(
        target("tcp://192.0.2.1:3389", "expect = { unreachable = true }")
            .endpoint()
            .unwrap()
            .unreachable
    );
}

#[test]
fn a_dialogue_is_said_step_by_step() {
    let probe = tcp(
        "tcp://192.0.2.1:25",
        "dialogue = [{ expect = '^220' }, { send = 'hex:00 fF', expect = 'hex:05' },
         { starttls = true }, { send = 'NOOP' }]
         tls = { insecure = true }",
    );
    assert_eq!(said(&probe), ["< ^220", "> \0\u{fffd}", "< hex:05", "TLS", "> NOOP"]);
    assert!(matches!(&probe.security, TcpSecurity::StartTls(settings) if settings.insecure));
    let probe = tcp("tls://192.0.2.1:993", "expect = { banner = '^. OK' }");
    assert_eq!(said(&probe), ["< ^. OK"]);
    assert!(matches!(probe.security, TcpSecurity::Tls(_)));
}

#[test]
fn a_mail_server_is_greeted_and_goes_over_to_tls_unless_it_must_not() {
    let start = |url: &str, lines: &str| said(&tcp(url, lines)).iter().any(|step| step == "TLS");
    for scheme in ["smtp", "imap", "pop3", "ftp", "xmpp"] {
        let probe = tcp(&format!("{scheme}://192.0.2.1"), "");
        assert_eq!(probe.scheme, scheme);
        assert!(start(&format!("{scheme}://192.0.2.1:1"), ""), "{scheme}");
        assert!(matches!(probe.security, TcpSecurity::StartTls(_)));
        let plain = tcp(&format!("{scheme}://192.0.2.1"), "starttls = false");
        assert!(!said(&plain).contains(&"TLS".to_owned()), "{scheme}");
        assert!(matches!(plain.security, TcpSecurity::Plain));
        let secure = tcp(&format!("{scheme}s://192.0.2.1"), "");
        assert!(!said(&secure).contains(&"TLS".to_owned()) && secure.port > probe.port);
        assert!(matches!(secure.security, TcpSecurity::Tls(_)));
    }
    assert_eq!(tcp("smtp://mail.example", "").port, 25);
    let probe = tcp("imaps://mail.example", "expect = { banner = 'Dovecot' }");
    assert_eq!((probe.port, said(&probe)[0].as_str()), (993, "< Dovecot"));
    let probe = tcp("xmpp://192.0.2.1", "tls = { server_name = 'chat.example' }");
    assert!(said(&probe)[0].contains("to='chat.example'"), "{:?}", said(&probe));
}

#[test]
fn a_name_server_is_asked_for_a_name_and_a_type() {
    let dns = |url: &str, lines: &str| match target(url, lines).endpoint().unwrap().protocol.clone()
    {
        Protocol::Dns(probe) => *probe,
        other => panic!("{other:?}"),
    };
    let probe = dns("dns://1.1.1.1/Home.example.com.", "");
    assert_eq!((probe.host.as_str(), probe.port, probe.kind), ("1.1.1.1", 53, DnsType::A));
    assert_eq!((probe.name.as_str(), probe.expect.rcode), ("Home.example.com", None));
    let probe = dns(
        "dns://[2001:db8::1]:5353/_dmarc.example.com?type=txt",
        "expect = { rcode = 'noerror', answer = ['a', 'b'], answer_matches = '^v=' }",
    );
    assert_eq!((probe.port, probe.kind, probe.expect.answer.len()), (5353, DnsType::Txt, 2));
    assert_eq!(probe.expect.rcode, Some(DnsCode::NoError));
    let probe = dns("dns+tls://ns.example/a.example", "tls = { insecure = true }");
    assert!(probe.port == 853 && probe.tls.is_some_and(|settings| settings.insecure));
    assert_eq!(dns("dns://ns.example/bücher.example", "").name, "xn--bcher-kva.example");
}

#[test]
fn a_web_socket_is_asked_for_as_a_page_is() {
    let socket =
        |url: &str, lines: &str| match target(url, lines).endpoint().unwrap().protocol.clone() {
            Protocol::WebSocket(probe) => *probe,
            other => panic!("{other:?}"),
        };
    let probe = socket("wss://me:hunter2@home.example:8123/api", "subprotocol = 'mqtt'");
    assert_eq!((probe.scheme(), probe.url.as_str()), ("wss", "https://home.example:8123/api"));
    assert!(probe.headers.contains_key("authorization") && probe.is_secure());
    assert_eq!((probe.subprotocols.as_slice(), probe.close_code), (&["mqtt".to_owned()][..], None));
    let lines = "send = 'hi'\nexpect = { banner = '^ok', close_code = 4001 }";
    let probe = socket("ws://home.example", lines);
    assert_eq!((probe.scheme(), probe.close_code, probe.dialogue.len()), ("ws", Some(4001), 2));
}

#[test]
fn a_server_of_ssh_may_have_one_of_several_keys() {
    let key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let lines = format!("expect = {{ host_key = ['{key}', '{key}='], banner = 'OpenSSH' }}");
    let Protocol::Ssh(probe) =
        target("ssh://nas.example", &lines).endpoint().unwrap().protocol.clone()
    else {
        panic!()
    };
    assert_eq!((probe.port, probe.host_keys.as_slice()), (22, &[HostKey([0; 32]); 2][..]));
    assert!(probe.banner.is_some());
}

#[test]
fn a_service_of_grpc_stands_behind_the_port() {
    let grpc =
        |url: &str, lines: &str| match target(url, lines).endpoint().unwrap().protocol.clone() {
            Protocol::Grpc(probe) => *probe,
            other => panic!("{other:?}"),
        };
    let probe = grpc("grpcs://api.example/shop.Orders", "auth = { bearer = 'hunter2' }");
    assert_eq!((probe.scheme(), probe.service.as_str()), ("grpcs", "shop.Orders"));
    assert_eq!((probe.url.as_str(), probe.health), ("https://api.example/", GrpcHealth::Serving));
    assert!(probe.headers.contains_key("authorization"));
    let probe = grpc("grpc://api.example:50051", "expect = { health = 'not_serving' }");
    assert_eq!((probe.scheme(), probe.service.as_str()), ("grpc", ""));
    assert_eq!((probe.url.port(), probe.health), (Some(50051), GrpcHealth::NotServing));
}

#[test]
fn a_proxy_speaks_http_or_socks() {
    let proxy = |url: &str| http(SITE, &format!("proxy = '{url}'")).proxy.unwrap();
    let found = proxy("socks5://me:hunter%32@proxy.example");
    let ProxyWay::Socks(Some(login)) = &found.way else { panic!("{found:?}") };
    assert_eq!((found.host.as_str(), found.port), ("proxy.example", 1080));
    assert_eq!((login.username.expose(), login.password.expose()), ("me", "hunter2"));
    for (url, port) in [("socks5://[::1]:80", 80), ("socks5://[::1]:443", 443)] {
        let found = proxy(url);
        assert_eq!((found.host.as_str(), found.port), ("::1", port));
        assert!(matches!(found.way, ProxyWay::Socks(None)));
    }
    let found = proxy("http://proxy.example");
    assert!(matches!(found.way, ProxyWay::Http(None)) && found.port == 80);
}

#[test]
fn a_host_is_pinged_by_its_name_alone() {
    let target = target("icmp://nas.example", "pings = 5\nexpect = { answered = 4 }\nip = 'v4'");
    let Protocol::Icmp(probe) = &target.endpoint().unwrap().protocol else { panic!() };
    assert_eq!(
        (probe.host.as_str(), probe.count.get(), probe.answered.get()),
        ("nas.example", 5, 4)
    );
}

#[test]
fn a_target_may_have_a_resolver_of_its_own() {
    let resolver = |text: &str| {
        target(SITE, &format!("resolver = '{text}'")).endpoint().unwrap().resolver.clone().unwrap()
    };
    let found = resolver("tcp://1.1.1.1:5353");
    assert_eq!((found.over_tcp, found.host.as_str(), found.port), (true, "1.1.1.1", 5353));
    let found = resolver("udp://[2001:db8::1]");
    assert_eq!((found.over_tcp, found.host.as_str(), found.port), (false, "2001:db8::1", 53));
}

#[test]
fn what_an_answer_must_not_be_is_read() {
    let lines = "auth = { username = 'a', password = 'b', digest = true }
        expect = { body_not_matches = 'x', header_not = { age = '.' }, head_only = false,
                   latency_under = '300ms' }";
    let probe = http(SITE, lines);
    assert_eq!((probe.expect.body_not_matches.len(), probe.expect.headers_not.len()), (1, 1));
    assert!(!probe.headers.contains_key("authorization") && probe.digest.is_some());
    assert!(http(SITE, "expect = { head_only = true }").expect.head_only);
    let limit = target(SITE, lines).endpoint().unwrap().latency_under;
    assert_eq!(limit, Some(Duration::from_millis(300)));
}

#[test]
fn certificates_and_keys_are_read_beside_the_file() {
    let settings = "tls = { ca = 'home.pem', server_name = 'home', client_cert = 'home.pem', \
                    client_key = 'home.key' }";
    let probe = tcp("tls://192.0.2.1:443", settings);
    let settings = probe.security.tls().unwrap();
    assert_eq!(settings.extra_roots.len(), 1);
    assert_eq!(settings.server_name.as_ref().unwrap().to_str(), "home");
    assert!(!settings.insecure);
    assert_eq!(settings.client.as_ref().unwrap().chain, settings.extra_roots);
}

#[test]
fn equal_tls_settings_are_shared() {
    let tls = |config: &Config, at: usize| match &config.targets[at].endpoint().unwrap().protocol {
        Protocol::Tcp(probe) => Arc::clone(probe.security.tls().unwrap()),
        other => panic!("{other:?}"),
    };
    let config = config(
        "target = [
            { name = 'a', url = 'tls://192.0.2.1:1', tls = { insecure = true } },
            { name = 'b', url = 'tls://192.0.2.1:2', tls = { insecure = true } },
            { name = 'c', url = 'tls://192.0.2.1:3' },
        ]",
    );
    assert!(Arc::ptr_eq(&tls(&config, 0), &tls(&config, 1)));
    assert!(!Arc::ptr_eq(&tls(&config, 0), &tls(&config, 2)));
}

#[test]
fn defaults_fill_what_a_target_does_not_say_and_only_where_it_fits() {
    let config = config(
        "[defaults]
        interval = '5m'
        headers = { a = '1', b = '2' }
        auth = { bearer = 'hunter2' }
        expect = { status = 204, body_contains = 'ok' }
        tls = { insecure = true }
        warn = { latency_over = '1s' }
        send = 'hi'
        [[target]]
        name = 'http'
        url = 'https://me@example.com'
        schedule = '@hourly'
        headers = { B = '3' }
        expect = { status = 200 }
        warn = { cert_expires_within = '3d' }
        [[target]]
        name = 'tcp'
        url = 'tcp://192.0.2.1:1'",
    );
    let [http, tcp] = &config.targets[..] else { panic!() };
    assert!(matches!(http.endpoint().unwrap().cadence, Cadence::Cron { .. }));
    assert_eq!(http.endpoint().unwrap().warn.latency_over, Some(Duration::from_secs(1)));
    assert_eq!(http.endpoint().unwrap().warn.cert_expires_within, Duration::from_hours(72));
    let Protocol::Http(probe) = &http.endpoint().unwrap().protocol else { panic!() };
    assert_eq!(
        (&probe.headers["a"], &probe.headers["b"]),
        (&"1".parse().unwrap(), &"3".parse().unwrap())
    );
    assert_eq!(probe.headers["authorization"], "Basic bWU6");
    assert!(probe.tls.insecure);
    assert_eq!(probe.expect.status, [StatusRange { first: 200, last: 200 }]);
    assert_eq!(probe.expect.body_contains, ["ok"]);
    assert!(
        matches!(tcp.endpoint().unwrap().cadence, Cadence::Every(every) if every == Duration::from_mins(5))
    );
    let Protocol::Tcp(probe) = &tcp.endpoint().unwrap().protocol else { panic!() };
    assert_eq!(said(probe), ["> hi"]);
}

#[test]
fn a_default_gives_way_to_what_it_would_contradict() {
    let config = config(
        "[defaults]
        method = 'POST'
        body = 'x'
        timeout = '5s'
        expect = { unreachable = true }
        [[target]]
        name = 'get'
        url = 'http://192.0.2.1'
        method = 'GET'
        expect = { status = 200 }
        [[target]]
        name = 'closed'
        url = 'http://192.0.2.1'
        interval = '5s'",
    );
    let [get, closed] = &config.targets[..] else { panic!() };
    let Protocol::Http(probe) = &get.endpoint().unwrap().protocol else { panic!() };
    assert!(probe.body.is_none() && !get.endpoint().unwrap().unreachable);
    assert!(closed.endpoint().unwrap().unreachable);
}

#[test]
fn credentials_and_trust_are_not_mixed_with_the_defaults() {
    let config = config(
        "[defaults]
        auth = { username = 'me', password = 'hunter2' }
        tls = { insecure = true }
        [[target]]
        name = 'it'
        url = 'https://192.0.2.1'
        auth = { bearer = 'hunter2' }
        tls = { ca = 'home.pem' }",
    );
    let Protocol::Http(probe) = &config.targets[0].endpoint().unwrap().protocol else { panic!() };
    assert_eq!(probe.headers["authorization"], "Bearer hunter2");
    assert!(!probe.tls.insecure);
}

#[test]
fn a_short_interval_shortens_the_timeout_that_is_not_set() {
    let endpoint = target("tcp://192.0.2.1:1", "interval = '3s'").endpoint().unwrap().clone();
    assert_eq!(endpoint.timeout, Duration::from_secs(3));
}

#[test]
fn no_secret_is_in_the_debug_output() {
    let target = target(
        "https://me:hunter2@example.com",
        "method = 'PUT'\nbody = 'hunter2'\nheaders = { x = 'hunter2' }\n\
         proxy = 'http://me:hunter2@192.0.2.1'",
    );
    assert!(!format!("{target:?}").contains(super::MARKER));
}

#[test]
fn that_a_port_must_not_answer_is_no_default_of_what_has_none() {
    let text = "[defaults]\nexpect = { unreachable = true }\n\
        [[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:22'\n\
        [[target]]\nname = 'b'\nurl = 'icmp://192.0.2.1'\n\
        [[target]]\nname = 'c'\nurl = 'dns://192.0.2.1/home.example'\n\
        [[target]]\nname = 'd'\nurl = 'udp://192.0.2.1:123'\nsend = 'a'\n";
    let targets = config(text).targets;
    let unreachable = targets.iter().map(|target| target.endpoint().unwrap().unreachable);
    assert_eq!(unreachable.collect::<Vec<_>>(), [true, false, false, false]);
}

#[test]
fn a_pin_is_of_a_key_or_of_a_certificate() {
    let key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let colons = vec!["aB"; 32].join(":");
    let probe = http(SITE, &format!("tls = {{ pin = ['{key}', '{colons}'] }}"));
    assert_eq!(probe.tls.pins, [Pin::Key([0; 32]), Pin::Certificate([0xab; 32])]);
}
