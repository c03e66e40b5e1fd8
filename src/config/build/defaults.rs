//! `[defaults]`: what a target takes from them.

use http::Method;
use http::header::AUTHORIZATION;

use crate::config::build::applies::CONNECTED;
use crate::config::build::auth::{authorization_header, url_authorization};
use crate::config::tables::target::Target;
use crate::config::toml::field::Field;
use crate::config::toml::table::Table as _;
use crate::config::toml::value_type::ValueType as _;
use crate::config::values::address::Address;

/// Takes from `defaults` what `target` does not set.
pub(super) fn join(target: &mut Target, defaults: &Target) {
    let mut defaults = defaults.clone();
    // Each of these pairs is one decision: a target that makes it makes all of it.
    if !(target.interval.is_absent() && target.schedule.is_absent()) {
        (defaults.interval, defaults.schedule) = (Field::Absent, Field::Absent);
    }
    let url_authenticates = target.url.value().is_some_and(|url| url_authorization(url).is_some());
    let key_authenticates = !target.auth.is_absent();
    if key_authenticates || url_authenticates || authorization_header(target).is_some() {
        defaults.auth = Field::Absent;
    }
    if let Some(headers) =
        defaults.headers.value_mut().filter(|_| key_authenticates || url_authenticates)
    {
        headers.retain(|(name, _)| *name != AUTHORIZATION);
    }
    let method = target.method.value().or(defaults.method.value());
    if method.is_none_or(|method| !carries_body(method)) {
        defaults.body = Field::Absent;
    }
    let has_ca = target.tls.value().is_some_and(|tls| !tls.ca.is_absent());
    if let Some(tls) = defaults.tls.value_mut().filter(|_| has_ca) {
        tls.insecure = Field::Absent;
    }
    if !target.dialogue.is_absent() {
        defaults.send = Field::Absent;
        if let Some(expect) = defaults.expect.value_mut() {
            expect.banner = Field::Absent;
        }
    } else if !target.send.is_absent() || has_banner(target) {
        defaults.dialogue = Field::Absent;
    }
    join_expect(target, &mut defaults);
    Target::fill(target, &defaults);
}

fn has_banner(target: &Target) -> bool {
    target.expect.value().is_some_and(|expect| !expect.banner.is_absent())
}

/// Whether a port must answer, and how, is one decision.
fn join_expect(target: &Target, defaults: &mut Target) {
    let scheme = target.url.value().map(Address::scheme);
    if scheme.is_some_and(|scheme| !CONNECTED.contains(&scheme))
        && let Some(expect) = defaults.expect.value_mut()
    {
        expect.unreachable = Field::Absent;
    }
    let Some(own) = target.expect.value().filter(|own| !own.is_empty()) else { return };
    if own.unreachable.copied().unwrap_or(false) {
        defaults.expect = Field::Absent;
    } else if let Some(expect) = defaults.expect.value_mut() {
        expect.unreachable = Field::Absent;
    }
}

/// Whether requests with this method have a body.
pub(super) fn carries_body(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}
