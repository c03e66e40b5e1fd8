//! A WebSocket, and what is said over it.

use std::sync::Arc;

use http::HeaderMap;
use url::Url;

use super::TlsSettings;
use super::endpoint::Proxy;
use super::stream::DialogueStep;

/// A WebSocket, and what is said over it in messages.
#[derive(Debug, Clone)]
pub struct WebSocketProbe {
    /// Without credentials or fragment; its scheme is `http` for `ws`, and `https` for `wss`.
    pub url: Url,
    /// Sent with the handshake; every value is marked sensitive.
    pub headers: HeaderMap,
    /// The settings of TLS for `wss`.
    pub tls: Arc<TlsSettings>,
    /// The HTTP proxy to go through.
    pub proxy: Option<Proxy>,
    /// The subprotocols that are offered; the server must take one. If there is none, it
    /// must take none.
    pub subprotocols: Vec<String>,
    /// What is said, in turn, each time in one message; TLS begins nowhere in it.
    pub dialogue: Arc<[DialogueStep]>,
    /// The code with which the server must close the connection after that, if it must.
    pub close_code: Option<u16>,
}

impl WebSocketProbe {
    /// Whether TLS is spoken.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Its scheme.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.is_secure() { "wss" } else { "ws" }
    }
}
