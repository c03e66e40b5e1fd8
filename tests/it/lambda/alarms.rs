//! CloudWatch's alarms, through a topic of SNS and by their own action.

use super::*;
use crate::support::server::{Act, Server, answer};

/// What is told of the alarm in `sns_alarm.json`.
const NAS: &str = "CloudWatch alarm nas-cpu-high";

/// Takes nothing of what CloudWatch sends.
const OFF: &str = "[alarms]\nenabled = false\n[logs]\nenabled = false\n";

/// `sns_alarm.json` with its alarm in `state` since `at`.
fn sns(state: &str, at: &str) -> Value {
    let mut event = event("sns_alarm");
    let place = event.pointer_mut("/Records/0/Sns/Message").unwrap();
    let mut message: Value = serde_json::from_str(place.as_str().unwrap()).unwrap();
    message["NewStateValue"] = json!(state);
    message["StateChangeTime"] = json!(at);
    *place = json!(message.to_string());
    event
}

#[tokio::test]
async fn an_alarm_through_sns_is_down_once_and_recovered_once() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    let raised = sns("ALARM", "2026-07-05T05:03:27.123+0000");
    let unknown = sns("INSUFFICIENT_DATA", "2026-07-05T05:08:27.123+0000");
    let over = sns("OK", "2026-07-05T05:13:27.123+0000");
    for event in [&raised, &raised, &unknown, &over, &over, &raised] {
        assert_eq!(inbox.invoke(event.clone()).await, taken(1));
    }
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with(&format!("🔴 {NAS}: ")), "{said:?}");
    assert!(said[1].starts_with(&format!("🟢 {NAS}: OK again after 10 min")), "{said:?}");
}

#[tokio::test]
async fn its_message_has_all_that_there_is_to_know() {
    let context = Context::new().await;
    let zone = "timezone = 'Asia/Seoul'\n";
    let config = fs::read_to_string(context.config()).unwrap();
    fs::write(context.config(), [zone, &config].concat()).unwrap();
    context.start().await.invoke(event("sns_alarm")).await;
    let told = context.webhook.requests().concat();
    for part in [
        NAS,
        "93.4 &gt; 80",
        "14:03",
        "The NAS is transcoding again; see the wiki",
        "ap-northeast-2",
        "https://ap-northeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#alarmsV2:alarm/nas-cpu-high",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

#[tokio::test]
async fn an_alarm_s_own_action_is_heard_too() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    for (file, name) in [
        ("alarm_action_metric", "🔴 CloudWatch alarm lambda-demo-metric-alarm: "),
        ("alarm_action_composite", "🔴 CloudWatch alarm CompositeDemo.Main: "),
    ] {
        assert_eq!(inbox.invoke(event(file)).await, taken(1));
        assert!(context.said().last().unwrap().starts_with(name), "{:?}", context.said());
    }
}

#[tokio::test]
async fn one_time_series_of_an_alarm_that_is_well_hides_no_other() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    let said = |path: &str, state: &str, minute: u32| {
        let mut event = event("sns_alarm_contributor");
        let place = event.pointer_mut("/Records/0/Sns/Message").unwrap();
        let mut message: Value = serde_json::from_str(place.as_str().unwrap()).unwrap();
        message["AlarmContributorAttributes"] = json!({ "endpoint": path, "at": "home" });
        message["NewStateValue"] = json!(state);
        message["StateChangeTime"] = json!(format!("2026-06-10T12:{minute}:15.000+0000"));
        *place = json!(message.to_string());
        event
    };
    // Both fell at the same instant.
    for (path, state, minute) in [("/a", "ALARM", 20), ("/b", "ALARM", 20), ("/a", "OK", 25)] {
        assert_eq!(inbox.invoke(said(path, state, minute)).await, taken(1));
    }
    let [a, b, over] = &context.said()[..] else { panic!("{:?}", context.said()) };
    assert!(a.starts_with("🔴 CloudWatch alarm EndpointLatency [at=home, endpoint=/a]: "), "{a}");
    assert!(b.starts_with("🔴 CloudWatch alarm EndpointLatency [at=home, endpoint=/b]: "), "{b}");
    assert!(
        over.starts_with("🟢 CloudWatch alarm EndpointLatency [at=home, endpoint=/a]: OK again"),
        "{over}"
    );
}

