//! compose.yaml: which sites its labels for Traefik and Caddy make, and which ports are
//! published. <https://github.com/compose-spec/compose-spec/blob/main/spec.md>

mod healthcheck;
mod labels;
mod ports;
mod traefik;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::import::draft::{Draft, Part};
use crate::import::interpolation::shell;
use crate::import::site::{self, Site};
use crate::import::tree::Table;
use crate::import::{Content, ImportError, Source, yaml};

/// Drafts what `sources` say.
pub(super) fn draft(sources: Vec<Source>, draft: &mut Draft) -> Result<(), ImportError> {
    for source in sources {
        let Content::Bytes(bytes) = source.content else { continue };
        let text = shell(&String::from_utf8_lossy(&bytes));
        draft.variables.reserve(&text);
        let mut top = Table::new(yaml::read(&source.name, &text)?, "Compose", &mut draft.report);
        if let Some(services) = top.table("services", &mut draft.report) {
            all(services, draft);
        }
        left(&top.keys(), "keys at the top", draft);
    }
    Ok(())
}

/// A service, and the names of its targets.
struct Service {
    name: String,
    table: Table,
    targets: Vec<String>,
}

fn all(mut services: Table, draft: &mut Draft) {
    let (mut parts, mut done): (Vec<Part>, Vec<Service>) = (Vec::new(), Vec::new());
    for name in services.keys() {
        let Some(service) = services.take(&name) else { continue };
        let mut table = Table::new(service, format!("service {name}"), &mut draft.report);
        let own = sites(&name, &mut table, draft);
        let targets = own.iter().map(|part| part.name.clone()).collect();
        parts.extend(own);
        done.push(Service { name, table, targets });
    }
    let has_sites = !parts.is_empty();
    for service in &mut done {
        let own =
            ports::draft(&service.name, &mut service.table, !service.targets.is_empty(), draft);
        service.targets.extend(own.iter().map(|part| part.name.clone()));
        for mut part in own {
            part.off =
                has_sites.then(|| "at which host is this port? write it as the URL".to_owned());
            parts.push(part);
        }
    }
    depend(&mut done, &mut parts);
    let keys: BTreeSet<String> = done.iter().flat_map(|service| service.table.keys()).collect();
    left(&keys.into_iter().collect::<Vec<_>>(), "keys of services", draft);
    draft.parts.extend(parts);
}

/// What is not carried over in one line: it says how containers run.
fn left(keys: &[String], what: &str, draft: &mut Draft) {
    if !keys.is_empty() {
        let what = format!("{what} ({})", keys.join(", "));
        draft.report.left("Compose", &what, "they say how containers run");
    }
}

/// A service that needs another one does not work while that is down.
fn depend(services: &mut [Service], parts: &mut [Part]) {
    let targets: BTreeMap<String, Vec<String>> =
        services.iter().map(|service| (service.name.clone(), service.targets.clone())).collect();
    for Service { table, targets: own, .. } in services {
        let needed: Vec<String> = match table.take("depends_on") {
            Some(Value::Object(needed)) => needed.into_iter().map(|(name, _)| name).collect(),
            Some(Value::Array(needed)) => {
                needed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        let live =
            |name: &&String| parts.iter().any(|part| part.name == **name && part.off.is_none());
        let needed: Vec<String> = needed
            .iter()
            .filter_map(|name| targets.get(name))
            .flatten()
            .filter(live)
            .cloned()
            .collect();
        for part in parts.iter_mut().filter(|part| own.contains(&part.name)) {
            part.depends_on.extend(needed.iter().cloned());
        }
    }
}

/// The targets of the sites that the labels of a service make.
fn sites(name: &str, table: &mut Table, draft: &mut Draft) -> Vec<Part> {
    let labels = labels::take(table);
    let place = table.place.clone();
    let (mut sites, asks) = labels::sites(&labels, &place, draft);
    let health = healthcheck::path(table, !sites.is_empty(), draft);
    let is_one = sites.len() == 1;
    let mut parts = Vec::new();
    for site in &mut sites {
        with_health(site, health.as_deref(), &place, draft);
        let own_name = is_one.then_some(name);
        let Some(mut part) = site::draft(site, own_name, &place, draft) else { continue };
        if asks {
            site::asks_for_password(&mut part);
        }
        parts.push(part);
    }
    parts
}

/// A site without a path is asked at that of its healthcheck.
fn with_health(site: &mut Site, health: Option<&str>, place: &str, draft: &mut Draft) {
    if let Some(health) = health.filter(|_| site.path.is_empty()) {
        site.path = health.to_owned();
        let how = "gives the path of the URL: take it away if the proxy does not pass it on";
        draft.report.changed(place, &format!("healthcheck {health}"), how);
    }
}
