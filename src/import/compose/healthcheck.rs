//! `healthcheck`: the path that says how a service is.

use serde_json::Value;

use crate::import::draft::Draft;
use crate::import::tree::Table;

/// The path that the healthcheck of a service asks for, if it asks by HTTP and the service
/// `is_site`.
pub(super) fn path(table: &mut Table, is_site: bool, draft: &mut Draft) -> Option<String> {
    let Value::Object(mut check) = table.take("healthcheck")? else { return None };
    let test = match check.remove("test")? {
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Value::String(text) => text,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    let path = local_path(&test).filter(|_| is_site);
    if path.is_none() && test != "NONE" {
        let why = "runs within the container; prober watches from outside";
        draft.report.left(&table.place, "healthcheck", why);
    }
    path.filter(|path| path != "/")
}

/// The path of a URL of the container itself.
fn local_path(test: &str) -> Option<String> {
    let hosts = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];
    let (_, rest) = test.split_once("://")?;
    let rest = hosts.iter().find_map(|host| rest.strip_prefix(host))?;
    let rest = rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    let end = rest.find([' ', '"', '\'', '|', ';', ')']).unwrap_or(rest.len());
    Some(if end == 0 { "/".to_owned() } else { rest[..end].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_healthcheck_is_found() {
        for (test, expected) in [
            ("CMD curl -f http://localhost:8080/health", Some("/health")),
            ("CMD-SHELL wget -qO- 'http://127.0.0.1/alive?x=1' || exit 1", Some("/alive?x=1")),
            ("CMD curl http://localhost", Some("/")),
            ("CMD pg_isready", None),
            ("CMD curl http://db:80/x", None),
        ] {
            assert_eq!(local_path(test).as_deref(), expected, "{test}");
        }
    }
}
