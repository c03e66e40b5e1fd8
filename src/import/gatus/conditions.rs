//! `conditions` → `expect` and `warn`. What each placeholder means is in Gatus's
//! `config/endpoint/{condition,placeholder}.go`.

use std::time::Duration;

use crate::import::draft::{Carried, Setting, Way, text};
use crate::import::gatus::{body, comparison, glob};
use crate::import::variables::Variables;
use crate::import::{duration, secrets, status};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    LessOrEqual,
    GreaterOrEqual,
    Greater,
    Less,
}

/// In the order in which Gatus looks for them.
const OPERATORS: [(&str, Operator); 6] = [
    (" == ", Operator::Equal),
    (" != ", Operator::NotEqual),
    (" <= ", Operator::LessOrEqual),
    (" >= ", Operator::GreaterOrEqual),
    (" > ", Operator::Greater),
    (" < ", Operator::Less),
];

impl Operator {
    pub(super) fn sign(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(sign, _)| sign.trim())
    }

    /// The comparison with its sides exchanged.
    fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Greater => Self::Less,
            Self::Less => Self::Greater,
        }
    }

    fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::LessOrEqual => left <= right,
            Self::GreaterOrEqual => left >= right,
            Self::Greater => left > right,
            Self::Less => left < right,
        }
    }
}

/// What a side of a comparison is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    /// A value.
    Value(String),
    /// `pat(…)`
    Pattern(String),
    /// `any(…)`
    Any(Vec<String>),
}

impl Operand {
    fn of(text: &str) -> Self {
        let inside = |function: &str| text.strip_prefix(function)?.strip_suffix(')');
        if let Some(pattern) = inside("pat(") {
            return Self::Pattern(pattern.to_owned());
        }
        match inside("any(") {
            Some(list) => Self::Any(list.split(',').map(|item| item.trim().to_owned()).collect()),
            None => Self::Value(text.to_owned()),
        }
    }
}

/// A condition with its placeholder on the left.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) source: String,
    pub(super) left: String,
    pub(super) operator: Operator,
    pub(super) right: Operand,
}

impl Condition {
    fn of(source: &str) -> Option<Self> {
        let (left, operator, right) = OPERATORS.iter().find_map(|(sign, operator)| {
            let (left, right) = source.split_once(sign)?;
            Some((left.trim(), *operator, right.trim()))
        })?;
        let is_placeholder = |side: &str| {
            side.starts_with('[') || side.starts_with("len(") || side.starts_with("has(")
        };
        let (left, operator, right) = if is_placeholder(left) || !is_placeholder(right) {
            (left, operator, right)
        } else {
            (right, operator.flipped(), left)
        };
        let (source, left) = (source.to_owned(), left.to_owned());
        Some(Self { source, left, operator, right: Operand::of(right) })
    }

    /// The placeholder in capitals, as Gatus reads it.
    fn placeholder(&self) -> String {
        self.left.to_ascii_uppercase()
    }

    /// How it is reported: what is compared with a secret is one.
    pub(super) fn shown(&self) -> String {
        if secrets::is_secret(&self.left) {
            return format!("{} {} …", self.left, self.operator.sign());
        }
        self.source.clone()
    }

    /// The texts that it is compared with.
    pub(super) fn compared(&self) -> Vec<&str> {
        match &self.right {
            Operand::Value(text) | Operand::Pattern(text) => vec![text],
            Operand::Any(texts) => texts.iter().map(String::as_str).collect(),
        }
    }

    fn carry(&self, ways: Vec<Way>, why: &str) -> Carried {
        Carried::new(&self.shown(), ways, why)
    }
}

/// What a target speaks, as far as conditions are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Http,
    Dns,
    Other,
}

