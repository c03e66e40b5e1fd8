//! What a part of the configuration lacks, so that it is off.

use super::os::OsFault;
use super::table::details;

details! {
    /// What a part of the configuration lacks.
    LackDetail {
        /// An environment variable is not set.
        Variable {
            /// The name of the variable.
            name: String,
        } = "the environment variable `{name}` is not set";
        /// The same of one whose name may itself be a secret.
        UnnamedVariable {} = "an environment variable is not set, whose name may be a secret";
        /// An environment variable is set to what does not belong there.
        UnfitVariable {
            /// The name of the variable.
            name: String,
            /// What it was to be, in the words of the configuration.
            expected: String,
        } = "the environment variable `{name}` is not a valid {expected}";
        /// A parameter is not there, or holds something else.
        Parameter {
            /// Its name, with what it is a parameter of: `ssm:/prober/slack`.
            name: String,
        } = "`{name}` is missing, may not be read, or does not fit here";
        /// A file cannot be read.
        FileUnread {
            /// The key that names the file.
            key: String,
            /// Why not.
            why: OsFault,
        } = "the file in `{key}` cannot be read: {why}";
        /// A file has no certificate.
        NoCertificate {
            /// The key that names the file.
            key: String,
        } = "the file in `{key}` holds no certificate that can be read";
        /// A file has no private key.
        NoPrivateKey {
            /// The key that names the file.
            key: String,
        } = "the file in `{key}` holds no private key that can be read";
        /// The two of a client do not belong together.
        OtherKey {} = "the private key does not belong to the certificate";
        /// The certificates in a file can sign no others.
        NoRoot {} = "this file holds no root certificate";
    }
}
