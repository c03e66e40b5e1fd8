//! Why a certificate is refused.

use super::argument::{DefaultOwner, Moment, NameList, Past};
use super::table::details;

details! {
    /// Why a certificate is refused.
    CertificateDetail {
        /// It cannot be read.
        Unreadable {
            /// The host whose certificate it is.
            host: String,
        } = "the certificate for {host} cannot be read";
        /// It is trusted, and is not the one that is pinned.
        OtherPin {
            /// Whose.
            host: String,
            /// What `tls.pin` would have to be for it.
            found: String,
        } = "the certificate for {host} is not the one that tls.pin names: it is {found}";
        /// It has ended.
        Expired {
            /// The host whose certificate it is.
            host: String,
            /// When it ended.
            ended: Past,
        } = "the certificate for {host} expired {ended}";
        /// It has ended, at an instant that cannot be read.
        HasExpired {
            /// The host whose certificate it is.
            host: String,
        } = "the certificate for {host} has expired";
        /// The one of an authority that is sent with it has ended.
        IntermediateExpired {
            /// Its name.
            name: String,
            /// Who sends it.
            host: String,
            /// When it ended.
            ended: Past,
        } = "the intermediate certificate `{name}` of {host} expired {ended}";
        /// The root that the settings name has ended.
        RootExpired {
            /// Its name.
            name: String,
            /// The host whose certificate it is.
            host: String,
            /// When it ended.
            ended: Past,
        } = "the root `{name}` of {host}, which is named as tls.ca, expired {ended}";
        /// It begins later, or a clock is wrong.
        NotYetValid {
            /// The host whose certificate it is.
            host: String,
            /// What the clock here says.
            now: Moment,
            /// When it begins.
            begins: Moment,
        } = "the certificate for {host} is not valid yet, by the clock here ({now}): it begins on {begins:#}";
        /// It begins at an instant that cannot be read.
        NotYet {
            /// The host whose certificate it is.
            host: String,
        } = "the certificate for {host} is not valid yet";
        /// An authority of this name is known, with another key.
        OtherKey {
            /// The host whose certificate it is.
            host: String,
            /// The authority.
            issuer: String,
        } = "the certificate for {host}, or one above it, is not signed with the key of the `{issuer}` that is known here: was that authority made anew?";
        /// It is against a rule.
        Invalid {
            /// The host whose certificate it is.
            host: String,
            /// What is wrong with it.
            flaw: CertificateFlaw,
        } = "the certificate for {host} {flaw}";
        /// It is of a kind that prober does not know.
        Uncheckable {
            /// The host whose certificate it is.
            host: String,
            /// In what.
            limit: CertificateLimit,
        } = "prober cannot check the certificate of {host}, which is a limit of its own: {limit}; tls.insecure = true probes without the check";
    }
}

details! {
    /// For whom a certificate is, which is not for the one who shows it.
    CertificateNameDetail {
        /// It is what a program shows that has none for the name.
        Default {
            /// Which program.
            program: DefaultOwner,
            /// The name.
            expected: String,
            /// What the certificate calls itself.
            subject: String,
        } = "{program} has no certificate for {expected} and shows its default one, `{subject}`";
        /// The same, and it is for other names.
        DefaultFor {
            /// Which program.
            program: DefaultOwner,
            /// The name.
            expected: String,
            /// What the certificate calls itself.
            subject: String,
            /// The other names.
            names: NameList,
        } = "{program} has no certificate for {expected} and shows its default one, `{subject}`, for {names}";
        /// It names nobody where clients look.
        ForNobody {
            /// For whom it ought to be.
            expected: String,
            /// What it calls itself.
            subject: String,
        } = "the certificate is for no name at all, and so not for {expected}: only its subject says `{subject}`, which clients do not go by";
        /// It is for somebody else.
        ForOther {
            /// For whom.
            names: NameList,
            /// For whom it ought to be.
            expected: String,
        } = "the certificate is for {names}, not for {expected}";
        /// The same, and it is one that programs make for themselves.
        ForOtherSelfSigned {
            /// For whom.
            names: NameList,
            /// For whom it ought to be.
            expected: String,
        } = "the certificate is for {names}, not for {expected}, and self-signed: the server seems to have none for this name and to show its default one";
    }
}

