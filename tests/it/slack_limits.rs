//! Slack's side of the contract: a strict reader of what it is sent, and that
//! no message, however odd, fails to pass it.

use chrono::{TimeDelta, Utc};
use prober::core::announce::Fact;
use prober::message::{Voice, compose};
use prober::model::names::TargetName;
use prober::model::observation::{Failure, Reason, Vantage, WarningKind};
use prober::model::state::{Attachment, Incident, Outage};
use prober::model::target::Language;
use prober::notify::slack::payload;
use proptest::prelude::*;
use serde_json::Value;

use crate::message::at;

/// Panics unless Slack would take `payload`, and nothing in it can mention or
/// link but the `mention` at its beginning.
/// <https://docs.slack.dev/reference/block-kit/blocks>
pub(crate) fn check(payload: &Value, mention: Option<&str>) {
    keys(payload, &["attachments", "text", "unfurl_links", "unfurl_media"]);
    let text = string(&payload["text"]);
    let mentioned = mention.and_then(|mention| text.strip_prefix(mention)?.strip_prefix(' '));
    check_text(mentioned.unwrap_or(text), 500);
    assert!(!text.contains('\n'), "more than a line: {text}");
    let [attachment] = &array(&payload["attachments"])[..] else { panic!("not one attachment") };
    keys(attachment, &["blocks", "color"]);
    let color = string(&attachment["color"]);
    assert!(color.len() == 7 && color.starts_with('#'), "{color}");
    let blocks = array(&attachment["blocks"]);
    assert!((1..=50).contains(&blocks.len()), "{} blocks", blocks.len());
    let all: usize = blocks.iter().map(check_block).sum();
    assert!(all <= 8000, "{all} units in all");
}

/// The units of a block's text.
fn check_block(block: &Value) -> usize {
    match string(&block["type"]) {
        "section" => {
            keys(block, &["text", "type"]);
            check_object(&block["text"])
        }
        "context" => {
            keys(block, &["elements", "type"]);
            let elements = array(&block["elements"]);
            assert!((1..=10).contains(&elements.len()), "{} elements", elements.len());
            elements.iter().map(check_object).sum()
        }
        "rich_text" => {
            keys(block, &["elements", "type"]);
            let [element] = &array(&block["elements"])[..] else { panic!("not one: {block}") };
            keys(element, &["elements", "type"]);
            assert_eq!(element["type"], "rich_text_preformatted");
            let [code] = &array(&element["elements"])[..] else { panic!("not one: {block}") };
            keys(code, &["text", "type"]);
            assert_eq!(code["type"], "text");
            check_length(string(&code["text"]), 3000)
        }
        other => panic!("no such block here: {other}"),
    }
}

fn check_object(object: &Value) -> usize {
    match string(&object["type"]) {
        "plain_text" => {
            keys(object, &["emoji", "text", "type"]);
            assert_eq!(object["emoji"], false);
        }
        "mrkdwn" => {
            keys(object, &["text", "type", "verbatim"]);
            assert_eq!(object["verbatim"], true);
            let text = string(&object["text"]);
            if text.starts_with('<') {
                return check_links(text);
            }
            let bold = text.strip_prefix('*').and_then(|text| text.strip_suffix('*')).unwrap();
            assert!(!bold.contains(['*', '~', '`', '\n']), "markup within: {text}");
        }
        other => panic!("no such text: {other}"),
    }
    check_text(string(&object["text"]), 3000)
}

/// Links with a label each, and nothing else.
fn check_links(text: &str) -> usize {
    for link in text.split("  ") {
        let (url, label) = link[1..link.len() - 1].split_once('|').unwrap();
        assert!(link.starts_with("<https://") && link.ends_with('>'), "no link: {link}");
        assert!(!url.contains([' ', '*', '`']), "{link}");
        check_text(url, 3000);
        check_text(label, 500);
    }
    check_length(text, 3000)
}

fn check_length(text: &str, limit: usize) -> usize {
    let units = text.encode_utf16().count();
    assert!((1..=limit).contains(&units), "{units} units, where 1 to {limit} are allowed");
    units
}

fn check_text(text: &str, limit: usize) -> usize {
    let units = check_length(text, limit);
    assert!(!text.contains(['<', '>']), "may mention or link: {text}");
    for (index, _) in text.match_indices('&') {
        let escape = ["&amp;", "&lt;", "&gt;"].iter().any(|one| text[index..].starts_with(one));
        assert!(escape, "half an escape: {text}");
    }
    units
}

fn keys(object: &Value, expected: &[&str]) {
    let mut keys: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, expected);
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

/// Text that hurts: markup, escapes, wide and invisible characters, any length.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<!channel>".to_owned()),
        Just("&amp;".to_owned()),
        Just("&".to_owned()),
        Just("*_~`:".to_owned()),
        Just("👨‍👩‍👧 가나".to_owned()),
        Just(" ".to_owned()),
        any::<char>().prop_map(String::from),
        "[a-z]{1,9}",
    ];
    (prop::collection::vec(piece, 0..24), 1..12_usize)
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

pub(crate) fn any_fact() -> impl Strategy<Value = Fact> {
    let failure = (prop::sample::select(Reason::ALL), any_text())
        .prop_map(|(reason, detail)| Failure { reason, detail: detail.into() });
    let incident = (failure, any_text(), -400_000_000..4_000_000_000_i64).prop_map(
        |(failure, vantage, since)| {
            let since = at("2026-07-05T05:05:00Z") - TimeDelta::seconds(since);
            Incident {
                since,
                failure,
                vantage: Vantage(vantage),
                attachment: None,
                agreed_by: Vec::new(),
                unmentioned: false,
            }
        },
    );
    let warning = (prop::sample::select(WarningKind::ALL), any_text());
    let attachment = prop::option::of((any_text(), prop::bool::ANY).prop_map(|(text, linked)| {
        let text = text.replace(' ', "\n");
        let link = linked.then(|| "https://example.com/#a:b|c/(d)$2527\"".into());
        Attachment { text, stream: None, link, probed: None }
    }));
    let incident = (incident, attachment)
        .prop_map(|(incident, attachment)| Incident { attachment, ..incident });
    (incident, 0..400_000_i64, 1..4_u32, prop::collection::vec(warning, 1..3), 0..6_usize).prop_map(
        |(incident, seconds, incidents, warnings, which)| {
            let until = incident.since + TimeDelta::seconds(seconds);
            let outage = Outage { incidents, ..Outage::of(&incident, until) };
            let warnings: Vec<_> =
                warnings.into_iter().map(|(kind, text)| (kind, text.into())).collect();
            match which {
                0 => Fact::down(incident),
                1 => Fact::StillDown(incident),
                2 => Fact::was_down(outage),
                3 => Fact::Recovered(outage),
                4 => Fact::Cleared(warnings),
                _ => Fact::Warning(warnings),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn slack_takes_whatever_is_owed(
        facts in prop::collection::vec((any_text(), any_fact()), 1..40),
        vantage in any_text(),
    ) {
        let vantage = Vantage(vantage);
        let now = at("2026-07-05T05:05:00Z").with_timezone(&Utc);
        let voice = Voice { language: Language::En, zone: chrono_tz::Asia::Seoul, vantage: &vantage, page: None, now };
        let items: Vec<_> =
            facts.into_iter().map(|(name, fact)| (TargetName::new(name), fact)).collect();
        let message = compose(&items, &voice);
        let mention = Some("<!subteam^S012>");
        check(&serde_json::from_str(&payload(&message, mention)).unwrap(), mention);
    }
}
