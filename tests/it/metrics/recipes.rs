//! The YAML of docs/metrics.md, read as its readers read it.

use std::collections::BTreeSet;

use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::Value;

use super::{named, names, of_home};
use crate::documents::{blocks, read};
use crate::page::home::{home, json};

/// The block of YAML that has `key` at its top.
fn yaml(key: &str) -> Value {
    let all = blocks(&read("docs/metrics.md"), "yaml");
    let read = |text: &String| serde_saphyr::from_str::<Value>(text).unwrap();
    all.iter().map(read).find(|document| !document[key].is_null()).expect(key)
}

#[test]
fn prometheus_sends_the_key_to_where_the_metrics_are() {
    let scrape = &yaml("scrape_configs")["scrape_configs"][0];
    // The path is Prometheus's default.
    assert!(scrape["metrics_path"].is_null());
    // It sends `Authorization: Bearer` unless another type is set.
    assert!(scrape["authorization"]["type"].is_null());
    assert!(scrape["authorization"]["credentials_file"].is_string());
    assert_eq!(scrape["static_configs"][0]["targets"][0], "prober.example.com");
}

#[tokio::test]
async fn alarms_are_of_what_there_is() {
    let groups = yaml("groups");
    let rules = groups["groups"][0]["rules"].as_array().unwrap();
    let there = names(&of_home().await);
    for rule in rules {
        let asked = named(rule["expr"].as_str().unwrap());
        assert!(!asked.is_empty() && asked.is_subset(&there), "{rule}");
        assert!(rule["alert"].is_string() && rule["annotations"]["summary"].is_string(), "{rule}");
    }
    assert_eq!(rules.len(), 4);
}

/// What Home Assistant makes of a name: `sensor.prober_down`.
fn entity(kind: &str, sensor: &Value) -> String {
    format!("{kind}.{}", sensor["name"].as_str().unwrap().replace(' ', "_"))
}

/// What `template` makes of the JSON of the page: a field that is not there is an error.
fn rendered(template: &Value, page: &Value) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let template = template.as_str().unwrap();
    environment
        .render_str(
            template,
            context! { value_json => minijinja::Value::from(minijinja::value::Serde(page)) },
        )
        .unwrap()
}

#[tokio::test]
async fn home_assistant_s_sensors_read_the_page_as_it_is() {
    let page: Value = serde_json::from_str(&home("en", json).await).unwrap();
    let rest = &yaml("rest")["rest"][0];
    assert_eq!(rest["resource"], "https://prober.example.com/status.json");
    let [sensors, binary] = ["sensor", "binary_sensor"].map(|kind| rest[kind].as_array().unwrap());
    let value = |sensor: &Value| rendered(&sensor["value_template"], &page);
    let values: Vec<String> = sensors.iter().map(value).collect();
    assert_eq!(values[..2], ["down", "photos"]);
    let uptime: f64 = values[2].parse().unwrap();
    assert!((90.0..100.0).contains(&uptime), "{values:?}");
    assert_eq!(binary.iter().map(value).collect::<Vec<_>>(), ["False"]);
    for attribute in
        sensors.iter().filter_map(|sensor| sensor["json_attributes"].as_array()).flatten()
    {
        assert!(!page[attribute.as_str().unwrap()].is_null(), "{attribute}");
    }
}

#[tokio::test]
async fn home_assistant_s_automations_are_about_its_sensors() {
    let document = yaml("rest");
    let sensors = document["rest"][0]["sensor"].as_array().unwrap();
    let entities: BTreeSet<String> = sensors.iter().map(|it| entity("sensor", it)).collect();
    let verdicts = ["down", "unknown", "warned", "up"];
    for automation in document["automation"].as_array().unwrap() {
        let trigger = &automation["triggers"][0];
        assert!(entities.contains(trigger["entity_id"].as_str().unwrap()), "{trigger}");
        let state = trigger["to"].as_str().or(trigger["from"].as_str()).unwrap();
        assert!(verdicts.contains(&state), "{trigger}");
        let action = automation["actions"][0]["action"].as_str().unwrap();
        assert!(action.starts_with("light."), "{automation}");
    }
    let listed = read("docs/inbox.md");
    assert!(verdicts.iter().all(|verdict| listed.contains(&format!("`{verdict}`"))));
}
