//! The real program as a Lambda function: a runtime API of the tests' own
//! hands it events, a webhook hears what it says, SQLite remembers.

mod alarms;
mod configuration;
mod home;
mod lacking;
mod logs;
mod objects;
mod parameters;
mod requests;
mod runtime_api;
mod variables;
mod weather;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use self::home::Home;
use self::runtime_api::{Answer, RuntimeApi};
use crate::home::Nas;
use crate::webhook::{MARKER, Reply, Webhook};
use crate::world::minute;

/// Time for an invocation that is not about time.
const PLENTY: Duration = Duration::from_secs(50);

/// A home, a channel, and the folder that the function runs in.
struct Context {
    folder: TempDir,
    webhook: Webhook,
    home: Home,
    /// What shows the function that its own network works.
    internet: Nas,
}

impl Context {
    async fn new() -> Self {
        Self::answering([Reply::new(200, "ok")]).await
    }

    async fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let webhook = Webhook::start(replies).await;
        let context = Self { folder, webhook, home: Home::new(), internet: Nas::start() };
        context.configure(&context.target("photos", 1));
        context
    }

    fn target(&self, name: &str, failure_threshold: u32) -> String {
        let address = self.home.address;
        format!(
            "[[target]]\nname = '{name}'\nurl = 'tcp://{address}'\n\
             attempts = 1\nfailure_threshold = {failure_threshold}\n"
        )
    }

    fn configure(&self, targets: &str) {
        let channel = "[notify.slack]\ntype = 'slack'\nwebhook_url = '${WEBHOOK}'\n";
        let sight = format!("[self_check]\nurls = '{}'\n", self.internet.http());
        fs::write(self.config(), format!("{channel}{targets}{sight}")).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("probes.toml")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// What was said, each message's text.
    fn said(&self) -> Vec<String> {
        let text = |request: &String| {
            let (_, body) = request.split_once("\r\n\r\n").unwrap();
            let body: Value = serde_json::from_str(body).unwrap();
            body["text"].as_str().unwrap().to_owned()
        };
        self.webhook.requests().iter().map(text).collect()
    }

    /// Starts an environment of the function.
    async fn start(&self) -> Instance {
        self.start_with(&[]).await
    }

    /// The same, with these variables besides.
    async fn start_with(&self, variables: &[(&str, &str)]) -> Instance {
        let program = Path::new(env!("CARGO_BIN_EXE_prober"));
        let mut command = Command::new(program);
        command
            .env("PROBER_CONFIG", self.config())
            .env("PROBER_ALARMS", "prober-TickErrors,prober-TickSilence")
            .env("WEBHOOK", self.webhook.url.expose())
            .envs(variables.iter().copied());
        Instance::start(command, &self.folder.path().join("log")).await
    }

    /// Has the store take nothing more, until there is room again.
    fn fill_the_store(&self) {
        for what in ["INSERT", "UPDATE"] {
            self.sql(&format!(
                "CREATE TRIGGER full_{what} BEFORE {what} ON target \
                 BEGIN SELECT RAISE(ABORT, 'no room'); END"
            ));
        }
    }

    fn make_room_in_the_store(&self) {
        self.sql("DROP TRIGGER full_INSERT; DROP TRIGGER full_UPDATE");
    }

    fn sql(&self, statements: &str) {
        let file = rusqlite::Connection::open(self.folder.path().join("prober.db")).unwrap();
        file.execute_batch(statements).unwrap();
    }
}

/// One environment of the function.
struct Instance {
    child: Child,
    api: RuntimeApi,
}

impl Instance {
    async fn start(mut command: Command, log: &Path) -> Self {
        let api = RuntimeApi::start().await;
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        command
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "prober-Tick")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .env("AWS_REGION", "eu-central-1")
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(Stdio::from(log))
            .kill_on_drop(true);
        Self { child: command.spawn().unwrap(), api }
    }

    async fn invoke(&mut self, event: Value) -> Answer {
        self.api.invoke(event, PLENTY).await
    }

    /// A tick that is to succeed: its summary.
    async fn tick(&mut self, minutes: i64) -> Value {
        match self.invoke(tick(minutes)).await {
            Answer::Response(summary) => summary,
            Answer::Error(error) => panic!("the tick failed: {error}"),
        }
    }
}

/// The event of the schedule in that minute.
fn tick(minutes: i64) -> Value {
    json!({ "scheduled_at": minute(minutes) })
}

/// The event in `tests/events/NAME.json`.
fn event(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()).unwrap()
}

/// The answer to what was taken, and told.
fn taken(words: usize) -> Answer {
    Answer::Response(json!({ "taken": words, "refused": 0, "told": 0, "owed": 0 }))
}

