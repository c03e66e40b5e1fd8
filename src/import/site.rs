//! A site that a proxy serves → `[[target]]`: what Compose's labels and a Caddyfile have alike.

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way};
use crate::import::interpolation::{has_variable, named};
use crate::import::request;

/// A site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) path: String,
}

impl Site {
    fn url(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
    }

    /// Its host without the user information that an address may have before it.
    fn name(&self) -> &str {
        self.host.rsplit('@').next().unwrap_or_default()
    }

    /// Why nobody can watch it from outside, or under one name.
    fn obstacle(&self) -> Option<&'static str> {
        let host = self.name();
        if host.is_empty() {
            return Some("it has no name of a host: write one with its URL");
        }
        if host.contains('*') {
            return Some("it stands for many names: write a [[target]] for each that matters");
        }
        let is_local =
            host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.");
        (is_local && !has_variable(host)).then_some("only that machine itself can reach it")
    }
}

/// Drafts a target that is called `name`, or after its host; `None` if it cannot be watched.
pub(super) fn draft(
    site: &Site,
    name: Option<&str>,
    place: &str,
    draft: &mut Draft,
) -> Option<Part> {
    if let Some(why) = site.obstacle() {
        draft.report.left(place, &format!("the site {}", site.name()), why);
        return None;
    }
    let name = draft.names.unique(name.unwrap_or(&named(site.name())), None);
    let base = request::base(&name, &site.url(), draft).named(&name);
    Some(Part::new(Shape::Target, &name, place, base))
}

/// A site that asks for a password answers 401 to whoever has none.
pub(super) fn asks_for_password(part: &mut Part) {
    let note =
        "asks for a password, so 401 is the answer that is expected; with `auth`, prober gets in";
    let way = Way::other(Setting::new("expect.status", 401), note);
    part.carried.push(Carried::new("basic_auth", vec![way], ""));
}
