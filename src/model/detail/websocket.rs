//! What is wrong with a WebSocket.

use super::table::details;

details! {
    /// What is wrong with a WebSocket.
    WebSocketDetail {
        /// The handshake is answered, and not as a WebSocket's is.
        NoHandshake {
            /// By whom.
            host: String,
            /// The header that is missing or wrong.
            header: String,
        } = "{host} does not agree to a WebSocket: its header `{header}` is missing or wrong";
        /// None of the subprotocols is taken.
        NoSubprotocol {
            /// By whom.
            host: String,
            /// Those that were offered.
            offered: String,
        } = "{host} takes no subprotocol, expected {offered}";
        /// Another subprotocol is taken than was offered.
        OtherSubprotocol {
            /// By whom.
            host: String,
            /// Which.
            taken: String,
        } = "{host} takes the subprotocol `{taken}`, which was not offered";
        /// A message is longer than what is read of one.
        TooLong {
            /// Whose.
            host: String,
            /// The limit, in KiB.
            kib: usize,
        } = "{host} sends a message of more than {kib} KiB";
        /// The connection was closed too early.
        Closed {
            /// By whom.
            host: String,
            /// With which code.
            close: u16,
        } = "{host} closed the connection with the code {close}";
        /// The same, with a reason.
        ClosedSaying {
            /// By whom.
            host: String,
            /// With which code.
            close: u16,
            /// The reason.
            said: String,
        } = "{host} closed the connection with the code {close}: `{said}`";
        /// The connection was closed with another code.
        OtherClose {
            /// The one that came.
            close: u16,
            /// The one expected.
            expected: u16,
        } = "closed with the code {close}, expected {expected}";
    }
}
