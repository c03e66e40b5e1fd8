//! Bad weather: events twice, instances killed or frozen or out of time.

use std::os::unix::process::ExitStatusExt as _;

use lambda_runtime::{Diagnostic, LambdaEvent};
use rustix::process::{Pid, Signal, kill_process};

use super::*;

/// Instances that are killed in one test.
const KILLS: u64 = 50;

#[tokio::test]
async fn the_same_event_twice_is_one_observation() {
    let mut context = Context::new().await;
    context.configure(&context.target("photos", 2));
    context.home.fall_over();
    let mut function = context.start().await;
    for _ in 0..2 {
        assert_eq!(function.tick(0).await["announced"], json!([]));
    }
    for _ in 0..2 {
        function.tick(1).await;
    }
    assert_eq!(context.said().len(), 1, "{:?}", context.said());
}

#[tokio::test]
async fn two_instances_at_once_say_one_thing_once() {
    let mut context = Context::new().await;
    context.configure(&(context.target("photos", 1) + "flapping = { changes = 100 }\n"));
    let (mut one, mut other) = (context.start().await, context.start().await);
    let mut minutes = 0..60;
    for change in 0..6 {
        context.home.set(change % 2 == 1);
        // On a machine without time, what neither could judge is no evidence.
        let is_judged = |summary: &Value| summary["transitions"] != json!([]);
        loop {
            let minute = minutes.next().expect("it judges nothing");
            let (a, b) = tokio::join!(one.tick(minute), other.tick(minute));
            if is_judged(&a) || is_judged(&b) {
                break;
            }
        }
    }
    let said = context.said();
    let of_photos: Vec<_> = said.iter().filter(|text| text.contains("photos")).collect();
    assert_eq!(of_photos.len(), 6, "{said:?}\n{}", context.log());
    // Ticks that judged nothing, where there were any, are told too: once for each time.
    let mut of_prober: Vec<_> = said.iter().filter(|text| text.contains("prober ")).collect();
    let all = of_prober.len();
    of_prober.sort();
    of_prober.dedup();
    assert_eq!(of_prober.len(), all, "{said:?}\n{}", context.log());
}

/// A machine without time judges nothing for a while, and says so beside what it missed.
#[tokio::test]
async fn what_two_instances_could_not_see_is_told_once_as_well() {
    let mut context = Context::new().await;
    let (mut one, mut other) = (context.start().await, context.start().await);
    tokio::join!(one.tick(0), other.tick(0));
    context.home.fall_over();
    context.internet.stop().await;
    for minute in 1..6 {
        let (a, b) = tokio::join!(one.tick(minute), other.tick(minute));
        assert_eq!((&a["blind"], &b["blind"]), (&json!(true), &json!(true)));
    }
    context.internet.start_again().await;
    tokio::join!(one.tick(6), other.tick(6));
    let said = context.said().concat();
    assert_eq!(said.matches("photos is down").count(), 1, "{said}");
    assert_eq!(said.matches("prober had no network").count(), 1, "{said}");
}

#[tokio::test]
async fn a_channel_that_refuses_for_ten_ticks_is_told_once_when_it_accepts() {
    let mut replies = vec![Reply::new(500, "rollup_error"); 10];
    replies.push(Reply::new(200, "ok"));
    let mut context = Context::answering(replies).await;
    context.home.fall_over();
    let mut function = context.start().await;
    for minutes in 0..10 {
        assert_eq!(function.tick(minutes).await["owed"], 1);
    }
    assert_eq!(function.tick(10).await["announced"][0]["kind"], "down");
    assert_eq!(function.tick(11).await["announced"], json!([]));
    assert_eq!(context.webhook.requests().len(), 11);
}