details! {
    /// From whom a certificate is, whom nobody knows here.
    CertificateIssuerDetail {
        /// Nobody vouches for it.
        SelfSigned {
            /// The host whose certificate it is.
            host: String,
        } = "the certificate for {host} is self-signed: to trust it, name its file as tls.ca";
        /// Only Cloudflare trusts it.
        CloudflareOrigin {
            /// The host whose certificate it is.
            host: String,
        } = "the authority that issued the certificate for {host} is Cloudflare's for origins, which only Cloudflare trusts: probe the name that it serves, or name its root as tls.ca";
        /// It is for tests.
        Staging {
            /// The host whose certificate it is.
            host: String,
        } = "the authority that issued the certificate for {host} is the test authority of Let's Encrypt, which nobody trusts: ask for the certificate again, without staging";
        /// It is for tests, of old.
        OldStaging {
            /// The host whose certificate it is.
            host: String,
        } = "the authority that issued the certificate for {host} is the test authority of Let's Encrypt, which nobody trusts";
        /// It is from the authority that Caddy makes for itself.
        CaddyLocal {
            /// The host whose certificate it is.
            host: String,
        } = "the authority that issued the certificate for {host} is Caddy's own (`tls internal`): to trust it, name its root.crt as tls.ca";
        /// A link of the chain is not sent.
        NoIntermediate {
            /// The host whose certificate it is.
            host: String,
            /// The name of the link.
            issuer: String,
        } = "the server does not send its intermediate certificate `{issuer}`: use fullchain, not only the certificate for {host}";
        /// It may be from an authority of one's own, or a link of the chain is not sent.
        UnknownIssuer {
            /// The host whose certificate it is.
            host: String,
            /// From whom it is.
            issuer: String,
        } = "the certificate for {host} is issued by `{issuer}`, unknown here: if that is an intermediate, the server must send it (fullchain); if your own authority, name it as tls.ca";
        /// It is from an authority of one's own.
        UnknownAuthority {
            /// The host whose certificate it is.
            host: String,
            /// From whom it is.
            issuer: String,
            /// Who vouches for the issuer.
            authority: String,
        } = "the certificate for {host} is issued by `{issuer}`, unknown here: to trust its authority `{authority}`, name that as tls.ca";
    }
}

details! {
    /// What is wrong with a certificate, which is rare.
    CertificateFlaw {
        /// Its bytes.
        BadlyEncoded {} = "is badly encoded";
        /// One of its extensions.
        MalformedExtension {} = "has a malformed extension";
        /// One of its names.
        MalformedName {} = "has a malformed name";
        /// Its span.
        EndsBeforeItBegins {} = "ends before it begins";
        /// Its number.
        InvalidSerial {} = "has an invalid serial number";
        /// It was taken back.
        Revoked {} = "was revoked";
        /// It is on a list.
        Distrusted {} = "is distrusted";
        /// It is for something else.
        NotForServers {} = "is not for servers (by its extended key usage)";
        /// Its issuer may issue none.
        IssuedByNoAuthority {} = "is issued by a certificate that is no authority's";
        /// Its issuer may not issue it.
        NameNotAllowed {} = "is for a name that its authority may not certify (by its name constraints)";
        /// Its chain is longer than one of its issuers allows.
        PathTooLong {} = "has more authorities above it than one of them allows (by its path length)";
        /// All that is left.
        Other {} = "does not pass the checks";
    }
}

details! {
    /// What in a certificate prober cannot check.
    CertificateLimit {
        /// Its version.
        NotVersion3 {} = "it is not of version 3 of X.509";
        /// Its signature.
        Sha1 {} = "it is signed with SHA-1";
        /// Its signature.
        Md5 {} = "it is signed with MD5";
        /// Its signature.
        EcdsaSha512 {} = "it is signed with ECDSA over SHA-512";
        /// Its signature.
        SignedEd448 {} = "it is signed with Ed448";
        /// Its signature.
        SignedDsa {} = "it is signed with DSA";
        /// Its key.
        P521 {} = "its key is of the curve P-521";
        /// Its key.
        Secp256k1 {} = "its key is of the curve secp256k1";
        /// Its key.
        Brainpool {} = "its key is of a Brainpool curve";
        /// Its key.
        KeyEd448 {} = "its key is of Ed448";
        /// Its key.
        KeyDsa {} = "its key is of DSA";
        /// Its key.
        ShortRsa {} = "its RSA key has fewer than 2048 bits";
        /// An extension that must be understood.
        CriticalExtension {} = "it has a critical extension that is not known here";
        /// Its signature.
        UnknownSignature {} = "it is signed in a way that is not known here";
        /// Its chain.
        TooMany {} = "too many certificates are sent with it";
    }
}
