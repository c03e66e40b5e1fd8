//! Whoever calls may be many, mean, or a loop that ran away.

use chrono::TimeDelta;
use prober::engine::Budget;

use super::desk::Desk;
use crate::home::Behaviour;

const CONFIG: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1d'

    [[reports]]
    service = 'map'
    origins = []
    quiet = '15m'

    [[reports]]
    service = 'shop'
    origins = []
";

const PING: &str = "/ping/k3y-of-the-backup";

fn report(service: &str, description: &str) -> Vec<u8> {
    serde_json::json!({ "serviceName": service, "types": [], "description": description })
        .to_string()
        .into_bytes()
}

fn address(n: usize) -> String {
    format!("198.51.100.{n}")
}

#[tokio::test]
async fn ten_thousand_reports_in_a_minute_are_two_messages_and_others_are_served() {
    let desk = Desk::with(CONFIG).await;
    let (mut taken, mut refused, mut untold) = (0, 0, None);
    for n in 0..10_000 {
        let body = report("map", &format!("error {n}"));
        let (answer, more) = desk.hand_in_from(&address(n % 50), "POST", "/report", &body).await;
        match answer.status {
            200 => taken += 1,
            429 => refused += 1,
            other => panic!("{other}: {answer:?}"),
        }
        untold = more.map(|more| more.and(untold.take())).or(untold);
        desk.pass(TimeDelta::milliseconds(6));
    }
    // A bucket that is full, and what flows into it within the minute.
    assert!((1_200..=2_400).contains(&taken) && taken + refused == 10_000, "{taken}");
    desk.engine.tell_taken(untold.unwrap(), Budget::UNLIMITED).await;
    assert_eq!(desk.post(PING, "").await.status, 200);
    let (answer, _) =
        desk.hand_in_from(&address(99), "POST", "/report", &report("shop", "x")).await;
    assert_eq!(answer.status, 200);
    desk.pass(TimeDelta::minutes(16));
    desk.tick().await;
    let told: Vec<_> =
        desk.home.requests().into_iter().filter(|told| told.contains(" map")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    let (_, count) = told[1].split_once("no error for 15 min (").unwrap();
    let count: i32 = count.split_whitespace().next().unwrap().replace(',', "").parse().unwrap();
    // What came in the last five seconds was counted, and nothing came after it.
    assert!((taken - 100..=taken).contains(&count), "{count} of {taken}: {}", told[1]);
}

#[tokio::test]
async fn a_channel_that_refuses_is_not_asked_for_each_report_and_delays_no_other() {
    let desk = Desk::with(CONFIG).await;
    desk.home.refuse(404, "no_service");
    for _ in 0..100 {
        let body = String::from_utf8(report("map", "x is null")).unwrap();
        assert_eq!(desk.post("/report", &body).await.status, 200);
        desk.pass(TimeDelta::milliseconds(200));
    }
    let asked = desk.home.requests().len();
    assert!(asked <= 3, "asked {asked} times in twenty seconds");
    assert_eq!(desk.work.heard(), ["map reports an error"]);
    desk.home.behave(Behaviour::Accept);
    desk.tick().await;
    assert_eq!(desk.home.heard(), ["map reports an error"]);
}

#[tokio::test]
async fn what_is_remembered_of_a_flood_is_bounded() {
    let desk = Desk::with(CONFIG).await;
    let huge = "💥".repeat(15_000);
    let size = async || serde_json::to_vec(&desk.state("reports:map").await).unwrap().len();
    desk.hand_in("POST", "/report", &report("map", &huge)).await;
    let one = size().await;
    for _ in 0..100 {
        desk.hand_in("POST", "/report", &report("map", &huge)).await;
    }
    assert!(one < 20_000 && size().await < one + 1_000, "{one}");
}

#[tokio::test]
async fn a_sender_that_guesses_keys_is_stopped_and_no_other() {
    let desk = Desk::with(CONFIG).await;
    assert_eq!(desk.post(PING, "").await.status, 200);
    let mut answers = Vec::new();
    for n in 0..100 {
        let (answer, _) = desk.hand_in("GET", &format!("/ping/guess-{n:08}"), b"").await;
        answers.push(answer.status);
    }
    assert!(answers.starts_with(&[404; 30]) && answers[30..] == [429; 70], "{answers:?}");
    // The home's backup calls from behind the same router, and was heard before.
    assert_eq!(desk.post(&format!("{PING}/fail"), "").await.status, 200);
    assert_eq!(desk.home.heard(), ["backup failed"]);
}

#[tokio::test]
async fn a_sender_that_guessed_too_often_does_not_learn_that_a_key_is_right() {
    let desk = Desk::with(CONFIG).await;
    for n in 0..40 {
        desk.hand_in("GET", &format!("/ping/guess-{n:08}"), b"").await;
    }
    let (wrong, _) = desk.hand_in("GET", "/ping/guess-of-another", b"").await;
    let (right, taken) = desk.hand_in("GET", PING, b"").await;
    assert_eq!((wrong.status, right.status), (429, 429));
    assert_eq!((wrong.head, wrong.body), (right.head, right.body));
    assert!(taken.is_none());
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(desk.post(PING, "").await.status, 200);
}

#[tokio::test]
async fn a_loop_of_pings_is_held_back_and_its_failure_is_heard() {
    let desk = Desk::with(CONFIG).await;
    let mut refused = 0;
    for _ in 0..1_000 {
        let (answer, _) = desk.hand_in("GET", PING, b"").await;
        refused += usize::from(answer.status == 429);
        assert!(answer.status == 200 || answer.head.contains("\"retry-after\": \"60\""));
    }
    assert_eq!(refused, 940);
    assert_eq!(desk.post(&format!("{PING}/1"), "").await.status, 200);
    assert_eq!(desk.home.heard(), ["backup failed"]);
}

#[tokio::test]
async fn no_path_leads_around_a_key() {
    let desk = Desk::with(CONFIG).await;
    for path in [
        "/ping/../ping/k3y-of-the-backup",
        "/ping/%2e%2e/k3y-of-the-backup",
        "/ping//k3y-of-the-backup",
        "/ping/k3y-of-the-backup/../k3y-of-the-backup",
        "/ping/k3y-of-the-backup%00",
        "/ping/k3y-of-the-backup%2ffail",
        "/ping/k3y-of-the-backup/\u{663}",
        "/ping/k3y-of-the-backup/%D9%A3",
        "/ping/k3y-of-the-backup/+3",
        "/ping/%ff%fe",
        "/ping/%",
        "/ping/K3Y-OF-THE-BACKUP",
        "/ping/k3y-of-the-backu",
        "/ping/",
        "/ping",
        "//ping/k3y-of-the-backup",
        "/report/../healthz",
        "/healthz/..",
        "",
        "*",
    ] {
        let (answer, taken) = desk.hand_in("GET", path, b"").await;
        assert_eq!((answer.status, taken.is_none()), (404, true), "{path}");
        assert!(!answer.body.contains("k3y"), "{answer:?}");
    }
    assert!(desk.state("backup").await.is_none());
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_there_are() {
    let desk = Desk::with(CONFIG).await;
    for (path, methods, allowed) in [
        (PING, &["DELETE", "PATCH", "TRACE", "BREW"][..], "GET, HEAD, POST, PUT"),
        ("/report", &["GET", "PUT", "DELETE", "HEAD", "BREW"], "POST, OPTIONS"),
        ("/healthz", &["POST", "PUT", "OPTIONS"], "GET, HEAD"),
    ] {
        for method in methods {
            let (answer, taken) = desk.hand_in(method, path, b"{}").await;
            assert_eq!((answer.status, taken.is_none()), (405, true), "{method} {path}");
            assert!(answer.head.contains(&format!("\"allow\": \"{allowed}\"")), "{answer:?}");
            assert!(answer.body.contains("\"code\":\"method_not_allowed\""), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_report_of_anything_but_a_report_is_refused() {
    let desk = Desk::with(CONFIG).await;
    let nested = ["[".repeat(30_000), "]".repeat(30_000)].concat();
    let deep = format!(r#"{{"serviceName":"map","types":{nested},"description":"x"}}"#);
    let long = report("map", &"x".repeat(64 * 1024));
    for (body, status) in [
        (deep.as_bytes(), 400),
        (b"\xff\xfe", 400),
        (b"{\"serviceName\":\"map\",\"types\":[],\"description\":\"\xff\"}", 400),
        (b"", 400),
        (b"null", 400),
        (&long, 413),
    ] {
        let (answer, taken) = desk.hand_in("POST", "/report", body).await;
        assert_eq!((answer.status, taken.is_none()), (status, true), "{answer:?}");
    }
}

#[tokio::test]
async fn any_text_is_told_as_it_is_and_is_nobodys_markup() {
    let desk = Desk::with(CONFIG).await;
    let said =
        "it said \"no\" \\ 'ja'\n<!channel> <https://evil.example.com|bank>\n🏠 서울 &amp; *b*";
    let (_, taken) = desk.hand_in("POST", "/report", &report("map", said)).await;
    desk.engine.tell_taken(taken.unwrap(), Budget::UNLIMITED).await;
    let told = desk.home.requests().concat();
    let (_, body) = told.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let (headline, rest) = said.split_once('\n').unwrap();
    assert_eq!(body["text"], format!("🔴 map reports an error: {headline}"));
    // Slack reads no markup in such a block.
    let block = &body["attachments"][0]["blocks"][0];
    assert_eq!(block["type"], "rich_text");
    assert_eq!(block["elements"][0]["elements"][0]["text"], rest);
}
