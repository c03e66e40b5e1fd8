//! Redirects: which are followed, what goes along, and where they end.

use std::sync::Arc;

use http::{HeaderValue, Method, header};
use prober::clock::Clock;
use prober::model::observation::Reason;
use prober::model::off_limits::OffLimits;
use prober::model::secret::Secret;
use prober::model::target::{Endpoint, HttpProbe};
use prober::probe::Prober;

use crate::support::probes::{
    failure, http, http_saying, http_with, inconclusive, named, probe, success,
};
use crate::support::server::{Act, Server, answer, ok, redirect};

/// Sends `/` to `location`, and answers everything else.
async fn redirecting(status: u16, location: &str) -> Server {
    let location = location.to_owned();
    Server::scripted(move |request| {
        let is_first = request.split(' ').nth(1) == Some("/");
        vec![Act::Say(if is_first { redirect(status, &location) } else { ok("arrived") })]
    })
    .await
}

fn posting(url: &str, change: impl FnOnce(&mut HttpProbe)) -> Endpoint {
    http_with(url, |http| {
        http.method = Method::POST;
        http.body = Some(Secret::new("payload"));
        http.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/x-test"));
        change(http);
    })
}

#[tokio::test]
async fn the_final_answer_is_judged() {
    let server = redirecting(302, "/there").await;
    let report = probe(&http_saying(&server.url("/"), "arrived")).await;
    success(&report);
    assert_eq!(report.http_status, Some(200));
    assert!(server.last_request().starts_with("GET /there HTTP/1.1\r\n"));
}

#[tokio::test]
async fn redirects_that_are_not_followed_are_the_answer() {
    let server = redirecting(302, "/there").await;
    let target = http_with(&server.url("/"), |http| http.follow_redirects = false);
    let report = probe(&target).await;
    assert_eq!(failure(&report, Reason::Status), "answered 302 Found, expected 200-299");
}

#[tokio::test]
async fn see_other_and_the_old_ones_turn_a_post_into_a_get() {
    for status in [301, 302, 303] {
        let server = redirecting(status, "/there").await;
        success(&probe(&posting(&server.url("/"), |_| {})).await);
        let request = server.last_request();
        assert!(request.starts_with("GET /there "), "{request}");
        assert!(!request.contains("payload") && !request.contains("text/x-test"), "{request}");
    }
}

#[tokio::test]
async fn the_new_ones_keep_method_and_body() {
    for status in [307, 308] {
        let server = redirecting(status, "/there").await;
        success(&probe(&posting(&server.url("/"), |_| {})).await);
        let request = server.last_request();
        assert!(request.starts_with("POST /there ") && request.ends_with("payload"), "{request}");
    }
}

#[tokio::test]
async fn head_stays_head() {
    let server = redirecting(303, "/there").await;
    success(&probe(&http_with(&server.url("/"), |http| http.method = Method::HEAD)).await);
    assert!(server.last_request().starts_with("HEAD /there "));
}

#[tokio::test]
async fn a_loop_ends() {
    let server = redirecting(302, "/").await;
    let report = probe(&http(&server.url("/"))).await;
    let detail = failure(&report, Reason::Redirect);
    assert_eq!(detail, format!("more than 10 redirects, the last to {}", server.url("/")));
    assert_eq!(server.requests().len(), 11);
}

