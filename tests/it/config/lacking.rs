//! Secrets that are missing, and what goes on without them.

use std::path::Path;

use chrono::DateTime;
use prober::config::{ConfigErrors, Parsed, Sources, read};
use prober::model::target::{ChannelKind, Kind, Target};

use super::{config, read_file, variable};

const FILE: &str = r#"[notify.slack]
type = "slack"
webhook_url = "${SLACK_WEBHOOK_URL}"
[notify.phone]
type = "ntfy"
url = "https://ntfy.sh/${MISSING_TOPIC}"
[watchdog]
ping_url = "${MISSING_WATCHDOG}"
[[target]]
name = "photos"
url = "https://photos.example.com"
headers = { authorization = "${MISSING_TOKEN}" }
[[target]]
name = "blog"
url = "https://blog.example.com"
depends_on = ["photos"]
[[heartbeat]]
name = "backup"
interval = "1d"
key = "${MISSING_KEY}"
[[reports]]
service = "map"
origins = "*"
key = "${MISSING_REPORT_KEY}"
[inbox]
ping_key = "${MISSING_PING_KEY}"
sns_key = "k3y-of-the-topics"
trust_proxies = ["private"]
"#;

fn lenient(text: &str) -> Result<Parsed, ConfigErrors> {
    let sources = Sources { env: &variable, read_file: &read_file, now: DateTime::UNIX_EPOCH };
    read(Path::new("etc/probes.toml"), text, &sources)
}

#[test]
fn only_a_part_that_lacks_a_secret_is_off() {
    let parsed = lenient(FILE).unwrap();
    let config = parsed.config;
    assert!(matches!(config.channels[0].kind, ChannelKind::Slack { .. }));
    assert!(
        matches!(&config.channels[1].kind, ChannelKind::Off { code: "ntfy", why } if why.contains("MISSING_TOPIC"))
    );
    let is_off = |name| {
        let target = config.targets.iter().find(|target| target.name.as_str() == name).unwrap();
        matches!(target.kind, Kind::Off)
    };
    assert!(is_off("photos") && is_off("backup") && is_off("reports:map") && !is_off("blog"));
    // Without its key, anybody could report.
    assert!(config.reports.is_empty() && config.watchdog.is_none());
    let lacking: Vec<String> = config.lacking.iter().map(ToString::to_string).collect();
    assert_eq!(lacking.len(), 6, "{lacking:?}");
    // Nobody comes in with a key that is not there, and everybody else does.
    assert!(config.ping_key.is_none() && config.sns_key.is_some());
    assert_eq!(config.trust_proxies.len(), 1);
    assert!(lacking[5].starts_with("a key of [inbox] is off: "), "{lacking:?}");
    assert!(lacking[0].starts_with("the channel phone is off: the environment variable"));
}

#[test]
fn validation_reports_each_missing_secret() {
    let parsed = lenient(FILE).unwrap();
    let (warnings, lacking) = (parsed.warnings.unwrap(), parsed.lacking.unwrap());
    assert_eq!((warnings.len(), lacking.len()), (2, 4));
    assert!(warnings.to_string().starts_with("warning: "), "{warnings}");
    assert!(lacking.to_string().starts_with("error: "), "{lacking}");
    assert_eq!(super::read(FILE).unwrap_err().len(), 6, "who is strict takes none of it");
}

#[test]
fn a_secret_that_no_part_can_be_off_for_is_an_error() {
    for text in [
        "timezone = '${MISSING}'\n[alarms]\n",
        "[defaults]\ninterval = '${MISSING}'\n[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n",
        "[[target]]\nname = '${MISSING}'\nurl = 'tcp://192.0.2.1:1'\n",
        "[alarms]\n[[maintenance]]\nschedule = '${MISSING}'\nduration = '1h'\n",
    ] {
        assert!(lenient(text).unwrap_err().to_string().contains("`MISSING` is not set"), "{text}");
    }
}

#[test]
fn a_secret_that_the_defaults_lack_turns_off_the_targets_that_take_it() {
    let rest = "[[target]]\nname = 'blog'\nurl = 'https://blog.example.com'\n\
                [[target]]\nname = 'ssh'\nurl = 'tcp://192.0.2.1:22'\n\
                [[heartbeat]]\nname = 'backup'\ninterval = '1d'\nkey = 'k3y-of-the-backup'\n";
    for (defaults, off) in [
        ("headers = { x-key = '${MISSING}' }", "blog"),
        ("auth = { bearer = '${MISSING}' }", "blog"),
        ("send = '${MISSING}'", "ssh"),
    ] {
        let parsed = lenient(&format!("[defaults]\n{defaults}\n{rest}")).unwrap();
        let is_off = |target: &&Target| matches!(target.kind, Kind::Off);
        let names = parsed.config.targets.iter().filter(is_off).map(|target| target.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), [off], "{defaults}");
        let lacking: Vec<String> = parsed.config.lacking.iter().map(ToString::to_string).collect();
        let [why] = &lacking[..] else { panic!("{lacking:?}") };
        assert!(why.starts_with(&format!("{off} is unwatched: ")), "{why}");
        assert!(parsed.lacking.is_some(), "validate refuses it");
    }
}

