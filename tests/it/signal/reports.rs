//! Errors that clients report.

use prober::model::names::ChannelName;
use prober::model::observation::{Failure, Reason};
use prober::signal::Signal;
use prober::signal::report::{MAX_REPORT, Report, parse};
use serde_json::{Value, json};

use super::{failure, now};

fn report(description: &str) -> Report {
    let body = json!({ "serviceName": "map-web", "types": ["slack"], "description": description });
    parse(body.to_string().as_bytes(), now()).unwrap()
}

fn refused(body: &Value) -> String {
    parse(body.to_string().as_bytes(), now()).unwrap_err().to_string()
}

#[test]
fn any_text_is_carried_intact() {
    for text in ["it said \"no\"", "a\nb\r\nc\td", "\\ \u{0} </script> <!channel> 🏠 서울", ""]
    {
        assert_eq!(report(text).description, text);
    }
}

#[test]
fn a_text_that_was_cut_within_an_emoji_is_taken() {
    let described = |text: &str| {
        let body = format!(r#"{{"serviceName":"a","types":[],"description":"{text}"}}"#);
        parse(body.as_bytes(), now()).unwrap().description
    };
    assert_eq!(described(r"boom \ud83d"), "boom \u{fffd}");
    assert_eq!(described(r"\ude00\ud83d\ud83d\ude00\u00e9"), "\u{fffd}\u{fffd}😀é");
    assert_eq!(described(r"\\ud83d \udfff\\"), "\\ud83d \u{fffd}\\");
}

#[test]
fn a_report_is_a_failure_of_its_service() {
    let said = super::said(&Signal::Report(report("TypeError: x is null\n    at y.js:1"))).unwrap();
    assert_eq!((said.target.as_str(), said.at), ("map-web", now()));
    assert_eq!(said.attachment.as_ref().unwrap().text, "TypeError: x is null\n    at y.js:1");
    let Failure { reason, detail } = failure(said);
    assert_eq!(
        (reason, detail.to_string().as_str()),
        (Reason::ErrorsReported, "TypeError: x is null")
    );
}

#[test]
fn an_empty_description_is_still_an_error() {
    let said = super::said(&Signal::Report(report(" \n"))).unwrap();
    assert_eq!(failure(said).detail.to_string(), "an error without a description");
}

const EXPECTED: &str = "expected {\"serviceName\": text, \"types\": list of names or types of \
                        channels, \"description\": text}";

#[test]
fn every_wrong_field_is_named_at_once() {
    let all = refused(&json!({ "types": "slack", "description": 5, "other": 1 }));
    let wrong =
        "`serviceName` is missing, `types` is not a list of texts, `description` is not a text";
    assert_eq!(all, format!("{wrong}; {EXPECTED}"));
    assert_eq!(refused(&json!([1])), format!("the report is not a JSON object; {EXPECTED}"));
    let mixed = json!({ "serviceName": "a", "types": ["slack", 1], "description": "b" });
    assert_eq!(refused(&mixed), format!("`types` is not a list of texts; {EXPECTED}"));
}

#[test]
fn a_report_of_one_byte_too_many_is_refused() {
    let shell = r#"{"serviceName":"a","types":[],"description":""}"#.len();
    let body = |length: usize| {
        let description = "x".repeat(length - shell);
        format!(r#"{{"serviceName":"a","types":[],"description":"{description}"}}"#)
    };
    assert!(parse(body(MAX_REPORT).as_bytes(), now()).is_ok());
    let error = parse(body(MAX_REPORT + 1).as_bytes(), now()).unwrap_err();
    assert_eq!(error.to_string(), "the report is longer than 64 KiB");
}

#[test]
fn deep_json_and_bytes_that_are_not_text_are_refused() {
    let deep = format!("{{\"serviceName\":{}", "[".repeat(60_000));
    let nested =
        format!("{{\"serviceName\": \"a\", \"x\": {}1{}}}", "[".repeat(9_000), "]".repeat(9_000));
    for body in
        [deep.as_bytes(), nested.as_bytes(), b"\xff\xfe", b"", b"{\"description\": \"\xff\"}"]
    {
        let error = parse(body, now()).unwrap_err().to_string();
        assert_eq!(error, format!("the report is not a JSON object; {EXPECTED}"));
    }
}

#[test]
fn types_narrow_the_channels_by_name_or_type() {
    let (home, work, mail) =
        (ChannelName::new("home"), ChannelName::new("work"), ChannelName::new("mail"));
    let channels = [(&home, "slack"), (&work, "slack"), (&mail, "email")];
    let narrowed = |types: &[&str]| {
        let types = types.iter().map(|text| (*text).to_owned()).collect();
        Report { types, ..report("x") }.narrowed(&channels, &channels)
    };
    assert_eq!(narrowed(&["slack"]).unwrap(), [&home, &work]);
    assert_eq!(narrowed(&["mail", "work"]).unwrap(), [&work, &mail]);
    assert_eq!(narrowed(&[]).unwrap(), [&home, &work, &mail]);
    assert_eq!(
        narrowed(&["slack", "pager"]).unwrap_err().to_string(),
        "`pager` is no channel of the service and no type of one; there are `email`, `home`, `mail`, `slack`, `work`"
    );
}

#[test]
fn types_choose_among_the_channels_of_the_service() {
    let (home, mail) = (ChannelName::new("home"), ChannelName::new("mail"));
    let all = [(&home, "slack"), (&mail, "email")];
    let narrowed = |types: &[&str], service: &[_]| {
        let types = types.iter().map(|text| (*text).to_owned()).collect();
        Report { types, ..report("x") }.narrowed(service, &all).map(|chosen| chosen.len())
    };
    assert_eq!(narrowed(&["slack", "email"], &all[..1]), Ok(1));
    assert_eq!(narrowed(&["slack"], &[]), Ok(0));
    assert_eq!(
        narrowed(&["email"], &all[..1]).unwrap_err().to_string(),
        "`email` is no channel of the service and no type of one; there are `home`, `slack`"
    );
}
