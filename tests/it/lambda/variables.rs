//! Variables that SSM keeps, and the test message that `prober deploy` asks for.

use std::fs;

use serde_json::json;

use super::parameters::Parameters;
use super::runtime_api::Answer;
use super::{Context, Instance};
use crate::webhook::Reply;

/// A function whose variables are kept in SSM below `/prober/variables`.
async fn start(context: &Context, endpoint: &str) -> Instance {
    let variables = [
        ("AWS_ENDPOINT_URL_SSM", endpoint),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "not-so-secret"),
        ("PROBER_VARIABLES", "/prober/variables"),
        // What the environment says counts less.
        ("WEBHOOK", "-"),
    ];
    context.start_with(&variables).await
}

#[tokio::test]
async fn variables_that_are_kept_in_ssm_are_found_there() {
    let context = Context::new().await;
    let name = "[[target]]\nname = '${NAME:-nas}'\nurl = 'tcp://${HOST}'\nattempts = 1\n";
    context.configure(name);
    let (endpoint, known) = Parameters::start();
    known.put("/prober/variables/WEBHOOK", context.webhook.url.expose());
    known.put("/prober/variables/HOST", &context.home.address.to_string());
    let mut function = start(&context, &endpoint).await;
    assert_eq!(function.tick(0).await["probed"], 1);
    let answer = function.invoke(json!({ "notify_test": true })).await;
    let told = json!({ "channels": [{ "channel": "slack", "delivered": true, "why": null }] });
    assert_eq!(answer, Answer::Response(told));
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    let kept = fs::read_to_string(context.config()).unwrap();
    assert!(!kept.contains(context.webhook.url.expose()), "the file has only names");
}

#[tokio::test]
async fn a_test_message_that_is_refused_says_why() {
    let context = Context::answering([Reply::new(404, "no_service")]).await;
    let mut function = context.start().await;
    let Answer::Response(told) = function.invoke(json!({ "notify_test": true })).await else {
        panic!("failed")
    };
    let told = &told["channels"][0];
    assert_eq!(told["delivered"], false);
    assert!(told["why"].as_str().unwrap().contains("no_service"), "{told}");
    assert!(matches!(function.invoke(json!({ "notify_test": false })).await, Answer::Error(_)));
}
