//! The documents, as they are on file.

use prober::model::observation::Reason;
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
        compare(file, &home(language, |page| page.badge(name)).await.unwrap());
    }
    assert_eq!(home("en", |page| page.badge("nas")).await, None);
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
    let document = include_str!("../../../docs/inbox.md");
    let json: Value = serde_json::from_str(&home("en", json).await).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for key in keys(&json) {
        assert!(document.contains(&format!("| `{key}")), "{key}");
    }
    for key in keys(&json["targets"][0]) {
        assert!(document.contains(&format!("`.{key}")), "{key}");
    }
}
