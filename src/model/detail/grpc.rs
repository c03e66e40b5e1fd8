//! What is wrong with a server of gRPC.

use super::table::details;

details! {
    /// What is wrong with a server of gRPC.
    GrpcDetail {
        /// What answers is no server of gRPC.
        NotGrpc {
            /// Who answers.
            host: String,
        } = "{host} answers, and not as gRPC does";
        /// The question is refused.
        Refused {
            /// By whom.
            host: String,
            /// The status: `UNIMPLEMENTED`.
            status: String,
        } = "{host} refuses to say how it is: {status}";
        /// The same, with a message.
        RefusedSaying {
            /// By whom.
            host: String,
            /// The status: `UNIMPLEMENTED`.
            status: String,
            /// The message.
            said: String,
        } = "{host} refuses to say how it is: {status} (`{said}`)";
        /// Its health is another one.
        Health {
            /// The one that it has: `NOT_SERVING`.
            found: String,
            /// The one expected.
            expected: String,
        } = "its health is {found}, expected {expected}";
    }
}
