//! What other monitors know becomes a probes.toml: text, bytes or tables of a database in,
//! a [`Plan`] out. Pure: it must not know files, the clock or the environment; what it
//! needs of them is passed in as [`Outside`].
//!
//! One file for each source (`gatus`, `kuma`, `healthchecks`, `compose`, `caddyfile`,
//! `uptimerobot`) makes a `draft` of parts. A part says, for each setting of its source,
//! by which keys of probes.toml it could be expressed, best first, and why it
//! cannot be if none fits. `accepted` asks the room `config` which of these keys it knows: a
//! key or a kind of target that prober learns later is carried over from then on. What is
//! left is in the [`ImportReport`], with its reason; nothing is dropped in silence.

mod accepted;
mod caddyfile;
mod channels;
mod compose;
mod draft;
mod duration;
mod gatus;
mod healthchecks;
mod heartbeat;
mod interpolation;
mod json_path;
mod kinds;
mod kuma;
mod names;
mod recognize;
mod report;
mod request;
mod secrets;
mod site;
mod status;
mod tree;
mod uptimerobot;
mod variables;
mod write;
mod yaml;

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::import::draft::Draft;
pub use crate::import::kuma::database::{KumaTables, tables};
pub use crate::import::recognize::{Program, is_database};
pub use crate::import::report::{ImportCounts, ImportReport};
pub use crate::import::variables::Variable;

/// Most bytes of a file that is read as text.
pub const LARGEST_SOURCE: usize = 16 << 20;

/// One file to import.
#[derive(Debug)]
pub struct Source {
    /// How it is called in what is said of it.
    pub name: String,
    /// What is in it.
    pub content: Content,
}

/// What is in a file.
#[derive(Debug)]
pub enum Content {
    /// Bytes of a text.
    Bytes(Vec<u8>),
    /// The tables of an SQLite database.
    Database(KumaTables),
}

/// What importing needs from outside. The caller passes it in, because this room is pure.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// Reads a whole file that the source names: a certificate.
    pub read_file: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
    /// Makes a key that nobody can guess, of letters and digits.
    pub new_key: &'a dyn Fn() -> String,
    /// The instant after which a cron expression must still fire.
    pub now: DateTime<Utc>,
}

/// What is to be written.
#[derive(Debug)]
pub struct Plan {
    /// Where it came from.
    pub kind: Program,
    /// The text of the configuration.
    pub toml: String,
    /// The variables that it refers to.
    pub variables: Vec<Variable>,
    /// What was carried over, how, and what was not.
    pub report: ImportReport,
}

impl Plan {
    /// The text of the environment file: for the owner alone. `None` if no variable is needed.
    #[must_use]
    pub fn environment(&self) -> Option<String> {
        variables::environment(&self.variables)
    }
}

/// Why nothing can be imported.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ImportError {
    /// The file is none of those that are known.
    #[error(
        "{0} is not recognized: prober imports {known}; say which it is with --from",
        known = recognize::known()
    )]
    Unrecognized(String),
    /// The file is larger than [`LARGEST_SOURCE`].
    #[error("{0} is larger than {mib} MiB", mib = LARGEST_SOURCE >> 20)]
    TooLarge(String),
    /// The file cannot be read as what it is taken for.
    #[error("{name} cannot be read as {what}: {why}")]
    Broken {
        /// The file.
        name: String,
        /// What it was read as.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Several files, of different kinds.
    #[error("{first} is of {one} and {second} of {other}: import one after the other")]
    Mixed {
        /// One of the files.
        first: String,
        /// Its kind.
        one: Program,
        /// Another file.
        second: String,
        /// Its kind.
        other: Program,
    },
    /// Nothing that could be watched was found.
    #[error("{name} has nothing that prober can watch, so nothing was written{}", listed(.left))]
    Empty {
        /// The file.
        name: String,
        /// What is in it, and why it cannot be taken over.
        left: Vec<String>,
    },
    /// What was made of it is not valid: a mistake of prober's own.
    #[error("what was made of {name} is not valid, which is a mistake of prober's: {why}")]
    Invalid {
        /// The file.
        name: String,
        /// What the configuration's reader says.
        why: String,
    },
}

fn listed(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("\n- {line}")).collect();
    lines.concat()
}

/// Plans what to write for `sources`, which are of the kind `from`, or of the one that is
/// recognized.
///
/// # Errors
///
/// If a file is not recognized, is broken, or has nothing to import.
pub fn plan(
    sources: Vec<Source>,
    from: Option<Program>,
    outside: &Outside<'_>,
) -> Result<Plan, ImportError> {
    let kind = kind(&sources, from)?;
    let name = sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
    let mut draft = Draft::default();
    match kind {
        Program::Gatus => gatus::draft(sources, &mut draft, outside)?,
        Program::UptimeKuma => kuma::draft(sources, &mut draft)?,
        Program::Healthchecks => healthchecks::draft(sources, &mut draft, outside)?,
        Program::Compose => compose::draft(sources, &mut draft)?,
        Program::Caddyfile => caddyfile::draft(sources, &mut draft)?,
        Program::UptimeRobot => uptimerobot::draft(sources, &mut draft, outside)?,
    }
    finish(kind, &name, draft, outside)
}

fn kind(sources: &[Source], from: Option<Program>) -> Result<Program, ImportError> {
    let mut kinds = Vec::new();
    for source in sources {
        kinds.push((recognize::kind(source, from)?, &source.name));
    }
    let Some((one, first)) = kinds.first().copied() else {
        return Err(ImportError::Unrecognized("nothing".into()));
    };
    match kinds.iter().find(|(kind, _)| *kind != one) {
        Some((other, second)) => Err(ImportError::Mixed {
            first: first.clone(),
            one,
            second: (*second).clone(),
            other: *other,
        }),
        None => Ok(one),
    }
}

fn finish(
    kind: Program,
    name: &str,
    mut draft: Draft,
    outside: &Outside<'_>,
) -> Result<Plan, ImportError> {
    let accepted = accepted::accept(&mut draft, outside);
    if accepted.is_empty() {
        let left = draft.report.left_lines();
        return Err(ImportError::Empty { name: name.to_owned(), left });
    }
    let toml = write::document(kind, name, &accepted, &draft);
    accepted::check_whole(&toml, &accepted, &draft, outside)
        .map_err(|why| ImportError::Invalid { name: name.to_owned(), why })?;
    let Draft { variables, mut report, .. } = draft;
    report.taken = accepted.taken();
    Ok(Plan { kind, toml, variables: variables.into_list(), report })
}
