//! A server of gRPC that is asked for its health.

use std::sync::Arc;

use url::Url;

use crate::config::build::context::Context;
use crate::config::build::{auth, request};
use crate::config::tables::target::Target;
use crate::model::secret::Secret;
use crate::model::target::{GrpcProbe, TlsSettings};

/// The probe of a target of `grpc` or `grpcs`, of this service. `None` if something is wrong.
pub(super) fn build(
    target: &Target,
    (url, service): (Url, String),
    authorization: Option<Secret>,
    tls: Option<Arc<TlsSettings>>,
    context: &Context<'_>,
) -> Option<GrpcProbe> {
    let authorization = authorization.or(auth::once(target, context));
    let health = target.expect.value().and_then(|expect| expect.health.copied());
    Some(GrpcProbe {
        url,
        service,
        headers: request::headers(target.headers.value(), authorization.as_ref(), context),
        tls: tls?,
        proxy: target.proxy.value().cloned(),
        health: health.unwrap_or_default(),
    })
}
