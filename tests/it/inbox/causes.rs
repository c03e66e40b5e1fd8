//! What an outage looks like, from end to end on loopback: what is probed fails, and a
//! heartbeat says where its place is now.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use prober::engine::{Budget, Summary};
use simple_dns::rdata::{A, RData};
use url::Url;

use super::desk::Desk;
use crate::home::Nas;
use crate::probe_dns::{answer, serving};
use crate::webhook::{Reply, Webhook};

/// A home whose name leads to 127.0.0.1, and whose heartbeat calls each minute.
fn home(nas: &Nas) -> String {
    let url = nas.url().replace("127.0.0.1", "localhost");
    format!(
        "
        [defaults]
        place = 'home'
        attempts = 1
        failure_threshold = 1
        [[target]]
        name = 'nas'
        url = '{url}'
        ip = 'v4'
        [[heartbeat]]
        name = 'pulse'
        key = 'k3y-of-the-pulse'
        interval = '1m'
        "
    )
}

/// Half a minute later, the home calls from `source`.
async fn call(desk: &Desk, source: &str) {
    desk.pass(TimeDelta::seconds(30));
    let (answer, taken) = desk.hand_in_from(source, "GET", "/ping/k3y-of-the-pulse", b"").await;
    assert_eq!(answer.status, 200);
    desk.engine.tell_taken(taken.unwrap(), Budget::UNLIMITED).await;
}

/// Half a minute later, there is a tick.
async fn tick(desk: &Desk) -> Summary {
    desk.pass(TimeDelta::seconds(30));
    desk.tick().await
}

/// Answers at another address as `nas` does at its own.
fn answering(nas: &Nas, at: &str) -> TcpListener {
    let port = nas.url().parse::<Url>().unwrap().port().unwrap();
    TcpListener::bind((at, port)).unwrap()
}

/// What the nas falls under: the home has called from its address, and calls from `after`
/// since, where it answers if it has `moved`. Returns what was told, and what the last tick did.
async fn fallen(language: &str, after: &str, moved: bool) -> (String, Summary) {
    let nas = Nas::start();
    let desk = Desk::speaking(language, &home(&nas)).await;
    call(&desk, "127.0.0.1").await;
    assert_eq!(tick(&desk).await.transitions, []);
    nas.stop().await;
    let new = moved.then(|| answering(&nas, after));
    call(&desk, after).await;
    let summary = tick(&desk).await;
    drop(new);
    (desk.home.requests().concat(), summary)
}

// Other systems have 127.0.0.1 only.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_heartbeat_from_elsewhere_than_the_name_says_is_a_changed_address_in_every_language() {
    for (language, said) in [
        ("en", "Looks like its address changed: DNS says 127.0.0.1, home calls from 127.0.0.2"),
        ("ko", "추정 원인: 주소 변경, DNS에는 127.0.0.1, home 핑은 00:01부터 127.0.0.2에서 옵니다"),
        ("zh", "推测原因：地址变了，DNS 指向 127.0.0.1，而 home 的心跳从 00:01 起来自 127.0.0.2"),
    ] {
        let (told, summary) = fallen(language, "127.0.0.2", true).await;
        assert_eq!(told.matches(said).count(), 1, "{told}");
        assert_eq!(summary.transitions[0].cause, Some("address_changed"));
    }
}

#[tokio::test]
async fn one_from_where_the_name_leads_to_or_from_where_nothing_answers_says_nothing() {
    for after in ["127.0.0.1", "127.0.0.2"] {
        let (told, summary) = fallen("en", after, false).await;
        assert!(told.contains("nas is down") && !told.contains("Looks like"), "{told}");
        assert_eq!(summary.transitions[0].cause, None);
    }
}

#[tokio::test]
async fn a_name_that_is_gone_is_looked_for_at_its_last_address_in_the_same_tick() {
    for (answers, code) in [(true, Some("name_gone")), (false, None)] {
        let (nas, gone) = (Nas::start(), Arc::new(AtomicBool::new(false)));
        let said = Arc::clone(&gone);
        let names = serving(move |query, _| {
            let local = RData::A(A { address: 0x7f00_0001 });
            let is_gone = said.load(Ordering::Relaxed);
            vec![if is_gone { answer(query, 3, &[]) } else { answer(query, 0, &[local]) }]
        })
        .await;
        let resolver = format!("place = 'home'\nresolver = 'udp://127.0.0.1:{names}'");
        let config = home(&nas).replace("localhost", "nas.example");
        let desk = Desk::with(&config.replace("place = 'home'", &resolver)).await;
        assert_eq!(tick(&desk).await.transitions, []);
        gone.store(true, Ordering::Relaxed);
        nas.turn(answers).await;
        desk.pass(TimeDelta::seconds(30));
        assert_eq!(tick(&desk).await.transitions[0].cause, code);
        let told = desk.home.requests().concat();
        assert_eq!(told.contains("the server answers at 127.0.0.1"), answers, "{told}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_webhook_and_the_outage_have_its_code_until_the_end() {
    let (nas, hook) = (Nas::start(), Webhook::start([Reply::new(200, "")]).await);
    let url = hook.url.expose_url();
    let config = format!("[notify.hook]\ntype = 'webhook'\nurl = '{url}'\n{}", home(&nas));
    let desk = Desk::with(&config).await;
    call(&desk, "127.0.0.1").await;
    tick(&desk).await;
    nas.stop().await;
    let new = answering(&nas, "127.0.0.2");
    call(&desk, "127.0.0.2").await;
    tick(&desk).await;
    drop(new);
    nas.start_again().await;
    call(&desk, "127.0.0.2").await;
    let summary = tick(&desk).await;
    assert_eq!(summary.transitions[0].kind, "recovered");
    assert_eq!(summary.transitions[0].cause, Some("address_changed"));
    let sent = hook.requests();
    let code = r#""cause":"address_changed""#;
    assert!(sent.len() == 2 && sent.iter().all(|sent| sent.contains(code)), "{sent:?}");
    let outage = desk.state("nas").await.unwrap().last_outage.unwrap();
    assert_eq!(outage.cause.map(|cause| cause.code()), Some("address_changed"));
}
