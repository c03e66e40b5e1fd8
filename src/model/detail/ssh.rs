//! What is wrong with a server of SSH.

use super::table::details;

details! {
    /// What is wrong with a server of SSH.
    SshDetail {
        /// What answers is no server of SSH.
        NotSsh {
            /// Who answers.
            host: String,
            /// How the answer begins.
            begins: String,
        } = "{host} does not speak SSH 2: its answer begins with `{begins}`";
        /// It says that, and nothing of what it says afterwards makes sense.
        RulesBroken {
            /// Which server.
            host: String,
        } = "{host} broke the rules of SSH";
        /// The two know no key exchange or no kind of key in common.
        NothingShared {
            /// Which server.
            host: String,
        } = "{host} shares no key exchange or kind of key that prober knows, which is prober's own limit: tcp:// needs none";
        /// The server ended the key exchange.
        Ended {
            /// Which server.
            host: String,
            /// Its reason.
            said: String,
        } = "{host} ended the key exchange: `{said}`";
        /// The server's signature is wrong.
        NotProven {
            /// Whose.
            host: String,
        } = "{host} did not prove that the host key is its own: it signed the key exchange wrongly";
        /// The server's key is none of those expected.
        OtherKey {
            /// Whose.
            host: String,
            /// The one that it has.
            found: String,
        } = "the host key of {host} is not the one expected: it is {found}";
    }
}
