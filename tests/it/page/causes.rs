//! What an outage looks like, on the target's page: in a few words, and never an address.

use prober::model::detail::{Cause, Moment};
use prober::model::observation::Reason;
use prober::model::state::{State, Status};
use prober::page::{Badge, Page};

use super::home::{Memory, at, config, down, incident, json, outage, seen};

const NAMED: &str = "192.0.2.77";
const CALLED: &str = "198.51.100.9";

fn moved() -> Cause {
    Cause::AddressChanged {
        named: NAMED.parse().unwrap(),
        called: CALLED.parse().unwrap(),
        who: "the secret lair".to_owned(),
        since: Moment(at("2026-07-05T05:01:00Z")),
    }
}

async fn shown<T>(language: &str, look: impl FnOnce(&Page<'_>) -> T) -> T {
    let text = format!("language = '{language}'\n[[target]]\nname = 'nas'\nurl = 'tcp://a:1'\n");
    let mut open = incident("2026-07-05T05:02:00Z", Reason::Timeout);
    open.cause = Some(moved());
    let mut ended = outage("2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z", Reason::Timeout);
    ended.cause = Some(Cause::PlaceDark { last: Moment(at("2026-07-01T00:00:00Z")) });
    let state = down("2026-07-05T05:02:00Z", Reason::Timeout);
    let state = State { status: Status::Down(open), last_outage: Some(ended), ..state };
    seen(&config(&text), vec![Memory("nas", state, vec![])], look).await
}

#[tokio::test]
async fn the_targets_page_says_it_in_a_few_words() {
    for (language, open, over) in [
        ("en", "Looks like its address changed", "Looked like power, line, or the one machine"),
        ("ko", "<p>추정 원인: 주소 변경", "당시 추정 원인: 정전, 회선 장애 또는 그곳의 장비 한 대"),
        ("zh", "<p>推测原因：地址变了", "当时推测原因：停电、线路中断或那里的那台设备"),
    ] {
        let page = shown(language, |page| page.target("nas").unwrap()).await;
        assert!(page.contains(open) && page.contains(over), "{page}");
    }
}

#[tokio::test]
async fn no_document_of_the_page_shows_an_address_of_it() {
    let looks: [fn(&Page<'_>) -> String; 6] = [
        |page| page.html(),
        |page| page.feed(Some("home")),
        |page| page.badge("nas", Badge::Status).unwrap(),
        |page| page.target("nas").unwrap(),
        |page| page.month(None).unwrap(),
        json,
    ];
    for look in looks {
        let document = shown("en", look).await;
        for private in [NAMED, CALLED, "secret lair"] {
            assert!(!document.contains(private), "{document}");
        }
    }
}
