//! The farm as the other processes see it: where it listens, and a
//! configuration of so many of its servers.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Seconds that a target is given: long where all answer, so that a busy
/// machine makes none late.
const PATIENCE: u32 = 20;

/// A farm that runs, and a folder for what is made from it.
pub(crate) struct Farm {
    process: Child,
    ports: HashMap<String, Vec<u16>>,
    folder: TempDir,
}

/// What is in a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// `http` or `https`.
    pub(crate) kind: &'static str,
    pub(crate) targets: usize,
    /// Whether every tenth of them hangs, and after how many seconds it has.
    pub(crate) hang: Option<u32>,
}

impl Farm {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let services = lines.by_ref().take_while(|line| line != "root");
        let service = |line: String| {
            let (name, ports) = line.split_once(' ').unwrap();
            (name.to_owned(), ports.split(',').map(|port| port.parse().unwrap()).collect())
        };
        let ports = services.map(service).collect();
        let mut root: String = String::new();
        for line in lines {
            writeln!(root, "{line}").unwrap();
            if line.contains("END CERTIFICATE") {
                break;
            }
        }
        let farm = Self { process, ports, folder };
        std::fs::write(farm.ca(), root).unwrap();
        farm
    }

    /// The file of its root certificate.
    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    pub(crate) fn ports(&self, service: &str) -> &[u16] {
        &self.ports[service]
    }

    /// A configuration of such a field.
    pub(crate) fn config(&self, field: Field) -> PathBuf {
        let timeout = field.hang.unwrap_or(PATIENCE);
        let targets = (0..field.targets).map(|number| {
            let hangs = field.hang.is_some() && number % 10 == 9;
            let service = if hangs { "hang" } else { field.kind };
            let ports = self.ports(service);
            let port = ports[number % ports.len()];
            (format!("target-{number:05}"), format!("{}://127.0.0.1:{port}/", field.kind))
        });
        let tls = if field.kind == "https" { "tls = { ca = \"root.pem\" }\n" } else { "" };
        let name = format!("{}-{}-{timeout}", field.kind, field.targets);
        self.write(&name, &format!("timeout = \"{timeout}s\"\n{tls}"), targets, "")
    }

    /// A configuration of one target that asks for `needs`.
    pub(crate) fn single(&self, service: &str, timeout: u32, needs: &str) -> PathBuf {
        let url = format!("http://127.0.0.1:{}/", self.ports(service)[0]);
        let defaults = format!("timeout = \"{timeout}s\"\n");
        self.write(service, &defaults, [(service.to_owned(), url)].into_iter(), needs)
    }

    /// A configuration of such targets: their names, URLs and what else they need.
    pub(crate) fn of(
        &self,
        name: &str,
        timeout: u32,
        targets: impl Iterator<Item = (String, String, String)>,
    ) -> PathBuf {
        let defaults = format!("timeout = \"{timeout}s\"\ntls = {{ ca = \"root.pem\" }}\n");
        self.write_each(name, &defaults, targets)
    }

    fn write(
        &self,
        name: &str,
        defaults: &str,
        targets: impl Iterator<Item = (String, String)>,
        needs: &str,
    ) -> PathBuf {
        let targets = targets.map(|(target, url)| (target, url, needs.to_owned()));
        self.write_each(name, defaults, targets)
    }

    fn write_each(
        &self,
        name: &str,
        defaults: &str,
        targets: impl Iterator<Item = (String, String, String)>,
    ) -> PathBuf {
        let mut text = format!(
            "[store]\npath = \"{name}.db\"\n\n\
             [defaults]\ninterval = \"1m\"\nattempts = 1\n{defaults}\n"
        );
        for (target, url, needs) in targets {
            writeln!(text, "[[target]]\nname = \"{target}\"\nurl = \"{url}\"\n{needs}").unwrap();
        }
        let path = self.folder.path().join(format!("{name}.toml"));
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}
