//! The pages over HTTP, from `prober watch --listen`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::TimeDelta;
use ring::digest;

use super::desk::Desk;
use super::listening::Listening;
use crate::home::target;

async fn listening() -> Listening {
    Listening::to(&target("nas", "tcp://127.0.0.1:1")).await
}

#[tokio::test]
async fn each_has_its_kind_and_is_kept_for_half_a_minute() {
    let prober = listening().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/status.json", "application/json"),
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/target/nas", "text/html; charset=utf-8"),
        ("/outages", "text/html; charset=utf-8"),
        ("/badge/nas.svg", "image/svg+xml; charset=utf-8"),
        ("/badge/nas/uptime.svg", "image/svg+xml; charset=utf-8"),
        ("/badge/nas/uptime-7d.svg", "image/svg+xml; charset=utf-8"),
        ("/badge/nas/latency.svg", "image/svg+xml; charset=utf-8"),
        ("/badge/%6Eas.svg", "image/svg+xml; charset=utf-8"),
    ] {
        let answer = prober.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for header in [
            &format!("content-type: {kind}"),
            "cache-control: max-age=",
            "vary: accept-encoding",
            "etag: w/\"",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "content-security-policy: default-src 'none'; ",
        ] {
            assert!(answer.head.contains(header), "{path}: {header}\n{answer:?}");
        }
    }
    prober.stop().await;
}

#[tokio::test]
async fn the_policy_allows_the_one_style_that_there_is() {
    let prober = listening().await;
    let page = prober.get("/").await;
    let (_, style) = page.body.split_once("<style>").unwrap();
    let (style, _) = style.split_once("</style>").unwrap();
    let hash = BASE64.encode(digest::digest(&digest::SHA256, style.as_bytes()));
    let policy = format!("style-src 'sha256-{hash}';").to_lowercase();
    assert!(page.head.contains(&policy), "{policy}\n{}", page.head);
    assert!(!page.body.contains("style="), "an attribute is forbidden by that policy");
    prober.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let prober = listening().await;
    let answer = prober.get("/badge/photos.svg").await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("\"unknown_target\""), "{answer:?}");
    for path in [
        "/badge/nas",
        "/badge/%ff.svg",
        "/status",
        "/target/photos",
        "/target/%ff",
        "/outages/2026-13",
        "/outages/1999-01",
        "/badge/nas/uptime-8d.svg",
    ] {
        assert_eq!(prober.get(path).await.status, 404, "{path}");
    }
    prober.stop().await;
}

#[tokio::test]
async fn they_are_only_looked_at() {
    let prober = listening().await;
    let answer = prober.post("/status.json", "{}").await;
    assert_eq!(answer.status, 405);
    assert!(answer.head.contains("allow: get, head"), "{answer:?}");
    let head = prober.send("HEAD", "/", &[], b"").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    prober.stop().await;
}

#[tokio::test]
async fn a_page_that_is_turned_off_does_not_exist() {
    let config = format!("[page]\nenabled = false\n{}", target("nas", "tcp://127.0.0.1:1"));
    let prober = Listening::to(&config).await;
    for path in ["/", "/status.json", "/feed.atom", "/badge/nas.svg"] {
        let answer = prober.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("nas"), "{answer:?}");
    }
    assert_eq!(prober.get("/healthz").await.status, 200);
    prober.stop().await;
}

#[tokio::test]
async fn without_its_store_nothing_is_called_up() {
    let prober = listening().await;
    prober.home.sql("ALTER TABLE target RENAME TO gone");
    for path in ["/", "/status.json", "/badge/nas.svg"] {
        let answer = prober.get(path).await;
        assert_eq!(answer.status, 503, "{path}: {answer:?}");
        assert!(answer.body.contains("\"the store does not answer\""), "{answer:?}");
    }
    prober.stop().await;
}