#[tokio::test]
async fn all_records_of_one_event_are_one_message() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    assert_eq!(inbox.invoke(event("sns_several_records")).await, taken(3));
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains(NAS), "{said:?}");
}

#[tokio::test]
async fn what_is_no_alarm_is_shown_as_it_is() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    assert_eq!(inbox.invoke(event("sns_text")).await, taken(1));
    let told = context.webhook.requests().concat();
    assert!(told.contains("Greetings") && told.contains("world!"), "{told}");
    let (_, body) = told.split_once("\r\n\r\n").unwrap();
    crate::slack_limits::check(&serde_json::from_str(body).unwrap(), None);
}

#[tokio::test]
async fn what_is_switched_off_is_not_taken_and_no_error() {
    let context = Context::new().await;
    context.configure(&(context.target("photos", 1) + OFF));
    let mut inbox = context.start().await;
    for file in ["sns_alarm", "alarm_action_metric", "sns_text", "logs_node"] {
        let Answer::Response(answer) = inbox.invoke(event(file)).await else { panic!("{file}") };
        assert_eq!((&answer["taken"], &answer["refused"]), (&json!(0), &json!(1)), "{file}");
    }
    assert_eq!(context.said(), [""; 0]);
    assert!(context.log().contains("not taken: `enabled = false` in probes.toml"));
}

#[tokio::test]
async fn an_alarm_that_cannot_be_stored_is_an_error_so_that_it_is_sent_again() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    inbox.tick(0).await;
    context.fill_the_store();
    let Answer::Error(error) = inbox.invoke(event("sns_alarm")).await else { panic!("taken") };
    assert_eq!(error["errorType"], "Store");
    context.make_room_in_the_store();
    assert_eq!(inbox.invoke(event("sns_alarm")).await, taken(1));
    assert_eq!(context.said().len(), 1, "{:?}", context.said());
}

#[tokio::test]
async fn an_alarm_that_was_stored_is_told_by_the_next_tick_if_not_before() {
    let context =
        Context::answering([Reply::new(500, "rollup_error"), Reply::new(200, "ok")]).await;
    let mut inbox = context.start().await;
    let Answer::Response(answer) = inbox.invoke(event("sns_alarm")).await else { panic!("lost") };
    assert_eq!((&answer["taken"], &answer["owed"]), (&json!(1), &json!(1)));
    let later = json!({ "scheduled_at": "2026-07-05T05:05:00Z" });
    let Answer::Response(summary) = inbox.invoke(later).await else { panic!("no tick") };
    assert_eq!(summary["announced"][0]["kind"], "down");
}

#[tokio::test]
async fn prober_s_own_alarm_is_told_once_and_its_end_once() {
    let context = Context::new().await;
    // Whoever takes no alarms is still told when the prober is broken.
    context.configure(&(context.target("photos", 1) + OFF));
    let mut inbox = context.start().await;
    let told = json!({ "taken": 0, "refused": 0, "told": 1, "owed": 0 });
    let (raised, over) = (event("alarm_action_of_prober_itself"), event("alarm_action_over"));
    for event in [&raised, &raised, &over, &over] {
        assert_eq!(inbox.invoke(event.clone()).await, Answer::Response(told.clone()));
    }
    assert_eq!(inbox.invoke(event("alarm_action_insufficient_data")).await, taken(0));
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("prober itself is in trouble"), "{said:?}");
    assert!(said[0].contains("prober-TickErrors"), "{said:?}");
    assert!(said[1].contains("out of trouble"), "{said:?}");
}

