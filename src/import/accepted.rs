//! What of a draft prober can do. The room `config` is asked, with files that
//! have one part each: so what is written is valid, and this room need not know which
//! keys and kinds of targets there are today.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{self, STAND_IN, Sources};
use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, texts};
use crate::import::report::{ImportCounts, ImportReport};
use crate::import::secrets::{without, without_quotes};
use crate::import::variables::{Variable, Variables};
use crate::import::{Outside, write};

/// What becomes of a part.
#[derive(Debug)]
pub(super) struct AcceptedPart {
    pub(super) shape: Shape,
    pub(super) name: String,
    pub(super) comments: Vec<String>,
    pub(super) keys: Vec<Setting>,
    pub(super) off: Option<String>,
    place: String,
    notify: Option<Vec<String>>,
    depends_on: Vec<String>,
    targets: Option<Vec<String>>,
}

/// What is written.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    pub(super) parts: Vec<AcceptedPart>,
    /// What all targets have alike.
    pub(super) defaults: Vec<Setting>,
    /// What stood for the variables that have no value yet.
    stand_ins: BTreeMap<String, String>,
}

impl AcceptedPart {
    pub(super) fn of(part: &Part, keys: Vec<Setting>) -> Self {
        Self {
            shape: part.shape,
            name: part.name.clone(),
            comments: part.comments.iter().map(|comment| without(comment)).collect(),
            keys,
            off: part.off.clone(),
            place: part.place.clone(),
            notify: part.notify.clone(),
            depends_on: part.depends_on.clone(),
            targets: part.targets.clone(),
        }
    }
}

impl Accepted {
    /// Whether nothing is watched.
    pub(super) fn is_empty(&self) -> bool {
        self.names(&[Shape::Target, Shape::Heartbeat]).is_empty()
    }

    pub(super) fn taken(&self) -> ImportCounts {
        let count = |shape: Shape| {
            self.parts.iter().filter(|part| part.shape == shape && part.off.is_none()).count()
        };
        ImportCounts {
            targets: count(Shape::Target),
            heartbeats: count(Shape::Heartbeat),
            channels: count(Shape::Channel),
            maintenance: count(Shape::Maintenance),
            off: self.parts.iter().filter(|part| part.off.is_some()).count(),
        }
    }

    /// The names of the parts of these shapes that are in force.
    fn names(&self, shapes: &[Shape]) -> BTreeSet<String> {
        let parts = self.parts.iter();
        let parts = parts.filter(|part| shapes.contains(&part.shape) && part.off.is_none());
        parts.map(|part| part.name.clone()).collect()
    }
}

/// Decides what of `draft` is written; what is not is reported.
pub(super) fn accept(draft: &mut Draft, outside: &Outside<'_>) -> Accepted {
    let parts = std::mem::take(&mut draft.parts);
    let parts = one_time_zone(parts, draft);
    let mut accepted = Accepted::default();
    for part in parts {
        let asking = Acceptor { part: &part, variables: &draft.variables, outside };
        if let Some(keys) = asking.accept(&mut draft.report) {
            accepted.stand_ins.extend(asking.check(&keys).unwrap_or_default());
            accepted.parts.push(AcceptedPart::of(&part, keys));
        }
    }
    accepted.parts.sort_by_key(|part| match part.shape {
        Shape::Channel => 0,
        Shape::Target => 1,
        Shape::Heartbeat => 2,
        Shape::Maintenance => 3,
    });
    link(&mut accepted, &mut draft.report);
    hoist(&mut accepted);
    hide(&mut accepted, draft);
    let written: String = accepted.parts.iter().map(write::table).collect();
    draft.variables.retain_used(&written);
    accepted
}

/// Takes the secrets that are known out of comments and of what is reported.
fn hide(accepted: &mut Accepted, draft: &mut Draft) {
    for part in &mut accepted.parts {
        let texts = part.comments.iter_mut().chain(&mut part.off);
        texts.for_each(|text| *text = draft.variables.hide(text));
    }
    draft.report.hide(&draft.variables);
}

