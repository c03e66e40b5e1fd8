//! `POST /report`, as browsers and apps send it.

use super::listening::Listening;

const SERVICES: &str = "
    [[reports]]
    service = 'map-web'
    origins = ['https://map.example.com']
    quiet = '3s'

    [[reports]]
    service = 'app'
    key = 'k3y-of-the-app'
    origins = []
";

fn report(service: &str, types: &str, description: &str) -> String {
    let description = serde_json::to_string(description).unwrap();
    format!(r#"{{"serviceName": "{service}", "types": {types}, "description": {description}}}"#)
}

#[tokio::test]
async fn a_thousand_reports_are_two_messages() {
    let inbox = Listening::to(SERVICES).await;
    let body =
        report("map-web", "[]", "TypeError: x is undefined\n  at draw (map.js:7)\n  <!channel>");
    let mut taken = 0;
    for _ in 0..1000 {
        match inbox.post("/report", &body).await.status {
            200 => taken += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert!(taken >= 120, "{taken}");
    inbox.home.slack.has(2).await;
    let told = inbox.stop().await.slack.requests();
    assert_eq!(told.len(), 2, "{told:?}");
    let down = &told[0];
    assert!(down.contains("map-web reports an error: "), "{down}");
    assert!(down.contains("at draw (map.js:7)"), "{down}");
    let quiet = format!(" ({taken} in all since ");
    assert!(told[1].contains(&quiet), "{told:?}");
}

#[tokio::test]
async fn what_is_no_report_is_refused_with_the_reason() {
    let inbox = Listening::to(SERVICES).await;
    for (body, status, code) in [
        ("{".to_owned(), 400, "malformed"),
        (report("map-web", "[\"pager\"]", "x"), 400, "unknown_type"),
        (report("shop", "[]", "x"), 403, "unknown_service"),
        (report("app", "[]", "x"), 401, "wrong_key"),
        (report("map-web", "[]", &"x".repeat(64 * 1024)), 413, "too_large"),
    ] {
        let answer = inbox.post("/report", &body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(&format!(r#""code":"{code}""#)), "{answer:?}");
    }
    assert_eq!(inbox.get("/report").await.status, 405);
    assert!(inbox.stop().await.heard().is_empty());
}

#[tokio::test]
async fn a_key_comes_as_a_bearer() {
    let inbox = Listening::to(SERVICES).await;
    let body = report("app", "[\"slack\"]", "it \"broke\" 💥");
    let key = ["authorization: Bearer k3y-of-the-app"];
    assert_eq!(inbox.send("POST", "/report", &key, body.as_bytes()).await.status, 200);
    inbox.home.slack.has(1).await;
    let told = inbox.stop().await.slack.requests().concat();
    assert!(
        told.contains("app reports an error: it \\\"broke\\\"") && told.contains("💥"),
        "{told}"
    );
}

#[tokio::test]
async fn a_browser_may_report_from_the_pages_of_its_service() {
    let inbox = Listening::to(SERVICES).await;
    let body = report("map-web", "[]", "x");
    let allowed = "access-control-allow-origin: https://map.example.com";
    for (method, origin, status) in [
        ("OPTIONS", "origin: https://map.example.com", 204),
        ("POST", "origin: https://map.example.com", 200),
        ("OPTIONS", "origin: https://evil.example.com", 403),
        ("POST", "origin: https://evil.example.com", 403),
        ("POST", "origin: null", 403),
    ] {
        let answer = inbox.send(method, "/report", &[origin], body.as_bytes()).await;
        assert_eq!(answer.status, status, "{method} {origin}");
        assert_eq!(answer.head.contains(allowed), status < 400, "{answer:?}");
    }
    inbox.stop().await;
}