#[tokio::test]
async fn prober_s_own_alarm_that_was_just_made_and_is_well_is_not_told() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    assert_eq!(inbox.invoke(event("alarm_action_new_and_well")).await, taken(0));
    assert_eq!(context.said(), [""; 0]);
}

#[tokio::test]
async fn an_own_alarm_that_cannot_be_told_is_an_error_so_that_it_is_sent_again() {
    let context =
        Context::answering([Reply::new(500, "rollup_error"), Reply::new(200, "ok")]).await;
    let mut inbox = context.start().await;
    let event = event("alarm_action_of_prober_itself");
    let Answer::Error(error) = inbox.invoke(event.clone()).await else { panic!("taken") };
    assert_eq!(error["errorType"], "NotTold");
    let Answer::Response(answer) = inbox.invoke(event).await else { panic!("not told") };
    assert_eq!(answer["told"], 1);
}

/// The alarm for silence as it rises when it was just made, at this instant.
fn first_silence(at: &str) -> Value {
    let mut event = event("alarm_action_of_prober_itself");
    event["alarmData"]["alarmName"] = json!("prober-TickSilence");
    event["alarmData"]["state"]["timestamp"] = json!(at);
    event["alarmData"]["previousState"]["value"] = json!("INSUFFICIENT_DATA");
    event
}

/// The same alarm once it is over.
fn silence_over() -> Value {
    let mut event = event("alarm_action_over");
    event["alarmData"]["alarmName"] = json!("prober-TickSilence");
    event
}

#[tokio::test]
async fn a_first_deployment_that_ticks_is_in_no_trouble() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    let now = prober::clock::Clock::System.now();
    let Answer::Error(error) = inbox.invoke(first_silence(&now.to_rfc3339())).await else {
        panic!("it says something before the first tick")
    };
    assert_eq!(error["errorType"], "TooYoung");
    let tick = json!({ "scheduled_at": now.to_rfc3339() });
    assert!(matches!(inbox.invoke(tick).await, Answer::Response(_)));
    assert_eq!(inbox.invoke(first_silence(&now.to_rfc3339())).await, taken(0));
    // Nobody was told that it began.
    inbox.invoke(silence_over()).await;
    assert_eq!(context.said(), [""; 0]);
}

#[tokio::test]
async fn a_first_deployment_that_never_ticks_is_told() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    let earlier = (prober::clock::Clock::System.now() - chrono::TimeDelta::minutes(3)).to_rfc3339();
    inbox.invoke(first_silence(&earlier)).await;
    inbox.invoke(silence_over()).await;
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("in trouble") && said[1].contains("out of trouble"), "{said:?}");
}

#[tokio::test]
async fn prober_s_own_alarm_is_told_without_a_lease_where_the_store_gives_none() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    inbox.tick(0).await;
    context.sql("ALTER TABLE channel RENAME TO gone");
    let (raised, over) = (event("alarm_action_of_prober_itself"), event("alarm_action_over"));
    for _ in 0..3 {
        assert!(matches!(inbox.invoke(raised.clone()).await, Answer::Response(_)));
    }
    assert_eq!(context.said().len(), 1, "{:?}", context.said());
    context.sql("ALTER TABLE gone RENAME TO channel");
    // It comes again, and so does its end.
    for event in [&raised, &over, &over] {
        assert!(matches!(inbox.invoke(event.clone()).await, Answer::Response(_)));
    }
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("prober itself is in trouble"), "{said:?}");
    assert!(said[1].contains("out of trouble"), "{said:?}");
}

/// What a table may answer, as DynamoDB words it: status, code.
const FAULTS: [(&str, &str); 8] = [
    ("400 Bad Request", "ResourceNotFoundException"),
    ("400 Bad Request", "AccessDeniedException"),
    ("400 Bad Request", "UnrecognizedClientException"),
    ("400 Bad Request", "ProvisionedThroughputExceededException"),
    ("400 Bad Request", "KMSAccessDeniedException"),
    ("400 Bad Request", "ResourceInUseException"),
    ("500 Internal Server Error", "InternalServerError"),
    ("503 Service Unavailable", "ServiceUnavailable"),
];

