//! What people read when the table cannot be used.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Config, Credentials, Region};
use prober::store::{DynamoStore, Store, configure};

use crate::proxy::{Fate, Proxy};
use crate::standin::{Table, reaching};
use crate::store::place::block_on;

/// What loading the table "home" fails with; no word of it may be a credential.
fn failure(config: aws_sdk_dynamodb::config::Builder) -> String {
    let store = DynamoStore::new(Client::from_conf(configure(config).unwrap().build()), "home");
    let failed = block_on(store.load()).unwrap_err().to_string();
    assert!(!failed.contains("not-so-secret"), "{failed}");
    let start = "failed to read the state in DynamoDB table \"home\": ";
    failed.strip_prefix(start).unwrap_or_else(|| panic!("{failed}")).to_owned()
}

/// The same, where DynamoDB refuses with this code.
fn refusal(code: &'static str) -> String {
    let endpoint = Table::in_ministack().endpoint;
    let proxy = Proxy::start(&endpoint, move |_| Fate::Refused(code));
    failure(reaching(&proxy.endpoint))
}

#[test]
fn a_missing_table_is_said_to_be_missing() {
    for table in [Table::in_ministack(), Table::in_dynalite()] {
        assert_eq!(
            failure(reaching(&table.endpoint)),
            "there is no such table in this region and account: make it, or name another one in \
             PROBER_TABLE"
        );
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    for (code, expected) in [
        (
            "AccessDeniedException",
            "access denied (for the test): allow dynamodb:Query, GetItem, PutItem, UpdateItem \
             and DeleteItem on it",
        ),
        (
            "ExpiredTokenException",
            "the credentials are not accepted (ExpiredTokenException): renew them, and check the \
             clock",
        ),
        (
            "ProvisionedThroughputExceededException",
            "it is throttled (ProvisionedThroughputExceededException): raise its capacity, or tick \
             less often",
        ),
        (
            "ValidationException",
            "the request does not fit it (for the test): its keys must be \"kind\" and \"name\", \
             both strings",
        ),
        ("NovelException", "NovelException: for the test"),
    ] {
        assert_eq!(refusal(code), expected);
    }
}

#[test]
fn a_table_that_cannot_be_reached_is_said_to_be_out_of_reach() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failed = failure(reaching(&format!("http://{closed}")));
    assert!(failed.starts_with("it cannot be reached ("), "{failed}");
    assert!(failed.ends_with("): the next tick tries again"), "{failed}");
    assert!(failed.contains("refused"), "{failed}");
}

#[test]
fn a_table_that_never_answers_does_not_hold_the_tick() {
    let endpoint = Table::in_ministack().endpoint;
    let proxy = Proxy::start(&endpoint, |_| Fate::Swallowed);
    let begun = std::time::Instant::now();
    let failed = failure(reaching(&proxy.endpoint));
    assert_eq!(failed, "it did not answer in time: the next tick tries again");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn missing_settings_are_named() {
    let somewhere = Config::builder().region(Region::new("eu-central-1"));
    let no_environment = EnvironmentVariableCredentialsProvider::new();
    let credentials = Credentials::new("id", "not-so-secret", None, None, "test");
    for (config, expected) in [
        (
            somewhere.credentials_provider(no_environment),
            "no request could be made (the credential provider was not enabled: environment \
             variable not set): set AWS_REGION, and credentials; those of a profile that signs in \
             or calls a program come by `eval \"$(aws configure export-credentials --format env)\"`",
        ),
        (
            Config::builder().credentials_provider(credentials),
            "no request could be made (Invalid Configuration: Missing Region): set AWS_REGION, and \
             credentials; those of a profile that signs in or calls a program come by \
             `eval \"$(aws configure export-credentials --format env)\"`",
        ),
    ] {
        assert_eq!(failure(config), expected);
    }
}

/// A server that refuses whatever it is asked, and remembers the first lines.
fn refuser() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            lines.lock().unwrap().push(line);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (url, asked)
}

#[test]
fn a_proxy_is_not_asked_for_the_credentials_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let target = "[[target]]\nname = 'photos'\nurl = 'tcp://127.0.0.1:1'\n";
    std::fs::write(folder.path().join("probes.toml"), target).unwrap();
    let ((proxy, seen), (metadata, asked)) = (refuser(), refuser());
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_prober"))
        .arg("status")
        .current_dir(folder.path())
        .env_clear()
        .envs([("HOME", folder.path().to_str().unwrap()), ("AWS_REGION", "eu-central-1")])
        .envs([("HTTP_PROXY", &proxy), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata)])
        .env("PROBER_TABLE", "home")
        .output()
        .unwrap();
    let asked = asked.lock().unwrap();
    assert!(asked.iter().any(|line| line.starts_with("PUT /latest/api/token ")), "{status:?}");
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
}
