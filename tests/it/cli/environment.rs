//! The variables that prober reads.

use super::*;

#[tokio::test]
async fn prober_config_names_the_configuration_and_an_argument_overrules_it() {
    let home = Home::new().await;
    std::fs::rename(home.path("probes.toml"), home.path("other.toml")).unwrap();
    let validate = run(home.prober(&["validate"]).env("PROBER_CONFIG", "other.toml")).await;
    assert_eq!(validate.out, "other.toml is valid: 1 target, 1 channel\n");
    let mut overruled = home.prober(&["validate", "--config", "other.toml"]);
    let validate = run(overruled.env("PROBER_CONFIG", "missing.toml")).await;
    assert_eq!((validate.quiet(), validate.out.is_empty()), (Some(0), false));
}

#[tokio::test]
async fn the_state_lies_beside_the_configuration() {
    let home = Home::new().await;
    let config = home.path("probes.toml");
    let mut tick = home.prober(&["tick"]);
    let tick = run(tick.current_dir("/").env("PROBER_CONFIG", config)).await;
    assert_eq!(tick.quiet(), Some(0));
    assert!(home.path("prober.db").exists());
}

#[tokio::test]
async fn the_vantage_is_what_was_set_or_the_region_or_the_host() {
    let home = Home::new().await;
    let vantage = async |region: &str, set: &str| {
        let mut command = home.prober(&["check", "--format", "json"]);
        let round = run(command.env("AWS_REGION", region).env("PROBER_VANTAGE", set)).await.json();
        round["vantage"].as_str().unwrap().to_owned()
    };
    assert_eq!(vantage("eu-central-1", "attic").await, "attic");
    assert_eq!(vantage("eu-central-1", "").await, "eu-central-1");
    assert!(!vantage("", "").await.is_empty());
}

#[tokio::test]
async fn rust_log_chooses_what_is_logged() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.refuse(503, "");
    let quiet = run(home.ticking(0).env("RUST_LOG", "off")).await;
    assert_eq!(quiet.quiet(), Some(1));
    let loud = run(home.ticking(1).env("RUST_LOG", "prober=debug")).await;
    assert!(loud.err.contains("WARN") && loud.err.contains("not delivered yet"), "{}", loud.err);
    loud.json();
}
