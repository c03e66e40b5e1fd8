//! Monitors → `[[target]]` and `[[heartbeat]]`.

use std::collections::BTreeMap;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text};
use crate::import::kinds;
use crate::import::kuma::{Kuma, address, request};
use crate::import::tree::Table;
use crate::import::{duration, names};

/// How often Uptime Kuma probes unless it is told otherwise, in seconds; prober likewise.
const INTERVAL: f64 = 60.0;

/// How many groups may stand within each other: a circle has no end.
const DEEPEST: usize = 20;

/// Columns that say nothing of what is watched.
const STATE: &[&str] = &[
    "user_id",
    "weight",
    "created_date",
    "dns_last_result",
    "manual_status",
    "http_body_encoding",
];

/// Columns by their beginnings, and the types of monitors that they are for. To others they
/// mean nothing, whatever the form left in them.
const OWN: &[(&str, &[&str])] = &[
    ("url", &["websocket-upgrade"]),
    ("method", &[]),
    ("body", &[]),
    ("headers", &[]),
    ("accepted_statuscodes_json", &["websocket-upgrade"]),
    ("maxredirects", &[]),
    ("ignore_tls", &["tls", "smtp", "mqtt", "redis"]),
    ("keyword", &["grpc-keyword", "port", "mqtt"]),
    ("invert_keyword", &["grpc-keyword"]),
    ("json_path", &["mqtt", "snmp"]),
    ("expected_value", &["mqtt", "snmp"]),
    ("basic_auth_", &[]),
    ("bearer_token", &[]),
    ("auth_", &[]),
    ("oauth_", &[]),
    ("tls_", &[]),
    ("proxy_id", &[]),
    ("expiry_notification", &["tls"]),
    ("domain_expiry_notification", &[]),
    ("cache_bust", &[]),
    ("save_", &[]),
    ("response_max_length", &[]),
    ("retry_only_on_status_code_failure", &[]),
    (
        "hostname",
        &["port", "ping", "smtp", "mqtt", "gamedig", "steam", "radius", "snmp", "tailscale-ping"],
    ),
    ("port", &["port", "smtp", "mqtt", "gamedig", "steam", "radius", "snmp"]),
    ("dns_", &["dns"]),
    ("database_", &["sqlserver", "postgres", "mysql", "mongodb", "redis", "oracledb"]),
    ("mqtt_", &["mqtt"]),
    ("grpc_", &["grpc-keyword"]),
    ("radius_", &["radius"]),
    ("docker_", &["docker"]),
    ("kafka_", &["kafka-producer"]),
    ("rabbitmq_", &["rabbitmq"]),
    ("snmp_", &["snmp"]),
    ("game", &["gamedig"]),
    ("packet_size", &["ping"]),
    ("ping_", &["ping"]),
    ("push_token", &["push"]),
    ("smtp_", &["smtp"]),
    ("ws_", &["websocket-upgrade"]),
    ("system_service_name", &["system-service", "pm2"]),
    ("remote_browser", &["real-browser"]),
    ("screenshot_delay", &["real-browser"]),
    ("subtype", &["globalping"]),
    ("location", &["globalping"]),
    ("protocol", &["globalping"]),
];

/// The types whose request is one of HTTP.
const HTTP: [&str; 4] = ["http", "keyword", "json-query", "real-browser"];

/// The monitors by their numbers: what each is called, or what is in a group.
struct Family {
    groups: BTreeMap<i64, (String, Option<i64>)>,
    names: BTreeMap<i64, String>,
    parents: BTreeMap<i64, i64>,
    off: Vec<i64>,
}

impl Family {
    fn of(monitors: &[Table], draft: &mut Draft) -> Self {
        let mut family = Self {
            groups: BTreeMap::new(),
            names: BTreeMap::new(),
            parents: BTreeMap::new(),
            off: Vec::new(),
        };
        let number =
            |row: &Table, column: &str| row.peek(column).and_then(|text| text.parse().ok());
        for row in monitors {
            let Some(id) = number(row, "id") else { continue };
            let parent = number(row, "parent");
            family.parents.extend(parent.map(|parent| (id, parent)));
            if matches!(row.peek("active").as_deref(), Some("0" | "false")) {
                family.off.push(id);
            }
            if row.peek("type").as_deref() == Some("group") {
                let name = row.peek("name").unwrap_or_default();
                family.groups.insert(id, (name, parent));
            }
        }
        for row in monitors.iter().filter(|row| row.peek("type").as_deref() != Some("group")) {
            let Some(id) = number(row, "id") else { continue };
            let group = family.group(id);
            let name = draft.names.unique(&row.peek("name").unwrap_or_default(), group.as_deref());
            family.names.insert(id, name);
        }
        family
    }

