//! What building one table needs from everything around it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::config::build::tls_cache::TlsCache;
use crate::config::sources::Sources;
use crate::config::tables::file::File;
use crate::config::tables::target::Target;
use crate::config::toml::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::toml::limits::MOST_LACKS;
use crate::config::toml::nearest::did_you_mean;
use crate::config::toml::reader::Lack;
use crate::config::toml::text::Text;
use crate::config::values::address::Address;
use crate::model::detail::{Detail, LackDetail};
use crate::model::names::ChannelName;
use crate::model::secret::Secret;
use crate::model::target::{Lacking, Part};

/// The file around a table, what is known from outside, and where to report.
pub(super) struct Context<'a> {
    /// `[defaults]`.
    pub(super) defaults: Target,
    /// The place of `[defaults]`.
    defaults_at: Option<Span>,
    /// The time zone of the file.
    pub(super) zone: Tz,
    /// The names of the channels.
    pub(super) channels: Vec<ChannelName>,
    /// The names of the endpoints.
    pub(super) endpoints: Vec<Text>,
    /// The values of the variables in the file: each may be a secret.
    pub(super) variables: Arc<[Secret]>,
    /// The folder of the file, which other files' names are relative to.
    pub(super) folder: &'a Path,
    /// What is known from outside.
    pub(super) sources: &'a Sources<'a>,
    /// The TLS settings built so far.
    pub(super) tls: TlsCache,
    lacks: RefCell<Vec<Lack>>,
    /// The parts that are off, with the places of their tables.
    off: RefCell<Vec<(Span, Lacking)>>,
    diagnostics: &'a Diagnostics,
}

impl<'a> Context<'a> {
    /// Takes `[defaults]` out of `file`, which lies in `folder`.
    pub(super) fn new(
        file: &mut File,
        folder: &'a Path,
        sources: &'a Sources<'a>,
        variables: BTreeSet<String>,
        lacks: Vec<Lack>,
        diagnostics: &'a Diagnostics,
    ) -> Self {
        let channels = file.notify.value().into_iter().flatten();
        let targets = file.target.value().into_iter().flatten();
        let names = targets.filter_map(|target| target.value.name.value());
        let defaults = file.defaults.take().into_given();
        Self {
            defaults_at: defaults.as_ref().map(|defaults| defaults.span.clone()),
            zone: file.timezone.copied().unwrap_or(Tz::UTC),
            channels: channels.map(|(name, _)| ChannelName::new(name.as_str())).collect(),
            endpoints: names.cloned().collect(),
            variables: variables.into_iter().map(Secret::new).collect(),
            folder,
            sources,
            tls: TlsCache::default(),
            lacks: RefCell::new(lacks),
            off: RefCell::default(),
            diagnostics,
            defaults: defaults.map(|defaults| defaults.value).unwrap_or_default(),
        }
    }

    /// Whether so much is wrong that there is no need to find more.
    pub(super) fn is_full(&self) -> bool {
        self.diagnostics.is_full()
    }

    /// Whether the table at `span` lacks a secret or a file, so that `part` is off.
    pub(super) fn is_off(&self, span: &Span, part: impl FnOnce() -> Option<Part>) -> bool {
        self.off(span, part).is_some()
    }

    /// The same; returns what is missing.
    pub(super) fn off(&self, span: &Span, part: impl FnOnce() -> Option<Part>) -> Option<String> {
        let why = self.lack_of(span)?;
        let said = why.to_string();
        self.off.borrow_mut().push((span.clone(), Lacking { part: part()?, why }));
        Some(said)
    }

    /// Whether `[defaults]` lacks a secret that a target at `address` takes from it, so
    /// that `part` is off.
    pub(super) fn is_off_by_default(
        &self,
        address: Option<&Address>,
        part: impl FnOnce() -> Option<Part>,
    ) -> bool {
        let Some(defaults) = &self.defaults_at else { return false };
        let is_of_defaults = |lack: &&Lack| lack.owner.as_ref() == Some(defaults);
        let lacking = self.lacks.borrow().iter().filter(is_of_defaults).count();
        // Of what may be a secret, TCP takes `send` and `dialogue`, and HTTP all the rest.
        let of_tcp = [self.defaults.send.is_broken(), self.defaults.dialogue.is_broken()];
        let of_tcp = of_tcp.into_iter().map(usize::from).sum();
        let takes = match address {
            Some(Address::Http { .. } | Address::Grpc { .. }) => lacking > of_tcp,
            Some(Address::Tcp { scheme, .. }) => {
                matches!(*scheme, "tcp" | "tls" | "udp") && lacking > 0 && of_tcp > 0
            }
            // It takes both.
            Some(Address::WebSocket { .. }) => lacking > 0,
            Some(Address::Dns { .. } | Address::Icmp { .. }) | None => false,
        };
        takes && self.is_off(defaults, part)
    }

    fn lack_of(&self, span: &Span) -> Option<Detail> {
        let lacks = self.lacks.borrow();
        let lack = lacks.iter().find(|lack| lack.owner.as_ref() == Some(span))?;
        Some(lack.why.clone().into())
    }

    /// Builds the part whose table is at `owner`: if a file that it names cannot be used, only
    /// this part lacks it.
    pub(super) fn owned<R>(&self, owner: &Span, build: impl FnOnce() -> R) -> R {
        let before = self.lacks.borrow().len();
        let made = build();
        for lack in &mut self.lacks.borrow_mut()[before..] {
            lack.owner.get_or_insert_with(|| owner.clone());
        }
        made
    }

    /// Adds a file that cannot be used.
    pub(super) fn lack_file(&self, why: LackDetail, diagnostic: Diagnostic) {
        let mut lacks = self.lacks.borrow_mut();
        if lacks.len() < MOST_LACKS {
            lacks.push(Lack { owner: None, is_file: true, why, diagnostic });
        } else {
            self.report(diagnostic);
        }
    }

    /// What is missing, and the parts that are off because of it.
    pub(super) fn into_lacking(self) -> (Vec<Lack>, Vec<(Span, Lacking)>) {
        let mut off = self.off.into_inner();
        off.sort_by_key(|(span, _)| span.start);
        (self.lacks.into_inner(), off)
    }

    /// Which of `names` was probably meant by `wanted`, for a diagnostic; else `expected`.
    pub(super) fn did_you_mean<'c>(
        &self,
        wanted: &str,
        names: impl ExactSizeIterator<Item = &'c str>,
        expected: &str,
    ) -> String {
        did_you_mean(wanted, names, expected, self.diagnostics)
    }

    /// Adds `diagnostic`.
    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.report(diagnostic);
    }
}
