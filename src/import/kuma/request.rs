//! What a monitor of HTTP sends, and what it expects.

use serde_json::Value;

use crate::import::draft::{Carried, Draft, Part, Setting, Way, text};
use crate::import::json_path::literal;
use crate::import::kuma::Kuma;
use crate::import::request::{basic_auth, bearer, body, header};
use crate::import::tree::{Table, as_text};
use crate::import::{secrets, status};

/// The content types of `http_body_encoding`.
const ENCODINGS: [(&str, &str); 4] = [
    ("json", "application/json"),
    ("form", "application/x-www-form-urlencoded"),
    ("xml", "text/xml; charset=utf-8"),
    ("text", "text/plain"),
];

/// How many redirects Uptime Kuma follows unless it is told otherwise; prober likewise.
const REDIRECTS: &str = "10";

/// Takes what is sent.
pub(super) fn apply(row: &mut Table, part: &mut Part, kuma: &mut Kuma, draft: &mut Draft) {
    let method = row.text("method").unwrap_or_else(|| "GET".to_owned());
    if method != "GET" {
        part.carry("method", Setting::new("method", method.to_ascii_uppercase()));
    }
    headers(row, part, draft);
    authentication(row, part, draft);
    if row.boolean("ignore_tls") == Some(true) {
        let way = Way::exact(Setting::new("tls.insecure", true));
        part.carried.push(Carried::new(
            "ignore_tls",
            vec![way],
            "only a target with TLS has a certificate",
        ));
    }
    match row.text("maxredirects").as_deref() {
        None | Some(REDIRECTS) => {}
        Some("0") => part.carry("maxredirects", Setting::new("follow_redirects", false)),
        Some(_) => {
            draft.report.left(&part.name, "maxredirects", "prober follows ten at most, or none");
        }
    }
    statuses(row, part, draft);
    proxy(row, part, kuma, draft);
    if row.boolean("expiry_notification") == Some(false) {
        let why = "prober always warns of certificates that end soon";
        draft.report.left(&part.name, "expiry_notification: off", why);
    }
    if row.boolean("domain_expiry_notification") == Some(true) {
        let way = Way::exact(Setting::new("warn.domain_expires_within", "14d"));
        let why = "prober does not look up when a domain expires: your registrar can remind you";
        part.carried.push(Carried::new("domain_expiry_notification", vec![way], why));
    }
}

fn headers(row: &mut Table, part: &mut Part, draft: &mut Draft) {
    let headers =
        row.text("headers").map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
    let mut has_type = false;
    match headers {
        None => {}
        Some(Value::Object(headers)) => {
            for (name, value) in headers {
                has_type |= name.eq_ignore_ascii_case("content-type");
                header(part, &name, &as_text(&value).unwrap_or_default(), draft);
            }
        }
        Some(_) => draft.report.left(&part.name, "headers", "they are no table in JSON"),
    }
    let encoding = row.text("http_body_encoding");
    if let Some(sent) = row.text("body") {
        let kind = ENCODINGS.iter().find(|(name, _)| Some(*name) == encoding.as_deref());
        if let Some((_, kind)) = kind.filter(|_| !has_type) {
            header(part, "content-type", kind, draft);
        }
        body(part, &sent, draft);
    }
}

fn authentication(row: &mut Table, part: &mut Part, draft: &mut Draft) {
    let method = row.text("auth_method").unwrap_or_default();
    let user = row.text("basic_auth_user");
    let password = row.text("basic_auth_pass").unwrap_or_default();
    let token = row.text("bearer_token");
    match (method.as_str(), user, token) {
        // The first versions had no method, and the last ones write `null` as a word.
        ("" | "null" | "basic", Some(user), _) => basic_auth(part, &user, &password, draft),
        ("bearer", _, Some(token)) => bearer(part, &token, draft),
        ("" | "null" | "basic" | "bearer", _, _) => {}
        (method, _, _) => {
            let why = match method {
                "oauth2-cc" => {
                    "prober gets no tokens by OAuth 2: `auth.bearer` takes one that lasts"
                }
                "mtls" => {
                    "save the certificate and its key as files, and write tls.client_cert and \
                     tls.client_key"
                }
                _ => "prober knows a user name and a password, and a bearer token",
            };
            draft.report.left(&part.name, &format!("auth_method {method}"), why);
        }
    }
}

