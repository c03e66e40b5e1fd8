//! Reads a JSON document. It builds only what the paths may ask for, and only
//! within a limit: an empty object takes a hundred times as much memory as it has
//! bytes. Pure.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use crate::model::expect::JsonExpect;

/// How many bytes of memory a document may take once it is read.
pub(super) const MAX_MEMORY: usize = 12 << 20;

/// How many bytes a value takes in a list, which has room to grow.
const VALUE: usize = 2 * size_of::<Value>();
/// How many bytes the first entries of an object take: a tree's node has room for eleven.
const NODE: usize = 11 * (size_of::<Value>() + size_of::<String>()) + 16;
/// How many entries each of several nodes has at least.
const ENTRIES: usize = 5;

/// Which parts of a value may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// All of it.
    All,
    /// These members of an object, and these elements of a list; `None` is each.
    Parts { names: BTreeMap<Option<String>, Asked>, places: BTreeMap<Option<usize>, Asked> },
}

/// A step down.
pub(super) enum Step {
    Name(String),
    Place(usize),
    Each,
}

/// Why a document was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is not JSON.
    NotJson(serde_json::Error),
    /// It takes more than [`MAX_MEMORY`].
    TooLarge,
}

/// Reads `text` as far as `expects` need it.
pub(super) fn read(text: &[u8], expects: &[JsonExpect]) -> Result<Value, Unread> {
    let mut asked = Asked::nothing();
    for expect in expects {
        asked.add(&steps(&expect.path.to_string()));
    }
    let mut left = Some(MAX_MEMORY);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let reading = Reading { asked: Some(&asked), left: &mut left };
    let value = reading.deserialize(&mut reader);
    let whole = value.and_then(|value| reader.end().map(|()| value));
    match left {
        Some(_) => whole.map_err(Unread::NotJson),
        None => Err(Unread::TooLarge),
    }
}

/// The plain steps that a path begins with. What follows them may look at
/// everything below, and a filter at the whole document.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while let Some((step, after)) = step(rest) {
        steps.push(step);
        rest = after;
    }
    if rest.contains('$') { Vec::new() } else { steps }
}

/// `.name`, `['name']`, `[0]`, `.*` and `[*]`, and what follows it.
pub(super) fn step(path: &str) -> Option<(Step, &str)> {
    if let Some(rest) = path.strip_prefix('.') {
        if let Some(rest) = rest.strip_prefix('*') {
            return Some((Step::Each, rest));
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = &rest[..end];
        let is_plain = !name.is_empty()
            && !name.contains(|c: char| c.is_ascii_punctuation() && c != '_' && c != '-');
        return is_plain.then(|| (Step::Name(name.to_owned()), &rest[end..]));
    }
    let (inner, rest) = path.strip_prefix('[')?.split_once(']')?;
    let quoted =
        ['\'', '"'].iter().find_map(|&quote| inner.strip_prefix(quote)?.strip_suffix(quote));
    let step = match (quoted, inner) {
        (Some(name), _) if !name.contains(['\\', '\'', '"', '[']) => Step::Name(name.to_owned()),
        (None, "*") => Step::Each,
        (None, place) if place.bytes().all(|byte| byte.is_ascii_digit()) => {
            Step::Place(place.parse().ok()?)
        }
        _ => return None,
    };
    Some((step, rest))
}

impl Asked {
    fn nothing() -> Self {
        Self::Parts { names: BTreeMap::new(), places: BTreeMap::new() }
    }

    /// Adds what a path asks for.
    fn add(&mut self, steps: &[Step]) {
        let mut asked = self;
        for step in steps {
            let Self::Parts { names, places } = asked else { return };
            asked = match step {
                Step::Name(name) => names.entry(Some(name.clone())).or_insert_with(Self::nothing),
                Step::Place(place) => places.entry(Some(*place)).or_insert_with(Self::nothing),
                // Only the document knows whether the parent is an object or a list.
                Step::Each => {
                    names.insert(None, Self::All);
                    places.insert(None, Self::All);
                    return;
                }
            };
        }
        *asked = Self::All;
    }

    /// Which parts of this member of an object are asked for.
    fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::All => Some(self),
            Self::Parts { names, .. } => {
                names.get(&None).or_else(|| names.get(&Some(name.to_owned())))
            }
        }
    }

    /// Which parts of this element of a list are asked for.
    fn element(&self, place: usize) -> Option<&Self> {
        match self {
            Self::All => Some(self),
            Self::Parts { places, .. } => places.get(&None).or_else(|| places.get(&Some(place))),
        }
    }

    /// Whether no element from `place` on is asked for.
    fn is_over(&self, place: usize) -> bool {
        match self {
            Self::All => false,
            Self::Parts { places, .. } => {
                !places.contains_key(&None) && places.keys().flatten().all(|&asked| asked < place)
            }
        }
    }
}

/// Reads one value. What nobody asks for is skipped, and becomes null.
struct Reading<'a> {
    asked: Option<&'a Asked>,
    /// The bytes of memory that are left; `None` once they were not enough.
    left: &'a mut Option<usize>,
}

