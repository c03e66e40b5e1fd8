//! What a source says, in terms of probes.toml, before anybody asked whether prober knows
//! all of it.

use toml_edit::{Array, Value};

use crate::import::interpolation::written;
use crate::import::names::Names;
use crate::import::report::ImportReport;
use crate::import::variables::Variables;

/// Which table of probes.toml a part becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[notify.NAME]`
    Channel,
    /// `[[target]]`
    Target,
    /// `[[heartbeat]]`
    Heartbeat,
    /// `[[maintenance]]`
    Maintenance,
}

/// A key of probes.toml and its value.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// The key's path: `["expect", "status"]`.
    pub(super) path: Vec<String>,
    pub(super) value: Value,
    /// Whether other settings of the same key are kept, and this one is added.
    pub(super) adds: bool,
}

/// A way to express something.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    pub(super) settings: Vec<Setting>,
    /// How it differs from what the source means, if it does.
    pub(super) note: Option<String>,
}

/// A setting of the source that is to be carried over.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    /// How the source has it.
    pub(super) what: String,
    /// How to express it, best first.
    pub(super) ways: Vec<Way>,
    /// Why it is not carried over if no way is possible.
    pub(super) why: String,
}

/// A table of probes.toml.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) shape: Shape,
    /// Its name; that of a window of maintenance is empty.
    pub(super) name: String,
    /// How the source calls it.
    pub(super) place: String,
    /// Comments above it.
    pub(super) comments: Vec<String>,
    /// What it cannot be without.
    pub(super) base: Carried,
    pub(super) carried: Vec<Carried>,
    /// The channels that are told of it; `None` is every channel.
    pub(super) notify: Option<Vec<String>>,
    /// What it cannot work without.
    pub(super) depends_on: Vec<String>,
    /// What a window of maintenance is for; `None` is everything.
    pub(super) targets: Option<Vec<String>>,
    /// Why it stands in the file as a comment only.
    pub(super) off: Option<String>,
    /// The time zone of its schedule.
    pub(super) zone: Option<String>,
}

/// All that a source says.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) parts: Vec<Part>,
    pub(super) names: Names,
    pub(super) channel_names: Names,
    pub(super) variables: Variables,
    pub(super) report: ImportReport,
    /// The time zone of the file, if a schedule has one.
    pub(super) timezone: Option<String>,
}

impl Setting {
    /// `key` may be in a table: `expect.status`.
    pub(super) fn new(key: &str, value: impl Into<Value>) -> Self {
        let path = key.split('.').map(str::to_owned).collect();
        Self { path, value: value.into(), adds: false }
    }

    /// One more item of the list `key`.
    pub(super) fn item(key: &str, value: impl Into<Value>) -> Self {
        Self { adds: true, ..Self::new(key, value) }
    }

    /// An entry of a table whose keys are not prober's, such as a header.
    pub(super) fn entry(table: &str, key: &str, value: impl Into<Value>) -> Self {
        let mut path: Vec<String> = table.split('.').map(str::to_owned).collect();
        path.push(key.to_owned());
        Self { path, value: value.into(), adds: false }
    }
}

/// `text` of the source as a value.
pub(super) fn text(text: &str) -> Value {
    Value::from(written(text))
}

/// `texts` of the source as a value.
pub(super) fn texts(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(|text| written(text)).collect::<Array>())
}

impl Way {
    /// It means the same.
    pub(super) fn exact(setting: Setting) -> Self {
        Self { settings: vec![setting], note: None }
    }

    /// It means something else, as `note` says.
    pub(super) fn other(setting: Setting, note: &str) -> Self {
        Self { settings: vec![setting], note: Some(note.to_owned()) }
    }

    /// Nothing need be written, as prober does it anyway.
    pub(super) fn anyway() -> Self {
        Self::default()
    }
}

impl Carried {
    /// The same with `name` before everything else, in each way.
    pub(super) fn named(mut self, name: &str) -> Self {
        for way in &mut self.ways {
            way.settings.insert(0, Setting::new("name", text(name)));
        }
        self
    }

    pub(super) fn new(what: &str, ways: Vec<Way>, why: &str) -> Self {
        Self { what: what.to_owned(), ways, why: why.to_owned() }
    }

    /// A setting that can be written in one way.
    pub(super) fn of(what: &str, setting: Setting) -> Self {
        Self::new(what, vec![Way::exact(setting)], "")
    }
}

impl Part {
    pub(super) fn new(shape: Shape, name: &str, place: &str, base: Carried) -> Self {
        Self {
            shape,
            name: name.to_owned(),
            place: place.to_owned(),
            comments: Vec::new(),
            base,
            carried: Vec::new(),
            notify: None,
            depends_on: Vec::new(),
            targets: None,
            off: None,
            zone: None,
        }
    }

    /// Adds a setting that can be written in one way only.
    pub(super) fn carry(&mut self, what: &str, setting: Setting) {
        self.carried.push(Carried::of(what, setting));
    }
}
