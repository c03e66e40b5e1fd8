//! Files that would hurt who reads them, by their depth, their size or their number.

use std::fmt::Write as _;

use prober::model::pattern::Pattern;
use prober::model::target::{Config, Protocol};

use super::{config, read};

/// One target with these keys.
fn target(keys: &str) -> String {
    format!("[[target]]\nname = 'a'\nurl = 'https://192.0.2.1/'\n{keys}\n")
}

/// Many targets, each with `keys` of its number.
fn targets(count: usize, keys: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "[[target]]\nname = 't{n}'\nurl = 'tcp://192.0.2.1:1'\n{}", keys(n));
        text
    })
}

/// The first thing that is wrong with `text`.
fn first_wrong(text: &str) -> String {
    read(text).unwrap_err().lines().next().unwrap()
}

#[test]
fn a_condition_that_nests_thousands_deep_is_refused() {
    for (open, close) in
        [("[?@", "]"), ("(", ")"), ("!(", ")"), ("length(", ")"), ("[?value(", ")]")]
    {
        for depth in [22, 5000] {
            let path = format!("$[?{}@.a{}]", open.repeat(depth), close.repeat(depth));
            let wrong = first_wrong(&target(&format!("expect = {{ json = \"{path} == 1\" }}")));
            assert!(wrong.contains("not a valid condition"), "{wrong}");
        }
    }
}

#[test]
fn toml_that_nests_a_hundred_thousand_deep_is_refused() {
    for text in [
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("{} = 1", vec!["a"; 100_000].join(".")),
        format!("[{}]", vec!["a"; 100_000].join(".")),
    ] {
        assert!(first_wrong(&text).contains("not TOML"));
    }
}

#[test]
fn of_many_mistakes_a_hundred_are_shown() {
    for text in [
        targets(5000, |_| "nane = 1\nurll = 2".into()),
        targets(2000, |_| "depends_on = ['nobody']\nnotify = 'nobody'".into()),
        "name = ".repeat(5000),
        targets(1000, |n| format!("depends_on = ['t{}']", (n + 1) % 1000))
            + "x = 1\n".repeat(9).as_str(),
        (0..100_000).fold(String::new(), |text, n| text + &format!("k{n} = 1\n")),
    ] {
        let errors = read(&text).unwrap_err();
        let shown = errors.to_string();
        assert!(errors.len() <= 100 && shown.len() < 1_000_000, "{} {}", errors.len(), shown.len());
        assert_eq!(errors.len() == 100, shown.ends_with("that were found"));
    }
}

/// To compare each with each would be 25 million comparisons.
#[test]
fn of_thousands_of_misspelt_names_only_the_first_are_compared_with_all() {
    let text = targets(5000, |n| format!("depends_on = ['tt{n}']"));
    let shown = read(&text).unwrap_err().to_string();
    let hints = shown.matches("did you mean").count();
    assert!((1..=20).contains(&hints), "{hints} hints");
    assert_eq!(shown.matches("expected the name of").count(), 100 - hints);
}

#[test]
fn a_circle_of_a_thousand_targets_is_named_by_some_of_them() {
    let wrong = first_wrong(&targets(1000, |n| format!("depends_on = ['t{}']", (n + 1) % 1000)));
    assert!(
        wrong.contains("t0 -> t1") && wrong.ends_with("… -> t0") && wrong.len() < 200,
        "{wrong}"
    );
}

#[test]
fn what_is_too_large_or_too_many_is_refused() {
    let list = |count| format!("expect = {{ body_contains = [{}] }}", "'x',".repeat(count));
    let huge = "x".repeat(70_000);
    for (text, words) in [
        (format!("# {}", "x".repeat(5 << 20)), "has 5.1 MiB, and may have 4 MiB"),
        (target(&format!("method = 'POST'\nbody = '{huge}'")), "too long"),
        (target(&list(1001)), "too many items: 1001"),
        (targets(10_001, |_| String::new()), "too many `[[target]]`: 10001"),
        (target("expect = { body_matches = '(a{1000}){1000}' }"), "regular expression"),
        (target(&format!("expect = {{ body_matches = '{}' }}", "(".repeat(10_000))), "regular"),
    ] {
        let wrong = first_wrong(&text);
        assert!(wrong.contains(words), "{wrong}");
    }
    assert_eq!(config(&target(&list(1000))).targets.len(), 1);
}

#[test]
fn of_a_large_file_that_is_no_toml_the_first_mistake_is_told() {
    let errors = read(&"word\n".repeat(200_000)).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors.to_string().contains("no value"), "{errors}");
    let double = format!("[page]\n[page]\n{}", "enabled = true\n".repeat(20_000));
    assert!(read(&double).unwrap_err().len() <= 3);
}

