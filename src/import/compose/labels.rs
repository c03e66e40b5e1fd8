//! Labels: `name: value`, or `- name=value`.

use serde_json::Value;

use crate::import::compose::traefik;
use crate::import::draft::Draft;
use crate::import::site::Site;
use crate::import::tree::{Table, as_text};

/// Takes the labels of a service, and those of its deployment.
pub(super) fn take(table: &mut Table) -> Vec<(String, String)> {
    let mut labels = table.take("labels").map(pairs).unwrap_or_default();
    if let Some(Value::Object(mut deploy)) = table.take("deploy") {
        labels.extend(deploy.remove("labels").map(pairs).unwrap_or_default());
        if !deploy.is_empty() {
            table.insert("deploy", Value::Object(deploy));
        }
    }
    labels
}

fn pairs(labels: Value) -> Vec<(String, String)> {
    match labels {
        Value::Object(labels) => {
            labels.into_iter().filter_map(|(name, value)| Some((name, as_text(&value)?))).collect()
        }
        Value::Array(labels) => labels
            .iter()
            .filter_map(Value::as_str)
            .map(|label| label.split_once('=').unwrap_or((label, "")))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The sites that labels make, and whether they ask for a password.
pub(super) fn sites(
    labels: &[(String, String)],
    place: &str,
    draft: &mut Draft,
) -> (Vec<Site>, bool) {
    let mut sites = traefik::sites(labels, place, draft);
    let is_caddy = |name: &str| {
        let rest = name.strip_prefix("caddy");
        rest.is_some_and(|rest| {
            rest.strip_prefix('_').unwrap_or(rest).bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    for (_, value) in labels.iter().filter(|(name, _)| is_caddy(name)) {
        let addresses = value.split([' ', ',']).filter(|address| !address.is_empty());
        sites.extend(addresses.map(crate::import::caddyfile::site));
    }
    let is_used = |name: &str| {
        let key = name.rsplit('.').next().unwrap_or(name);
        let is_router = name.starts_with("traefik.") && name.contains(".routers.");
        name == "traefik.enable"
            || is_caddy(name)
            || (is_router && matches!(key, "rule" | "entrypoints" | "tls" | "middlewares"))
    };
    if labels.iter().any(|(name, _)| !is_used(name)) {
        let why = "they say how requests are passed on, or are for other programs";
        draft.report.left(place, "its other labels", why);
    }
    let asks = labels.iter().any(|(name, _)| {
        name.starts_with("caddy") && (name.contains(".basic_auth") || name.contains(".basicauth"))
    });
    (sites, asks)
}