#[tokio::test]
async fn a_process_killed_at_any_point_loses_nothing_and_repeats_at_most_once() {
    let mut context = Context::new().await;
    let mut survivor = context.start().await;
    survivor.tick(0).await;
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for kill in 1..=KILLS {
        let (word, before) =
            (if kill % 2 == 1 { "down" } else { "recovered" }, context.said().len());
        context.home.set(kill % 2 == 0);
        // So far apart that none of it counts as flapping.
        let minutes = 40 * i64::try_from(kill).unwrap();
        let mut victim = context.start().await;
        victim.api.hand_out(tick(minutes), minute(minutes) + PLENTY).await;
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        tokio::time::sleep(Duration::from_micros((random >> 33) % 40_000)).await;
        victim.child.kill().await.unwrap();

        // As if the lease of who died had expired, and the pause after it.
        context.sql("UPDATE channel SET state = json_remove(state, '$.held', '$.state.doubts')");
        assert_eq!(survivor.tick(minutes).await["owed"], 0);
        let said = context.said();
        let new = &said[before..];
        assert!((1..=2).contains(&new.len()), "after {kill} kills: {new:?}");
        // Who dies with the one half of a message recorded has the other repeated.
        let repeats = |text: &String| text.contains(word) || text == &notice(&new[0]);
        assert!(new[0].contains(word) && new.iter().all(repeats), "after {kill} kills: {new:?}");
    }
}

/// What the message with this `text` says of prober itself.
fn notice(text: &str) -> String {
    text.rsplit("; ").next().unwrap().to_owned()
}

#[tokio::test]
async fn an_hour_frozen_is_no_outage_and_an_hour_without_a_view() {
    let context = Context::new().await;
    let mut function = context.start().await;
    function.tick(0).await;
    let pid = Pid::from_raw(i32::try_from(function.child.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    let hour = function.api.hand_out(tick(60), minute(60) + PLENTY);
    kill_process(pid, Signal::CONT).unwrap();
    hour.await;
    let Answer::Response(summary) = function.api.answer().await else { panic!("it failed") };
    assert_eq!(summary["probed"], 1);
    assert_eq!(context.said(), ["🟡 prober was not running for 1 h (1 Jan 00:00 – 01:00)"]);
}

#[tokio::test]
async fn what_has_not_answered_by_the_deadline_is_no_evidence() {
    let context = Context::new().await;
    // Connections are accepted by the system; nobody ever answers on them.
    let silent = format!("http://{}/", context.home.address);
    context.configure(&format!("[[target]]\nname = 'silent'\nurl = '{silent}'\n"));
    let mut function = context.start().await;
    let answer = function.api.invoke(tick(0), Duration::from_secs(2)).await;
    let Answer::Response(summary) = answer else { panic!("{answer:?}") };
    assert_eq!((&summary["probed"], &summary["inconclusive"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_deadline_in_the_past_is_an_unknown_one() {
    let mut context = Context::new().await;
    context.home.fall_over();
    let mut function = context.start().await;
    function.api.hand_out(tick(0), chrono::DateTime::UNIX_EPOCH).await;
    let Answer::Response(summary) = function.api.answer().await else { panic!("it failed") };
    assert_eq!(summary["announced"][0]["kind"], "down");
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_next_invocation_works() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "lambda::weather::the_function_that_panics", "--nocapture"]);
    let mut function = Instance::start(command, &folder.path().join("log")).await;
    let Answer::Error(error) = function.invoke(json!({ "panic": true })).await else {
        panic!("it went well");
    };
    assert!(error["errorMessage"].as_str().unwrap().contains("on purpose"), "{error}");
    let next = function.invoke(json!({ "panic": false })).await;
    assert_eq!(next, Answer::Response(json!("fine")));
    function.child.kill().await.unwrap();
    assert_eq!(function.child.wait().await.unwrap().signal(), Some(Signal::KILL.as_raw()));
}

/// Not a test by itself: the process that the one above starts and talks to.
#[tokio::test]
async fn the_function_that_panics() {
    if prober::lambda::is_here() {
        let handle = |event: LambdaEvent<Value>| async move {
            assert_eq!(event.payload["panic"], false, "on purpose");
            Ok::<_, Diagnostic>(json!("fine"))
        };
        prober::lambda::serve(handle).await.unwrap();
    }
}
