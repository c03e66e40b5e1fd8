//! Finds out what fits an address: probes it, and what is proposed by what answered, with
//! the probes that will watch it.

use std::net::IpAddr;
use std::path::Path;

use url::Url;

use super::{Error, check};
use crate::app::{self, SecretValues, off_limits, web_page};
use crate::authoring::{NewFile, NewTarget, Proposal, free_name, insert, name_of, proposals};
use crate::clock::Clock;
use crate::http_client;
use crate::model::names::TargetName;
use crate::model::observation::Outcome;
use crate::model::target::{Config, Endpoint, Protocol, Target};
use crate::probe::{Prober, Report};

/// Where targets are tried out before they are written.
pub(super) struct Trial<'a> {
    /// The path of the file.
    path: &'a Path,
    /// What it says, if it is there.
    text: Option<&'a str>,
    http: reqwest::Client,
}

/// A target, and what probing it found out.
pub(super) struct Tried {
    /// As it is to be written.
    pub(super) target: NewTarget,
    /// The same as prober reads it.
    read: Target,
    report: Report,
}

impl Tried {
    /// Whether it answers as it should.
    pub(super) fn works(&self) -> bool {
        matches!(self.report.outcome, Outcome::Success { .. })
    }

    /// The target of `config` that watches the same, if one does.
    pub(super) fn twin_in<'c>(&self, config: &'c Config) -> Option<&'c TargetName> {
        let place = place(self.read.endpoint()?);
        let is_same = |(_, endpoint): &(&Target, &Endpoint)| self::place(endpoint) == place;
        config.endpoints().find(is_same).map(|(target, _)| &target.name)
    }

    /// A line that says how it is, and one that says why it is watched so.
    pub(super) fn shown(&self) -> String {
        let line = check::line(Clock::System.now(), &self.read, &self.report);
        match self.target.remark.as_ref().filter(|_| self.works()) {
            Some(remark) => format!("{line}\n     {remark}\n"),
            None => format!("{line}\n"),
        }
    }
}

impl<'a> Trial<'a> {
    pub(super) fn new(path: &'a Path, text: Option<&'a str>) -> Result<Self, Error> {
        Ok(Self { path, text, http: http_client::client()? })
    }

    /// The best of what can be said of `target` beside its URL; itself if nothing fits.
    /// One that `may_be_renamed` is called by its program where it has no name of its own.
    pub(super) async fn propose(
        &self,
        target: NewTarget,
        may_be_renamed: bool,
        is_taken: impl Fn(&str) -> bool,
    ) -> Result<Tried, Error> {
        let first = self.probe(target).await?;
        let target = &first.target;
        // What a variable stands for is not shown to anybody here.
        let page = if target.url.contains("${") {
            None
        } else {
            web_page::page(&self.http, &target.url).await
        };
        for proposal in proposals(&target.url, page.as_ref()) {
            let mut proposed = as_proposed(target, &proposal);
            if may_be_renamed && is_address(&target.url) {
                proposed.name = proposal
                    .product
                    .map_or_else(|| target.name.clone(), |product| free_name(&product, &is_taken));
            }
            let tried = self.probe(proposed).await?;
            if tried.works() {
                return Ok(tried);
            }
        }
        Ok(first)
    }

    /// Probes `target` as the file with it says.
    pub(super) async fn probe(&self, target: NewTarget) -> Result<Tried, Error> {
        let read = self.read(&target)?;
        let missing = "a variable that it names is not set";
        let endpoint = read.endpoint().ok_or(missing)?;
        let prober = Prober::new([(&read.name, endpoint)], off_limits(), Clock::System)?;
        let reports = prober.round(&[endpoint], None, |_, _| {}).await;
        let report = reports.into_iter().next().ok_or("nothing was probed")?;
        Ok(Tried { target, read, report })
    }

    /// `target` as prober reads it.
    fn read(&self, target: &NewTarget) -> Result<Target, Error> {
        let config = match self.text {
            Some(text) => {
                let text = insert(text, target)?;
                app::read(self.path, &text, Clock::System.now()).parsed?.config
            }
            None => self.read_alone(target)?,
        };
        let is_it = |it: &Target| it.name.as_str() == target.name;
        Ok(config.targets.into_iter().find(is_it).ok_or("the target was not understood")?)
    }

    /// A file with `target` alone, which nobody has seen: its lines would say nothing.
    fn read_alone(&self, target: &NewTarget) -> Result<Config, Error> {
        let file = NewFile { targets: vec![target.clone()], ..NewFile::default() };
        let now = Clock::System.now();
        let read = app::read_new(self.path, &file.to_string(), &SecretValues::new(), now);
        let parsed =
            read.map_err(|diagnostics| diagnostics.advice().collect::<Vec<_>>().join("; "))?;
        Ok(parsed.config)
    }
}

/// A name for `url` that no target has.
pub(super) fn name_for(url: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name = Url::parse(url).map_or_else(|_| "target".to_owned(), |url| name_of(&url));
    free_name(&name, is_taken)
}

/// What an endpoint probes.
fn place(endpoint: &Endpoint) -> String {
    match &endpoint.protocol {
        Protocol::Http(probe) => probe.url.to_string(),
        Protocol::Tcp(probe) => format!("{}://{}:{}", probe.scheme, probe.host, probe.port),
        Protocol::Udp(probe) => format!("udp://{}:{}", probe.host, probe.port),
        Protocol::Dns(probe) => {
            let (scheme, kind) = (endpoint.protocol.kind(), probe.kind);
            format!("{scheme}://{}:{}/{}?type={kind}", probe.host, probe.port, probe.name)
        }
        Protocol::Icmp(probe) => format!("icmp://{}", probe.host),
        Protocol::Grpc(probe) => {
            let port = probe.url.port_or_known_default().unwrap_or_default();
            let host = probe.url.host_str().unwrap_or_default();
            format!("{}://{host}:{port}/{}", probe.scheme(), probe.service)
        }
        Protocol::Ssh(probe) => format!("ssh://{}:{}", probe.host, probe.port),
        Protocol::WebSocket(probe) => probe.url.as_str().replacen("http", "ws", 1),
    }
}

/// Whether `config` has a target of that name.
pub(super) fn has(config: &Config, name: &str) -> bool {
    config.targets.iter().any(|target| target.name.as_str() == name)
}

fn as_proposed(target: &NewTarget, proposal: &Proposal) -> NewTarget {
    NewTarget {
        url: proposal.url.clone(),
        keys: proposal.keys.clone(),
        remark: Some(proposal.why.clone()),
        ..target.clone()
    }
}

/// Whether the host of `url` is a number, which nobody would call a program by.
fn is_address(url: &str) -> bool {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok())
}
