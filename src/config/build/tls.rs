//! `tls = { … }` → settings that are known to work.

use std::io;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::build::context::Context;
use crate::config::build::tls_cache::MEMORY;
use crate::config::tables::target::Tls;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Field::{Absent, Broken, Given};
use crate::config::toml::field::Located;
use crate::model::detail::LackDetail;
use crate::model::target::{ClientIdentity, Pin, TlsSettings};

/// Something is wrong, and has been reported.
struct Reported;

/// The settings of `tls`; equal ones are shared. `None` if something is wrong.
pub(super) fn settings(
    tls: Option<&Located<Tls>>,
    context: &Context<'_>,
) -> Option<Arc<TlsSettings>> {
    let settings = match tls {
        Some(tls) => read(&tls.value, context)?,
        None => TlsSettings::default(),
    };
    let shared = context.tls.share(settings);
    if let (None, Some(tls)) = (&shared, tls) {
        context.report(too_much(&tls.span));
    }
    shared
}

/// The diagnostic for settings for which there is no room.
fn too_much(span: &Span) -> Diagnostic {
    let title = format!("the settings of TLS ask for more than {} MiB of memory", MEMORY >> 20);
    let label = "these, together with all before: let targets have equal ones, or a smaller `ca`";
    Diagnostic::new(span.clone(), title, label)
}

fn read(tls: &Tls, context: &Context<'_>) -> Option<TlsSettings> {
    let extra_roots = match &tls.ca {
        Given(ca) => certificates("ca", ca, context),
        Absent | Broken => Some(Vec::new()),
    };
    let client = client(tls, context);
    Some(TlsSettings {
        extra_roots: extra_roots?,
        server_name: tls.server_name.value().cloned(),
        insecure: tls.insecure.copied().unwrap_or(false),
        pins: pins(tls, context),
        client: client.ok()?,
    })
}

fn pins(tls: &Tls, context: &Context<'_>) -> Vec<Pin> {
    let Some(pins) = tls.pin.given() else { return Vec::new() };
    if pins.value.is_empty() {
        let label = "expected at least one, such as \"sha256//…=\"";
        context.report(Diagnostic::new(pins.span.clone(), "no certificate would be fine", label));
    }
    pins.value.iter().map(|pin| pin.value).collect()
}

fn client(tls: &Tls, context: &Context<'_>) -> Result<Option<ClientIdentity>, Reported> {
    let (cert, key) = match (&tls.client_cert, &tls.client_key) {
        (Absent, Absent) => return Ok(None),
        (Given(cert), Given(key)) => (cert, key),
        (Given(cert), Absent) => {
            context.report(Diagnostic::missing_key("client_key", cert.key.clone()));
            return Err(Reported);
        }
        (Absent, Given(key)) => {
            context.report(Diagnostic::missing_key("client_cert", key.key.clone()));
            return Err(Reported);
        }
        (Broken, _) | (_, Broken) => return Err(Reported),
    };
    let chain = certificates("client_cert", cert, context);
    let private_key = private_key(key, context);
    let (chain, private_key) = (chain.ok_or(Reported)?, private_key.ok_or(Reported)?);
    let provider = ring::default_provider();
    if CertifiedKey::from_der(chain.clone(), private_key.clone_key(), &provider).is_err() {
        let why = LackDetail::OtherKey {};
        let label = "expected the key that `client_cert` was made with";
        let diagnostic = Diagnostic::new(key.span.clone(), why.to_string(), label);
        context.lack_file(why, diagnostic.also(cert.span.clone(), "this certificate"));
        return Err(Reported);
    }
    Ok(Some(ClientIdentity { chain, key: private_key }))
}

/// The certificates in the PEM file `file`, which the key `name` names. `None` if something
/// is wrong: then the part that needs it is off.
pub(super) fn certificates(
    name: &str,
    file: &Located<String>,
    context: &Context<'_>,
) -> Option<Vec<CertificateDer<'static>>> {
    if let Some(known) = context.tls.certificates(&file.value) {
        return Some(known);
    }
    if context.tls.is_full() {
        context.report(too_much(&file.span));
        return None;
    }
    let bytes = bytes(name, file, context)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let is_valid =
        |certificate: &CertificateDer<'_>| x509_parser::parse_x509_certificate(certificate).is_ok();
    let read = read.ok().filter(|read| !read.is_empty() && read.iter().all(is_valid));
    if let Some(read) = &read {
        if context.tls.keep(&file.value, read).is_none() {
            context.report(too_much(&file.span));
            return None;
        }
    } else {
        let why = LackDetail::NoCertificate { key: name.to_owned() };
        let label = "expected a PEM file: it has a line `-----BEGIN CERTIFICATE-----`";
        let diagnostic = Diagnostic::new(file.span.clone(), why.to_string(), label);
        context.lack_file(why, diagnostic);
    }
    read
}

fn private_key(file: &Located<String>, context: &Context<'_>) -> Option<PrivateKeyDer<'static>> {
    let bytes = bytes("client_key", file, context)?;
    let read = PrivateKeyDer::from_pem_slice(&bytes).ok();
    if read.is_none() {
        let why = LackDetail::NoPrivateKey { key: "client_key".into() };
        let label = "expected a PEM file: it has a line `-----BEGIN PRIVATE KEY-----`";
        let diagnostic = Diagnostic::new(file.span.clone(), why.to_string(), label);
        context.lack_file(why, diagnostic);
    }
    read
}

fn bytes(name: &str, file: &Located<String>, context: &Context<'_>) -> Option<Vec<u8>> {
    let read = (context.sources.read_file)(&context.folder.join(&file.value));
    let report = |error: io::Error| {
        let why = LackDetail::FileUnread { key: name.to_owned(), why: (&error).into() };
        let label = "looked for relative to the folder of the configuration";
        let diagnostic = Diagnostic::new(file.span.clone(), why.to_string(), label);
        context.lack_file(why, diagnostic);
    };
    read.map_err(report).ok()
}
