//! Traefik's routers: `traefik.http.routers.NAME.rule` and its like.
//! <https://doc.traefik.io/traefik/routing/routers/>

use std::collections::BTreeMap;

use crate::import::draft::Draft;
use crate::import::site::Site;

/// The labels of one router, by the last part of their names.
type Router<'a> = BTreeMap<&'a str, &'a str>;

pub(super) fn sites(labels: &[(String, String)], place: &str, draft: &mut Draft) -> Vec<Site> {
    let value = |name: &str| {
        labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.as_str())
    };
    if value("traefik.enable").is_some_and(|enable| enable.eq_ignore_ascii_case("false")) {
        draft.report.left(place, "labels of Traefik", "traefik.enable is false");
        return Vec::new();
    }
    let mut sites = Vec::new();
    for (name, router) in routers(labels, "traefik.http.routers.") {
        let Some(rule) = router.get("rule") else { continue };
        for site in of_rule(rule, &router, place, draft) {
            if !sites.contains(&site) {
                sites.push(site);
            }
        }
        if let Some(middlewares) = router.get("middlewares") {
            let what = format!("middlewares of {name} ({middlewares})");
            let why = "if one asks for a password, write expect.status = 401, or `auth`";
            draft.report.left(place, &what, why);
        }
    }
    for kind in ["tcp", "udp"] {
        for (name, _) in routers(labels, &format!("traefik.{kind}.routers.")) {
            let why = "at which port it is reached is not said here: url = \"tcp://HOST:PORT\"";
            draft.report.left(place, &format!("{kind} router {name}"), why);
        }
    }
    sites.dedup();
    // A router for HTTP is usually there to redirect to the other one.
    let secure: Vec<String> =
        sites.iter().filter(|site| site.scheme == "https").map(|site| site.host.clone()).collect();
    sites.retain(|site| site.scheme == "https" || !secure.contains(&site.host));
    sites
}

fn routers<'a>(labels: &'a [(String, String)], prefix: &str) -> BTreeMap<&'a str, Router<'a>> {
    let mut routers: BTreeMap<&str, Router<'_>> = BTreeMap::new();
    for (label, value) in labels {
        let Some((name, key)) = label.strip_prefix(prefix).and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        routers.entry(name).or_default().insert(key, value);
    }
    routers
}

fn of_rule(rule: &str, router: &Router<'_>, place: &str, draft: &mut Draft) -> Vec<Site> {
    let scheme = scheme(router);
    let mut sites = Vec::new();
    for alternative in rule.split("||") {
        let (mut hosts, mut path) = (Vec::new(), String::new());
        for (function, arguments) in functions(alternative) {
            match function.as_str() {
                "Host" => hosts.extend(arguments),
                "Path" | "PathPrefix" => path = arguments.into_iter().next().unwrap_or_default(),
                _ => {
                    let what = format!("{function}(…) of a rule");
                    draft.report.left(
                        place,
                        &what,
                        "prober asks for a URL, whatever else the rule says",
                    );
                }
            }
        }
        // A prefix with a pattern in it is no path.
        let path = if path.contains(['{', '*']) || path == "/" { String::new() } else { path };
        sites.extend(hosts.into_iter().map(|host| Site {
            scheme: scheme.to_owned(),
            host,
            port: None,
            path: path.clone(),
        }));
    }
    sites
}

/// HTTPS, unless the router is plainly one of HTTP.
fn scheme(router: &Router<'_>) -> &'static str {
    let has_tls = router.iter().any(|(key, value)| {
        (*key == "tls" && !value.eq_ignore_ascii_case("false")) || key.starts_with("tls.")
    });
    let points = router.get("entrypoints").or_else(|| router.get("entryPoints"));
    let is_plain = points.is_some_and(|points| {
        points.split(',').all(|point| matches!(point.trim(), "web" | "http" | "insecure" | "80"))
    });
    if is_plain && !has_tls { "http" } else { "https" }
}

/// The functions in a rule, with what is in their quotes: ``Host(`a`, `b`)``.
fn functions(rule: &str) -> Vec<(String, Vec<String>)> {
    let mut functions = Vec::new();
    let mut rest = rule;
    while let Some(open) = rest.find('(') {
        let before = &rest[..open];
        let at = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
        let name = before[at..].to_owned();
        rest = &rest[open + 1..];
        if name.is_empty() {
            continue;
        }
        let end = rest.find(')').unwrap_or(rest.len());
        let quoted = rest[..end].split(['`', '"', '\'']).skip(1).step_by(2).map(str::to_owned);
        functions.push((name, quoted.collect()));
        rest = &rest[end..];
    }
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_of_a_rule_are_found() {
        let rule = "(Host(`a.example`, `b.example`) && PathPrefix(`/x`))";
        assert_eq!(
            functions(rule),
            [
                ("Host".to_owned(), vec!["a.example".to_owned(), "b.example".to_owned()]),
                ("PathPrefix".to_owned(), vec!["/x".to_owned()]),
            ]
        );
    }
}
