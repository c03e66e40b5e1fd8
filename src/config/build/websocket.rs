//! What is said over a WebSocket.

use std::sync::Arc;

use url::Url;

use crate::config::build::context::Context;
use crate::config::build::{auth, dialogue, request};
use crate::config::tables::target::Target;
use crate::config::toml::diagnostic::Diagnostic;
use crate::model::secret::Secret;
use crate::model::target::{TlsSettings, WebSocketProbe};

/// The least and the largest code with which a connection may be closed:
/// <https://www.rfc-editor.org/rfc/rfc6455#section-7.4.2>.
const CODES: std::ops::RangeInclusive<u16> = 1000..=4999;

/// The probe of a target of `ws` or `wss`. `None` if something is wrong.
pub(super) fn build(
    target: &Target,
    url: Url,
    authorization: Option<Secret>,
    tls: Option<Arc<TlsSettings>>,
    context: &Context<'_>,
) -> Option<WebSocketProbe> {
    let authorization = authorization.or(auth::once(target, context));
    let subprotocols = target.subprotocol.value().into_iter().flatten();
    Some(WebSocketProbe {
        url,
        headers: request::headers(target.headers.value(), authorization.as_ref(), context),
        tls: tls?,
        proxy: target.proxy.value().cloned(),
        subprotocols: subprotocols.map(|name| name.value.clone()).collect(),
        dialogue: dialogue::own(target, context)?.into(),
        close_code: close_code(target, context),
    })
}

fn close_code(target: &Target, context: &Context<'_>) -> Option<u16> {
    let given = target.expect.value().and_then(|expect| expect.close_code.given())?;
    let code = u16::try_from(given.value.get()).ok().filter(|code| CODES.contains(code));
    if code.is_none() {
        let title = format!("no connection is closed with the code {}", given.value);
        let label = format!("expected one from {} to {}", CODES.start(), CODES.end());
        context.report(Diagnostic::new(given.span.clone(), title, label));
    }
    code
}