#[test]
fn many_small_values_are_limited_together() {
    let body = format!("method = 'POST'\nbody = '{}'\n", "x".repeat(60_000));
    let defaults = format!("[defaults]\n{body}") + &targets(2000, |_| String::new());
    let many: Vec<_> = (41..=60).map(|n| format!("'\\w{{{n}}}'")).collect();
    let many = many.join(",");
    let patterns = format!("expect = {{ body_matches = [{many}] }}");
    // Few bytes in the file, and five million headers in memory.
    let headers: Vec<_> = (0..1000).map(|n| format!("x{n} = 'y'")).collect();
    let headers = format!("[defaults]\nheaders = {{ {} }}\n", headers.join(", "));
    for text in [defaults, target(&patterns), headers + &targets(5000, |_| String::new())] {
        let wrong = first_wrong(&text);
        assert!(wrong.contains("more than 64 MiB of memory"), "{wrong}");
    }
}

/// What fails costs as much as what does not: without a limit these take minutes.
#[test]
fn patterns_that_are_refused_are_limited_together_too() {
    let large: Vec<_> = (0..40).map(|n| format!("'{n}\\w{{190}}'")).collect();
    let large = format!("expect = {{ body_matches = [{}] }}", large.join(","));
    let search = |n| format!("'''$[?search(@.a, \"{n}\")].b == 1'''");
    let searches: Vec<_> = (0..1000).map(search).collect();
    let searches = format!("expect = {{ json = [{}] }}", searches.join(","));
    let two = targets(2, |n| format!("# {n}\n{searches}")).replace("tcp:", "http:");
    for text in [target(&large), two] {
        let shown = read(&text).unwrap_err().to_string();
        assert!(shown.contains("more than 64 MiB of memory"), "{shown}");
    }
}

#[test]
fn settings_of_tls_that_differ_are_limited_together() {
    let named = |keys: &str| {
        let one = |n| format!("tls = {{ server_name = 'x{n}.example'{keys} }}");
        targets(5000, one).replace("tcp:", "tls:")
    };
    for text in [named(""), named(", ca = 'home.pem'")] {
        let shown = read(&text).unwrap_err().to_string();
        assert!(shown.contains("settings of TLS ask for more than 32 MiB of memory"), "{shown}");
    }
    let same = targets(5000, |_| "tls = { server_name = 'x.example' }".into());
    assert_eq!(config(&same.replace("tcp:", "tls:")).targets.len(), 5000);
}

#[test]
fn a_lattice_of_dependencies_is_read_in_no_time() {
    // Each of a layer needs all of the next: 10^40 ways from the first to the last.
    let text = targets(400, |n| {
        let next = (n / 10 + 1) * 10;
        let names: Vec<_> =
            (next..next + 10).filter(|n| *n < 400).map(|n| format!("'t{n}'")).collect();
        format!("depends_on = [{}]", names.join(", "))
    });
    assert_eq!(config(&text).targets.len(), 400);
}

/// The patterns that bodies must match.
fn patterns(config: &Config) -> Vec<&Pattern> {
    let patterns = config.endpoints().filter_map(|(_, endpoint)| match &endpoint.protocol {
        Protocol::Http(http) => Some(&http.expect.body_matches),
        Protocol::Tcp(_)
        | Protocol::Udp(_)
        | Protocol::Dns(_)
        | Protocol::Icmp(_)
        | Protocol::WebSocket(_)
        | Protocol::Ssh(_)
        | Protocol::Grpc(_) => None,
    });
    patterns.flatten().collect()
}

#[test]
fn a_pattern_that_many_write_is_compiled_once_and_counts_once() {
    let web = |keys: &str| {
        let one = |n| format!("[[target]]\nname = 't{n}'\nurl = 'http://192.0.2.1/'\n{keys}\n");
        (0..50).map(one).collect::<String>()
    };
    let own = web("expect = { body_matches = '\\w{60}' }");
    let defaults = "[defaults]\nexpect = { body_matches = '\\w{60}' }\n".to_owned() + &web("");
    for text in [own, defaults] {
        let config = config(&text);
        let patterns = patterns(&config);
        assert_eq!(patterns.len(), 50);
        assert!(patterns.iter().all(|pattern| pattern.is_shared_with(patterns[0])));
    }
}

#[test]
fn patterns_that_differ_are_not_taken_for_one_another() {
    let config = config(&target("expect = { body_matches = ['ok0', 'ok1', 'ok2'] }"));
    let written: Vec<_> = patterns(&config).iter().map(ToString::to_string).collect();
    assert_eq!(written, ["ok0", "ok1", "ok2"]);
}
