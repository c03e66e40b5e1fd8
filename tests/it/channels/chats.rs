//! ntfy, Discord and Telegram: what is sent, and that no text of others is
//! more than text, or too long.

use std::time::Duration;

use chrono::TimeDelta;
use prober::core::announce::Fact;
use prober::message::{Entry, Message, Mood, Voice, compose};
use prober::model::names::TargetName;
use prober::model::observation::{Reason, Vantage};
use prober::model::state::Incident;
use prober::model::target::Language;
use prober::notify::{Delivery, discord, ntfy, telegram};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{json, parts};
use crate::message::{HOSTILE, at, incident, say};
use crate::notify::tell;
use crate::notify_contract::{Act, Channel, Service, kind};
use crate::slack_limits::{any_fact, any_text};
use crate::webhook::{MARKER, Reply, Webhook};

const PATIENCE: Duration = Duration::from_secs(20);

fn hostile() -> Message {
    let fact = Fact::down(incident("2026-07-05T05:02:00Z", Reason::Body, HOSTILE));
    say(&[(TargetName::new("@everyone"), fact)])
}

/// The request in which `channel` is sent `message`.
async fn sent(channel: Channel, message: &Message) -> String {
    let service = Service::start(channel, Act::Accept).await;
    let delivery = tell(kind(channel, service.port()), message, PATIENCE).await;
    assert!(matches!(delivery, Delivery::Accepted { .. }), "{delivery:?}");
    let Service::Http(webhook) = service else { panic!("not by HTTP") };
    webhook.requests().remove(0)
}

/// What `channel` makes of an answer.
async fn answered(channel: Channel, reply: Reply) -> Delivery {
    let webhook = Webhook::start([reply]).await;
    let port = Service::Http(webhook).port();
    tell(kind(channel, port), &crate::notify::message(), PATIENCE).await
}