/// What is asked of the target `owner`, which `speaks` so, by `sources`.
pub(super) fn carried(
    sources: &[String],
    owner: &str,
    speaks: Speaks,
    variables: &mut Variables,
) -> Vec<Carried> {
    let mut carried = Vec::new();
    let mut statuses = Vec::new();
    for source in sources {
        match Condition::of(source) {
            Some(condition) if condition.placeholder() == "[STATUS]" => statuses.push(condition),
            Some(condition) => {
                let mut setting =
                    if speaks == Speaks::Dns { of_dns(&condition) } else { one(&condition) };
                comparison::hide(&mut setting, &condition, owner, variables);
                carried.push(setting);
            }
            None => carried.push(Carried::new(source, Vec::new(), "it is no condition of Gatus")),
        }
    }
    if speaks == Speaks::Http {
        carried.insert(0, status(&statuses));
    } else {
        let why = "only an answer of HTTP has a status";
        carried.extend(statuses.iter().map(|condition| condition.carry(Vec::new(), why)));
    }
    carried
}

/// Gatus takes every status unless a condition speaks of it; all of them must hold.
fn status(conditions: &[Condition]) -> Carried {
    let sources: Vec<String> = conditions.iter().map(Condition::shown).collect();
    let what = if sources.is_empty() { "every status is fine".into() } else { sources.join(", ") };
    let is_fine = |status: u16| conditions.iter().all(|condition| accepts(condition, status));
    match status::value(is_fine) {
        Ok(Some(value)) => Carried::of(&what, Setting::new("expect.status", value)),
        Ok(None) => Carried::new(&what, vec![Way::anyway()], ""),
        Err(why) => Carried::new(&what, Vec::new(), why),
    }
}

fn accepts(condition: &Condition, status: u16) -> bool {
    let (written, number) = (status.to_string(), i64::from(status));
    let is_equal = match &condition.right {
        Operand::Value(text) => {
            return text.parse().map_or(condition.operator == Operator::NotEqual, |right| {
                condition.operator.holds(number, right)
            });
        }
        Operand::Pattern(pattern) => glob::matches(pattern, &written),
        Operand::Any(texts) => texts.contains(&written),
    };
    match condition.operator {
        Operator::Equal => is_equal,
        Operator::NotEqual => !is_equal,
        Operator::LessOrEqual | Operator::GreaterOrEqual | Operator::Greater | Operator::Less => {
            false
        }
    }
}

fn one(condition: &Condition) -> Carried {
    let placeholder = condition.placeholder();
    match placeholder.as_str() {
        "[CONNECTED]" => connected(condition),
        "[RESPONSE_TIME]" => response_time(condition),
        "[CERTIFICATE_EXPIRATION]" => expiration(condition, "warn.cert_expires_within"),
        "[DOMAIN_EXPIRATION]" => expiration(condition, "warn.domain_expires_within"),
        "[IP]" => {
            condition.carry(Vec::new(), "prober does not compare the address that a name leads to")
        }
        "[DNS_RCODE]" => condition.carry(Vec::new(), "only an answer of DNS has one"),
        _ if placeholder.starts_with("[CONTEXT]") => {
            condition.carry(Vec::new(), "prober has no requests that use the answers of others")
        }
        _ if placeholder.starts_with("[HEADERS]") => header(condition),
        _ if placeholder.contains("[BODY]") => body::carry(condition),
        // What it is compared with may be a token.
        placeholder => {
            let what = format!("{placeholder} …");
            Carried::new(&what, Vec::new(), "prober knows no such placeholder")
        }
    }
}

