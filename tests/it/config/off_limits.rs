//! What may not be called from Lambda, wherever the file names it.

use std::path::Path;

use chrono::DateTime;
use prober::config::{ConfigErrors, Sources, parse};
use prober::model::target::Config;

use super::read_file;

/// Reads `text` on Lambda, whose runtime is at 127.0.0.1:9001.
fn on_lambda(text: &str) -> Result<Config, ConfigErrors> {
    let env = |name: &str| (name == "AWS_LAMBDA_RUNTIME_API").then(|| "127.0.0.1:9001".to_owned());
    let sources = Sources { env: &env, read_file: &read_file, now: DateTime::UNIX_EPOCH };
    parse(Path::new("probes.toml"), text, &sources)
}

#[test]
fn no_url_of_the_file_may_lead_to_the_credentials_of_the_function() {
    let target = "[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n";
    for host in ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]", "localhost:9001"] {
        for text in [
            format!("[[target]]\nname = 'a'\nurl = 'http://{host}/latest/meta-data'"),
            format!(
                "[[target]]\nname = 'a'\nurl = 'http://b.example.com'\nproxy = 'http://{host}'"
            ),
            format!("{target}[notify.a]\ntype = 'webhook'\nurl = 'http://{host}/'"),
            format!("{target}[notify.a]\ntype = 'discord'\nwebhook_url = 'http://{host}/'"),
            format!("{target}[watchdog]\nping_url = 'http://{host}/'"),
            format!("{target}[self_check]\nurls = ['http://{host}/']"),
        ] {
            let errors = on_lambda(&text).unwrap_err();
            assert!(errors.to_string().contains("off limits"), "{text}\n{errors}");
            assert_eq!(errors.len(), 1, "{errors}");
            assert!(super::read(&text).is_ok(), "elsewhere these are the owner's own machines");
        }
    }
}

#[test]
fn a_target_elsewhere_on_this_machine_is_nobodys_credentials() {
    assert!(on_lambda("[[target]]\nname = 'a'\nurl = 'tcp://127.0.0.1:9002'\n").is_ok());
}
