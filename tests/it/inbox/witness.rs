//! A second opinion, from end to end: one process watches, another one listens and is its
//! witness. The first one's view goes through a proxy, which can be cut.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::desk::Desk;
use super::listening::{Answer, Listening};
use crate::home::{DEFAULTS, Home, Nas, SLACK, target};
use crate::support::server::{Act, Server, ok};

/// What the witness is asked with.
const KEY: &str = "hunter2-friend";

/// Two friends who watch one server, called nas.
struct Friends {
    here: Home,
    /// The way from here to the server.
    way: Nas,
    friend: Listening,
}

impl Friends {
    async fn new() -> Self {
        let key = format!("[inbox]\nwitness_key = '{KEY}'\n");
        let config = |url: &str| [key.clone(), target("nas", url)].concat();
        let friend = Listening::called("there", &config("http://127.0.0.1:1/")).await;
        friend.write(&config(&friend.home.nas.http()));
        let friend = friend.restart().await;
        let (here, way) = (Home::new().await, Nas::start());
        let friends = Self { here, way, friend };
        friends.write("");
        friends
    }

    /// Writes the file here, with `more` keys of the server.
    fn write(&self, more: &str) {
        let nas = target("nas", &self.friend.home.nas.http());
        let through = format!("proxy = '{}'\n{more}", self.way.http());
        let witness = format!(
            "[[witness]]\nname = 'frankfurt'\nurl = 'http://{}/witness'\nkey = '{KEY}'\n",
            self.friend.address
        );
        self.here.write(&[DEFAULTS, SLACK, &nas, &through, &witness].concat());
    }

    async fn tick(&self, at: i64) -> Value {
        let tick = self.here.tick(at).await;
        assert_eq!(tick.code, Some(0), "{tick:?}");
        assert!(!tick.err.contains(KEY) && !tick.out.contains(KEY), "{tick:?}");
        tick.json()
    }
}

#[tokio::test]
async fn what_only_the_prober_cannot_reach_is_partial_and_not_down() {
    let friends = Friends::new().await;
    assert_eq!(friends.tick(0).await["transitions"], json!([]));
    friends.way.stop().await;
    let tick = friends.tick(1).await;
    let [warning] = tick["transitions"].as_array().unwrap().as_slice() else { panic!("{tick}") };
    assert_eq!((&warning["kind"], &warning["reason"]), (&json!("warning"), &json!("partial")));
    assert_eq!(tick["blind"], json!(false));
    friends.way.start_again().await;
    assert_eq!(friends.tick(2).await["transitions"][0]["kind"], "cleared");
    assert_eq!(
        friends.here.heard(),
        [
            "nas is reachable from frankfurt, not from here: connection refused",
            "nas is reachable from here again"
        ]
    );
    friends.friend.stop().await;
}

#[tokio::test]
async fn what_nobody_reaches_is_down_also_from_the_witness() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.way.stop().await;
    friends.friend.home.nas.stop().await;
    let tick = friends.tick(1).await;
    let down = &tick["transitions"][0];
    assert_eq!((&down["kind"], &down["agreed_by"]), (&json!("down"), &json!(["frankfurt"])));
    let message = friends.here.slack.requests().remove(0);
    assert!(message.contains("Also down from frankfurt"), "{message}");
    friends.friend.stop().await;
}

#[tokio::test]
async fn what_the_prober_cannot_tell_from_its_own_network_a_witness_can() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.way.stop().await;
    // Without a witness, the tick would be blind.
    friends.here.internet.stop().await;
    let tick = friends.tick(1).await;
    assert_eq!(
        (&tick["blind"], &tick["transitions"][0]["reason"]),
        (&json!(false), &json!("partial"))
    );
    friends.friend.stop().await;
}

#[tokio::test]
async fn a_witness_that_is_blind_itself_has_no_vote() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.way.stop().await;
    friends.friend.home.nas.stop().await;
    friends.friend.home.internet.stop().await;
    let tick = friends.tick(1).await;
    let down = &tick["transitions"][0];
    assert_eq!((&down["kind"], &down["agreed_by"]), (&json!("down"), &Value::Null));
    friends.friend.stop().await;
}

#[tokio::test]
async fn a_witness_that_is_blind_itself_proves_no_network() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.way.stop().await;
    friends.here.internet.stop().await;
    friends.friend.home.nas.stop().await;
    friends.friend.home.internet.stop().await;
    let tick = friends.tick(1).await;
    assert_eq!((&tick["blind"], &tick["transitions"]), (&json!(true), &json!([])));
    friends.friend.stop().await;
}

