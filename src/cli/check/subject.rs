//! What `check` is asked to probe: names of targets in the file, and URLs, for which
//! there need be no file.

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::cli::Error;
use crate::config::{self, SCHEMES, Sources};
use crate::model::names::TargetName;
use crate::model::target::{Protocol, Target};
use crate::text::address::without_secrets;

/// What tells a URL from a name.
const SEPARATOR: &str = "://";

/// Whether `argument` is a URL. A name with that in it can only be checked with all others.
pub(super) fn is_url(argument: &str) -> bool {
    argument.contains(SEPARATOR)
}

/// The target that `url` is without any further configuration.
///
/// # Errors
/// Where nothing can be probed there; it says what is allowed.
pub(super) fn target(url: &str, now: DateTime<Utc>) -> Result<Target, Error> {
    let text = format!("[[target]]\nname = \"address\"\nurl = {}\n", toml_edit::Value::from(url));
    let none = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &none, now };
    let config = config::parse(Path::new("URL"), &text, &sources).map_err(|diagnostics| {
        let advice: Vec<&str> = diagnostics.advice().collect();
        format!("this URL cannot be probed: {}", advice.join("; "))
    })?;
    let mut targets = config.targets.into_iter();
    let target = targets.next().ok_or("this URL cannot be probed")?;
    Ok(Target { name: shown(&target, url), ..target })
}

/// The URL as it may be shown: without a password and without its query.
fn shown(target: &Target, url: &str) -> TargetName {
    let shown = match target.endpoint().map(|endpoint| &endpoint.protocol) {
        Some(Protocol::Http(probe)) => probe.url.to_string(),
        Some(
            Protocol::Tcp(_)
            | Protocol::Udp(_)
            | Protocol::Dns(_)
            | Protocol::Icmp(_)
            | Protocol::WebSocket(_)
            | Protocol::Ssh(_)
            | Protocol::Grpc(_),
        )
        | None => url.to_owned(),
    };
    TargetName::new(without_secrets(&shown))
}

/// The error for `argument`, which is no URL, nor a name that there is, if it looks like an
/// address.
pub(super) fn address_without_scheme(argument: &str) -> Option<Error> {
    let is_like = argument.contains(['.', ':', '/']) || argument == "localhost";
    is_like.then(|| {
        let problem = without_scheme();
        let argument = without_secrets(argument);
        format!("`{argument}` is not the name of a target, and as a URL {problem}").into()
    })
}

/// What is wrong with an address that does not say how to probe it: nothing is guessed.
pub(in crate::cli) fn without_scheme() -> String {
    let schemes = SCHEMES.map(|scheme| format!("{scheme}{SEPARATOR}")).join(", ");
    format!("it lacks its scheme, which says how to probe it: one of {schemes}")
}
