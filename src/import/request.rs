//! What is sent to a target of HTTP, with its secrets as variables.

use crate::import::draft::{Carried, Draft, Part, Setting, Way, text};
use crate::import::secrets;

/// The URL of the target `name`.
pub(super) fn base(name: &str, url: &str, draft: &mut Draft) -> Carried {
    let url = secrets::url(&mut draft.variables, name, url);
    draft.variables.refer(&url);
    Carried::new("all of it", vec![Way::exact(Setting::new("url", text(&url)))], "")
}

/// A header of the request.
pub(super) fn header(part: &mut Part, name: &str, value: &str, draft: &mut Draft) {
    let value = if secrets::is_secret_entry(name, value) {
        draft.variables.secret(&format!("{} {name}", part.name), value)
    } else {
        value.to_owned()
    };
    draft.variables.refer(&value);
    let setting = Setting::entry("headers", &name.to_ascii_lowercase(), text(&value));
    let what = format!("header {name}");
    part.carried.push(Carried::of(&what, setting));
}

/// The body of the request: one that may hold a secret is a variable.
pub(super) fn body(part: &mut Part, body: &str, draft: &mut Draft) {
    let body = if secrets::may_hold_secret(body) {
        draft.variables.secret(&format!("{} body", part.name), body)
    } else {
        body.to_owned()
    };
    draft.variables.refer(&body);
    part.carry("body", Setting::new("body", text(&body)));
}

/// A user name and a password.
pub(super) fn basic_auth(part: &mut Part, user: &str, password: &str, draft: &mut Draft) {
    let user = draft.variables.secret(&format!("{} user", part.name), user);
    let password = draft.variables.secret(&format!("{} password", part.name), password);
    let settings = vec![
        Setting::new("auth.username", text(&user)),
        Setting::new("auth.password", text(&password)),
    ];
    part.carried.push(Carried::new("basic auth", vec![Way { settings, note: None }], ""));
}

/// A bearer token.
pub(super) fn bearer(part: &mut Part, token: &str, draft: &mut Draft) {
    let token = draft.variables.secret(&format!("{} token", part.name), token);
    part.carry("bearer token", Setting::new("auth.bearer", text(&token)));
}