#[tokio::test]
async fn what_is_no_vote_proves_no_network() {
    let nothing = r#"{"targets": []}"#;
    for answer in ["<html>", nothing, r#"{"targets": [{"name": "a", "outcome": "other"}]}"#] {
        let (here, _witness) = asks(answer, &target("a", "tcp://127.0.0.1:1")).await;
        here.internet.stop().await;
        let tick = here.tick(1).await.json();
        assert_eq!((&tick["blind"], &tick["transitions"]), (&json!(true), &json!([])), "{answer}");
    }
}

#[tokio::test]
async fn a_vote_proves_a_network_for_its_own_target_only() {
    let said = r#"{"targets": [{"name": "a", "outcome": "failure"}]}"#;
    let gone = |name| target(name, "tcp://127.0.0.1:1");
    let (here, _witness) = asks(said, &[gone("a"), gone("own")].concat()).await;
    here.internet.stop().await;
    let tick = here.tick(1).await.json();
    let [down] = tick["transitions"].as_array().unwrap().as_slice() else { panic!("{tick}") };
    assert_eq!((&down["target"], &tick["blind"]), (&json!("a"), &json!(false)));
    assert_eq!(tick["inconclusive"], 1, "{tick}");
}

#[tokio::test]
async fn nobody_has_two_votes_nor_one_on_what_it_refuses() {
    let refuses = r#"{"targets": [{"name": "a", "outcome": "success"}],
        "refused": [{"name": "a", "why": "digest"}, {"name": "a", "why": "digest"}]}"#;
    let itself = r#"{"vantage": "here", "targets": [{"name": "a", "outcome": "success"}]}"#;
    for (answer, said) in [(refuses, Some(())), (itself, None)] {
        let (here, _witness) = asks(answer, &target("a", "tcp://127.0.0.1:1")).await;
        let tick = here.tick(1).await;
        assert_eq!(tick.json()["transitions"][0]["kind"], "down", "{answer}");
        let itself = tick.err.contains("set PROBER_VANTAGE to a name of its own");
        assert_eq!(itself, said.is_none(), "{}", tick.err);
        assert!(!here.heard().iter().any(|line| line.contains("a and a")), "{:?}", here.heard());
    }
}

#[tokio::test]
async fn without_an_answer_the_prober_judges_alone() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.way.stop().await;
    let (here, address) = (friends.here, friends.friend.address);
    friends.friend.stop().await;
    let tick = here.tick(1).await;
    assert!(tick.err.contains("a witness has no vote"), "{}", tick.err);
    assert!(!tick.err.contains(&address.to_string()) && !tick.err.contains(KEY), "{}", tick.err);
    let down = &tick.json()["transitions"][0];
    assert_eq!((&down["kind"], &down["agreed_by"]), (&json!("down"), &Value::Null));
}

#[tokio::test]
async fn a_witness_that_means_something_else_has_no_vote_and_that_is_said_once() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.write("expect = { status = 204 }\n");
    assert_eq!(friends.tick(1).await["transitions"][0]["kind"], "down");
    friends.tick(2).await;
    let said = "The witness frankfurt means something else by nas, and has no vote on that";
    let heard = friends.here.heard();
    assert_eq!(heard.iter().filter(|message| **message == said).count(), 1, "{heard:?}");
    friends.friend.stop().await;
}

#[tokio::test]
async fn check_shows_what_each_place_sees_side_by_side() {
    let friends = Friends::new().await;
    friends.way.stop().await;
    let check = friends.here.run(&["check", "--witness"]).await;
    assert_eq!(check.quiet(), Some(1));
    let (_, table) = check.out.split_once("\nSeen side by side:\n").expect(&check.out);
    let rows: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["here", "frankfurt"]);
    assert_eq!(rows[1][..3], ["nas", "down", "up"], "{table}");
    let round = friends.here.run(&["check", "--witness", "--format", "json"]).await.json();
    let witness = &round["witnesses"][0];
    assert_eq!((&witness["name"], &witness["problem"]), (&json!("frankfurt"), &Value::Null));
    assert_eq!(witness["targets"][0]["outcome"], "success", "{witness}");
    assert!(!friends.here.path("prober.db").exists());
    let valid = friends.here.run(&["validate"]).await;
    assert!(valid.out.ends_with("1 target, 1 channel, 1 witness\n"), "{}", valid.out);
    friends.friend.stop().await;
}

