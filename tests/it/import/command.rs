//! `prober import` as people run it.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::*;

const GATUS: &str = "
alerting: {slack: {webhook-url: 'https://hooks.slack.com/services/T/B/hunter2'}}
endpoints:
  - {name: one, url: 'https://one.example.com', conditions: ['[STATUS] == 200'], alerts: [{type: slack}]}
";

/// What the files have as variables, where the test must say what they are.
const OPEN: [(&str, &str); 12] = [
    ("DISCORD_WEBHOOK_URL", "https://discord.com/api/webhooks/1/x"),
    ("DOMAIN", "example.com"),
    ("EXTERNAL_TOKEN", "a-token-of-eight"),
    ("LOGIN_INTERVAL", "5m"),
    ("PROXY_ADDR", "203.0.113.9"),
    ("PUBLIC_HOST", "home.example.com"),
    ("ROUTER_ADDR", "192.0.2.1"),
    ("SECRET_DOMAIN", "example.com"),
    ("SHOP_KEY", "key"),
    ("TELEGRAM_ID", "1"),
    ("TELEGRAM_TOKEN", "1:a"),
    ("CUSTOM_PUSHOVER_APP_TOKEN", "x"),
];

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn run(&self, program: &str, args: &[&str]) -> Said {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.0.path()).env_clear();
        command.env("PROBER", env!("CARGO_BIN_EXE_prober")).envs(OPEN);
        Said::of(&command.output().unwrap())
    }

    fn prober(&self, args: &[&str]) -> Said {
        self.run(env!("CARGO_BIN_EXE_prober"), args)
    }
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// A copy of `fixture` where it would be: a database in the place of its SQL.
fn placed(fixture: &Path, folder: &Folder) -> String {
    if fixture.extension().is_some_and(|end| end == "sql") {
        let connection = Connection::open(folder.path("kuma.db")).unwrap();
        connection.execute_batch(&fs::read_to_string(fixture).unwrap()).unwrap();
        return "kuma.db".to_owned();
    }
    fixture.to_str().unwrap().to_owned()
}

/// 1 says that something was not taken over.
fn is_done(said: &Said) -> bool {
    let left = said.err.contains("Not taken over:");
    said.code == Some(i32::from(left))
}

#[test]
fn what_is_written_is_valid_with_its_environment_file() {
    for fixture in fixtures() {
        let folder = Folder::new();
        let file = placed(&fixture, &folder);
        let imported = folder.prober(&["import", &file, "--into", "probes.toml"]);
        assert!(is_done(&imported), "{fixture:?}: {imported:?}");
        assert!(!imported.out.contains(MARKER) && !imported.err.contains(MARKER), "{imported:?}");
        let validated = folder.prober(&["validate"]);
        assert_eq!(
            (validated.code, validated.err.as_str()),
            (Some(0), ""),
            "{fixture:?}: {validated:?}"
        );
        assert!(validated.out.starts_with("probes.toml is valid: "), "{validated:?}");
    }
}

#[test]
fn the_environment_file_is_for_its_owner_alone() {
    let folder = Folder::new();
    folder.write("gatus.yaml", GATUS);
    let imported = folder.prober(&["import", "gatus.yaml", "--into", "probes.toml"]);
    assert!(is_done(&imported), "{imported:?}");
    assert_eq!(folder.names(), ["environment", "gatus.yaml", "probes.toml"]);
    assert_eq!((folder.mode("environment"), folder.mode("probes.toml")), (0o600, 0o644));
    assert!(
        folder
            .read("environment")
            .contains("SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T/B/hunter2\n")
    );
    assert!(
        imported.out.starts_with("Wrote probes.toml: 1 target, 1 channel.\n"),
        "{}",
        imported.out
    );
}

#[test]
fn nothing_is_overwritten() {
    for there in ["probes.toml", "environment"] {
        let folder = Folder::new();
        folder.write("gatus.yaml", GATUS);
        folder.write(there, "MINE=1\n");
        let imported = folder.prober(&["import", "gatus.yaml", "--into", "probes.toml"]);
        assert_eq!((imported.code, imported.out.as_str()), (Some(2), ""));
        let why = format!("{there} is there already, and import overwrites nothing");
        assert!(imported.err.contains(&why), "{}", imported.err);
        assert_eq!(folder.read(there), "MINE=1\n");
        assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
    }
}

#[test]
fn without_a_file_the_configuration_is_printed_and_nothing_else() {
    let folder = Folder::new();
    folder.write("gatus.yaml", GATUS);
    let shown = folder.prober(&["import", "gatus.yaml"]);
    assert!(is_done(&shown), "{shown:?}");
    assert!(shown.err.contains("needs these variables: SLACK_WEBHOOK_URL."), "{}", shown.err);
    assert!(!shown.err.contains(MARKER) && !shown.out.contains(MARKER), "{shown:?}");
    assert_eq!(folder.names(), ["gatus.yaml"]);
    folder.write("probes.toml", &shown.out);
    assert_eq!(folder.prober(&["validate"]).code, Some(0));
}

#[test]
fn what_is_not_taken_over_is_said_line_by_line_and_in_the_exit_code() {
    let folder = Folder::new();
    folder.write("ping.yaml", "endpoints: [{name: one, url: 'udp://192.0.2.1:53', conditions: ['[CONNECTED] == true']}, {name: two, url: 'https://two.example.com'}]");
    let said = folder.prober(&["import", "ping.yaml"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("Not taken over:\n- ") && said.err.contains("one"), "{}", said.err);
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.write("x.txt", "hello");
    folder.write("broken.db", "SQLite format 3\0and then nothing that is one");
    for (args, part) in [
        (&["import", "x.txt"][..], "x.txt is not recognized: prober imports "),
        (&["import", "missing.yaml"], "failed to read missing.yaml: "),
        (&["import", "broken.db"], "broken.db"),
        (&["import", "."], "the folder . has no YAML"),
        (&["import", "x.txt", "--into", "s3://home/probes.toml"], "import writes files"),
        (&["import", "--from", "nagios", "x.txt"], "possible values: gatus, uptime-kuma"),
    ] {
        let said = folder.prober(args);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(said.err.contains(part), "{args:?}: {}", said.err);
    }
    assert_eq!(folder.names(), ["broken.db", "x.txt"]);
}

#[test]
fn what_is_only_in_the_log_of_a_running_uptime_kuma_is_read() {
    let folder = Folder::new();
    let connection = Connection::open(folder.path("kuma.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let sql = fs::read_to_string(root().join("tests/import/kuma_v1.sql")).unwrap();
    connection.execute_batch(&sql).unwrap();
    let before = fs::read(folder.path("kuma.db")).unwrap();
    let imported = folder.prober(&["import", "kuma.db", "--into", "probes.toml"]);
    assert!(is_done(&imported), "{imported:?}");
    assert!(folder.read("probes.toml").contains("https://blog.example.com"));
    assert_eq!(fs::read(folder.path("kuma.db")).unwrap(), before);
}
