//! Authentication: `auth`, the credentials in a URL, or the header
//! `authorization`. A target may use only one of them.

use http::header::AUTHORIZATION;

use crate::config::build::context::Context;
use crate::config::tables::target::{Auth, Target};
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Field::{Absent, Broken, Given};
use crate::config::toml::field::Located;
use crate::config::values::address::Address;
use crate::config::values::authorization::{basic, bearer};
use crate::model::secret::Secret;
use crate::model::target::DigestLogin;

/// How a request says who asks.
#[derive(Default)]
pub(super) struct Login {
    /// The `authorization` that is sent.
    pub(super) authorization: Option<Secret>,
    /// What proves it where the server asks for Digest.
    pub(super) digest: Option<DigestLogin>,
}

/// What `auth` makes. `None` if something is wrong.
pub(super) fn login(auth: &Located<Auth>, context: &Context<'_>) -> Option<Login> {
    let Auth { username, password, digest, bearer } = &auth.value;
    match (username, password, bearer) {
        (Broken, _, _) | (_, Broken, _) | (_, _, Broken) => None,
        (Given(username), Given(password), Absent) => {
            Some(by_password(username, password, digest.copied().unwrap_or(false), context))
        }
        (Absent, Absent, Given(token)) => {
            if let Some(digest) = digest.given() {
                let title = "`digest` does not go together with `bearer`";
                let label = "proves a password: take it out";
                context.report(Diagnostic::new(digest.key.clone(), title, label));
            }
            let authorization = Some(checked_bearer(token, context));
            Some(Login { authorization, digest: None })
        }
        (Given(username), Absent, Absent) => {
            context.report(Diagnostic::missing_key("password", username.key.clone()));
            None
        }
        (Absent, Given(password), Absent) => {
            context.report(Diagnostic::missing_key("username", password.key.clone()));
            None
        }
        (Absent, Absent, Absent) | (Given(_), _, Given(_)) | (Absent, Given(_), Given(_)) => {
            let title = "`auth` is either a user name and a password, or a bearer token";
            let label = "write `{ username = \"…\", password = \"…\" }` or `{ bearer = \"…\" }`";
            context.report(Diagnostic::new(auth.key.clone(), title, label));
            None
        }
    }
}

/// The `authorization` that `auth` makes where it is sent at once, or not at all.
pub(super) fn once(target: &Target, context: &Context<'_>) -> Option<Secret> {
    let auth = target.auth.given()?;
    if let Some(digest) = auth.value.digest.given() {
        let title = "`digest` is for http and https";
        let label = "take it out: here, nobody asks for it";
        context.report(Diagnostic::new(digest.key.clone(), title, label));
    }
    login(auth, context)?.authorization
}

fn by_password(
    username: &Located<Secret>,
    password: &Located<Secret>,
    only_digest: bool,
    context: &Context<'_>,
) -> Login {
    if username.value.expose().contains(':') {
        let label = "must not contain a colon";
        let title = "this is not a user name";
        context.report(Diagnostic::new(username.span.clone(), title, label));
    }
    let basic = || basic(username.value.expose(), password.value.expose());
    let (username, password) = (username.value.clone(), password.value.clone());
    Login {
        authorization: (!only_digest).then(basic),
        digest: Some(DigestLogin { username, password }),
    }
}

fn checked_bearer(token: &Located<Secret>, context: &Context<'_>) -> Secret {
    let text = token.value.expose();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let label = "must be one word of letters, digits and signs";
        context.report(Diagnostic::new(token.span.clone(), "this is not a bearer token", label));
    }
    bearer(text)
}

/// Checks that a target authenticates in one way only.
pub(super) fn check_once(own: &Target, address: &Address, context: &Context<'_>) {
    let url = own.url.given().filter(|_| url_authorization(address).is_some());
    let places = [
        url.map(|at| (at.span.clone(), "the user name in the URL")),
        own.auth.given().map(|at| (at.key.clone(), "`auth`")),
        authorization_header(own).map(|span| (span, "the header `authorization`")),
    ];
    let mut places = places.into_iter().flatten();
    let Some((first, _)) = places.next() else { return };
    for (span, what) in places {
        let title = format!("who asks is said twice: {what} is the second");
        let diagnostic = Diagnostic::new(span, title, "keep one of the two");
        context.report(diagnostic.also(first.clone(), "the first one"));
    }
}

/// The `authorization` that the credentials in the URL make.
pub(super) fn url_authorization(address: &Address) -> Option<&Secret> {
    match address {
        Address::Http { authorization, .. }
        | Address::WebSocket { authorization, .. }
        | Address::Grpc { authorization, .. } => authorization.as_ref(),
        Address::Tcp { .. } | Address::Dns { .. } | Address::Icmp { .. } => None,
    }
}

/// The place of `authorization` in `headers`.
pub(super) fn authorization_header(own: &Target) -> Option<Span> {
    let headers = own.headers.value()?;
    headers.iter().find(|(name, _)| *name == AUTHORIZATION).map(|(_, value)| value.key.clone())
}