#[tokio::test]
async fn check_says_which_witness_does_not_answer_and_which_differs() {
    let friends = Friends::new().await;
    friends.write("expect = { status = 204 }\n");
    let check = friends.here.run(&["check", "--witness"]).await;
    assert!(check.out.contains("differs"), "{}", check.out);
    assert!(check.out.contains("frankfurt means something else by nas"), "{}", check.out);
    let here = friends.here;
    friends.friend.stop().await;
    let check = here.run(&["check", "--witness"]).await;
    assert!(check.out.contains("frankfurt has no vote: it does not answer"), "{}", check.out);
    assert!(!check.out.contains(KEY) && !check.err.contains(KEY));
    here.write(&[DEFAULTS, &here.nas_target()].concat());
    let check = here.run(&["check", "--witness"]).await;
    assert_eq!(check.code, Some(2));
    assert!(check.err.contains("there is no `[[witness]]`"), "{}", check.err);
}

/// A witness that answers with `answer`, whatever it is asked, and who asks it.
async fn asks(answer: &'static str, targets: &str) -> (Home, Server) {
    let witness = Server::scripted(move |_| vec![Act::Say(ok(answer))]).await;
    let here = Home::new().await;
    let url = witness.url("/witness");
    let table = format!("[[witness]]\nname = 'frankfurt'\nurl = '{url}'\nkey = '{KEY}'\n");
    here.write(&[DEFAULTS, SLACK, &here.nas_target(), targets, &table].concat());
    (here, witness)
}

#[tokio::test]
async fn a_round_without_a_failure_asks_nobody_and_one_with_three_asks_once() {
    let gone = |name| target(name, "tcp://127.0.0.1:1");
    let open = "expect = { unreachable = true }\n";
    let targets = [gone("a"), gone("b"), gone("own"), "witness = false\n".into()].concat();
    let (here, witness) = asks("{}", &targets).await;
    here.write(&std::fs::read_to_string(here.path("probes.toml")).unwrap().replace(&targets, ""));
    here.tick(0).await;
    assert_eq!(witness.requests(), [""; 0]);
    let more = [targets.as_str(), &target("closed", &here.nas.url()), open].concat();
    let file = std::fs::read_to_string(here.path("probes.toml")).unwrap();
    here.write(&file.replace("[[witness]]", &format!("{more}\n[[witness]]")));
    here.tick(1).await;
    let [request] = &witness.requests()[..] else { panic!("{:?}", witness.requests()) };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.starts_with("post /witness http/1.1"), "{head}");
    assert!(
        head.contains(&format!("authorization: bearer {KEY}")) && head.contains("prefer: wait=18")
    );
    let body: Value = serde_json::from_str(body).unwrap();
    let names: Vec<&Value> =
        body["targets"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(
        names,
        ["a", "b"],
        "neither what is not to be asked, nor a port that must not answer"
    );
}

#[tokio::test]
async fn a_witness_votes_once_and_only_on_what_it_was_asked() {
    let lies = r#"{"targets": [{"name": "nas", "outcome": "failure"},
        {"name": "a", "outcome": "failure"}, {"name": "a", "outcome": "success"},
        {"name": "b", "outcome": "undreamt-of"}, {"name": "c", "outcome": "success"}]}"#;
    let targets = ["a", "b"].map(|name| target(name, "tcp://127.0.0.1:1")).concat();
    let (here, _witness) = asks(lies, &targets).await;
    let tick = here.tick(1).await.json();
    let down =
        |at: usize| (&tick["transitions"][at]["target"], &tick["transitions"][at]["agreed_by"]);
    assert_eq!(down(0), (&json!("a"), &json!(["frankfurt"])));
    assert_eq!(down(1), (&json!("b"), &Value::Null));
    assert_eq!(tick["transitions"].as_array().unwrap().len(), 2, "{tick}");
}

#[tokio::test]
async fn an_answer_that_is_none_has_no_vote() {
    for answer in ["", "<html>", "[]", r#"{"targets": 1}"#] {
        let (here, _witness) = asks(answer, &target("a", "tcp://127.0.0.1:1")).await;
        let tick = here.tick(1).await;
        assert!(tick.err.contains("its answer cannot be read"), "{answer}: {}", tick.err);
        assert_eq!(tick.json()["transitions"][0]["kind"], "down", "{answer}");
    }
}

/// The desk of a witness with one target, called nas.
async fn desk(inbox: &str) -> Desk {
    Desk::with(&format!("{inbox}{}", target("nas", "tcp://127.0.0.1:1"))).await
}

const WITH_KEY: &str = "[inbox]\nwitness_key = 'hunter2-friend'\n";

async fn ask(desk: &Desk, key: &str, body: &str) -> Answer {
    let headers = HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {key}").parse().unwrap())]);
    desk.send("192.0.2.1", "POST", "/witness", headers, body.as_bytes()).await.0
}

