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
        ("/badge/nas.svg", "image/svg+xml; charset=utf-8"),
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
    for path in ["/badge/nas", "/badge/%ff.svg", "/status"] {
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
