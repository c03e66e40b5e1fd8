use super::*;

#[track_caller]
fn says(line: &Value, headline: &str, text: &str) {
    let unfolded = unfold(&line.to_string()).unwrap();
    assert_eq!((unfolded.headline.as_str(), unfolded.text.as_str()), (headline, text));
}

const PYTHON: &str = "Traceback (most recent call last):\n  File \"a.py\", line 10, in f\n    1/0\n\
                      ZeroDivisionError: division by zero";

#[test]
fn powertools_puts_the_traceback_into_a_field() {
    let line = serde_json::json!({
        "level": "ERROR", "message": "cannot sync album", "service": "photos",
        "exception": PYTHON, "exception_name": "ZeroDivisionError",
    });
    let text = format!("cannot sync album\n{PYTHON}\nservice=photos");
    says(&line, "cannot sync album: ZeroDivisionError: division by zero", &text);
}

#[test]
fn powertools_takes_an_object_for_a_message() {
    let line =
        serde_json::json!({ "level": "ERROR", "message": { "operation": "sync", "album": 7 } });
    says(&line, "album=7, operation=sync", "album=7, operation=sync");
}

#[test]
fn node_s_runtime_takes_an_error_for_a_message() {
    let line = serde_json::json!({
        "timestamp": "2026-11-29T10:00:00.000Z", "level": "ERROR", "requestId": "0f1e",
        "message": { "errorType": "Error", "errorMessage": "boom", "stackTrace": ["Error: boom", "    at x"] },
    });
    says(&line, "Error: boom", "Error: boom\n    at x\nrequestId=0f1e");
    let text = "2026-11-29T10:00:00.000Z\t0f1e\tERROR\tInvoke Error\t{\"errorType\":\"Error\",\"errorMessage\":\"boom\"}";
    assert_eq!(unfold(text).unwrap().headline, "Error: boom");
}

#[test]
fn lambda_s_report_of_a_run_is_put_into_words() {
    let line = serde_json::json!({
        "time": "2026-11-29T10:00:00.000Z", "type": "platform.report",
        "record": { "requestId": "0f1e", "status": "timeout", "metrics": { "durationMs": 3000.0 } },
    });
    says(
        &line,
        "the run timed out after 3.00 s (platform.report)",
        "the run timed out after 3.00 s (platform.report)",
    );
    let line = serde_json::json!({
        "type": "platform.runtimeDone",
        "record": { "status": "error", "errorType": "Runtime.ExitError" },
    });
    let said = "the run ended in error: Runtime.ExitError (platform.runtimeDone)";
    says(&line, said, said);
}