#[tokio::test]
async fn ten_redirects_are_followed() {
    let server = Server::scripted(|request| {
        let path = request.split(' ').nth(1).unwrap();
        let step: u32 = path.trim_start_matches('/').parse().unwrap();
        vec![Act::Say(if step < 10 { redirect(302, &format!("/{}", step + 1)) } else { ok("") })]
    })
    .await;
    success(&probe(&http(&server.url("/0"))).await);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_a_failure() {
    let server = Server::saying(answer("302 Found", &[], "")).await;
    let report = probe(&http(&server.url("/"))).await;
    assert_eq!(failure(&report, Reason::Redirect), "302 Found without a Location");
    for location in ["http://", "http://[::1", "mailto:me@example.com", "file:///etc/passwd"] {
        let server = redirecting(301, location).await;
        failure(&probe(&http(&server.url("/"))).await, Reason::Redirect);
    }
}

#[tokio::test]
async fn a_location_in_whatever_letters_is_followed_as_browsers_do() {
    for (location, path) in [(&b"/caf\xe9"[..], "/caf%E9"), ("/café".as_bytes(), "/caf%C3%A9")] {
        let head = [b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ", location].concat();
        let bounce = [&head[..], b"\r\n\r\n"].concat();
        let asked = format!("GET {path} ");
        let server = Server::scripted(move |request| {
            vec![Act::Say(if request.starts_with(&asked) { ok("in") } else { bounce.clone() })]
        })
        .await;
        success(&probe(&http(&server.url("/"))).await);
    }
}

#[tokio::test]
async fn cookies_set_on_the_way_are_sent_back() {
    let server = Server::scripted(|request| {
        let has_cookie = request.contains("\r\nCookie: own=2; session=1\r\n");
        let bounce = answer("302 Found", &["location: /", "set-cookie: session=1; Path=/"], "");
        vec![Act::Say(if has_cookie { ok("in") } else { bounce })]
    })
    .await;
    let target = http_with(&server.url("/"), |http| {
        http.headers.insert(header::COOKIE, HeaderValue::from_static("own=2"));
        http.expect.body_contains.push("in".to_owned());
    });
    success(&probe(&target).await);
    assert_eq!(server.requests().len(), 2);
    // The next probe starts without them.
    success(&probe(&target).await);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn nothing_of_ours_goes_to_another_origin() {
    for status in [307, 308] {
        let other = Server::saying(ok("arrived")).await;
        let server = redirecting(status, &other.url("/there")).await;
        let target = posting(&server.url("/"), |http| {
            let names = ["authorization", "cookie", "x-api-key", "proxy-authorization", "host"];
            for name in names.into_iter().chain(["user-agent", "accept-language", "accept"]) {
                let name = header::HeaderName::from_static(name);
                http.headers.insert(name, HeaderValue::from_static("marker"));
            }
        });
        success(&probe(&target).await);
        assert_eq!(server.last_request().matches("marker").count(), 8);
        let request = other.last_request();
        assert!(request.starts_with("POST /there ") && request.ends_with("\r\n\r\n"), "{request}");
        for ours in ["marker", "payload", "text/x-test"] {
            assert!(!request.contains(ours), "{request}");
        }
        assert!(request.contains(&format!("Host: 127.0.0.1:{}\r\n", other.port)), "{request}");
    }
}

#[tokio::test]
async fn cookies_are_kept_as_far_as_they_fit() {
    let server = Server::scripted(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let fat = format!("set-cookie: c{}={}", path.len(), "v".repeat(7_000));
        let next = format!("location: {path}x");
        let bounce = answer("302 Found", &[&next, &fat, "set-cookie: small=1"], "");
        vec![Act::Say(if path.len() < 6 { bounce } else { ok("in") })]
    })
    .await;
    success(&probe(&http_saying(&server.url("/"), "in")).await);
    let request = server.last_request();
    assert!(request.len() < 16 << 10, "{}", request.len());
    assert!(request.contains("small=1") && request.contains("c1=v"), "{}", &request[..200]);
}

#[tokio::test]
async fn what_is_private_stays_within_the_origin() {
    let server = redirecting(302, "/there").await;
    let target = http_with(&server.url("/"), |http| {
        http.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer marker"));
    });
    success(&probe(&target).await);
    assert!(server.last_request().contains("Authorization: Bearer marker\r\n"));
}

#[tokio::test]
async fn a_failure_after_a_redirect_is_a_failure() {
    let gone = Server::scripted(|_| vec![Act::Reset]).await;
    let server = redirecting(302, &gone.url("/there")).await;
    failure(&probe(&http(&server.url("/"))).await, Reason::Reset);
}

#[tokio::test]
async fn where_it_leads_to_is_told_without_user_and_query() {
    let own = Arc::new(std::sync::Mutex::new(String::new()));
    let location = Arc::clone(&own);
    let server =
        Server::scripted(move |_| vec![Act::Say(redirect(302, &location.lock().unwrap().clone()))])
            .await;
    *own.lock().unwrap() = format!("http://user:pass@127.0.0.1:{}/a?token=b#c", server.port);
    let report = probe(&http(&server.url("/"))).await;
    let detail = failure(&report, Reason::Redirect);
    assert!(detail.ends_with(&format!(" http://127.0.0.1:{}/a", server.port)), "{detail}");
    assert!(server.requests().iter().all(|request| !request.contains("Authorization")));
}

#[tokio::test]
async fn no_name_and_no_redirect_leads_to_what_is_off_limits() {
    let runtime = Server::scripted(|_| vec![Act::Say(ok("credentials"))]).await;
    let away = redirecting(302, &runtime.url("/")).await;
    let limits = OffLimits::here(Some(&format!("127.0.0.1:{}", runtime.port)));
    let by_name = format!("http://localhost:{}/", runtime.port);
    for url in [away.url("/"), runtime.url("/"), by_name] {
        let target = http(&url);
        let prober = Prober::new([named(&target)], limits, Clock::System).unwrap();
        let reports = prober.round(&[&target], None, |_, _| {}).await;
        let why = inconclusive(&reports[0]);
        assert!(why.contains("is the address of Lambda's runtime"), "{why}");
    }
    assert_eq!(runtime.requests().len(), 0);
}