#[test]
fn an_expression_that_is_perhaps_of_the_old_meaning_is_a_warning() {
    let text = "[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\nschedule = '0 0 3 * * 1-5'\n";
    let warnings = lenient(text).unwrap().warnings.unwrap().to_string();
    assert!(warnings.starts_with("warning: ") && warnings.contains("1 is Monday"), "{warnings}");
    assert!(lenient(&text.replace("1-5", "MON-FRI")).unwrap().warnings.is_none());
    assert_eq!(config(text).targets.len(), 1, "a warning stops nobody");
}

#[test]
fn a_file_of_alarms_or_logs_alone_is_enough() {
    for text in ["[alarms]\n", "[logs]\nquiet = '5m'\n", "[alarms]\nenabled = true\n"] {
        assert!(config(text).targets.is_empty());
    }
    for text in ["[alarms]\nenabled = false\n", "[page]\nenabled = true\n"] {
        assert!(super::read(text).unwrap_err().to_string().contains("nothing is watched"));
    }
}

/// A file with `tls` as the settings of one of two targets, or `more` at its end.
fn with(tls: &str, more: &str) -> String {
    let blog = "[[target]]\nname = 'blog'\nurl = 'https://blog.example.com'\n";
    let photos = "[[target]]\nname = 'photos'\nurl = 'https://photos.example.com'\n";
    format!("{blog}{photos}{tls}{more}")
}

/// What a part is off for, and whether what is lacking is a file.
fn lacking(text: &str) -> (Vec<String>, bool) {
    let parsed = lenient(text).unwrap_or_else(|errors| panic!("{text}: {errors}"));
    let kinds = parsed.config.targets.iter().map(|target| &target.kind);
    let off = kinds.filter(|kind| matches!(kind, Kind::Off)).count();
    let blog = &parsed.config.targets[0];
    assert!(off == 0 || matches!(blog.kind, Kind::Endpoint(_)), "{text}");
    let lacking = parsed.config.lacking.iter().map(ToString::to_string).collect();
    (lacking, parsed.unusable_files.is_some())
}

#[test]
fn only_the_part_that_needs_it_is_off_if_a_file_cannot_be_used() {
    let own = |tls: &str| with(&format!("tls = {{ {tls} }}\n"), "");
    let mail = "[notify.mail]\ntype = 'email'\nsmtp_url = 'smtp://mail.example.com'\n\
                from = 'a@example.com'\nto = 'b@example.com'\nca = 'nowhere.pem'\n";
    for (text, why) in [
        (own("ca = 'nowhere.pem'"), "photos is unwatched: the file in `ca` cannot be read: "),
        (own("ca = 'photo.jpg'"), "photos is unwatched: the file in `ca` holds no certificate"),
        (
            own("client_cert = 'nowhere.pem', client_key = 'home.key'"),
            "photos is unwatched: the file in `client_cert` cannot be read: ",
        ),
        (
            own("client_cert = 'home.pem', client_key = 'home.pem'"),
            "photos is unwatched: the file in `client_key` holds no private key",
        ),
        (
            own("client_cert = 'home.pem', client_key = 'other.key'"),
            "photos is unwatched: the private key does not belong to the certificate",
        ),
        (with("", mail), "the channel mail is off: the file in `ca` cannot be read: "),
    ] {
        let (lacking, is_file) = lacking(&text);
        assert!(is_file && lacking.len() == 1 && lacking[0].starts_with(why), "{lacking:?}");
        assert_eq!(super::read(&text).unwrap_err().len(), 1, "who is strict takes none of it");
    }
}

#[test]
fn a_variable_that_holds_no_such_secret_is_as_one_that_is_missing() {
    let hook = |url: &str| format!("[notify.hook]\ntype = 'webhook'\nurl = '{url}'\n");
    for (text, why) in [
        (
            with("", &hook("${EMPTY}")),
            "the channel hook is off: the environment variable `EMPTY` is not a valid web URL",
        ),
        (
            with("", &hook("${HOME}")),
            "the channel hook is off: the environment variable `HOME` is not a valid web URL",
        ),
        (
            with("", "[watchdog]\nping_url = '${PASSWORD}'\n"),
            "the watchdog is not called: the environment variable `PASSWORD` is not a valid web URL",
        ),
    ] {
        assert_eq!(lacking(&text), (vec![why.to_owned()], false), "{text}");
    }
    // What the file itself says is mended there.
    for url in ["", "${EMPTY}/hook", "home.example.com"] {
        assert!(lenient(&with("", &hook(url))).is_err(), "{url}");
    }
}

#[test]
fn a_page_that_lacks_its_password_is_off_and_not_open() {
    let page = "[page]\nenabled = true\npassword = \"${MISSING_PASSWORD}\"\n";
    let target = "[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n";
    let parsed = lenient(&format!("{page}{target}")).unwrap();
    assert_eq!(parsed.config.page.enabled, Some(false));
    let lacking = parsed.config.lacking[0].to_string();
    assert!(
        lacking.starts_with("the status page is off: ") && lacking.contains("MISSING_PASSWORD")
    );
    assert!(parsed.lacking.is_some());
}
