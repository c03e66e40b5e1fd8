//! `[defaults]`: what a target does not say itself.

use http::Method;
use http::header::AUTHORIZATION;

use crate::config::raw;
use crate::config::toml_key::TomlKey as _;
use crate::config::who_asks::{credentials, own_header};

/// Puts the defaults where `target` says nothing.
pub(super) fn join(target: &mut raw::Target, defaults: &raw::Target) {
    let mut defaults = defaults.clone();
    // Each of these pairs is one decision, which a target makes as a whole.
    if target.interval.is_some() || target.schedule.is_some() {
        (defaults.interval, defaults.schedule) = (None, None);
    }
    let own_credentials = target.url.as_ref().is_some_and(|at| credentials(&at.value).is_some());
    if target.auth.is_some() || own_credentials || own_header(target).is_some() {
        defaults.auth = None;
    }
    if let Some(headers) = &mut defaults.headers
        && (target.auth.is_some() || own_credentials)
    {
        headers.value.0.retain(|(name, _)| *name != AUTHORIZATION);
    }
    let method = target.method.as_ref().or(defaults.method.as_ref());
    if method.is_none_or(|method| !carries_body(&method.value.0)) {
        defaults.body = None;
    }
    let own_ca = target.tls.as_ref().is_some_and(|tls| tls.value.ca.is_some());
    if let Some(tls) = defaults.tls.as_mut().filter(|_| own_ca) {
        tls.value.insecure = None;
    }
    expectations(target, &mut defaults);
    target.fill_from(&defaults);
}

/// Whether a port must answer is said together with how.
fn expectations(target: &raw::Target, defaults: &mut raw::Target) {
    let own = target.expect.as_ref().map(|expect| &expect.value);
    let Some(own) = own.filter(|own| !own.given().is_empty()) else { return };
    if own.unreachable.as_ref().is_some_and(|unreachable| unreachable.value) {
        defaults.expect = None;
    } else if let Some(expect) = &mut defaults.expect {
        expect.value.unreachable = None;
    }
}

/// Whether requests of this method have a body.
pub(super) fn carries_body(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}