#[tokio::test]
async fn an_outage_is_told_once_and_its_end_once() {
    let mut context = Context::new().await;
    let mut function = context.start().await;
    assert_eq!(function.tick(0).await["probed"], 1);
    context.home.fall_over();
    let summary = function.tick(1).await;
    assert_eq!(summary["transitions"][0]["kind"], "down");
    assert_eq!(summary["announced"][0]["channel"], "slack");
    assert_eq!(function.tick(2).await["announced"], json!([]));
    context.home.get_up();
    assert_eq!(function.tick(3).await["transitions"][0]["kind"], "recovered");
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("photos is down") && said[1].contains("photos recovered"), "{said:?}");
}

#[tokio::test]
async fn a_tick_answers_with_its_summary() {
    let context = Context::new().await;
    let summary = context.start().await.tick(7).await;
    let expected = json!({
        "at": minute(7), "vantage": "eu-central-1", "blind": false, "due": 1, "probed": 1,
        "inconclusive": 0, "conflicts": 0, "ahead": 0, "transitions": [], "announced": [], "owed": 0,
    });
    assert_eq!(summary, expected);
}

#[tokio::test]
async fn a_shard_takes_its_part_of_the_targets() {
    let context = Context::new().await;
    let names = ["router", "photos", "blog", "mail", "cameras", "heating"];
    context.configure(&names.map(|name| context.target(name, 1)).concat());
    let mut function = context.start().await;
    let mut probed = 0;
    for index in 0..3 {
        let shard = json!({ "index": index, "count": 3 });
        let event = json!({ "scheduled_at": minute(0), "shard": shard });
        let Answer::Response(summary) = function.invoke(event).await else { panic!("failed") };
        probed += summary["probed"].as_u64().unwrap();
    }
    assert_eq!(probed, 6);
    assert_eq!(function.tick(0).await["probed"], 0);
}

#[tokio::test]
async fn an_unknown_event_is_an_error_that_names_what_came() {
    let context = Context::new().await;
    let mut function = context.start().await;
    for (came, named) in [
        (event("refused_ec2_event"), "source `aws.ec2`"),
        (event("refused_sqs_record"), "event source `aws:sqs`"),
        (json!({}), "an empty object"),
    ] {
        let Answer::Error(error) = function.invoke(came).await else { panic!("taken") };
        assert_eq!(error["errorType"], "UnknownEvent");
        assert!(error["errorMessage"].as_str().unwrap().contains(named), "{error}");
    }
    assert_eq!(function.tick(0).await["probed"], 1);
}

#[tokio::test]
async fn a_damaged_event_is_an_error_of_another_kind() {
    let context = Context::new().await;
    let mut function = context.start().await;
    for damaged in ["refused_logs_truncated_gzip", "refused_alarm_without_state"] {
        let Answer::Error(error) = function.invoke(event(damaged)).await else { panic!("taken") };
        assert_eq!(error["errorType"], "UnreadableEvent", "{error}");
    }
    assert_eq!(context.said(), [""; 0]);
}

#[tokio::test]
async fn a_schedule_whose_time_is_not_put_in_is_a_tick_now() {
    let context = Context::new().await;
    let mut function = context.start().await;
    let answer = function.invoke(event("schedule_input_as_it_stands")).await;
    let Answer::Response(summary) = answer else { panic!("{answer:?}") };
    assert_eq!(summary["probed"], 1);
}

#[tokio::test]
async fn logs_are_json_with_the_request_s_id_and_without_secrets() {
    let mut context = Context::answering([Reply::new(403, "invalid_token")]).await;
    let mut function = context.start().await;
    context.home.fall_over();
    function.invoke(tick(0)).await;
    let log = context.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ticked = lines.iter().find(|line| line["message"] == "ticked").unwrap();
    assert_eq!(ticked["span"]["requestId"], "request-1", "{ticked}");
    assert_eq!(ticked["level"], "INFO", "{ticked}");
    assert_eq!((&ticked["blind"], &ticked["due"]), (&json!(false), &json!(1)), "{ticked}");
    assert!(log.contains("refused") && !log.contains(MARKER), "{log}");
}

#[tokio::test]
async fn what_fails_is_logged_once_with_the_request_s_id() {
    let context = Context::new().await;
    let mut function = context.start().await;
    function.tick(0).await;
    function.invoke(json!({})).await;
    let log = context.log();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let errors: Vec<Value> = lines.filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{log}");
    assert_eq!(errors[0]["error_type"], "UnknownEvent", "{log}");
    assert_eq!(errors[0]["span"]["requestId"], "request-2", "{log}");
}