#[tokio::test]
async fn prober_s_own_alarm_is_told_once_whatever_the_table_answers() {
    for (status, code) in FAULTS {
        let context = Context::new().await;
        let body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}") });
        let table = Server::scripted(move |_| {
            let kind = ["Content-Type: application/x-amz-json-1.0"];
            vec![Act::Say(answer(status, &kind, body.to_string()))]
        })
        .await;
        let endpoint = table.url("");
        let variables = [
            ("PROBER_TABLE", "prober"),
            ("AWS_ENDPOINT_URL_DYNAMODB", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        let mut inbox = context.start_with(&variables).await;
        for _ in 0..2 {
            drop(inbox.invoke(event("alarm_action_of_prober_itself")).await);
        }
        let said = context.said();
        assert_eq!(said.len(), 1, "{code}: {said:?}\n{}", context.log());
        assert!(said[0].contains("prober itself is in trouble"), "{code}: {said:?}");
        assert!(!table.requests().is_empty(), "{code}: the table was asked");
    }
}

#[tokio::test]
async fn a_lease_of_another_process_keeps_prober_s_own_alarm_to_one_message() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    inbox.tick(0).await;
    let until = prober::clock::Clock::System.now() + chrono::TimeDelta::seconds(40);
    let held = json!({ "held": { "by": "other", "until": until } }).to_string();
    context.sql(&format!("INSERT OR REPLACE INTO channel VALUES ('slack', '{held}')"));
    let Answer::Error(error) = inbox.invoke(event("alarm_action_of_prober_itself")).await else {
        panic!("told")
    };
    assert_eq!((&error["errorType"], context.said().len()), (&json!("NotTold"), 0));
}

#[tokio::test]
async fn a_tick_that_cannot_write_says_so_once_and_names_what_fails() {
    let mut context = Context::new().await;
    let mut inbox = context.start().await;
    inbox.tick(0).await;
    context.fill_the_store();
    context.home.fall_over();
    for minute in 1..4 {
        assert!(matches!(inbox.invoke(tick(minute)).await, Answer::Error(_)));
    }
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("no room"), "{said:?}");
    assert!(context.webhook.requests().concat().contains("photos: "), "{said:?}");
}

#[tokio::test]
async fn without_a_configuration_prober_s_own_alarm_goes_to_the_webhook_of_the_environment() {
    let context = Context::new().await;
    fs::remove_file(context.config()).unwrap();
    let webhook = context.webhook.url.expose().to_owned();
    let mut inbox = context.start_with(&[("SLACK_WEBHOOK_URL", &webhook)]).await;
    for file in ["alarm_action_of_prober_itself", "alarm_action_of_prober_itself", "sns_alarm"] {
        let Answer::Error(error) = inbox.invoke(event(file)).await else { panic!("taken") };
        assert_eq!(error["errorType"], "Configuration");
    }
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("prober itself is in trouble"), "{said:?}");
}

/// An event of a queue with a record of each of `bodies`.
fn queued(bodies: &[String]) -> Value {
    let records = bodies.iter().enumerate().map(|(number, body)| {
        json!({ "messageId": number.to_string(), "eventSource": "aws:sqs", "body": body,
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:home" })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

#[tokio::test]
async fn what_cannot_be_read_in_a_queue_takes_no_alarm_with_it() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    let raised = sns("ALARM", "2026-07-05T05:04:27.123+0000");
    let notification = raised["Records"][0]["Sns"]["Message"].as_str().unwrap().to_owned();
    let batch = queued(&["{}".to_owned(), notification, "hello".to_owned()]);
    for _ in 0..2 {
        // It comes again, and the alarm is known by then.
        let Answer::Error(error) = inbox.invoke(batch.clone()).await else { panic!("all taken") };
        assert_eq!(error["errorType"], "UnknownEvent");
    }
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with(&format!("🔴 {NAS}: ")), "{said:?}");
}
