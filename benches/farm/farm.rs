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
    /// `http`; `https`, where all show the same chain; or `https-own`, where each port has a
    /// chain of its own.
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
        let mut ports: HashMap<String, Vec<u16>> = HashMap::new();
        for line in services {
            let (name, opened) = line.split_once(' ').unwrap();
            let opened = opened.split(',').map(|port| port.parse::<u16>().unwrap());
            ports.entry(name.to_owned()).or_default().extend(opened);
        }
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
        self.config_within(field, field.hang.unwrap_or(PATIENCE))
    }

    /// The same, where each target is given `timeout` seconds.
    pub(crate) fn config_within(&self, field: Field, timeout: u32) -> PathBuf {
        let limit = format!("timeout = \"{timeout}s\"\n");
        self.config_with(field, &format!("within-{timeout}"), &limit)
    }

    /// The same, where each target is probed every `interval` seconds.
    pub(crate) fn config_every(&self, field: Field, interval: u32) -> PathBuf {
        let pace = format!("interval = \"{interval}s\"\n");
        self.config_with(field, &format!("every-{interval}"), &pace)
    }

    fn config_with(&self, field: Field, name: &str, defaults: &str) -> PathBuf {
        let targets = (0..field.targets).map(|number| {
            let hangs = field.hang.is_some() && number % 10 == 9;
            let service = if hangs { "hang" } else { field.kind };
            let ports = self.ports(service);
            let port = ports[number % ports.len()];
            let scheme = if field.kind == "http" { "http" } else { "https" };
            (format!("target-{number:05}"), format!("{scheme}://127.0.0.1:{port}/"))
        });
        let tls = if field.kind == "http" { "" } else { "tls = { ca = \"root.pem\" }\n" };
        let name = format!("{}-{}-{name}", field.kind, field.targets);
        self.write(&name, &format!("{defaults}{tls}"), targets, "")
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
             [self_check]\nurls = [\"http://127.0.0.1:9/\"]\n\n\
             [defaults]\nattempts = 1\n{defaults}\n"
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
