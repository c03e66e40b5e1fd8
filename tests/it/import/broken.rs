//! Files that are broken, hostile, or of nobody.

use super::*;

fn refused(name: &str, content: &[u8], from: Option<Program>) -> String {
    let content = Content::Bytes(content.to_vec());
    planned(vec![Source { name: name.to_owned(), content }], from).unwrap_err().to_string()
}

#[test]
fn a_file_of_nobody_says_what_is_known_and_how_to_force_it() {
    for content in [&b""[..], b"hello", b"\xff\xfe\x00\x01", b"[1, 2]", b"{}", b"a: b\n"] {
        let error = refused("x", content, None);
        assert!(error.starts_with("x is not recognized: prober imports "), "{error}");
        for part in
            ["Gatus", "kuma.db", "healthchecks.io", "compose.yaml", "Caddyfile", "CSV", "--from"]
        {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[test]
fn a_kind_can_be_forced() {
    let caddy = text("sites", "example.com\n");
    assert!(matches!(planned(caddy, None), Err(ImportError::Unrecognized(_))));
    let caddy = text("sites", "example.com\n");
    let plan = planned(caddy, Some(Program::Caddyfile)).unwrap();
    assert!(plan.toml.contains("https://example.com"), "{}", plan.toml);
}

#[test]
fn a_broken_file_is_named_with_its_place() {
    let tab = "endpoints:\n\t- name: a\n";
    for (name, content, from, part) in [
        ("gatus.yaml", tab, None, "gatus.yaml cannot be read as YAML: "),
        ("gatus.yaml", "endpoints: [", None, "gatus.yaml cannot be read as YAML: "),
        (
            "x.json",
            "{",
            Some(Program::Healthchecks),
            "x.json cannot be read as JSON of healthchecks.io: ",
        ),
        (
            "x.json",
            "{",
            Some(Program::UptimeKuma),
            "x.json cannot be read as a backup of Uptime Kuma: ",
        ),
        (
            "Caddyfile",
            "a.example {\n",
            None,
            "Caddyfile cannot be read as a Caddyfile: a block has no",
        ),
    ] {
        let error = refused(name, content.as_bytes(), from);
        assert!(error.starts_with(part), "{error}");
    }
}

#[test]
fn an_error_of_yaml_does_not_show_the_file() {
    let broken = "alerting: {slack: {webhook-url: hunter2}}\nendpoints: [hunter2, {hunter2\n";
    let error = refused("gatus.yaml", broken.as_bytes(), None);
    assert!(!error.contains(MARKER), "{error}");
}

#[test]
fn yaml_that_unfolds_to_gigabytes_is_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    bomb.push_str("endpoints: *a9\n");
    let error = refused("bomb.yaml", bomb.as_bytes(), None);
    assert!(error.starts_with("bomb.yaml cannot be read as YAML: "), "{error}");
    let deep = format!("endpoints: {}\n", "[".repeat(100_000));
    let error = refused("deep.yaml", deep.as_bytes(), None);
    assert!(error.starts_with("deep.yaml cannot be read as YAML: "), "{error}");
}

#[test]
fn deeply_nested_json_and_blocks_are_refused() {
    let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = refused("deep.json", json.as_bytes(), Some(Program::Healthchecks));
    assert!(error.contains("recursion limit"), "{error}");
    let blocks = "a.example {\n".repeat(1000);
    let error = refused("Caddyfile", blocks.as_bytes(), None);
    assert!(error.contains("more than 100 blocks"), "{error}");
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let large = vec![b' '; prober::import::LARGEST_SOURCE + 1];
    assert_eq!(refused("large.yaml", &large, None), "large.yaml is larger than 16 MiB");
}

#[test]
fn files_of_two_kinds_are_not_mixed() {
    let mut sources = text("gatus.yaml", "endpoints: []\n");
    sources.extend(text("compose.yaml", "services: {}\n"));
    let error = planned(sources, None).unwrap_err().to_string();
    assert_eq!(
        error,
        "gatus.yaml is of Gatus and compose.yaml of Docker Compose: import one after the other"
    );
}

#[test]
fn a_database_of_somebody_else_is_refused() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE cookies (id INTEGER)").unwrap();
    let error = tables(&connection, "x.db").unwrap_err().to_string();
    assert_eq!(
        error,
        "x.db cannot be read as a database of Uptime Kuma: it has no table `monitor`"
    );
}

#[test]
fn a_view_in_the_place_of_a_table_is_not_run() {
    let connection = Connection::open_in_memory().unwrap();
    let endless =
        "CREATE VIEW monitor AS WITH RECURSIVE x(id) AS (SELECT 1 UNION ALL SELECT id FROM x)
        SELECT id FROM x";
    connection.execute_batch(endless).unwrap();
    assert!(tables(&connection, "x.db").unwrap_err().to_string().contains("no table `monitor`"));
}

#[test]
fn more_monitors_than_prober_takes_are_refused() {
    let connection = Connection::open_in_memory().unwrap();
    let many = "CREATE TABLE monitor (id INTEGER, type TEXT);
        WITH RECURSIVE x(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM x WHERE id < 10001)
        INSERT INTO monitor SELECT id, 'http' FROM x";
    connection.execute_batch(many).unwrap();
    let error = tables(&connection, "x.db").unwrap_err().to_string();
    assert!(error.ends_with("its table `monitor` is too large"), "{error}");
}

#[test]
fn groups_within_each_other_in_a_circle_end() {
    let connection = Connection::open_in_memory().unwrap();
    let circle =
        "CREATE TABLE monitor (id INTEGER, name TEXT, type TEXT, url TEXT, parent INTEGER);
        INSERT INTO monitor VALUES (1, 'a', 'group', NULL, 2), (2, 'b', 'group', NULL, 1),
        (3, 'c', 'http', 'https://c.example.com', 1)";
    connection.execute_batch(circle).unwrap();
    let content = Content::Database(tables(&connection, "kuma.db").unwrap());
    let plan = planned(vec![Source { name: "kuma.db".into(), content }], None).unwrap();
    assert_eq!(plan.report.taken.targets, 1);
}
