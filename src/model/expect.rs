//! What the answer of an endpoint must be. `core::judge::expect` decides
//! whether it is.

use std::fmt;
use std::time::Duration;

use http::{HeaderName, StatusCode};
use serde_json_path::JsonPath;

use crate::model::pattern::Pattern;

/// What an HTTP answer must be; all of it must hold.
#[derive(Debug, Clone)]
pub struct HttpExpect {
    /// The statuses that are fine; never empty.
    pub status: Vec<StatusRange>,
    /// Each must occur in the body.
    pub body_contains: Vec<String>,
    /// Each must match somewhere in the body.
    pub body_matches: Vec<Pattern>,
    /// None may occur in the body.
    pub body_not_contains: Vec<String>,
    /// None may match anywhere in the body.
    pub body_not_matches: Vec<Pattern>,
    /// Each header must be there, and one of its values match.
    pub headers: Vec<(HeaderName, Pattern)>,
    /// No value of each header may match; it need not be there.
    pub headers_not: Vec<(HeaderName, Pattern)>,
    /// Each must hold of the body.
    pub json: Vec<JsonExpect>,
    /// Bytes of body that are read at most, counted after decompression.
    pub max_body: usize,
    /// Whether a larger body is a failure, or reading just stops there.
    pub max_body_strict: bool,
    /// Whether the head of the answer is enough, and its body is not read.
    pub head_only: bool,
}

/// What a ping that says success must say in addition; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct PingExpect {
    /// Each must occur in the body.
    pub body_contains: Vec<String>,
    /// Each must match somewhere in the body.
    pub body_matches: Vec<Pattern>,
    /// None may occur in the body.
    pub body_not_contains: Vec<String>,
    /// None may match anywhere in the body.
    pub body_not_matches: Vec<Pattern>,
    /// Each must hold for the body.
    pub json: Vec<JsonExpect>,
}

/// An inclusive range of HTTP statuses: `"2xx"`, or a single number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRange {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

/// A condition on JSON, for instance `$.disk.free_gb >= 10` or `age($.lastSeen) < 5m`.
#[derive(Debug, Clone)]
pub struct JsonExpect {
    /// As written in the configuration: for messages.
    pub source: String,
    /// Selects the values, as RFC 9535 says: <https://www.rfc-editor.org/rfc/rfc9535>.
    pub path: JsonPath,
    /// What must hold for what it selects.
    pub rule: JsonRule,
}

/// What must hold for the values that a path selects.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonRule {
    /// Each compares like this with a value, and there is one: `$.free >= 10`.
    Compare {
        /// How it is compared.
        operator: Operator,
        /// The value to compare with.
        literal: serde_json::Value,
    },
    /// Each is one of these, and there is one: `$.state in ['idle', 'busy']`.
    OneOf(Vec<serde_json::Value>),
    /// There is none: `absent($.errors)`.
    Absent,
    /// So many: `count($.nodes) >= 3`. If the path can select one value only, what counts
    /// is how many items, members or characters that has.
    Count {
        /// How their number is compared.
        operator: Operator,
        /// The number to compare with.
        count: u64,
    },
    /// Each is a time, and so long ago; and there is one: `age($.lastSeen) < 5m`.
    Age {
        /// How the age is compared.
        operator: Operator,
        /// The age to compare with.
        limit: Duration,
    },
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl StatusRange {
    /// Whether `status` lies within.
    #[must_use]
    pub fn contains(self, status: StatusCode) -> bool {
        (self.first..=self.last).contains(&status.as_u16())
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { first, last } if first == last => write!(f, "{first}"),
            Self { first, last } => write!(f, "{first}-{last}"),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl JsonExpect {
    /// What the path leads to, as a person names it: `$.nodes`, `count($.nodes)`.
    #[must_use]
    pub fn subject(&self) -> String {
        let path = &self.path;
        match self.rule {
            JsonRule::Count { .. } => format!("count({path})"),
            JsonRule::Age { .. } => format!("age({path})"),
            JsonRule::Compare { .. } | JsonRule::OneOf(_) | JsonRule::Absent => path.to_string(),
        }
    }
}

/// What was to be found: `>= 10`, `in ["idle","busy"]`, `absent`.
impl fmt::Display for JsonRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { operator, literal } => write!(f, "{operator} {literal}"),
            Self::OneOf(values) => {
                let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                write!(f, "in [{}]", values.join(", "))
            }
            Self::Absent => f.write_str("absent"),
            Self::Count { operator, count } => write!(f, "{operator} {count}"),
            Self::Age { operator, limit } => {
                write!(f, "{operator} {}", crate::text::duration::written(*limit))
            }
        }
    }
}

impl Operator {
    /// Whether what is in this `order` to the other side satisfies it.
    #[must_use]
    pub fn allows(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl HttpExpect {
    /// Whether the body must be read to its end, and its content known.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.max_body_strict || self.has_text_rules() || !self.json.is_empty()
    }

    /// Whether patterns are searched for in the body, which may take long.
    #[must_use]
    pub fn has_patterns(&self) -> bool {
        !self.body_matches.is_empty() || !self.body_not_matches.is_empty()
    }

    /// Whether the body is looked at as text.
    #[must_use]
    pub fn has_text_rules(&self) -> bool {
        !self.body_contains.is_empty()
            || !self.body_matches.is_empty()
            || !self.body_not_contains.is_empty()
            || !self.body_not_matches.is_empty()
    }
}
