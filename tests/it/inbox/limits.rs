//! Whoever calls may be many, slow or mean.

use super::listening::Listening;

const HEARTBEAT: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
";

#[tokio::test]
async fn the_end_of_a_long_ping_is_cut_off() {
    let inbox = Listening::to(HEARTBEAT).await;
    let body = "x".repeat(200 * 1024);
    assert_eq!(inbox.post("/ping/k3y-of-the-backup", &body).await.status, 200);
    inbox.stop().await;
}

#[tokio::test]
async fn heads_without_end_are_refused() {
    let inbox = Listening::to(HEARTBEAT).await;
    let many = "x-header: 1\r\n".repeat(100);
    let long = format!("x-header: {}\r\n", "1".repeat(20 * 1024));
    for headers in [many, long] {
        let request = format!("GET /healthz HTTP/1.1\r\nhost: inbox\r\n{headers}\r\n");
        let answer = inbox.raw(request.as_bytes()).await;
        assert_eq!(answer.status, 431);
    }
    assert_eq!(inbox.get("/healthz").await.status, 200);
    inbox.stop().await;
}

#[tokio::test]
async fn there_is_nothing_elsewhere() {
    let inbox = Listening::to(HEARTBEAT).await;
    for path in ["/index.html", "/status", "/reports", "/healthz/"] {
        let answer = inbox.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.body.starts_with(r#"{"error":{"code":"not_found","message":"#),
            "{answer:?}"
        );
    }
    assert_eq!(inbox.post("/healthz", "").await.status, 405);
    inbox.stop().await;
}