/// What is asked of a name server's answer.
fn of_dns(condition: &Condition) -> Carried {
    let equal = condition.operator == Operator::Equal;
    let ways = match (condition.placeholder().as_str(), &condition.right) {
        ("[DNS_RCODE]", Operand::Value(code)) if equal => {
            vec![Way::exact(Setting::new("expect.rcode", text(code)))]
        }
        ("[BODY]", Operand::Value(answer)) if equal => {
            vec![Way::exact(Setting::new("expect.answer", text(answer)))]
        }
        ("[BODY]", Operand::Pattern(pattern)) if equal => {
            let regex = format!("^{}$", glob::regex(pattern));
            vec![Way::exact(Setting::new("expect.answer_matches", regex))]
        }
        ("[BODY]", Operand::Any(answers)) if equal => {
            let answers: Vec<String> = answers.iter().map(|text| glob::escaped(text)).collect();
            let regex = format!("^(?:{})$", answers.join("|"));
            vec![Way::exact(Setting::new("expect.answer_matches", regex))]
        }
        _ => return one(condition),
    };
    condition.carry(ways, "prober does not expect this of a name server's answer")
}

fn connected(condition: &Condition) -> Carried {
    let wanted = match (&condition.right, condition.operator) {
        (Operand::Value(text), Operator::Equal) => text == "true",
        (Operand::Value(text), Operator::NotEqual) => text != "true",
        _ => return condition.carry(Vec::new(), "it is compared with neither true nor false"),
    };
    let ways = if wanted {
        // A target that cannot be connected to is down in any case.
        vec![Way::anyway()]
    } else {
        vec![Way::exact(Setting::new("expect.unreachable", true))]
    };
    condition.carry(ways, "that it must not answer goes with no other expectation")
}

/// A time in milliseconds, or with a unit.
fn time(operand: &Operand) -> Option<Duration> {
    let Operand::Value(text) = operand else { return None };
    match text.parse::<f64>() {
        Ok(milliseconds) => duration::seconds_of(milliseconds / 1000.0),
        Err(_) => duration::go(text),
    }
}

fn response_time(condition: &Condition) -> Carried {
    let is_limit = matches!(condition.operator, Operator::Less | Operator::LessOrEqual);
    let Some(limit) = time(&condition.right).filter(|_| is_limit) else {
        return condition.carry(Vec::new(), "prober only knows an upper limit of the latency");
    };
    let value = duration::value(limit);
    let note = "a slow answer is a warning in prober (warn.latency_over), and not down";
    let ways = vec![
        Way::exact(Setting::new("expect.latency_under", value.clone())),
        Way::other(Setting::new("warn.latency_over", value), note),
    ];
    condition.carry(ways, "prober knows no such limit of the latency here")
}

fn expiration(condition: &Condition, key: &str) -> Carried {
    let is_limit = matches!(condition.operator, Operator::Greater | Operator::GreaterOrEqual);
    let why = match key {
        "warn.cert_expires_within" => "only a target with TLS has a certificate",
        _ => "prober does not look up when a domain expires: your registrar can remind you",
    };
    let Some(limit) = time(&condition.right).filter(|_| is_limit) else {
        return condition.carry(Vec::new(), "prober only knows how long before its end it warns");
    };
    let note = format!("is a warning in prober ({key}), and down only when it has ended");
    let ways = vec![Way::other(Setting::new(key, duration::value(limit)), &note)];
    condition.carry(ways, why)
}

fn header(condition: &Condition) -> Carried {
    let name = condition.left["[HEADERS]".len()..].trim_matches(['.', '[', ']', '"', '\'', ' ']);
    let regex = match (&condition.right, condition.operator) {
        (Operand::Value(text), Operator::Equal) => format!("^{}$", glob::escaped(text)),
        (Operand::Pattern(pattern), Operator::Equal) => format!("^{}$", glob::regex(pattern)),
        (Operand::Any(texts), Operator::Equal) => {
            let texts: Vec<String> = texts.iter().map(|text| glob::escaped(text)).collect();
            format!("^(?:{})$", texts.join("|"))
        }
        _ => {
            return condition
                .carry(Vec::new(), "prober compares a header only with what it must be");
        }
    };
    let setting = Setting::entry("expect.header", &name.to_ascii_lowercase(), text(&regex));
    condition.carry(vec![Way::exact(setting)], "only an answer of HTTP has headers")
}