    /// The groups around a monitor, from outside to inside.
    fn around(&self, id: i64) -> Vec<i64> {
        let mut around = Vec::new();
        let mut at = self.parents.get(&id).copied();
        while let Some(group) =
            at.filter(|group| self.groups.contains_key(group) && around.len() < DEEPEST)
        {
            around.insert(0, group);
            at = self.parents.get(&group).copied();
        }
        around
    }

    fn group(&self, id: i64) -> Option<String> {
        let names: Vec<&str> =
            self.around(id).iter().map(|group| self.groups[group].0.as_str()).collect();
        (!names.is_empty()).then(|| names::tidy(&names.join(" / ")))
    }

    fn is_off(&self, id: i64) -> bool {
        self.off.contains(&id) || self.around(id).iter().any(|group| self.off.contains(group))
    }

    /// The names of a monitor, or of all in a group.
    fn within(&self, id: i64) -> Vec<String> {
        if let Some(name) = self.names.get(&id) {
            return vec![name.clone()];
        }
        let is_within = |(monitor, _): &(&i64, &String)| self.around(**monitor).contains(&id);
        self.names.iter().filter(is_within).map(|(_, name)| name.clone()).collect()
    }
}

/// Drafts all monitors. What each number is called here; for a group, all that is in it.
pub(super) fn draft_all(
    kuma: &mut Kuma,
    channels: &BTreeMap<i64, String>,
    draft: &mut Draft,
) -> BTreeMap<i64, Vec<String>> {
    let monitors = std::mem::take(&mut kuma.monitors);
    let family = Family::of(&monitors, draft);
    let mut names = BTreeMap::new();
    for mut row in monitors {
        let Some(id) = super::id(&mut row, "id") else { continue };
        names.insert(id, family.within(id));
        let mut told: Vec<String> = Vec::new();
        for (_, notification) in kuma.notified.iter().filter(|(monitor, _)| *monitor == id) {
            told.extend(channels.get(notification).cloned());
        }
        match family.names.get(&id) {
            Some(name) => one(id, name, row, told, &family, kuma, draft),
            None => group(&mut row, &told, draft),
        }
    }
    names
}

fn group(row: &mut Table, told: &[String], draft: &mut Draft) {
    let name = row.text("name").unwrap_or_default();
    if !told.is_empty() {
        let why = "a group has no messages of its own: its targets have";
        draft.report.left(&format!("group {name}"), "its notifications", why);
    }
    if let Some(description) = row.text("description") {
        draft.report.left(
            &format!("group {name}"),
            &format!("description {description}"),
            "a group is only a heading",
        );
    }
}

fn one(
    id: i64,
    name: &str,
    mut row: Table,
    told: Vec<String>,
    family: &Family,
    kuma: &mut Kuma,
    draft: &mut Draft,
) {
    name.clone_into(&mut row.place);
    row.take("name");
    row.take("active");
    let kind = row.text("type").unwrap_or_default();
    without_others(&kind, &mut row);
    let interval = row.number("interval").unwrap_or(INTERVAL);
    let retries = row.number("maxretries").unwrap_or(0.0);
    let mut part = match kind.as_str() {
        "push" => push(name, interval, retries, &mut row, draft),
        _ => target(name, &kind, interval, retries, &mut row, kuma, draft),
    };
    family_of(id, family, &mut row, &mut part);
    texts(id, &mut row, &mut part, kuma, draft);
    resend(interval, &mut row, &mut part);
    part.notify = Some(told);
    without_defaults(&mut row, &kuma.defaults);
    row.leave(LEFT, &mut draft.report);
    row.finish_because("prober has nothing like it", &mut draft.report);
    draft.parts.push(part);
}

