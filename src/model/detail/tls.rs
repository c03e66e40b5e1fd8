//! Why a handshake failed, if not for the certificate.

use super::table::details;

details! {
    /// Why a handshake failed, if not for the certificate.
    TlsDetail {
        /// What answers is no TLS.
        NotTls {
            /// Who answers.
            host: String,
        } = "{host} does not speak TLS on this port";
        /// The server's signature is wrong.
        NotProven {
            /// The host that was asked.
            host: String,
        } = "{host} did not prove that the certificate is its own: it signed the handshake wrongly";
        /// The server has no certificate.
        NoCertificate {
            /// Which server.
            host: String,
        } = "{host} shows no certificate";
        /// The host is of a form for which there are no certificates.
        NoCertifiableName {
            /// The host that was asked.
            host: String,
        } = "no certificate can be for the name {host}";
        /// The server speaks something else over TLS.
        NoHttp {
            /// Which server.
            host: String,
        } = "{host} speaks neither HTTP/1.1 nor HTTP/2";
        /// What came is not what was sent.
        Undecryptable {
            /// From where.
            host: String,
        } = "{host} sent what cannot be decrypted: something on the way changed it";
        /// No cipher or kind of key is known to both. Which of the two is behind the times
        /// is for the reader to judge.
        NothingShared {
            /// Which server.
            host: String,
        } = "{host} shares no cipher or kind of key that prober takes as safe, which is prober's own limit: tcp:// needs none, tls.insecure = true takes more kinds of keys";
        /// The server refused without saying why.
        HandshakeRefused {
            /// Which server.
            host: String,
        } = "{host} refused the handshake: it has no certificate for this name, or shares no cipher or kind of key that prober takes as safe, which is prober's own limit: tcp:// needs none, tls.insecure = true takes more kinds of keys";
        /// No version of TLS is known to both.
        TooOld {
            /// Which server.
            host: String,
        } = "{host} speaks no version of TLS that prober takes as safe (1.2 and 1.3), which is prober's own limit: tcp:// needs none";
        /// The server has only what nobody uses.
        NothingKnown {
            /// Which server.
            host: String,
        } = "{host} offers nothing in TLS that is known here";
        /// What the server sent is against the rules.
        RulesBroken {
            /// Which server.
            host: String,
        } = "{host} broke the rules of TLS";
        /// All that is left.
        Failed {
            /// With whom.
            host: String,
        } = "TLS with {host} failed";
        /// The server wants to know who we are.
        WantsClient {
            /// Which server.
            host: String,
        } = "{host} wants a client certificate";
        /// Our certificate is from somebody whom the server does not know.
        ClientUnknown {
            /// Which server.
            host: String,
        } = "{host} does not know the authority of our client certificate";
        /// Our certificate has ended.
        ClientExpired {
            /// Who says so.
            host: String,
        } = "{host} says that our client certificate expired";
        /// Our certificate was revoked.
        ClientRevoked {
            /// Who says so.
            host: String,
        } = "{host} says that our client certificate was revoked";
        /// The server does not say what is wrong with our certificate.
        ClientRefused {
            /// Which server.
            host: String,
        } = "{host} does not accept our client certificate";
        /// The server knows us, and that is why.
        AccessDenied {
            /// Which server.
            host: String,
        } = "{host} accepts the certificate, but denies access";
        /// The server does not know the name.
        NoSuchSite {
            /// Which server.
            host: String,
        } = "{host} serves no site of this name (SNI)";
        /// Something is wrong within the server.
        InternalError {
            /// Which server.
            host: String,
        } = "{host} broke off the handshake with an error of its own (as proxies do that have no certificate for the name)";
        /// One side does not understand the other.
        BrokeOff {
            /// Which server.
            host: String,
            /// What it said, as a number.
            alert: u8,
        } = "{host} broke off the handshake (alert {alert})";
    }
}
