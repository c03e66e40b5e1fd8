//! Why an answer over HTTP is none, or cannot be read.

use std::net::IpAddr;

use super::argument::{HttpStatus, PeerName};
use super::table::details;

details! {
    /// Why an answer over HTTP is none, or cannot be read.
    HttpDetail {
        /// What answers is no HTTP.
        NotHttp {
            /// Who answers.
            peer: PeerName,
            /// How the answer begins.
            begins: String,
        } = "{peer} does not speak HTTP: its answer begins `{begins}`";
        /// It is against the rules of HTTP/2.
        BrokeHttp2 {
            /// Who answers.
            host: String,
        } = "{host} broke the protocol of HTTP/2";
        /// Its headers are too large.
        HeadersTooLarge {
            /// Who answers.
            peer: PeerName,
            /// How many are read.
            most: usize,
            /// How much is read, in KiB.
            kib: usize,
        } = "the headers of {peer} are more than {most}, or larger than {kib} KiB";
        /// Two clients could read two answers.
        Unclear {
            /// Who answers.
            peer: PeerName,
            /// Why that is so.
            conflict: FramingConflict,
        } = "where the answer of {peer} ends is not clear: {conflict}";
        /// There is much around little content.
        ChunksTooLarge {
            /// Who answers.
            peer: PeerName,
            /// How much is read, in KiB.
            kib: u64,
        } = "the chunks of {peer} need more than {kib} KiB beside their content";
        /// Its body is too large.
        BodyTooLarge {
            /// How much is read.
            bytes: usize,
        } = "the body is larger than {bytes} bytes";
        /// Its encoding is not one that prober reads.
        UnknownEncoding {} = "the body's encoding is not known";
        /// It is not encoded as it says.
        BrokenEncoding {} = "the body's encoding is broken";
        /// It is in many pieces.
        TooManyPieces {
            /// How many are read.
            most: usize,
        } = "the body is in more than {most} pieces of gzip";
        /// The target's time was up. Earlier versions stored this; now it is
        /// [`BodyUnread`](super::OwnDetail::BodyUnread).
        NoTimeToDecode {} = "no time was left to decode the body";
        /// The proxy speaks no SOCKS 5.
        NotSocks {
            /// Which.
            peer: PeerName,
        } = "{peer} answers, and not as SOCKS 5 does";
        /// The proxy does not let us in.
        SocksStranger {
            /// Which.
            peer: PeerName,
        } = "{peer} wants another user name and password, or some";
        /// The proxy could not connect us.
        SocksAnswered {
            /// Which.
            peer: PeerName,
            /// Its answer, as a number: <https://www.rfc-editor.org/rfc/rfc1928#section-6>.
            reply: u8,
            /// To whom.
            host: String,
            /// To which port.
            port: u16,
        } = "{peer} answered {reply} (SOCKS) when asked for {host}:{port}";
        /// Something else came through the tunnel of a proxy.
        TunnelSpoiled {
            /// The proxy.
            peer: PeerName,
        } = "{peer} sent something of its own into the tunnel";
        /// The proxy did not connect us.
        ProxyAnswered {
            /// The proxy.
            peer: PeerName,
            /// What it said.
            status: HttpStatus,
            /// What it was asked for.
            host: String,
            /// Its port.
            port: u16,
        } = "{peer} answered {status} when asked for {host}:{port}";
    }
}

details! {
    /// Why it is not clear where an answer ends.
    FramingConflict {
        /// A header that may matter cannot be read.
        UnreadableHeader {} = "a header that cannot be read may say how long it is";
        /// It is in chunks of chunks.
        ChunkedTwice {} = "its Transfer-Encoding says more than once that it is chunked, or not last";
        /// Its length is no number.
        NoLength {} = "its Content-Length is not a number";
        /// It has two lengths.
        SeveralLengths {} = "it has several Content-Lengths that differ";
        /// A chunk goes on where it should end.
        LongChunk {} = "a chunk of it is longer than it says";
        /// A chunk does not say how long it is.
        NoChunkSize {} = "a chunk of it has no size";
    }
}

details! {
    /// Why a redirect cannot be followed.
    RedirectDetail {
        /// They go on and on.
        TooMany {
            /// How many are followed.
            most: usize,
            /// Where the last one leads.
            url: String,
        } = "more than {most} redirects, the last to {url}";
        /// It leads from a public server to what only we can reach.
        ToPrivate {
            /// The URL.
            url: String,
            /// What that is.
            address: IpAddr,
        } = "a public server redirects to {url}, a private address ({address})";
        /// It leads to a URL that is none for a request.
        Unusable {
            /// The URL.
            url: String,
        } = "{url} cannot be requested";
        /// It does not say where.
        NoLocation {
            /// Which redirect.
            status: HttpStatus,
        } = "{status} without a Location";
        /// Where it leads cannot be read.
        NoUrl {
            /// Which redirect.
            status: HttpStatus,
        } = "{status} to a Location that is not a URL";
        /// It leads out of the web.
        OtherScheme {
            /// Which redirect.
            status: HttpStatus,
            /// How its URL begins.
            scheme: String,
        } = "{status} to a URL of scheme `{scheme}`";
        /// It leads to no server.
        NoHost {
            /// Which redirect.
            status: HttpStatus,
        } = "{status} to a Location without a host";
    }
}