/// Columns that are not carried over, and why.
const LEFT: &[(&str, &str)] = &[
    ("cache_bust", "prober adds nothing to a URL"),
    ("save_response", "prober keeps no bodies"),
    ("save_error_response", "prober keeps no bodies"),
    ("response_max_length", "prober keeps no bodies"),
    ("retry_only_on_status_code_failure", "prober tries again after every failure"),
    ("conditions", "prober has no conditions for this kind of monitor"),
    ("packet_size", "the size of a ping of prober is fixed"),
    ("ping_numeric", "prober always shows addresses as they are"),
    ("ping_per_request_timeout", "each ping of prober has its share of the timeout"),
];

fn without_others(kind: &str, row: &mut Table) {
    for column in STATE {
        if *column != "http_body_encoding" || !HTTP.contains(&kind) {
            row.take(column);
        }
    }
    let is_http = HTTP.contains(&kind);
    for column in row.keys() {
        let Some(at) = OWN.iter().position(|(beginning, _)| is_of(&column, beginning)) else {
            continue;
        };
        // Those before the hosts are of HTTP.
        let of_http = OWN
            .iter()
            .position(|(beginning, _)| *beginning == "hostname")
            .is_some_and(|host| at < host);
        let is_own = OWN[at].1.contains(&kind)
            || (is_http && of_http)
            || (!is_http
                && matches!(column.as_str(), "hostname" | "port")
                && kinds::is_known(kind));
        if !is_own {
            row.take(&column);
        }
    }
}

/// A beginning that does not end in `_` is a whole name, except for games.
fn is_of(column: &str, beginning: &str) -> bool {
    column == beginning
        || (beginning.ends_with('_') || beginning == "game" || beginning == "json_path")
            && column.starts_with(beginning)
}

/// Takes what nobody set.
fn without_defaults(row: &mut Table, defaults: &BTreeMap<String, serde_json::Value>) {
    for column in row.keys() {
        let Some(text) = row.peek(&column) else { continue };
        let default = defaults.get(&column).and_then(serde_json::Value::as_str);
        let says_nothing = matches!(text.as_str(), "[]" | "{}" | "null")
            || default.map_or(matches!(text.as_str(), "0" | "false"), |default| default == text);
        if says_nothing {
            row.take(&column);
        }
    }
}

fn push(name: &str, interval: f64, retries: f64, row: &mut Table, draft: &mut Draft) -> Part {
    let token = row.text("push_token").unwrap_or_default();
    let key = draft.variables.secret(&format!("{name} key"), &token);
    let mut settings = vec![Setting::new("name", text(name)), Setting::new("key", text(&key))];
    if let Some(interval) = duration::seconds_of(interval) {
        settings.push(Setting::new("interval", duration::value(interval)));
    }
    if let Some(grace) = duration::seconds_of(interval * retries) {
        settings.push(Setting::new("grace", duration::value(grace)));
    }
    let why = "its push token is not one that prober takes (8 to 200 letters and digits)";
    let base = Carried::new("all of it", vec![Way { settings, note: None }], why);
    row.take("retry_interval");
    row.take("timeout");
    let how = "its URL changes: what called /api/push/TOKEN calls /ping/TOKEN of prober";
    draft.report.changed(name, "push", how);
    if row.boolean("upside_down") == Some(true) {
        draft.report.left(name, "upside_down", "a heartbeat cannot be wanted to stay away");
    }
    Part::new(Shape::Heartbeat, name, name, base)
}