impl Reading<'_> {
    fn spend<E: serde::de::Error>(&mut self, bytes: usize) -> Result<(), E> {
        *self.left = self.left.and_then(|left| left.checked_sub(bytes));
        self.left.map(|_| ()).ok_or_else(|| E::custom("there is no memory left"))
    }

    fn is_wanted(&self) -> bool {
        matches!(self.asked, Some(Asked::All))
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.asked {
            Some(_) => deserializer.deserialize_any(self),
            None => deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null),
        }
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(mut self, value: &str) -> Result<Value, E> {
        if !self.is_wanted() {
            return Ok(Value::Null);
        }
        self.spend(value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let Some(asked) = self.asked else { return Err(A::Error::custom("nothing was asked for")) };
        while !asked.is_over(list.len()) {
            self.spend(VALUE)?;
            let element = Reading { asked: asked.element(list.len()), left: self.left };
            let Some(value) = elements.next_element_seed(element)? else {
                return Ok(Value::Array(list));
            };
            list.push(value);
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        let Some(asked) = self.asked else { return Err(A::Error::custom("nothing was asked for")) };
        while let Some(name) = members.next_key::<String>()? {
            let Some(asked) = asked.member(&name) else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let node = if map.len().is_multiple_of(ENTRIES) { NODE } else { 0 };
            self.spend(node + name.len())?;
            let value = members.next_value_seed(Reading { asked: Some(asked), left: self.left })?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json_path::JsonPath;

    use super::*;
    use crate::model::expect::JsonRule;

    fn expecting(paths: &[&str]) -> Vec<JsonExpect> {
        let expect = |path: &&str| JsonExpect {
            source: String::new(),
            path: JsonPath::parse(path).unwrap(),
            rule: JsonRule::Absent,
        };
        paths.iter().map(expect).collect()
    }

    fn built(paths: &[&str], text: &str) -> Value {
        read(text.as_bytes(), &expecting(paths)).unwrap()
    }

    const TEXT: &str =
        r#"{"a": {"b": [1, {"c": "x"}, 3], "d": "y"}, "e": [[]], "f": {"a": 1}, "a b": 5}"#;

    #[test]
    fn only_what_a_path_asks_for_is_built() {
        assert_eq!(built(&["$.a.d"], TEXT), json!({"a": {"d": "y"}}));
        assert_eq!(built(&["$['a b']", "$.f.a"], TEXT), json!({"f": {"a": 1}, "a b": 5}));
        assert_eq!(built(&["$.a.b[1].c"], TEXT), json!({"a": {"b": [null, {"c": "x"}]}}));
        assert_eq!(built(&["$.e", "$.e[3]"], TEXT), json!({"e": [[]]}));
        assert_eq!(built(&["$.a.d.z"], TEXT), json!({"a": {"d": null}}));
    }

    #[test]
    fn every_path_selects_what_it_selects_of_the_whole() {
        let whole: Value = serde_json::from_str(TEXT).unwrap();
        for path in [
            "$",
            "$.a",
            "$.a.b",
            "$.a.b[0]",
            "$.a.b[-1]",
            "$.a.b[0:2]",
            "$.a.b[*]",
            "$.*",
            "$.*.a",
            "$..c",
            "$..*",
            "$.a.b[?@.c == 'x'].c",
            "$.a.b[?@ == $.f.a]",
            "$.e[0]",
            "$.e[7]",
            "$['a','f']",
            "$['a b']",
            "$.a[?@ == 'y']",
            "$.a['b'][1]['c']",
            "$.none.at[1].all",
        ] {
            let expects = expecting(&[path, "$.e"]);
            let read = read(TEXT.as_bytes(), &expects).unwrap();
            let path = &expects[0].path;
            assert_eq!(path.query(&read).all(), path.query(&whole).all(), "{path}");
        }
    }

    #[test]
    fn what_nobody_asks_for_costs_no_memory_and_what_is_asked_for_has_a_limit() {
        let many = format!("[{}0]", "{\"\":{}},".repeat(100_000));
        let text = format!("{{\"junk\": {many}, \"ok\": 1}}");
        assert_eq!(built(&["$.ok"], &text), json!({"ok": 1}));
        for path in ["$.junk", "$..ok", "$.junk[?@.a]"] {
            let read = read(text.as_bytes(), &expecting(&[path]));
            assert!(matches!(read, Err(Unread::TooLarge)), "{path}");
        }
    }

    #[test]
    fn what_is_not_json_is_said_wherever_it_is() {
        for text in ["", "{", "{\"junk\": [1,]}", "{} {}", "nope", "{\"junk\": 01}"] {
            let read = read(text.as_bytes(), &expecting(&["$.ok"]));
            assert!(matches!(read, Err(Unread::NotJson(_))), "{text}");
        }
        let deep = "[".repeat(10_000);
        assert!(read(deep.as_bytes(), &expecting(&["$.ok"])).is_err());
    }
}