#[tokio::test]
async fn only_who_has_the_key_is_answered() {
    let closed = ask(&desk("").await, KEY, "{}").await;
    assert_eq!(closed.status, 403);
    assert!(closed.body.contains("set `witness_key` under `[inbox]`"), "{closed:?}");
    let desk = desk(WITH_KEY).await;
    for wrong in ["", "hunter2-frien", "hunter2-friend2"] {
        let refused = ask(&desk, wrong, r#"{"targets": []}"#).await;
        assert_eq!(refused.status, 401, "{wrong}");
        assert!(!refused.body.contains("hunter2") && refused.head.contains("www-authenticate"));
    }
    assert_eq!(ask(&desk, KEY, r#"{"targets": []}"#).await.status, 200);
    assert_eq!(desk.hand_in("GET", "/witness", b"").await.0.status, 405);
}

#[tokio::test]
async fn who_guesses_its_key_waits_and_who_asks_too_often_too() {
    let desk = desk(WITH_KEY).await;
    for _ in 0..30 {
        assert_eq!(ask(&desk, "wrong", "{}").await.status, 401);
        assert_eq!(ask(&desk, KEY, r#"{"targets": []}"#).await.status, 200);
    }
    assert_eq!(ask(&desk, "wrong", "{}").await.status, 429);
    assert_eq!(ask(&desk, KEY, r#"{"targets": []}"#).await.status, 429);
}

#[tokio::test]
async fn the_right_key_does_not_help_who_has_guessed_too_often() {
    let desk = desk(WITH_KEY).await;
    for _ in 0..30 {
        assert_eq!(ask(&desk, "wrong", "{}").await.status, 401);
    }
    assert_eq!(ask(&desk, KEY, r#"{"targets": []}"#).await.status, 429);
}

#[tokio::test]
async fn it_probes_once_whatever_is_repeated_and_quotes_no_answer_that_it_was_let_in_to() {
    let head = "headers = { x-token = 'hunter2' }
";
    let targets =
        [&target("files", "http://127.0.0.1:1/"), head, &target("own", "tcp://127.0.0.1:1")];
    let config = format!(
        "{WITH_KEY}{}witness = false
",
        targets.concat()
    );
    let desk = Desk::with(&config).await;
    let digests: Vec<String> = desk.engine.config().endpoints().map(|it| it.1.digest()).collect();
    let asked = |name: &str, digest: &str| json!({ "name": name, "digest": digest });
    let files = asked("files", &digests[0]);
    let targets = [files.clone(), asked("own", &digests[1]), files];
    let answer = ask(&desk, KEY, &json!({ "targets": targets }).to_string()).await;
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["refused"], json!([{ "name": "own", "why": "unknown" }]));
    let [line] = answer["targets"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!((&line["reason"], &line["detail"]), (&json!("refused"), &Value::Null));
}

#[tokio::test]
async fn a_question_has_limits() {
    let desk = desk(WITH_KEY).await;
    for malformed in
        ["", "{}", "[]", r#"{"targets": ["nas"]}"#, r#"{"targets": [{"name": "nas"}]}"#]
    {
        assert_eq!(ask(&desk, KEY, malformed).await.status, 400, "{malformed}");
    }
    let one = json!({ "name": "nas", "digest": "0" });
    let many = json!({ "targets": vec![one; 101] }).to_string();
    assert_eq!(ask(&desk, KEY, &many).await.status, 413);
    let long = json!({ "targets": [{ "name": "n".repeat(65_536), "digest": "" }] }).to_string();
    assert_eq!(ask(&desk, KEY, &long).await.status, 413);
}

#[tokio::test]
async fn it_probes_only_targets_of_its_own_with_the_same_digest() {
    let desk = desk(WITH_KEY).await;
    let digest = desk.engine.config().endpoints().next().unwrap().1.digest();
    let asked = |name: &str, digest: &str| json!({ "name": name, "digest": digest });
    let targets = [asked("nas", &digest), asked("other", &digest)];
    let answer = ask(&desk, KEY, &json!({ "targets": targets }).to_string()).await;
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        (&answer["down"], &answer["up"], &answer["blind"]),
        (&json!(1), &json!(0), &json!(false))
    );
    let [line] = answer["targets"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!((&line["name"], &line["outcome"]), (&json!("nas"), &json!("failure")));
    assert_eq!(answer["refused"], json!([{ "name": "other", "why": "unknown" }]));
    let other = ask(&desk, KEY, &json!({ "targets": [asked("nas", "0")] }).to_string()).await;
    let other: Value = serde_json::from_str(&other.body).unwrap();
    assert_eq!(other["refused"], json!([{ "name": "nas", "why": "digest" }]));
    assert_eq!(desk.state("nas").await, None, "it judges and stores nothing");
}