fn target(
    name: &str,
    kind: &str,
    interval: f64,
    retries: f64,
    row: &mut Table,
    kuma: &mut Kuma,
    draft: &mut Draft,
) -> Part {
    let is_http = HTTP.contains(&kind);
    let security = row.text("smtp_security").filter(|_| kind == "smtp");
    let mut base = if is_http {
        let url = request::url(row, name, draft);
        Carried::new("all of it", vec![Way::exact(Setting::new("url", text(&url)))], "")
    } else {
        let kind = if security.as_deref() == Some("secure") { "smtps" } else { kind };
        kinds::base(kind, &address::of(kind, row))
    };
    if kind == "real-browser" {
        for way in &mut base.ways {
            way.note = Some("prober runs no browser: it fetches the page".to_owned());
        }
    }
    let mut part = Part::new(Shape::Target, name, name, base.named(name));
    pace(interval, retries, row, &mut part, draft);
    if kind == "smtp" && !matches!(security.as_deref(), Some("secure" | "starttls")) {
        part.carry("smtp_security", Setting::new("starttls", false));
    }
    // One ping in Uptime Kuma is one packet, and a lost one is a failure there.
    let pings = row.text("ping_count").and_then(|count| count.parse::<i64>().ok());
    if let Some(pings) = pings.filter(|pings| *pings > 1) {
        part.carry("ping_count", Setting::new("pings", pings));
    }
    if is_http {
        request::apply(row, &mut part, kuma, draft);
        request::expectations(kind, row, &mut part);
    }
    if row.boolean("upside_down") == Some(true) {
        upside_down(kind, &mut part, draft);
    }
    match row.text("ip_family").as_deref() {
        Some("ipv4") => part.carry("ip_family", Setting::new("ip", "v4")),
        Some("ipv6") => part.carry("ip_family", Setting::new("ip", "v6")),
        _ => {}
    }
    part
}

/// What is wanted to fail.
fn upside_down(kind: &str, part: &mut Part, draft: &mut Draft) {
    if kind == "port" {
        part.carry("upside_down", Setting::new("expect.unreachable", true));
        return;
    }
    // As it is, it would alarm whenever all is as it should be.
    let why = "prober expects of a port that it is closed, and of nothing else the contrary";
    draft.report.left(&part.name, "upside_down", &format!("{why} (it is a comment)"));
    part.off = Some(format!("it is upside down in Uptime Kuma: {why}"));
}

/// How often, how long and how many times.
fn pace(interval: f64, retries: f64, row: &mut Table, part: &mut Part, draft: &mut Draft) {
    if let Some(every) =
        duration::seconds_of(interval).filter(|every| every.as_secs_f64() != INTERVAL)
    {
        part.carry("interval", Setting::new("interval", duration::value(every)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "what is too large is refused")]
    let failures = retries as i64 + 1;
    part.carry("maxretries", Setting::new("failure_threshold", failures));
    let retry = row.number("retry_interval").unwrap_or(interval);
    if retries > 0.0 && retry > 0.0 && (retry - interval).abs() > f64::EPSILON {
        let how = "prober probes again after its interval, not after a time of its own";
        draft.report.changed(&part.name, "retry_interval", how);
    }
    if let Some(timeout) = row.number("timeout").and_then(duration::seconds_of) {
        part.carry("timeout", Setting::new("timeout", duration::value(timeout)));
    }
}

fn family_of(id: i64, family: &Family, row: &mut Table, part: &mut Part) {
    row.take("parent");
    if let Some(group) = family.group(id) {
        part.carry("group", Setting::new("group", text(&names::tidy(&group))));
    }
    // Only a group can be a parent today; another monitor would be what this one needs.
    if let Some(parent) = family.parents.get(&id).and_then(|parent| family.names.get(parent)) {
        part.depends_on.push(parent.clone());
    }
    if family.is_off(id) {
        part.off = Some("it is paused in Uptime Kuma".to_owned());
    }
}

fn texts(id: i64, row: &mut Table, part: &mut Part, kuma: &Kuma, draft: &mut Draft) {
    part.comments.extend(row.text("description"));
    let tags: Vec<&str> = kuma
        .tags
        .iter()
        .filter(|(monitor, _)| *monitor == id)
        .map(|(_, tag)| tag.as_str())
        .collect();
    if !tags.is_empty() {
        part.comments.push(format!("tags: {}", tags.join(", ")));
        draft.report.changed(&part.name, "tags", "are a comment: prober has groups, and no tags");
    }
}

/// Say again after so many probes.
fn resend(interval: f64, row: &mut Table, part: &mut Part) {
    let after = row.number("resend_interval").unwrap_or(0.0) * interval;
    if let Some(after) = duration::seconds_of(after) {
        part.carry("resend_interval", Setting::new("remind", duration::value(after)));
    }
}
