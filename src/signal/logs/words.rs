//! What the words of a line say, where no level does.

use std::sync::LazyLock;

use regex::Regex;

/// That there is none, and what only has the word in its name: what is taken
/// out before words are looked for.
static NONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let nothing = r"(?:null|nil|none|None|undefined|false|-|0(?:\.0+)?%?)";
    let end = r"\s*(?:[\s,;)}\]]|$)";
    let apart = r"\s*(?:[,;)}\]]|$)";
    let zero = format!(
        r"(?:0(?:\.0+)?%?{end}|(?:{nothing}|\[\s*\]|\{{\s*\}}|\x22{nothing}?\x22|'{nothing}?'){apart})"
    );
    let before = r"(?i:\b(?:no|0|zero|without(?:\s+any)?)\s+(?:(?:new|more|other|fatal|known|critical|further)\s+)?(?:errors?|exceptions?|failures?)\b)";
    let name = "(?:errors?|exceptions?|failures?|fatal|critical|panic)";
    let lower = format!(r"\b(?:[a-z0-9]+_)?{name}[\x22']?\s*[:=]\s*");
    let quoted = r"\w*(?:Errors?|Exceptions?|Failures?|Fatal)[\x22']\s*:\s*";
    let count = r"(?:Errors|Exceptions|Failures|ERRORS)\s*[:=]\s*";
    let rate = r"(?i:\berror[\s_-]rate[\s:=]+0(?:\.0+)?%?(?:[\s,;)}\]]|$))";
    let asked = r"\x22(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+ HTTP/[0-9.]+\x22";
    Regex::new(&format!("{before}|(?:{lower}|{quoted}|{count}){zero}|{asked}|{rate}")).ok()
});

/// What only has the word in its name, and fails seldom.
static CALLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:error|exception)[\s_-](?:handlers?|pages?|budget|correction|boundar(?:y|ies))\b",
    )
    .ok()
});

/// That something failed all the same.
static FAILS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:fail(?:s|ed)?|crash(?:es|ed)?|cannot|could\ not|unable)\b").ok()
});

/// What nobody writes but of an error.
static CERTAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) ERROR | FATAL | \bCRIT | SEVERE | EMERG | PANIC | Exception | Traceback | panicked
        | \b(?:panic|fatal|Fatal):\s | Kernel\ panic | [Ff]atal\ error | Uncaught | Unhandled
        | (?:\w|^|\s)Error:\s | \wError:?\s*$ | \wError\)\s*$ | Caused\ by: | terminate\ called\ after
        | Task\ timed\ out | Status:\ (?:timeout|error|failure) | Runtime\ exited | Runtime\.ExitError
        | exited\ before\ completing
        | OutOfMemory | [Oo]ut\ of\ memory | OOMKilled | OOM\ killer | oom-kill | oom_reaper
        | [Cc]annot\ allocate\ memory | bytes\ failed\s*$
        | Segmentation\ fault | segfault | SIGSEGV
        | SIGABRT | core\ dumped | signal:\ (?:killed|aborted) | [Nn]o\ space\ left
        | \[(?:\w+:)?(?:error|crit|alert|emerg)\] | \[Error\]
        | (?:^|[\s\[])(?:ERR|FTL|PNC)[\s\]:!]",
    )
    .ok()
});

/// What is an error where nothing says that it is not.
static LIKELY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|[\s\[({"':=,])(?:errors?|fatal|critical|panic|exceptions?)(?:[\s\])}"':=,.!]|$)"#).ok()
});

/// Whether `text` says that it is an error; in doubt it does.
pub(super) fn say(text: &str) -> bool {
    let rest = without_none(text);
    found(&CERTAIN, &rest) || found(&LIKELY, &rest)
}

/// Whether it says so without doubt.
pub(super) fn say_certainly(text: &str) -> bool {
    found(&CERTAIN, &without_none(text))
}

fn without_none(text: &str) -> String {
    let without = |pattern: &LazyLock<Option<Regex>>, text: String| match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(&text, " ").into_owned(),
        None => text,
    };
    let rest = without(&NONE, text.to_owned());
    if found(&FAILS, &rest) { rest } else { without(&CALLED, rest) }
}

/// A pattern that could not be made lets every line be an error.
fn found(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_one() {
        for pattern in [&NONE, &CALLED, &FAILS, &CERTAIN, &LIKELY] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn none_is_no_error() {
        for none in [
            "0 errors",
            "done: no errors, 3 warnings",
            "finished without any errors",
            "errors: 0 warnings: 2",
            "error_count=0",
            "error: 0.0%",
            "error rate 0%",
            "{ data: [], error: null }",
            r#"{"data":[1],"error":null,"lastError":""}"#,
            r#"{"status":"200","error":"-","integrationError":"-"}"#,
            r#"{"fatal":false,"error":"none"}"#,
            "Tests: 12 passed, Errors: 0",
            "GET /errors/404.html 200",
            r#"10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET /?q=error HTTP/1.1" 200 12"#,
            "the exception handler is registered",
            "an error page is served",
        ] {
            assert!(!say(none), "{none}");
        }
    }

    #[test]
    fn an_error_without_words_of_its_own_is_one() {
        for error in [
            "TypeError: undefined is not a function",
            "java.lang.RuntimeException: null",
            "error: none of the disks answers",
            "error: no such host",
            "error rate 53%",
            "error handling the request",
            "rsync error: some files could not be transferred (code 23)",
            "3 errors in 12 files",
            "/app/a.rb:3:in `divide': divided by 0 (ZeroDivisionError)",
            "terminate called after throwing an instance of 'std::bad_alloc'",
            "memory allocation of 8589934592 bytes failed",
            "npm ERR! code ELIFECYCLE",
            "the error handler failed",
        ] {
            assert!(say(error), "{error}");
        }
    }
}
