//! Comparing JSON.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prober::core::judge::expect::{holds, json};
use prober::model::expect::{JsonExpect, JsonRule, Operator};
use prober::model::observation::{Failure, Reason};
use proptest::prelude::*;
use serde_json::{Value, json as value};
use serde_json_path::JsonPath;

use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};

const OPERATORS: [Operator; 6] = [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual];

fn now() -> DateTime<Utc> {
    "2026-07-05T04:00:00Z".parse().unwrap()
}

fn check(path: &str, operator: Operator, literal: Value, body: &str) -> Result<(), String> {
    rule(path, JsonRule::Compare { operator, literal }, body)
}

fn rule(path: &str, rule: JsonRule, body: &str) -> Result<(), String> {
    let path = JsonPath::parse(path).unwrap();
    let expect = JsonExpect { source: String::new(), path, rule };
    let judged = json(&[expect], body.as_bytes(), now(), &str::to_owned);
    judged.map_err(|Failure { reason, detail }| {
        assert_eq!(reason, Reason::Json);
        detail.to_string()
    })
}

/// Each rule with a body, and how what is wrong with that ends, or nothing.
#[track_caller]
fn table(rows: &[(&str, JsonRule, &str, &str)]) {
    for (path, expected, body, wrong) in rows {
        let found = rule(path, expected.clone(), body).err().unwrap_or_default();
        let is_as_said = found.ends_with(wrong) && found.is_empty() == wrong.is_empty();
        assert!(is_as_said, "{path} {expected} of {body}: {found}");
    }
}