fn statuses(row: &mut Table, part: &mut Part, draft: &mut Draft) {
    let Some(text) = row.text("accepted_statuscodes_json") else { return };
    let list: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    let list: Vec<String> = list.iter().filter_map(as_text).collect();
    let Some(ranges) = status::of_list(&list).filter(|ranges| !ranges.is_empty()) else {
        draft.report.left(&part.name, "accepted_statuscodes", "they are no list of statuses");
        return;
    };
    let is_fine =
        |status: u16| ranges.iter().any(|(first, last)| (*first..=*last).contains(&status));
    match status::value(is_fine) {
        Ok(Some(value)) => part.carry("accepted_statuscodes", Setting::new("expect.status", value)),
        Ok(None) => {}
        Err(why) => draft.report.left(&part.name, "accepted_statuscodes", why),
    }
}

fn proxy(row: &mut Table, part: &mut Part, kuma: &mut Kuma, draft: &mut Draft) {
    let Some(id) = super::id(row, "proxy_id").filter(|id| *id > 0) else { return };
    let Some(mut proxy) = kuma.proxies.get(&id).cloned() else {
        draft.report.left(&part.name, "proxy", "it is not in the source");
        return;
    };
    if proxy.boolean("active") == Some(false) {
        return;
    }
    let mut field = |key: &str| proxy.text(key).unwrap_or_default();
    let (protocol, server) = (field("protocol"), format!("{}:{}", field("host"), field("port")));
    let (user, password) = (field("username"), field("password"));
    let login = if user.is_empty() {
        String::new()
    } else {
        let login = draft.variables.secret("proxy userinfo", &format!("{user}:{password}"));
        format!("{login}@")
    };
    let url = format!("{protocol}://{login}{server}");
    let way = Way::exact(Setting::new("proxy", text(&url)));
    part.carried.push(Carried::new(
        "proxy",
        vec![way],
        "prober goes through an HTTP proxy, and no other",
    ));
}

/// What the body must be.
pub(super) fn expectations(kind: &str, row: &mut Table, part: &mut Part) {
    let inverted = row.boolean("invert_keyword") == Some(true);
    let keyword = row.text("keyword").filter(|_| kind == "keyword");
    if let Some(keyword) = keyword {
        let key = if inverted { "expect.body_not_contains" } else { "expect.body_contains" };
        part.carry("keyword", Setting::new(key, text(&keyword)));
    }
    if kind != "json-query" {
        return;
    }
    let path = row.text("json_path").unwrap_or_default();
    let operator = row.text("json_path_operator").unwrap_or_else(|| "==".to_owned());
    let expected = row.text("expected_value").unwrap_or_default();
    let what = format!("json_path {path}");
    let why = "is JSONata; write expect.json with a JSONPath, such as \"$.status == 'ok'\"";
    let ways = match (json_path(&path), operator.as_str()) {
        (Some(path), "==" | "!=" | "<" | "<=" | ">" | ">=") => {
            let condition = format!("{path} {operator} {}", literal(&expected));
            vec![Way::exact(Setting::item("expect.json", text(&condition)))]
        }
        (Some(_), "contains") => {
            let note = "is looked for in the whole body (expect.body_contains)";
            vec![Way::other(Setting::item("expect.body_contains", text(&expected)), note)]
        }
        _ => Vec::new(),
    };
    part.carried.push(Carried::new(&what, ways, why));
}

/// A path of `JSONata` that is one of RFC 9535, too: names, and numbers in brackets.
fn json_path(path: &str) -> Option<String> {
    let inner = path.strip_prefix('$').unwrap_or(path).trim_start_matches('.');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
    (inner.chars().all(is_plain)).then(|| match inner {
        "" => "$".to_owned(),
        inner if inner.starts_with('[') => format!("${inner}"),
        inner => format!("$.{inner}"),
    })
}

/// The URL without its secrets.
pub(super) fn url(row: &mut Table, name: &str, draft: &mut Draft) -> String {
    let url = row.text("url").unwrap_or_default();
    secrets::url(&mut draft.variables, name, &url)
}
