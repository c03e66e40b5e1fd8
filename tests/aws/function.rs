//! The real program as a function beside a table, whose configuration or secret
//! is not there.

#[path = "../it/lambda/runtime_api.rs"]
#[allow(dead_code, reason = "not everything is needed here")]
mod runtime_api;

#[path = "../it/lambda/parameters.rs"]
#[allow(dead_code, reason = "not everything is needed here")]
mod parameters;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use self::parameters::Parameters;
use self::runtime_api::{Answer, RuntimeApi};
use crate::standin::Table;
use crate::store::place::{block_on, noon};

const PLENTY: Duration = Duration::from_secs(50);

/// An environment of the function, with the table and the configuration at `config`.
async fn start(table: &Table, config: &str, ssm: &str, log: &Path) -> (Child, RuntimeApi) {
    let api = RuntimeApi::start().await;
    let log = fs::File::options().create(true).append(true).open(log).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_prober"))
        .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "prober-Tick")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "id")
        .env("AWS_SECRET_ACCESS_KEY", "not-so-secret")
        .env("AWS_ENDPOINT_URL_DYNAMODB", &table.endpoint)
        .env("AWS_ENDPOINT_URL_SSM", ssm)
        .env("PROBER_TABLE", &table.name)
        .env("PROBER_CONFIG", config)
        .stdout(Stdio::from(log.try_clone().unwrap()))
        .stderr(Stdio::from(log))
        .kill_on_drop(true)
        .spawn();
    (child.unwrap(), api)
}

/// The summary of a tick so many minutes after noon.
async fn tick(api: &mut RuntimeApi, minutes: i64) -> Value {
    let at = noon() + TimeDelta::minutes(minutes);
    match api.invoke(json!({ "scheduled_at": at }), PLENTY).await {
        Answer::Response(summary) => summary,
        Answer::Error(error) => panic!("the tick failed: {error}"),
    }
}

/// A target that answers for as long as its listener is there: while nothing
/// fails, nobody asks whether the network works.
fn target(name: &str) -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (format!("[[target]]\nname = '{name}'\nurl = 'tcp://{address}'\n"), listener)
}

#[test]
fn a_configuration_that_is_gone_at_a_start_leaves_the_last_good_one_in_force() {
    let (table, folder) = (Table::in_ministack(), tempfile::tempdir().unwrap());
    let (endpoint, ssm) = Parameters::start();
    let (file, log) = (folder.path().join("probes.toml"), folder.path().join("log"));
    let (photos, _listener) = target("photos");
    fs::write(&file, photos).unwrap();
    block_on(async {
        let (_child, mut api) = start(&table, file.to_str().unwrap(), &endpoint, &log).await;
        tick(&mut api, 0).await;
        let (_child, mut api) = start(&table, "ssm:/prober/config", &endpoint, &log).await;
        for minutes in 1..4 {
            assert_eq!(tick(&mut api, minutes).await["probed"], 1);
        }
    });
    assert_eq!(ssm.asked(), 1, "a look in vain is not repeated at once");
    let said = fs::read_to_string(log).unwrap();
    assert_eq!(said.matches("🟡 config cannot be read: it is not there").count(), 1, "{said}");
    assert!(said.contains("there is no such parameter"), "{said}");
}

#[test]
fn what_lacks_its_secret_is_off_and_told_once_and_all_else_is_watched() {
    let (table, folder) = (Table::in_ministack(), tempfile::tempdir().unwrap());
    let (endpoint, ssm) = Parameters::start();
    let (file, log) = (folder.path().join("probes.toml"), folder.path().join("log"));
    let ((photos, _one), (blog, _other)) = (target("photos"), target("blog"));
    fs::write(&file, &photos).unwrap();
    let backup = "[[heartbeat]]\nname = 'backup'\ninterval = '1d'\nkey = 'ssm:/prober/key'\n";
    block_on(async {
        let (_child, mut api) = start(&table, file.to_str().unwrap(), &endpoint, &log).await;
        assert_eq!(tick(&mut api, 0).await["probed"], 1);
        fs::write(&file, [&photos, &blog, backup].concat()).unwrap();
        // What lacks its secret is off, and all else is watched meanwhile.
        for minutes in 1..4 {
            assert_eq!(tick(&mut api, minutes).await["probed"], 2);
        }
        ssm.put("/prober/key", "k3y-of-the-backup");
        assert_eq!(tick(&mut api, 14).await["probed"], 2);
    });
    let said = fs::read_to_string(log).unwrap();
    assert_eq!(said.matches("🟡 backup is not watched: ").count(), 1, "{said}");
    assert!(!said.contains("the last good one stays in force"), "{said}");
}
