//! Whatever comes, nothing here panics, nor grows without bound. The same
//! functions are fuzzed by `fuzz/`.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use prober::model::observation::Vantage;
use prober::signal::envelope::{Envelope, Record, decode};
use prober::signal::logs::{self, LogsError, MAX_ENCODED, MAX_INFLATED};
use prober::signal::text::{MAX_DETAIL, MAX_TEXT};
use prober::signal::{ping, report};
use prober::text::one_line;
use prober::text::tail;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::now;

fn packed(bytes: &[u8]) -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    BASE64.encode(gzip.finish().unwrap())
}

#[test]
fn a_bomb_is_refused_by_the_limit_that_it_breaks() {
    let bomb = packed(&vec![b' '; MAX_INFLATED + 1]);
    assert!(bomb.len() < 64 * 1024);
    let error = logs::decode(&bomb).unwrap_err();
    assert_eq!(error.to_string(), "the data unpacks to more than 16 MiB");
    let long = "A".repeat(MAX_ENCODED + 1);
    assert_eq!(logs::decode(&long).unwrap_err(), LogsError::TooLong);
}

#[test]
fn bytes_that_are_not_utf_8_do_not_hide_an_error() {
    let line = b"{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"g\",\"logStream\":\"s\",\
                 \"subscriptionFilters\":[],\
                 \"logEvents\":[{\"id\":\"1\",\"timestamp\":0,\"message\":\"no \xff disk\"}]}";
    let errors = logs::decode(&packed(line)).unwrap().unwrap();
    assert_eq!(errors.errors[0].text, "no \u{fffd} disk");
}

#[test]
fn an_event_may_be_as_deep_as_json_may() {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    let told = decode(&json!({ "Records": deep })).unwrap_err().to_string();
    assert!(told.starts_with("an event of unknown shape"), "{told}");
}

#[test]
fn no_name_is_longer_than_a_key_of_dynamodb() {
    let told = |name: &str, contributor: &str| {
        let message = json!({
            "AlarmName": name,
            "AlarmContributorId": "a1b2c3d4e5f6a7b8",
            "AlarmContributorAttributes": { "host": contributor },
            "NewStateValue": "ALARM",
            "StateChangeTime": "2026-07-05T05:03:27.123+0000",
        });
        let sns = json!({
            "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "",
            "Sns": {
                "Type": "Notification", "MessageId": "1", "TopicArn": "", "Subject": null,
                "Message": message.to_string(), "Timestamp": "2026-07-05T05:03:28.201Z",
                "SignatureVersion": "1", "Signature": "", "SigningCertUrl": "",
                "UnsubscribeUrl": "", "MessageAttributes": {},
            },
        });
        let Ok(Envelope::Records(records)) = decode(&json!({ "Records": [sns] })) else {
            panic!("{name} is no alarm")
        };
        let Record::Signal(signal) = &records[0] else { panic!("{name} is no signal") };
        super::said(signal).unwrap().target.to_string()
    };
    assert_eq!(told("cpu", "nas"), "alarm:cpu [host=nas]");
    assert_eq!(told("cpu", &"나".repeat(70)), "alarm:cpu [a1b2c3d4e5f6a7b8]");
    // The longest name of an alarm is 255 characters.
    assert!(told(&"나".repeat(255), "nas").ends_with(" [host=nas]"));
    for name in ["🏠".repeat(255), "🏠".repeat(9_000)] {
        assert!(told(&name, "nas").len() <= 1024);
    }
}

/// Documents in the likeness of AWS's: known keys with values of any type.
fn likeness() -> impl Strategy<Value = Value> {
    let known = prop::sample::select(vec![
        "Records",
        "Sns",
        "Message",
        "TopicArn",
        "Timestamp",
        "Subject",
        "awslogs",
        "data",
        "s3",
        "bucket",
        "object",
        "key",
        "name",
        "eventName",
        "eventTime",
        "eventSource",
        "alarmData",
        "alarmArn",
        "alarmName",
        "state",
        "value",
        "timestamp",
        "time",
        "requestContext",
        "http",
        "method",
        "httpMethod",
        "path",
        "rawPath",
        "headers",
        "body",
        "isBase64Encoded",
        "source",
        "detail-type",
        "scheduled_at",
        "shard",
        "index",
        "count",
        "stage",
        "AlarmName",
    ]);
    let word = prop::sample::select(vec![
        "aws.events",
        "Scheduled Event",
        "ObjectCreated:Put",
        "2026-01-01T00:00:00.000+0000",
        "ALARM",
        "OK",
        "GET",
        "/ping/k/1",
        "arn:aws:sns:us-east-1:1:t",
        "H4sIAAAA",
        "%ff+%zz",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 8, move |inner| {
        let pair = (prop_oneof![known.clone().prop_map(str::to_owned), ".{0,8}"], inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            vec(pair, 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn follow(event: &Value) {
    let Ok(Envelope::Records(records)) = decode(event) else { return };
    for record in records {
        if let Record::Signal(signal) = record {
            let said = signal.event(&Vantage("here".into()), Some("us-east-1")).unwrap();
            let text = said.attachment.map(|attachment| attachment.text).unwrap_or_default();
            assert!(text.chars().count() <= MAX_TEXT);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_makes_the_decoder_panic(event in likeness()) {
        follow(&event);
    }

    #[test]
    fn no_bytes_make_anything_panic(bytes in vec(any::<u8>(), 0..256)) {
        let text = String::from_utf8_lossy(&bytes);
        follow(&json!({ "awslogs": { "data": &text } }));
        follow(&json!({ "awslogs": { "data": BASE64.encode(&bytes) } }));
        follow(&json!({ "awslogs": { "data": packed(&bytes) } }));
        let _ = ping::parse(&text);
        let _ = ping::parse(&format!("/ping/{text}"));
        let _ = report::parse(&bytes, now());
        if let Ok(event) = serde_json::from_slice(&bytes) {
            follow(&event);
        }
    }

    #[test]
    fn no_lines_make_the_joining_panic_or_lose_a_word(texts in vec("(\\PC{0,20}|[ \t]+x|Traceback \\(most recent call last\\):|\\^|a panicked at b:)", 1..12)) {
        let events: Vec<_> = texts.iter().map(|text| json!({ "id": "1", "timestamp": 1, "message": text })).collect();
        let batch = json!({
            "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logStream": "s",
            "subscriptionFilters": [], "logEvents": events,
        });
        let Ok(Some(errors)) = logs::decode(&packed(batch.to_string().as_bytes())) else {
            return Ok(());
        };
        let kept: usize = errors.errors.iter().map(|e| e.text.matches('x').count()).sum();
        prop_assert_eq!(kept, texts.iter().map(|text| text.matches('x').count()).sum::<usize>());
        follow(&json!({ "awslogs": { "data": packed(batch.to_string().as_bytes()) } }));
    }

    #[test]
    fn what_is_cut_is_within_its_limit(text in "(\\PC|\n| ){0,400}", limit in 3_usize..300) {
        prop_assert!(one_line(&text, limit).chars().count() <= limit);
        prop_assert!(!one_line(&text, MAX_DETAIL).contains('\n'));
        prop_assert!(tail(&text, limit).chars().count() <= limit);
    }
}
