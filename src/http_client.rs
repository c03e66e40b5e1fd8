//! The client for prober's own requests: to channels, the watchdog, AWS, the self-check's
//! hosts, and for downloads. Probes do not use it; they drive their connections by hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use crate::environment::set;
use crate::model::off_limits::{OffLimits, RUNTIME_API};

/// The time for a connection: lookup, TCP and TLS. It is shorter than the
/// time for a request, so that what was never sent is told apart from what
/// may have arrived.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client for all requests of this process: build it once, clone it freely.
///
/// It verifies against Mozilla's roots, and goes through the proxy that
/// `HTTPS_PROXY` names, if any. It follows no redirects: no service that it
/// calls answers with one, and a message must not end up somewhere else. It
/// keeps no connections: between two ticks they would die, frozen on Lambda
/// or forgotten by a router, and take the next message with them.
///
/// # Errors
///
/// Where the TLS library does not accept its own defaults.
pub fn client() -> Result<reqwest::Client, ClientError> {
    let client = builder()?
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(0)
        .build()?;
    Ok(client)
}

/// A client for downloads whose content is known beforehand: it follows redirects, because
/// what holds releases answers with some.
///
/// # Errors
///
/// As [`client`].
#[cfg(feature = "aws")]
pub fn for_downloads() -> Result<reqwest::Client, ClientError> {
    /// One to the file is usual.
    const MOST_REDIRECTS: usize = 5;
    let client = builder()?
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::limited(MOST_REDIRECTS))
        .build()?;
    Ok(client)
}

/// Clients for AWS's SDK, which asks much of one server: connections are kept
/// for as long as they are sure to live.
#[cfg(feature = "aws")]
#[derive(Debug, Clone)]
pub(crate) struct PooledClients {
    proxied: reqwest::Client,
    direct: reqwest::Client,
}

#[cfg(feature = "aws")]
impl PooledClients {
    /// # Errors
    ///
    /// As [`client`].
    pub(crate) fn new() -> Result<Self, ClientError> {
        /// DynamoDB is in the same region.
        const CONNECT: Duration = Duration::from_secs(2);
        /// Between two ticks Lambda freezes the process, and the other side hangs
        /// up meanwhile.
        const IDLE: Duration = Duration::from_secs(20);
        let kept =
            || Ok::<_, ClientError>(builder()?.connect_timeout(CONNECT).pool_idle_timeout(IDLE));
        Ok(Self { proxied: kept()?.build()?, direct: kept()?.no_proxy().build()? })
    }

    /// The client for `url`. What is not encrypted passes no proxy: it is for
    /// the machine's own service of metadata, which hands out its credentials.
    pub(crate) fn to(&self, url: &reqwest::Url) -> &reqwest::Client {
        if url.scheme() == "https" { &self.proxied } else { &self.direct }
    }
}

fn builder() -> Result<reqwest::ClientBuilder, rustls::Error> {
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls()?);
    let off_limits = OffLimits::here(set(RUNTIME_API).as_deref());
    let builder = if off_limits == OffLimits::default() {
        builder
    } else {
        builder.dns_resolver(Arc::new(Lookup(off_limits)))
    };
    Ok(builder.redirect(Policy::none()).referer(false))
}

/// Looks names up, and leaves out what is off limits. What ports are asked for
/// is not known here.
struct Lookup(OffLimits);

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let off_limits = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|at| off_limits.why_not(at.ip(), at.port()).is_none()).collect();
            if allowed.is_empty() {
                return Err("no address that may be called from Lambda".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // A preconfigured backend offers only what is set here.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The TLS library refused.
    #[error("failed to set up TLS")]
    Tls(#[from] rustls::Error),
    /// The HTTP library refused.
    #[error("failed to set up the HTTP client")]
    Http(#[from] reqwest::Error),
}