#[test]
fn every_common_logger_says_its_message_and_its_error() {
    let lines = [
        (
            r#"{"level":50,"time":1,"pid":2,"hostname":"h","msg":"no sync","err":{"type":"Error","message":"boom","stack":"Error: boom\n    at x"}}"#,
            "no sync: Error: boom",
        ),
        (
            r#"{"name":"app","hostname":"h","pid":1,"level":50,"msg":"no sync","err":{"message":"boom","name":"TypeError","stack":"TypeError: boom\n at x"},"v":0}"#,
            "no sync: TypeError: boom",
        ),
        (
            r#"{"event":"no sync","level":"error","exception":"Traceback (most recent call last):\n  File \"a\"\nKeyError: 'a'"}"#,
            "no sync: KeyError: 'a'",
        ),
        (
            r#"{"event":"no sync","exception":[{"exc_type":"KeyError","exc_value":"'a'","frames":[{"filename":"a.py","lineno":3,"name":"f"}]}]}"#,
            "no sync: KeyError: 'a'",
        ),
        (
            r#"{"level":"error","ts":1.5,"caller":"a.go:3","msg":"no sync","error":"disk full","stacktrace":"main.f\n\t/a.go:3"}"#,
            "no sync: disk full",
        ),
        (
            r#"{"@timestamp":"t","log.level":"ERROR","message":"no sync","error.type":"java.io.IOException","error.message":"disk full","error.stack_trace":"java.io.IOException: disk full\n\tat a.B"}"#,
            "no sync: java.io.IOException: disk full",
        ),
        (
            r#"{"@timestamp":"t","message":"no sync","error":{"type":"IOException","message":"disk full"}}"#,
            "no sync: IOException: disk full",
        ),
        (
            r#"{"@t":"t","@l":"Error","@mt":"no sync of {Album}","Album":7,"@x":"System.IO.IOException: disk full\n   at A.B()"}"#,
            "no sync of 7: System.IO.IOException: disk full",
        ),
        (
            r#"{"Timestamp":"t","Level":"Error","MessageTemplate":"no sync of {Album}","Properties":{"Album":7}}"#,
            "no sync of 7",
        ),
        (
            r#"{"fields":{"message":"failed to store","error":"busy"},"level":"ERROR"}"#,
            "failed to store: busy",
        ),
        (r#"{"time":"t","level":"ERROR","msg":"no sync","err":"disk full"}"#, "no sync: disk full"),
        (r#"{"log":"{\"level\":\"error\",\"msg\":\"inner\"}\n","stream":"stderr"}"#, "inner"),
        (
            r#"{"text":"t","record":{"message":"no sync","exception":{"type":"KeyError","value":"'a'"}}}"#,
            "no sync: KeyError: 'a'",
        ),
    ];
    for (line, headline) in lines {
        assert_eq!(unfold(line).unwrap().headline, headline, "{line}");
    }
}

#[test]
fn what_led_to_an_error_is_shown_below_it() {
    let lines = [
        (
            r#"{"level":50,"msg":"","err":{"type":"AggregateError","message":"","aggregateErrors":[{"type":"Error","message":"refused"}]}}"#,
            "AggregateError: Error: refused",
            "AggregateError: Error: refused",
        ),
        (
            r#"{"level":"ERROR","message":"no sync","error":{"name":"TypeError","message":"x is null","stack":"TypeError: x is null\n    at a","cause":{"name":"Error","message":"disk full"}}}"#,
            "no sync: TypeError: x is null",
            "no sync\nTypeError: x is null\n    at a\nCaused by: Error: disk full",
        ),
        (
            r#"{"errorMessage":"no sync","errorType":"RuntimeException","cause":{"errorMessage":"refused","errorType":"IOException","cause":{"errorMessage":"disk full"}}}"#,
            "RuntimeException: no sync",
            "RuntimeException: no sync\nCaused by: IOException: refused\nCaused by: disk full",
        ),
        (
            r#"{"level":"error","error":"EOF","message":"no sync","stack":[{"func":"main","line":"3","source":"a.go"}]}"#,
            "no sync: EOF",
            "no sync\nEOF\n  at a.go:3 in main",
        ),
        (
            r#"{"message":"no sync","level":"ERROR","exception_name":"KeyError","stack_trace":{"type":"KeyError","value":"'a'","frames":[{"file":"a.py","line":3,"function":"f"}]}}"#,
            "no sync: KeyError: 'a'",
            "no sync\n  at a.py:3 in f\nKeyError: 'a'",
        ),
    ];
    for (line, headline, text) in lines {
        let unfolded = unfold(line).unwrap();
        assert_eq!((&*unfolded.headline, &*unfolded.text), (headline, text), "{line}");
    }
}

#[test]
fn a_line_of_other_names_says_what_it_has() {
    for (line, headline) in [
        (r#"{"level":"ERROR","code":3,"path":"/x"}"#, "code=3, path=/x"),
        (r#"{"level":"ERROR","data":{"album":7}}"#, "album=7"),
        (r#"{"errors":[{"message":"cannot query the field"}]}"#, "cannot query the field"),
        (r#"{"level":"ERROR","msg":"no sync","err":{"code":3}}"#, "no sync: code=3"),
        (r#"{"level":"ERROR","msg":"no sync","error":true}"#, "no sync"),
        (r#"{"severity":"ERROR","textPayload":"no sync"}"#, "no sync"),
        (
            r#"{"severityText":"ERROR","body":{"stringValue":"no sync"},"attributes":{"exception.type":"KeyError","exception.message":"'a'"}}"#,
            "no sync: KeyError: 'a'",
        ),
        (r#"2026-11-29T10:00:00Z stderr F {"level":"error","msg":"no sync"}"#, "no sync"),
        (r#"time=t level=ERROR msg="no sync" err="disk full""#, "no sync: disk full"),
    ] {
        assert_eq!(unfold(line).unwrap().headline, headline, "{line}");
    }
}

#[test]
fn what_says_nothing_is_no_structured_line() {
    for line in [
        "{}",
        r#"ERROR boom {"level":"info","msg":"x"}"#,
        r#"{"level":"ERROR"}"#,
        "[1]",
        "{broken",
        "ERROR {x}",
        r#"{"message":null}"#,
    ] {
        assert_eq!(unfold(line), None, "{line}");
    }
}
