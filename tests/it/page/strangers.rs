//! Names that would be markup, if they could.

use prober::model::observation::Reason;
use prober::page::{Badge, Page};

use super::home::{Memory, config, down, json, outage, seen, up};

const HOSTILE: &str = "</title><script>alert(1)</script>\"'&]]><svg onload=x>\u{202e}";

/// What `look` sees where everything that has a name is called `name`.
async fn called<T>(name: &'static str, look: impl FnOnce(&Page<'_>) -> T) -> T {
    let quoted = serde_json::to_string(name).unwrap();
    let text = format!(
        "[[target]]\nname = {quoted}\ngroup = {quoted}\nurl = 'tcp://192.0.2.1:1'\n\
         [[target]]\nname = 'other'\nurl = 'tcp://192.0.2.1:2'\n"
    );
    let ended = outage("2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z", Reason::Body);
    let mut state = down("2026-07-05T05:02:00Z", Reason::Json);
    state.last_outage = Some(ended);
    seen(&config(&text), vec![Memory(name, state, vec![]), Memory("other", up(), vec![])], look)
        .await
}

/// The tags of a document, without what is in them.
fn tags(document: &str) -> Vec<&str> {
    let tags = document.split('<').skip(1);
    tags.map(|tag| tag.split([' ', '>', '\n']).next().unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    let looks: [fn(&Page<'_>, &str) -> String; 6] = [
        |page, _| page.html(),
        |page, _| page.feed(Some("home")),
        |page, name| page.badge(name, Badge::Status).unwrap(),
        |page, name| page.badge(name, Badge::Latency).unwrap(),
        |page, name| page.target(name).unwrap(),
        |page, _| page.month(None).unwrap(),
    ];
    for look in looks {
        let plain = called("plain", |page| look(page, "plain")).await;
        let hostile = called(HOSTILE, |page| look(page, HOSTILE)).await;
        assert_eq!(tags(&hostile), tags(&plain), "{hostile}");
        assert_eq!(hostile.matches('"').count(), plain.matches('"').count(), "{hostile}");
        assert!(!hostile.contains('\u{202e}'), "{hostile}");
        assert!(hostile.contains("&lt;script&gt;alert(1)"), "{hostile}");
    }
}

#[tokio::test]
async fn programs_get_a_name_as_it_is() {
    let json: serde_json::Value = serde_json::from_str(&called(HOSTILE, json).await).unwrap();
    assert_eq!(json["targets"][0]["name"], HOSTILE);
    assert_eq!(json["targets"][0]["group"], HOSTILE);
}

#[tokio::test]
async fn a_host_that_is_no_name_is_not_repeated() {
    for host in [None, Some(""), Some("<b>"), Some("[::1]:8080"), Some("a b"), Some(":80")] {
        let feed = called("plain", |page| page.feed(host)).await;
        assert!(feed.contains("<id>tag:localhost,2026:feed</id>"), "{feed}");
    }
    let feed = called("plain", |page| page.feed(Some("Status.Example.org:8443"))).await;
    assert!(feed.contains("<id>tag:status.example.org,2026:feed</id>"), "{feed}");
}
