//! Who asks: `auth`, the credentials in a URL, or the header `authorization`;
//! a target says it in one of the three ways.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use crate::config::address::Address;
use crate::config::leaf::SecretText;
use crate::config::mistake::{Mistake, Span};
use crate::config::rare::Rare;
use crate::config::raw;
use crate::config::reader::{Located, missing};
use crate::config::toml_key::TomlKey as _;
use crate::model::secret::Secret;

/// The value of `Authorization: Basic …`.
pub(super) fn basic(username: &str, password: &str) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))))
}

/// What `auth` makes of `authorization`.
pub(super) fn authorization(
    auth: &Located<Rare<raw::Auth>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Secret> {
    let raw::Auth { username, password, bearer, .. } = &*auth.value;
    let read = [username.is_some(), password.is_some(), bearer.is_some()];
    if read.into_iter().filter(|read| *read).count() < auth.value.given().len() {
        // What could not be read has been complained about.
        return None;
    }
    match (username, password, bearer) {
        (Some(username), Some(password), None) => {
            if username.value.0.contains(':') {
                let label = "must not contain a colon";
                let title = "this is not a user name";
                mistakes.push(Mistake::new(username.span.clone(), title, label));
            }
            Some(basic(&username.value.0, &password.value.0))
        }
        (None, None, Some(bearer)) => Some(token(bearer, mistakes)),
        (Some(username), None, None) => {
            mistakes.push(missing("password", username.key.clone()));
            None
        }
        (None, Some(password), None) => {
            mistakes.push(missing("username", password.key.clone()));
            None
        }
        _ => {
            let title = "`auth` is either a user name and a password, or a bearer token";
            let label = "write `{ username = \"…\", password = \"…\" }` or `{ bearer = \"…\" }`";
            mistakes.push(Mistake::new(auth.key.clone(), title, label));
            None
        }
    }
}

fn token(bearer: &Located<SecretText>, mistakes: &mut Vec<Mistake>) -> Secret {
    let token = &bearer.value.0;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let label = "must be one word of letters, digits and signs";
        mistakes.push(Mistake::new(bearer.span.clone(), "this is not a bearer token", label));
    }
    Secret::new(format!("Bearer {token}"))
}

/// A target must say only once who asks.
pub(super) fn check_once(own: &raw::Target, address: &Address, mistakes: &mut Vec<Mistake>) {
    let url = own.url.as_ref().filter(|_| credentials(address).is_some());
    let header = own_header(own);
    let places = [
        url.map(|at| (at.span.clone(), "the user name in the URL")),
        own.auth.as_ref().map(|at| (at.key.clone(), "`auth`")),
        header.map(|span| (span, "the header `authorization`")),
    ];
    let mut places = places.into_iter().flatten();
    let Some((first, _)) = places.next() else { return };
    for (span, what) in places {
        let title = format!("who asks is said twice: {what} is the second");
        let mistake = Mistake::new(span, title, "keep one of the two");
        mistakes.push(mistake.also(first.clone(), "the first one"));
    }
}

/// What the credentials in the URL make of `authorization`.
pub(super) fn credentials(address: &Address) -> Option<&Secret> {
    match address {
        Address::Http { authorization, .. } => authorization.as_ref(),
        Address::Tcp { .. } | Address::Tls { .. } => None,
    }
}

/// Where `headers` says `authorization`.
pub(super) fn own_header(own: &raw::Target) -> Option<Span> {
    let headers = &own.headers.as_ref()?.value.0;
    headers.iter().find(|(name, _)| *name == AUTHORIZATION).map(|(_, value)| value.key.clone())
}
