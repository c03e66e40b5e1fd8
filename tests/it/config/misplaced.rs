//! Secrets in the wrong place: words that look like no token, where something else belongs.

use super::read;

/// A password that a person made of words.
const PASSWORD: &str = "correcthorse";

#[test]
fn what_is_wrong_in_a_table_of_secrets_is_not_quoted() {
    let target = "[[target]]\nname = 'a'\nurl = 'https://a.example.com'\n";
    let channel = "[notify.a]\ntype = 'slack'\nwebhook_url = 'https://a.example.com/x'\n";
    for text in [
        format!("{target}[notify.a]\ntype = '{PASSWORD}'\n"),
        format!("{target}[notify.a]\ntype = ['{PASSWORD}']\n"),
        format!("{target}{channel}mention = '{PASSWORD}'\n"),
        format!("{target}{channel}{PASSWORD} = 'x'\n"),
        format!("{target}[notify.a]\ntype = 'telegram'\nchat_id = '{PASSWORD}'\n"),
        format!("{target}[notify.a]\ntype = 'email'\nfrom = '{PASSWORD} battery'\n"),
        format!("{target}[notify.a]\ntype = 'slack'\nwebhook_url = '${{{PASSWORD}}}'\n"),
        format!("{target}auth = {{ {PASSWORD} = 'me' }}\n"),
        format!("{target}auth = {{ username = '{PASSWORD}:', password = 'x' }}\n"),
        format!("{target}auth = {{ username = 'me', password = '${{{PASSWORD}}}' }}\n"),
        format!("{target}[inbox]\ntrust_proxies = ['{PASSWORD}']\n"),
        format!("[[heartbeat]]\nname = 'b'\nkey = 'k3y-of-the-backup'\ninterval = '{PASSWORD}'\n"),
        format!("[[reports]]\nservice = 'w'\norigins = ['{PASSWORD}']\n"),
    ] {
        let errors = read(&text).unwrap_err();
        for shown in [errors.to_string(), format!("{errors:?}")] {
            assert!(!shown.contains(PASSWORD), "{text}\n{shown}");
        }
    }
}

#[test]
fn what_is_plainly_no_secret_is_quoted_there_too() {
    for (text, quoted) in [
        ("[notify.a]\ntype = 'slakc'\n", "`slakc`"),
        (
            "[[heartbeat]]\nname = 'b'\nkey = 'k3y-of-the-backup'\ninterval = '5 moons'\n",
            "`5 moons`",
        ),
        ("[notify.a]\ntype = 'slack'\nwebhook_url = '${SLACK_HOOK}'\n", "`SLACK_HOOK`"),
        ("[[heartbeat]]\nname = 'b'\nkey = 'k3y-of-the-backup'\nurl = 'x'\n", "`url`"),
    ] {
        let shown = read(text).unwrap_err().to_string();
        assert!(shown.contains(quoted), "{shown}");
    }
}
