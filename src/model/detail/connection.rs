//! Why there is no connection, or none any more, and what is said over it first.

use std::net::{IpAddr, SocketAddr};

use super::argument::{IpFamily, PeerName, Span};
use super::os::ResolverFault;
use super::table::details;

details! {
    /// Why there is no connection, or none any more.
    ConnectionDetail {
        /// Its name leads to nothing.
        Unresolved {
            /// The host that was asked.
            host: String,
            /// What the resolver said.
            why: ResolverFault,
        } = "{host} could not be resolved: {why}";
        /// The resolver did not answer in time.
        NotResolvedWithin {
            /// The time that it had.
            within: Span,
        } = "the name was not resolved within {within}";
        /// Its name leads to no address.
        NoAddress {
            /// The name that was connected to.
            peer: PeerName,
        } = "{peer} has no address";
        /// Its name leads to no address of the version that is asked for.
        NoAddressOf {
            /// The name that was connected to.
            peer: PeerName,
            /// Which version.
            family: IpFamily,
        } = "{peer} has no {family} address";
        /// Nothing answers, not even a refusal.
        NoConnectionWithin {
            /// The time that it had.
            within: Span,
            /// The address that was tried.
            address: SocketAddr,
        } = "no connection within {within} ({address})";
        /// Nothing listens on the port.
        Refused {
            /// Who refuses.
            peer: PeerName,
            /// The address that was tried.
            address: SocketAddr,
        } = "{peer} refused the connection ({address})";
        /// The connection was reset before it stood.
        Reset {
            /// By whom.
            peer: PeerName,
            /// The address that was tried.
            address: SocketAddr,
        } = "{peer} reset the connection ({address})";
        /// The system gave up waiting for an answer.
        Silent {
            /// The name that was connected to.
            peer: PeerName,
            /// The address that was tried.
            address: SocketAddr,
        } = "{peer} did not answer ({address})";
        /// No way leads there.
        Unreachable {
            /// To whom.
            peer: PeerName,
            /// The address that was tried.
            address: SocketAddr,
        } = "{peer} is unreachable ({address})";
        /// The way there was lost while the connection stood.
        BecameUnreachable {
            /// To whom.
            peer: PeerName,
        } = "{peer} became unreachable";
        /// The system gave up a connection that stood.
        StoppedAnswering {
            /// Who fell silent.
            peer: PeerName,
        } = "{peer} stopped answering";
        /// The connection was closed in the middle of an answer.
        ClosedEarly {
            /// By whom.
            peer: PeerName,
        } = "{peer} closed the connection before the answer was complete";
        /// The connection was reset in the middle of an answer.
        ResetEarly {
            /// By whom.
            peer: PeerName,
        } = "{peer} reset the connection before the answer was complete";
        /// What was sent is not as agreed.
        BrokeProtocol {
            /// By whom.
            peer: PeerName,
            /// In which way.
            why: String,
        } = "{peer} broke the protocol: {why}";
        /// The proxy did not connect us in time.
        NoProxyWithin {
            /// The time that it had.
            within: Span,
        } = "no answer within {within} (waiting for the proxy)";
        /// TLS did not begin in time.
        NoHandshakeWithin {
            /// The time that it had.
            within: Span,
        } = "no answer within {within} (connected, waiting for the TLS handshake)";
        /// No answer began in time.
        NoFirstByteWithin {
            /// The time that it had.
            within: Span,
        } = "no answer within {within} (connected, waiting for the first byte)";
        /// A question in one piece got no answer in time.
        NoAnswerWithin {
            /// The time that it had.
            within: Span,
        } = "no answer within {within}";
        /// No ping was answered.
        Unanswered {
            /// Who did not answer.
            peer: PeerName,
            /// How many were sent.
            sent: u64,
        } = "{peer} answered none of {sent} pings";
        /// Too few pings were answered.
        LostPings {
            /// Who did not answer.
            peer: PeerName,
            /// How many were answered.
            answered: u64,
            /// How many were sent.
            sent: u64,
            /// How many had to be answered.
            expected: u64,
        } = "{peer} answered {answered} of {sent} pings, expected {expected}";
        /// No way leads there for a ping.
        NoWayForPings {
            /// To whom.
            peer: PeerName,
            /// The address.
            ip: IpAddr,
        } = "{peer} is unreachable ({ip})";
        /// The answer did not end in time.
        IncompleteWithin {
            /// The time that it had.
            within: Span,
        } = "the answer was not complete within {within}";
    }
}

details! {
    /// What is wrong with a banner.
    BannerDetail {
        /// None came in time.
        NoneWithin {
            /// The time that it had.
            within: Span,
        } = "no banner within {within} (connected, nothing was said)";
        /// What came in time is not all that was expected.
        OnlyWithin {
            /// The time that it had.
            within: Span,
            /// How it begins.
            said: String,
        } = "within {within} it said only `{said}`";
        /// It is not as expected.
        Other {
            /// How it begins.
            said: String,
            /// The pattern.
            expected: String,
        } = "it said `{said}`, which does not match `{expected}`";
        /// The connection was closed without one.
        ClosedWithout {
            /// By whom.
            host: String,
        } = "{host} closed the connection without a banner";
        /// One answer of several did not come in time.
        NoAnswerWithin {
            /// The time that all had.
            within: Span,
            /// Which, from 1 on.
            number: u64,
        } = "answer {number} of the dialogue did not come within {within}";
        /// One answer of several was not all that was expected.
        OnlyAnswerWithin {
            /// The time that all had.
            within: Span,
            /// Which, from 1 on.
            number: u64,
            /// How it begins.
            said: String,
        } = "within {within} answer {number} of the dialogue was only `{said}`";
        /// One answer of several is not as expected.
        OtherAnswer {
            /// Which, from 1 on.
            number: u64,
            /// How it begins.
            said: String,
            /// What was expected.
            expected: String,
        } = "answer {number} of the dialogue is `{said}`, expected `{expected}`";
        /// A mail, FTP or chat server refuses to go over to TLS.
        NoStartTls {
            /// How its answer begins.
            said: String,
        } = "it refuses to go over to TLS (`starttls = false` does without): `{said}`";
        /// The connection was closed in the middle of a dialogue.
        ClosedBefore {
            /// By whom.
            host: String,
            /// Before which answer, from 1 on.
            number: u64,
        } = "{host} closed the connection before answer {number} of the dialogue";
    }
}
