//! What is wrong with the answer of a name server.

use super::table::details;

details! {
    /// What is wrong with the answer of a name server.
    DnsDetail {
        /// Its code is another one.
        Code {
            /// The one that it has: `SERVFAIL`.
            answered: String,
            /// The one expected.
            expected: String,
        } = "answered {answered}, expected {expected}";
        /// There is no record of the type.
        NoRecord {
            /// Of which name.
            name: String,
            /// Of which type: `AAAA`.
            kind: String,
        } = "{name} has no {kind} record";
        /// The records are not those expected.
        OtherRecords {
            /// The records, with commas between them.
            found: String,
            /// The one expected, or a pattern for it.
            expected: String,
        } = "the records are {found}, expected {expected}";
        /// What answers is no name server.
        NotDns {
            /// Who answers.
            host: String,
        } = "{host} answers, and not as a name server does";
    }
}
