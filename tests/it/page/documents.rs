//! The documents, as they are on file.

use prober::model::observation::Reason;
use prober::page::{Badge, Page};
use serde_json::Value;

use super::home::{PRIVATE, home, html, json};
use crate::support::on_file;

fn compare(file: &str, actual: &str) {
    on_file::assert_same(&on_file::root().join("tests/pages").join(file), actual);
    for private in PRIVATE {
        assert!(!actual.contains(private), "{file} shows {private}");
    }
}

/// What is read of a page, a line for each piece of text.
fn text(html: &str) -> String {
    let (_, body) = html.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    let pieces = body.split('<').filter_map(|piece| piece.split_once('>'));
    let shown = pieces.map(|(_, text)| text.trim()).filter(|text| !text.is_empty());
    shown.flat_map(|line| [line, "\n"]).collect()
}

#[tokio::test]
async fn the_page() {
    let page = home("en", html).await;
    compare("index.html", &page);
    compare("index.en.txt", &text(&page));
}

#[tokio::test]
async fn the_page_in_korean_and_in_chinese() {
    for language in ["ko", "zh"] {
        let page = home(language, html).await;
        assert!(page.contains(&format!("<html lang=\"{language}")));
        compare(&format!("index.{language}.txt"), &text(&page));
    }
}

#[tokio::test]
async fn the_json() {
    let json: Value = serde_json::from_str(&home("ko", json).await).unwrap();
    compare("status.json", &format!("{}\n", serde_json::to_string_pretty(&json).unwrap()));
}

#[tokio::test]
async fn the_feed() {
    for language in ["en", "ko", "zh"] {
        let feed = home(language, |page| page.feed(Some("status.example.org:8443"))).await;
        compare(&format!("feed.{language}.atom"), &feed);
    }
}

/// What is on file of the same page in each language.
async fn compare_text(file: &str, look: impl Fn(&Page<'_>) -> String) {
    for language in ["en", "ko", "zh"] {
        compare(&format!("{file}.{language}.txt"), &text(&home(language, &look).await));
    }
}

#[tokio::test]
async fn the_page_of_a_target() {
    compare("target.html", &home("en", |page| page.target("router").unwrap()).await);
    compare_text("target", |page| page.target("photos").unwrap()).await;
    for hidden in ["vault", "nas"] {
        assert_eq!(home("en", |page| page.target(hidden)).await, None);
    }
}

#[tokio::test]
async fn the_outages_of_a_month() {
    compare_text("outages", |page| page.month(Some("2026-06".parse().unwrap())).unwrap()).await;
    let present = home("en", |page| page.month(None).unwrap()).await;
    assert!(present.contains("July 2026") && present.contains("href=\"outages/2026-06\""));
    for unkept in ["2026-08", "2025-06"] {
        let month = unkept.parse().unwrap();
        assert_eq!(home("en", |page| page.month(Some(month))).await, None, "{unkept}");
    }
}

#[tokio::test]
async fn a_month_is_one_of_the_configured_zone() {
    let may = home("en", |page| page.month(Some("2026-05".parse().unwrap())).unwrap()).await;
    assert!(may.contains("21 May 08:50 – 09:10 KST"), "{may}");
}

#[tokio::test]
async fn badges_of_uptime_and_latency() {
    let said = async |name: &'static str, badge| {
        let svg = home("en", |page| page.badge(name, badge)).await.unwrap();
        let (_, title) = svg.split_once("<title>").unwrap();
        title.split("</title>").next().unwrap().to_owned()
    };
    assert_eq!(said("photos", Badge::Days(90)).await, "photos 90 days: 94.65 %");
    assert_eq!(said("photos", Badge::Days(7)).await, "photos 7 days: 99.29 %");
    assert_eq!(said("cloud", Badge::Days(90)).await, "cloud 13 days: 97.72 %");
    assert_eq!(said("photos", Badge::Day).await, "photos 24 hours: 87.50 %");
    assert_eq!(said("router", Badge::Latency).await, "router: 14 ms");
    assert_eq!(said("alarm:cpu", Badge::Latency).await, "alarm:cpu: No data yet");
    assert_eq!(said("new", Badge::Days(7)).await, "new 1 day: No data yet");
    compare(
        "badge-uptime.svg",
        &home("en", |page| page.badge("photos", Badge::Day)).await.unwrap(),
    );
}

#[tokio::test]
async fn the_badges() {
    for (language, name, file) in [
        ("en", "router", "badge-up.svg"),
        ("en", "photos", "badge-down.svg"),
        ("en", "dns", "badge-unseen.svg"),
        ("en", "new", "badge-unjudged.svg"),
        ("ko", "photos", "badge-down.ko.svg"),
        ("zh", "photos", "badge-down.zh.svg"),
    ] {
        compare(file, &home(language, |page| page.badge(name, Badge::Status)).await.unwrap());
    }
    assert_eq!(home("en", |page| page.badge("nas", Badge::Status)).await, None);
}

#[test]
fn the_document_names_every_reason() {
    let document = include_str!("../../../docs/inbox.md");
    for reason in Reason::ALL {
        assert!(document.contains(&format!("`{}`", reason.code())), "{reason:?}");
    }
}

#[tokio::test]
async fn the_document_names_every_key() {
    let document = include_str!("../../../docs/status-page.md");
    let json: Value = serde_json::from_str(&home("en", json).await).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for key in keys(&json) {
        assert!(
            document.contains(&format!("| `{key}")) || document.contains(&format!(", `{key}")),
            "{key}"
        );
    }
    for key in keys(&json["targets"][0]) {
        assert!(document.contains(&format!("`.{key}")), "{key}");
    }
}