#[tokio::test]
async fn a_client_that_reads_too_often_waits_and_no_other() {
    let desk = Desk::with(&target("nas", "tcp://127.0.0.1:1")).await;
    let look =
        async |source| desk.hand_in_from(source, "GET", "/badge/nas.svg", b"").await.0.status;
    for _ in 0..120 {
        assert_eq!(look("192.0.2.1").await, 200);
    }
    assert_eq!(look("192.0.2.1").await, 429);
    assert_eq!(look("192.0.2.2").await, 200);
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(look("192.0.2.1").await, 200);
}

#[tokio::test]
async fn a_page_is_half_a_minute_old_at_most() {
    let desk = Desk::with(&target("nas", "tcp://127.0.0.1:1")).await;
    let look = async || desk.hand_in("GET", "/status.json", b"").await.0.body;
    let first = look().await;
    desk.tick().await;
    desk.pass(TimeDelta::seconds(29));
    assert_eq!(look().await, first);
    desk.pass(TimeDelta::seconds(1));
    assert_ne!(look().await, first);
}

#[tokio::test]
async fn a_client_that_has_the_page_gets_no_body() {
    let prober = listening().await;
    let page = prober.get("/").await;
    let (_, tag) = page.head.split_once("etag: ").unwrap();
    let known = format!("if-none-match: {}", tag.lines().next().unwrap().replace("w/", "W/"));
    let again = prober.send("GET", "/", &[&known], b"").await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    prober.stop().await;
}

/// A prober whose page has these keys.
async fn with_page(keys: &str) -> Listening {
    Listening::to(&format!("[page]\n{keys}\n{}", target("nas", "tcp://127.0.0.1:1"))).await
}

fn basic(password: &str) -> String {
    format!("authorization: Basic {}", BASE64.encode(format!("me:{password}")))
}

#[tokio::test]
async fn who_does_not_know_the_password_sees_nothing() {
    let prober = with_page("password = 'open sesame'\nannouncement = 'tonight'").await;
    let paths = [
        "/",
        "/status.json",
        "/feed.atom",
        "/badge/nas.svg",
        "/target/nas",
        "/outages",
        "/target/x",
    ];
    for path in paths {
        let answer = prober.get(path).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.head.contains("www-authenticate: basic realm="), "{answer:?}");
        assert!(answer.head.contains("cache-control: no-store"), "{answer:?}");
        assert!(!answer.body.contains("nas") && !answer.body.contains("tonight"), "{answer:?}");
        let wrong = prober.send("GET", path, &[&basic("open says me")], b"").await;
        assert_eq!(wrong.status, 401, "{path}");
        let status = if path == "/target/x" { 404 } else { 200 };
        let right = prober.send("GET", path, &[&basic("open sesame")], b"").await;
        assert_eq!(right.status, status, "{path}");
        if status == 200 {
            assert!(right.head.contains("cache-control: private, max-age="), "{right:?}");
            assert!(right.head.contains("vary: authorization, cookie"), "{right:?}");
        }
    }
    assert_eq!(prober.get("/healthz").await.status, 200);
    prober.stop().await;
}

#[tokio::test]
async fn a_browser_is_asked_by_a_form_and_then_has_a_cookie() {
    let prober = with_page("password = 'open sesame'").await;
    let browser = "accept: text/html,*/*;q=0.8";
    let form = prober.send("GET", "/target/nas", &[browser], b"").await;
    assert!(form.status == 403 && form.body.contains("type=\"password\""), "{form:?}");
    assert!(form.head.contains("form-action 'self'") && form.head.contains("no-store"), "{form:?}");
    assert!(!form.head.contains("www-authenticate") && !form.body.contains("nas"), "{form:?}");
    let kind = "content-type: application/x-www-form-urlencoded";
    let wrong = prober.send("POST", "/target/nas", &[browser, kind], b"password=sesame").await;
    assert!(wrong.status == 403 && wrong.body.contains("That is not the password."), "{wrong:?}");
    let right = prober.send("POST", "/target/nas", &[browser, kind], b"password=open+sesame").await;
    assert!(right.status == 303 && right.head.contains("location: ?"), "{right:?}");
    prober.stop().await;
}

