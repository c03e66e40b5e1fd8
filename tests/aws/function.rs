//! The real program as a function beside a table, whose configuration is gone.

#[path = "../it/lambda/runtime_api.rs"]
#[allow(dead_code, reason = "not everything is needed here")]
mod runtime_api;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::process::{Child, Command};

use self::runtime_api::{Answer, RuntimeApi};
use crate::standin::Table;
use crate::store::place::{block_on, noon};

const PLENTY: Duration = Duration::from_secs(50);

/// The stand-in for SSM: it knows no parameter, and counts who asks.
fn ssm_without_parameters() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            asked.fetch_add(1, Ordering::Relaxed);
            let _ = stream.read(&mut [0; 8192]);
            let answer = r#"{"Parameters":[],"InvalidParameters":["/prober/config"]}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
            let _ = stream.write_all([head.as_str(), answer].concat().as_bytes());
        }
    });
    (endpoint, count)
}

/// An environment of the function, with the table and the configuration at `config`.
async fn start(table: &Table, config: &str, ssm: &str, log: &Path) -> (Child, RuntimeApi) {
    let api = RuntimeApi::start().await;
    let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
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

async fn tick(api: &mut RuntimeApi) -> Answer {
    api.invoke(json!({ "scheduled_at": noon() }), PLENTY).await
}

#[test]
fn a_configuration_that_is_gone_at_a_start_leaves_the_last_good_one_in_force() {
    let (table, folder) = (Table::in_ministack(), tempfile::tempdir().unwrap());
    let (ssm, asked) = ssm_without_parameters();
    let (file, log) = (folder.path().join("probes.toml"), folder.path().join("log"));
    // Nothing has failed, so nobody asks whether the network works.
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", target.local_addr().unwrap());
    std::fs::write(&file, format!("[[target]]\nname = 'photos'\nurl = '{url}'\n")).unwrap();
    block_on(async {
        let (_child, mut api) = start(&table, file.to_str().unwrap(), &ssm, &log).await;
        assert!(matches!(tick(&mut api).await, Answer::Response(_)));
        let (_child, mut api) = start(&table, "ssm:/prober/config", &ssm, &log).await;
        for _ in 0..3 {
            let answer = tick(&mut api).await;
            assert!(matches!(answer, Answer::Response(_)), "{answer:?}");
        }
    });
    assert_eq!(asked.load(Ordering::Relaxed), 1, "a look in vain is not repeated at once");
    let said = std::fs::read_to_string(log).unwrap();
    assert_eq!(said.matches("\nprober's configuration is broken").count(), 1, "{said}");
    assert!(said.contains("there is no such parameter"), "{said}");
}