fn refusal(delivery: Delivery) -> (String, &'static str) {
    match delivery {
        Delivery::Refused { why, advice } => (why, advice),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn ntfy_gets_json_at_its_root_and_no_markup() {
    let request = sent(Channel::Ntfy, &hostile()).await;
    let (head, _) = parts(&request);
    assert!(head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("authorization: Bearer {MARKER}")), "{head}");
    let body = json(&request);
    assert_eq!(body["topic"], MARKER);
    assert_eq!(body["priority"], 4);
    assert_eq!(body["tags"], json!(["down"]));
    assert_eq!(body["title"], format!("🔴 @everyone is down since 14:02: {HOSTILE}"));
    assert_eq!(body["message"], "prober at ap-northeast-2, 14:05 KST");
    assert_eq!(body.get("markdown"), None);
}

#[tokio::test]
async fn discord_gets_an_embed_that_mentions_nobody() {
    let request = sent(Channel::Discord, &hostile()).await;
    let (head, _) = parts(&request);
    assert!(head.starts_with(&format!("POST /hook/{MARKER}?wait=true HTTP/1.1\r\n")), "{head}");
    let body = json(&request);
    assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
    let content = body["content"].as_str().unwrap();
    assert!(content.starts_with(r"🔴 \@everyone is down"), "{body}");
    assert_eq!(body["embeds"][0]["color"], 0x00d1_242f);
    assert_eq!(body["embeds"][0].get("description"), None, "nothing stands twice");
    let expected =
        r"\<\!channel\> & \<http\://evil\|click\> \*bold\* \`code\` \_it\_ \~no\~ \:fire\:";
    let expected = expected.replace(r"\!", "!");
    assert!(content.ends_with(&expected), "{content}");
}

#[tokio::test]
async fn telegram_gets_html_in_which_others_write_code_only() {
    let request = sent(Channel::Telegram, &hostile()).await;
    let (head, _) = parts(&request);
    assert!(head.starts_with(&format!("POST /bot{MARKER}/sendMessage HTTP/1.1\r\n")), "{head}");
    let body = json(&request);
    assert_eq!(body["chat_id"], "-1001");
    assert_eq!(body["parse_mode"], "HTML");
    assert_eq!(body["link_preview_options"], json!({ "is_disabled": true }));
    let text = body["text"].as_str().unwrap();
    let story = "🔴 <code>@everyone is down since 14:02: &lt;!channel&gt; &amp; ";
    assert!(text.starts_with(story), "{text}");
}

#[test]
fn telegram_finds_no_command_in_the_name_of_a_log_group() {
    let failed = || incident("2026-07-05T05:02:00Z", Reason::ErrorsReported, "boom");
    for (name, said) in [
        ("logs:/aws/lambda/photos", "<b>photos logs an error: boom</b>"),
        ("logs:/home/photos", "<code>/home/photos logs an error: boom</code>"),
        ("photos (/home)", "<code>photos (/home) reports an error: boom</code>"),
        ("home/photos", "<b>home/photos reports an error: boom</b>"),
    ] {
        let text = telegram::text(&say(&[(TargetName::new(name), Fact::down(failed()))]));
        assert!(text.starts_with(&format!("🔴 {said}")), "{text}");
    }
}

#[tokio::test]
async fn the_advice_depends_on_the_refusal() {
    for (channel, status, body, why, todo) in [
        (Channel::Ntfy, 401, r#"{"code":40101}"#, "HTTP 401, ntfy's error 40101", "`token`"),
        (Channel::Ntfy, 403, r#"{"code":40301}"#, "HTTP 403, ntfy's error 40301", "admin"),
        (Channel::Ntfy, 400, "", "HTTP 400", "check `url`"),
        (Channel::Discord, 404, r#"{"code":10015}"#, "HTTP 404, Discord's error 10015", "new one"),
        (Channel::Discord, 400, r#"{"code":50006}"#, "HTTP 400, Discord's error 50006", "check"),
        (Channel::Telegram, 401, r#"{"ok":false}"#, "HTTP 401", "@BotFather"),
        (Channel::Telegram, 403, r#"{"ok":false}"#, "HTTP 403", "start a chat"),
        (Channel::Telegram, 400, r#"{"ok":false}"#, "HTTP 400", "chat_id"),
        (
            Channel::Telegram,
            400,
            r#"{"ok":false,"parameters":{"migrate_to_chat_id":-1002}}"#,
            "HTTP 400, the chat is now -1002",
            "supergroup",
        ),
    ] {
        let (told, advice) = refusal(answered(channel, Reply::new(status, body)).await);
        assert_eq!(told, why);
        assert!(advice.contains(todo), "{why}: {advice}");
    }
}

#[tokio::test]
async fn an_absurd_wait_is_cut_to_a_day() {
    for (channel, body) in [
        (Channel::Discord, r#"{"retry_after":1e30}"#),
        (Channel::Discord, r#"{"retry_after":86400.5}"#),
        (Channel::Telegram, r#"{"ok":false,"parameters":{"retry_after":9999999999}}"#),
    ] {
        let delivery = answered(channel, Reply::new(429, body)).await;
        let Delivery::ComeBack { after, .. } = delivery else { panic!("{delivery:?}") };
        let believed = [Duration::from_hours(24), Duration::from_secs(30)];
        assert!(believed.contains(&after), "{body}: {after:?}");
    }
}

/// Panics unless Discord would take `payload`, and show it as it stands.
fn check_discord(payload: &Value) {
    let embed = &payload["embeds"][0];
    let (content, description) = (&payload["content"], &embed["description"]);
    let description = if description.is_null() { &json!("-") } else { description };
    let footer = embed["footer"]["text"].as_str().unwrap();
    let units = |text: &Value| text.as_str().unwrap().encode_utf16().count();
    assert!((1..=2000).contains(&units(content)));
    assert!((1..=4096).contains(&units(description)));
    assert!(units(description) + footer.encode_utf16().count() <= 6000);
    check_escapes(content.as_str().unwrap());
    let description = description.as_str().unwrap();
    // What stands between two such lines is shown as it is.
    assert_eq!(description.matches("```").count() % 2, 0, "{description}");
    let sentences = description.split("```").step_by(2).flat_map(str::lines);
    for line in sentences.filter(|line| *line != DISCORD_LINK) {
        let bold = line.strip_prefix("**").and_then(|line| line.strip_suffix("**"));
        check_escapes(bold.unwrap_or(line));
    }
}

/// The link that some facts have.
const DISCORD_LINK: &str = r#"[Open](https://example.com/#a:b|c/%28d%29$2527")"#;

/// Panics if anything in `text` could be markup.
fn check_escapes(text: &str) {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char == '\\' {
            assert!(chars.next().is_some_and(|next| next.is_ascii_punctuation()), "{text}");
        } else {
            assert!(!"*_~`|#><[]():@-+".contains(char), "{char} in {text}");
        }
    }
}

/// The same in HTML.
const TELEGRAM_LINK: &str = "a href=\"https://example.com/#a:b|c/(d)$2527&quot;\"";

/// Panics unless Telegram would take `text`, in which only we write markup.
fn check_telegram(text: &str) {
    assert!((1..=4096).contains(&text.encode_utf16().count()));
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (tag, after) = rest[start + 1..].split_once('>').unwrap();
        let tag = if tag == TELEGRAM_LINK { "a" } else { tag };
        assert!(["a", "b", "code", "pre"].contains(&tag), "{tag} in {text}");
        let (inner, after) = after.split_once(&format!("</{tag}>")).unwrap();
        assert!(!inner.contains(['<', '>']), "{text}");
        rest = after;
    }
    assert!(!rest.contains('>'), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn chats_take_whatever_is_owed(
        facts in prop::collection::vec((any_text(), any_fact()), 1..40),
        vantage in any_text(),
        line in any_text(),
    ) {
        let vantage = Vantage(vantage);
        let now = at("2026-07-05T05:05:00Z");
        let voice = Voice { language: Language::En, zone: chrono_tz::Asia::Seoul, vantage: &vantage, page: None, now };
        let items: Vec<_> =
            facts.into_iter().map(|(name, fact)| (TargetName::new(name), fact)).collect();
        let mut message = compose(&items, &voice);
        // Longer than anything that the words are made of today.
        let entry = Entry { mood: Mood::Down, headline: String::new(), lines: Vec::new() };
        message.entries.insert(0, entry);
        message.entries[0].headline += &line.replace('\n', " ").repeat(50);
        message.entries[0].lines.push(line.repeat(50).into());
        message.footer += &line.repeat(50);
        check_discord(&serde_json::from_str(&discord::payload(&message)).unwrap());
        check_telegram(&telegram::text(&message));
        // With its quotes.
        let body = serde_json::to_string(&ntfy::body(&message)).unwrap();
        prop_assert!((3..=4098).contains(&body.len()), "{}", body.len());
    }
}

#[test]
fn names_that_do_not_fit_are_counted() {
    // No two began together, so that they are no group.
    let fact = |minutes| {
        let gone = incident("2026-07-05T05:02:00Z", Reason::Timeout, "x".repeat(300));
        Fact::down(Incident { since: gone.since - TimeDelta::minutes(minutes), ..gone })
    };
    let facts: Vec<_> =
        (0..1000).map(|n| (TargetName::new(format!("target {n}")), fact(n))).collect();
    let message = say(&facts);
    for text in [discord::payload(&message), telegram::text(&message), ntfy::body(&message)] {
        assert!(text.contains("target 0 is down"), "{text}");
        assert!(text.contains(" more"), "{text}");
    }
}