#[tokio::test]
async fn the_cookie_that_a_browser_gets_opens_every_page() {
    let desk = Desk::with(&format!(
        "[page]\npassword = 'open sesame'\n{}",
        target("nas", "tcp://127.0.0.1:1")
    ))
    .await;
    let (granted, _) = desk.hand_in("POST", "/", b"password=open%20sesame").await;
    let (_, cookie) = granted.head.split_once("\"set-cookie\": \"").unwrap();
    let cookie: http::HeaderValue = cookie.split(';').next().unwrap().parse().unwrap();
    let headers = http::HeaderMap::from_iter([(http::header::COOKIE, cookie)]);
    let look =
        async |path| desk.send("192.0.2.1", "GET", path, headers.clone(), b"").await.0.status;
    assert_eq!((look("/").await, look("/status.json").await), (200, 200));
    desk.pass(TimeDelta::days(31));
    assert_eq!(look("/").await, 401);
}

#[tokio::test]
async fn who_guesses_passwords_is_refused_for_a_while_even_the_right_one() {
    let desk = Desk::with(&format!(
        "[page]\npassword = 'open sesame'\n{}",
        target("nas", "tcp://127.0.0.1:1")
    ))
    .await;
    let guess =
        async |source, form: &[u8]| desk.hand_in_from(source, "POST", "/", form).await.0.status;
    for _ in 0..30 {
        assert_eq!(guess("192.0.2.1", b"password=12345678").await, 403);
    }
    assert_eq!(guess("192.0.2.1", b"password=open+sesame").await, 429);
    assert_eq!(guess("192.0.2.2", b"password=open+sesame").await, 303);
}

#[tokio::test]
async fn without_a_password_nothing_is_posted() {
    let prober = listening().await;
    assert_eq!(prober.post("/", "password=x").await.status, 405);
    prober.stop().await;
}

#[tokio::test]
async fn other_sites_may_frame_it_and_read_the_state_where_they_are_named() {
    let prober = with_page(
        "frame_ancestors = 'https://a.example'\ncors = ['https://a.example', 'https://b.example']",
    )
    .await;
    let page = prober.get("/").await;
    assert!(page.head.contains("frame-ancestors https://a.example"), "{page:?}");
    let asked = async |path, origin| {
        let head = prober.send("GET", path, &[&format!("origin: {origin}")], b"").await.head;
        head.contains(&format!("access-control-allow-origin: {origin}"))
    };
    assert!(asked("/status.json", "https://b.example").await);
    assert!(!asked("/status.json", "https://c.example").await);
    assert!(!asked("/", "https://b.example").await);
    let before = prober.send("OPTIONS", "/status.json", &["origin: https://b.example"], b"").await;
    assert!(
        before.status == 204 && before.head.contains("access-control-allow-headers: authorization"),
        "{before:?}"
    );
    prober.stop().await;
    let prober = listening().await;
    assert!(prober.get("/").await.head.contains("frame-ancestors 'none'"));
    assert_eq!(
        prober.send("OPTIONS", "/status.json", &["origin: https://b.example"], b"").await.status,
        405
    );
    prober.stop().await;
}

#[tokio::test]
async fn a_page_reloads_by_itself_only_for_who_asks() {
    let prober = listening().await;
    assert!(!prober.get("/").await.head.contains("refresh:"));
    assert!(prober.get("/?refresh=60").await.head.contains("refresh: 60"));
    assert!(!prober.get("/?refresh=1").await.head.contains("refresh:"));
    prober.stop().await;
}

#[tokio::test]
async fn a_target_that_is_not_public_is_nowhere() {
    let config = [
        target("nas", "tcp://127.0.0.1:1"),
        "public = false\n".into(),
        target("blog", "tcp://127.0.0.1:1"),
    ];
    let prober = Listening::to(&config.concat()).await;
    for path in ["/target/nas", "/badge/nas.svg", "/badge/nas/latency.svg"] {
        assert_eq!(prober.get(path).await.status, 404, "{path}");
    }
    for path in ["/", "/status.json", "/feed.atom", "/outages", "/target/blog"] {
        let answer = prober.get(path).await;
        assert!(answer.status == 200 && !answer.body.contains("nas"), "{path}: {answer:?}");
    }
    prober.stop().await;
}