#[test]
fn one_of_several_values_is_enough() {
    let states = || JsonRule::OneOf(vec![value!("idle"), value!(2), value!(null)]);
    table(&[
        ("$.a", states(), r#"{"a": "idle"}"#, ""),
        ("$.a", states(), r#"{"a": "2.0"}"#, ""),
        ("$.a", states(), r#"{"a": null}"#, ""),
        ("$.a", states(), r#"{"a": "busy"}"#, "$.a is 'busy', expected in [\"idle\", 2, null]"),
        ("$.*", states(), r#"{"a": 2, "b": false}"#, " is false, expected in [\"idle\", 2, null]"),
        ("$.a", states(), "{}", "$.a is missing, expected in [\"idle\", 2, null]"),
    ]);
}

#[test]
fn what_must_be_absent_is_not_there_at_all() {
    table(&[
        ("$.errors", JsonRule::Absent, "{}", ""),
        ("$.errors[*]", JsonRule::Absent, r#"{"errors": []}"#, ""),
        (
            "$.errors",
            JsonRule::Absent,
            r#"{"errors": null}"#,
            "$.errors is there, and must not be: null",
        ),
        (
            "$[?@.a < 1]",
            JsonRule::Absent,
            r#"[{"a": 2}, {"a": 0}]"#,
            " is there, and must not be: {…}",
        ),
    ]);
    assert!(rule("$.errors", JsonRule::Absent, "<html>").is_err());
}

#[test]
fn what_a_path_selects_is_counted() {
    let at_least = |count| JsonRule::Count { operator: GreaterOrEqual, count };
    table(&[
        ("$.nodes", at_least(3), r#"{"nodes": [1, 2, 3]}"#, ""),
        ("$.nodes", at_least(3), r#"{"nodes": [[1, 2, 3]]}"#, "count($.nodes) is 1, expected >= 3"),
        ("$.nodes", at_least(2), r#"{"nodes": {"a": 1, "b": 2}}"#, ""),
        ("$.name", at_least(3), r#"{"name": "한글이"}"#, ""),
        ("$.nodes[*]", at_least(2), r#"{"nodes": [[], {}]}"#, ""),
        ("$.nodes[*]", at_least(1), "{}", ") is 0, expected >= 1"),
        ("$..ok", JsonRule::Count { operator: Equal, count: 0 }, r#"[{"a": 1}]"#, ""),
        ("$.nodes", at_least(0), "{}", "$.nodes is missing, expected >= 0"),
        ("$.nodes", at_least(0), r#"{"nodes": 7}"#, "count($.nodes) is 7, expected >= 0"),
    ]);
}

#[test]
fn a_time_must_be_as_old_as_is_asked_for() {
    let under = || JsonRule::Age { operator: Less, limit: Duration::from_mins(5) };
    let over = || JsonRule::Age { operator: Greater, limit: Duration::from_hours(1) };
    table(&[
        ("$.at", under(), r#"{"at": "2026-07-05T12:56:00+09:00"}"#, ""),
        ("$.at", under(), r#"{"at": "2026-07-05T02:00:00Z"}"#, "$.at is 2 h ago, expected < 5m"),
        // A clock may be some minutes ahead; more is no age at all.
        ("$.at", under(), r#"{"at": "2026-07-05T04:04:00Z"}"#, ""),
        (
            "$.at",
            under(),
            r#"{"at": "2027-01-01T00:00:00Z"}"#,
            "age($.at) is '2027-01-01T00:00:00Z', expected < 5m",
        ),
        (
            "$.at",
            over(),
            r#"{"at": "2027-01-01T00:00:00Z"}"#,
            "age($.at) is '2027-01-01T00:00:00Z', expected > 1h",
        ),
        ("$.at", over(), r#"{"at": 1783216799}"#, ""),
        ("$.at", over(), r#"{"at": 1783223000000}"#, "$.at is 16 min ago, expected > 1h"),
        (
            "$[*].at",
            under(),
            r#"[{"at": 1783224000}, {"at": 1}]"#,
            ".at is 20639 days 3 h ago, expected < 5m",
        ),
        (
            "$.at",
            under(),
            r#"{"at": "2026-07-05 03:59"}"#,
            "$.at is '2026-07-05 03:59', which is no time with a zone",
        ),
        ("$.at", under(), r#"{"at": true}"#, "$.at is true, which is no time with a zone"),
        ("$.at", under(), "{}", "$.at is missing, expected < 5m"),
    ]);
}

#[test]
fn numbers_compare_as_numbers() {
    assert!(holds(&value!(1), Equal, &value!(1.0)));
    assert!(holds(&value!(9), Less, &value!(10)));
    assert!(holds(&value!(-0.0), Equal, &value!(0)));
    // As floating-point numbers, these would be equal.
    assert!(holds(&value!(9_007_199_254_740_993_u64), Greater, &value!(9_007_199_254_740_992_u64)));
    assert!(holds(&value!(u64::MAX), Greater, &value!(i64::MIN)));
}

#[test]
fn a_document_may_begin_with_a_byte_order_mark() {
    assert_eq!(check("$.files", Greater, value!(0), "\u{feff}{\"files\": 1}"), Ok(()));
    let twice = check("$.files", Greater, value!(0), "\u{feff}\u{feff}{\"files\": 1}");
    assert!(twice.unwrap_err().starts_with("the body is not JSON"));
}

#[test]
fn values_of_different_types_have_no_order_and_are_not_equal() {
    for operator in [Equal, Less, LessOrEqual, Greater, GreaterOrEqual] {
        assert!(!holds(&value!("ten"), operator, &value!(10)));
        assert!(!holds(&value!(null), operator, &value!(0)));
    }
    assert!(holds(&value!("ten"), NotEqual, &value!(10)));
    assert!(!holds(&value!(true), GreaterOrEqual, &value!(true)));
    assert!(holds(&value!([1]), Equal, &value!([1])));
}

#[test]
fn a_text_that_is_a_number_compares_as_one() {
    for (state, operator, literal) in [
        (value!("123.4"), GreaterOrEqual, value!(10)),
        (value!("9"), Less, value!("10")),
        (value!(" -5\n"), Less, value!("-4.5")),
        (value!("1e1"), Equal, value!(10)),
        (value!(".5"), Less, value!(1)),
        (value!("-.5"), Less, value!("0")),
        (value!("+21.5"), GreaterOrEqual, value!(21.5)),
        (value!("7."), Equal, value!(7)),
        (value!("10.0"), Equal, value!("10")),
        (value!(9), Less, value!("10")),
        (value!("9007199254740993"), Greater, value!("9007199254740992")),
    ] {
        assert!(holds(&state, operator, &literal), "{state} {operator} {literal}");
    }
}

#[test]
fn a_text_that_is_no_number_does_not() {
    for text in
        ["unavailable", "", "1.2.3", "007", "0x10", "10 GB", "1,5", "NaN", "inf", "٣", "1e999"]
    {
        for operator in [Equal, Less, LessOrEqual, Greater, GreaterOrEqual] {
            assert!(!holds(&value!(text), operator, &value!(10)), "{text} {operator} 10");
        }
        assert!(holds(&value!(text), NotEqual, &value!(10)), "{text}");
    }
    // Then two texts compare letter by letter.
    assert!(holds(&value!("1.10.0"), Less, &value!("1.9.0")));
    assert!(holds(&value!("007"), NotEqual, &value!("7")));
}

#[test]
fn every_value_selected_must_hold() {
    let disks = r#"{"disks": [{"free": 20}, {"free": 5}]}"#;
    assert_eq!(check("$.disks[*].free", GreaterOrEqual, value!(5), disks), Ok(()));
    let error = check("$.disks[*].free", GreaterOrEqual, value!(10), disks).unwrap_err();
    assert!(error.ends_with(" is 5, expected >= 10"), "{error}");
}

#[test]
fn what_is_missing_meets_nothing() {
    for operator in OPERATORS {
        let error = check("$.temperature", operator, value!(40), "{}").unwrap_err();
        assert_eq!(error, format!("$.temperature is missing, expected {operator} 40"));
    }
}

#[test]
fn what_is_not_json_meets_nothing() {
    for body in ["", "<html>", "{\"a\": 1", "{} {}"] {
        assert!(check("$", NotEqual, value!(0), body).is_err());
    }
    // Deeper than any stack would hold.
    assert!(check("$", NotEqual, value!(0), &"[".repeat(100_000)).is_err());
}

#[test]
fn no_expectation_is_met_by_everything() {
    assert!(json(&[], b"<html>", now(), &str::to_owned).is_ok());
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ab]{0,3}".prop_map(Value::from),
        "-?[0-9]{1,2}(\\.[05])?".prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn exactly_one_of_equal_and_not_equal_holds(a in scalar(), b in scalar()) {
        prop_assert_ne!(holds(&a, Equal, &b), holds(&a, NotEqual, &b));
        prop_assert!(holds(&a, Equal, &a));
    }

    #[test]
    fn the_order_is_one(a in scalar(), b in scalar()) {
        prop_assert_eq!(holds(&a, Less, &b), holds(&b, Greater, &a));
        prop_assert_eq!(holds(&a, LessOrEqual, &b), holds(&b, GreaterOrEqual, &a));
        let either = holds(&a, Less, &b) || (holds(&a, Equal, &b) && holds(&a, LessOrEqual, &b));
        prop_assert_eq!(holds(&a, LessOrEqual, &b), either);
        prop_assert!(!(holds(&a, Less, &b) && holds(&a, GreaterOrEqual, &b)));
    }
}