/// A file has one time zone: that of most schedules. The others stand in it as comments.
fn one_time_zone(mut parts: Vec<Part>, draft: &mut Draft) -> Vec<Part> {
    let zone = |part: &Part| part.zone.as_deref().map(canonical);
    let mut counts: Vec<(String, usize)> = Vec::new();
    for zone in parts.iter().filter_map(zone) {
        match counts.iter_mut().find(|(known, _)| *known == zone) {
            Some((_, count)) => *count += 1,
            None => counts.push((zone, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    let chosen = counts.into_iter().find(|(_, count)| Some(*count) == most).map(|(zone, _)| zone);
    for part in &mut parts {
        let Some(own) = zone(part) else { continue };
        if let Some(chosen) = chosen.as_ref().filter(|chosen| **chosen != own) {
            let why = format!(
                "its schedule is on the clock of {own}, and a file has one time zone, here \
                 {chosen}: change its hours, then take away the `#`"
            );
            draft.report.changed(&part.place, "time zone", &format!("{why} (it is a comment)"));
            part.off.get_or_insert(why);
        }
    }
    draft.timezone = chosen.filter(|zone| zone != "UTC");
    parts
}

fn canonical(zone: &str) -> String {
    match zone {
        "" | "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT" | "Z" | "Zulu" | "Universal" => "UTC".to_owned(),
        zone => zone.to_owned(),
    }
}

/// One part, and what is asked of it.
struct Acceptor<'a> {
    part: &'a Part,
    variables: &'a Variables,
    outside: &'a Outside<'a>,
}

impl Acceptor<'_> {
    /// The keys of the part. `None` if it cannot be what it is.
    fn accept(&self, report: &mut ImportReport) -> Option<Vec<Setting>> {
        let Part { place, base, carried, .. } = self.part;
        let mut keys = Vec::new();
        if let Err(refused) = self.carry(base, &mut keys, report) {
            report.left(place, &base.what, &because(&base.why, refused));
            return None;
        }
        if self.carry_all(&mut keys) {
            return Some(keys);
        }
        for setting in carried {
            if let Err(refused) = self.carry(setting, &mut keys, report) {
                report.left(place, &setting.what, &because(&setting.why, refused));
            }
        }
        Some(keys)
    }

    /// Takes the best way of every setting, if all of them are possible and mean the same.
    fn carry_all(&self, keys: &mut Vec<Setting>) -> bool {
        let mut all = keys.clone();
        for setting in &self.part.carried {
            match setting.ways.first() {
                Some(Way { settings, note: None }) => all.extend(settings.iter().cloned()),
                _ => return false,
            }
        }
        let is_valid = self.check(&all).is_ok();
        if is_valid {
            *keys = all;
        }
        is_valid
    }

    /// Takes the best way that is possible. An error is what was said of the last one.
    fn carry(
        &self,
        setting: &Carried,
        keys: &mut Vec<Setting>,
        report: &mut ImportReport,
    ) -> Result<(), Option<String>> {
        let mut refused = None;
        for Way { settings, note } in &setting.ways {
            let tried: Vec<Setting> = keys.iter().chain(settings).cloned().collect();
            if let Err(why) = self.check(&tried) {
                refused = Some(why);
                continue;
            }
            if let Some(note) = note {
                report.changed(&self.part.place, &setting.what, note);
            }
            *keys = tried;
            return Ok(());
        }
        Err(refused)
    }

    /// Whether a part with these `keys` is valid.
    fn check(&self, keys: &[Setting]) -> Result<BTreeMap<String, String>, String> {
        check(&write::alone(self.part, keys), self.variables.list(), self.outside)
    }
}

fn because(why: &str, refused: Option<String>) -> String {
    match refused {
        _ if !why.is_empty() => why.to_owned(),
        Some(refused) => refused,
        None => "prober has nothing like it".to_owned(),
    }
}

/// What may stand for a variable whose value nobody knows yet, as a whole value and within
/// one: a secret or a URL, a number, a duration.
const STAND_INS: [(&str, &str); 3] =
    [(STAND_IN, "example.com"), ("-1001234567890", "8443"), ("5m", "5")];

/// What stands for the variables of `text` that have no value, if it is valid with that. An
/// error says why it is no valid configuration.
fn check(
    text: &str,
    variables: &[Variable],
    outside: &Outside<'_>,
) -> Result<BTreeMap<String, String>, String> {
    let mut first = None;
    for (whole, within) in STAND_INS {
        let open = variables.iter().filter(|variable| variable.value.is_none());
        let stand_ins = open
            .filter(|variable| text.contains(&format!("${{{}}}", variable.name)))
            .map(|Variable { name, .. }| (name.clone(), stand_in(text, name, whole, within)))
            .collect();
        match parse(text, variables, &stand_ins, outside) {
            Ok(()) => return Ok(stand_ins),
            Err(why) if stand_ins.is_empty() => return Err(why),
            Err(why) => _ = first.get_or_insert(why),
        }
    }
    Err(first.unwrap_or_default())
}

fn parse(
    text: &str,
    variables: &[Variable],
    stand_ins: &BTreeMap<String, String>,
    outside: &Outside<'_>,
) -> Result<(), String> {
    let env = |name: &str| {
        let known = variables.iter().find(|variable| variable.name == name);
        let value = known.and_then(|variable| variable.value.as_ref());
        value.map(|value| value.expose().to_owned()).or_else(|| stand_ins.get(name).cloned())
    };
    let sources = Sources { env: &env, read_file: outside.read_file, now: outside.now };
    match config::parse("probes.toml".as_ref(), text, &sources) {
        Ok(_) => Ok(()),
        Err(errors) => Err(title(&errors.render(false))),
    }
}

fn stand_in(text: &str, name: &str, whole: &str, within: &str) -> String {
    let is_whole =
        text.contains(&format!("\"${{{name}}}\"")) || text.contains(&format!("'${{{name}}}'"));
    match (is_whole, whole) {
        (true, STAND_IN) => format!("{STAND_IN}{name}"),
        (true, whole) => whole.to_owned(),
        (false, _) => within.to_owned(),
    }
}

/// The first thing that is wrong, in one line.
fn title(rendered: &str) -> String {
    let line = rendered.lines().next().unwrap_or("");
    without_quotes(line.strip_prefix("error: ").unwrap_or(line))
}

/// Whether the whole file is valid; an error says what is wrong with it.
pub(super) fn check_whole(
    text: &str,
    accepted: &Accepted,
    draft: &Draft,
    outside: &Outside<'_>,
) -> Result<(), String> {
    match parse(text, draft.variables.list(), &accepted.stand_ins, outside) {
        // One variable may stand for things of several kinds: nobody can say yet what it is.
        Err(_) if !accepted.stand_ins.is_empty() => Ok(()),
        judged => judged,
    }
}

/// Writes references between parts, without those to parts that are not there.
fn link(accepted: &mut Accepted, report: &mut ImportReport) {
    let channels = accepted.names(&[Shape::Channel]);
    let watched = accepted.names(&[Shape::Target, Shape::Heartbeat]);
    for part in &mut accepted.parts {
        let mut wanted = |names: &[String], there: &BTreeSet<String>, what: &str| {
            let (kept, lost): (Vec<String>, Vec<String>) =
                names.iter().cloned().partition(|name| there.contains(name));
            for lost in lost {
                let why = format!("`{lost}` was not taken over, or is off");
                report.left(&part.place, what, &why);
            }
            kept
        };
        if let Some(names) = &part.notify {
            let kept = wanted(names, &channels, "a channel");
            if kept.len() != channels.len() {
                part.keys.push(Setting::new("notify", texts(&kept)));
            }
        }
        let kept = wanted(&part.depends_on, &watched, "what it depends on");
        if !kept.is_empty() {
            part.keys.push(Setting::new("depends_on", texts(&kept)));
        }
        if let Some(names) = &part.targets {
            let kept = wanted(names, &watched, "a target");
            if kept.is_empty() {
                part.off = Some("none of its targets is there: name some".to_owned());
            }
            part.keys.push(Setting::new("targets", texts(&kept)));
        }
    }
}

/// Keys that move to `[defaults]` where most targets have them alike, and all have them. Other
/// tables than targets do not have them.
const HOISTED: [&str; 5] =
    ["interval", "timeout", "attempts", "failure_threshold", "success_threshold"];

fn hoist(accepted: &mut Accepted) {
    for key in HOISTED {
        let is_key = |setting: &Setting| setting.path == [key];
        let is_target = |part: &&mut AcceptedPart| part.shape == Shape::Target;
        let mut targets: Vec<&mut AcceptedPart> =
            accepted.parts.iter_mut().filter(is_target).collect();
        let found: Vec<&Setting> =
            targets.iter().filter_map(|part| part.keys.iter().find(|key| is_key(key))).collect();
        // A target without the key has prober's own default, and is to keep it.
        if found.len() != targets.len() || found.len() < 2 {
            continue;
        }
        let Some(most) = most_common(&found).cloned() else { continue };
        let value = most.value.to_string();
        for part in &mut targets {
            part.keys.retain(|setting| !is_key(setting) || setting.value.to_string() != value);
        }
        accepted.defaults.push(most);
    }
}

/// The setting whose value most of them have, if that is more than half.
fn most_common<'a>(settings: &[&'a Setting]) -> Option<&'a Setting> {
    let count = |setting: &Setting| {
        let value = setting.value.to_string();
        settings.iter().filter(|other| other.value.to_string() == value).count()
    };
    let most = settings.iter().copied().max_by_key(|setting| count(setting))?;
    (count(most) * 2 > settings.len()).then_some(most)
}
