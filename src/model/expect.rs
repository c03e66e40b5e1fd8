//! What the answer of an endpoint must be. `core::judge::expect` decides
//! whether it is.

use std::fmt;

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
    /// Each header must be there, and one of its values match.
    pub headers: Vec<(HeaderName, Pattern)>,
    /// Each must hold of the body.
    pub json: Vec<JsonExpect>,
    /// Bytes of body that are read at most, counted after decompression.
    pub max_body: usize,
    /// Whether a larger body is a failure, or reading just stops there.
    pub max_body_strict: bool,
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

/// `JSONPath operator literal`, for instance `$.disk.free_gb >= 10`.
#[derive(Debug, Clone)]
pub struct JsonExpect {
    /// As written in the configuration: for messages.
    pub source: String,
    /// Selects the values, as RFC 9535 says: <https://www.rfc-editor.org/rfc/rfc9535>.
    pub path: JsonPath,
    /// How each value selected is compared.
    pub operator: Operator,
    /// The value to compare with.
    pub literal: serde_json::Value,
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

/// What a TCP peer must say first.
#[derive(Debug, Clone)]
pub struct BannerExpect {
    /// Must match what has been read.
    pub banner: Pattern,
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

impl HttpExpect {
    /// Whether the body must be read to its end, and its content known.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.max_body_strict || self.has_text_rules() || !self.json.is_empty()
    }

    /// Whether the body is looked at as text.
    #[must_use]
    pub fn has_text_rules(&self) -> bool {
        !self.body_contains.is_empty()
            || !self.body_matches.is_empty()
            || !self.body_not_contains.is_empty()
    }
}
