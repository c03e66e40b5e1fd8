//! Why the store cannot be read or written, and what to do.

use super::os::OsFault;
use super::table::details;

details! {
    /// Why the store cannot be read or written, and what to do. What `said` holds are the
    /// words of SQLite or of AWS.
    StoreDetail {
        /// The file is of another kind.
        NotSqlite {} = "it is not a SQLite file, or its beginning is damaged: name another file, or put a copy back";
        /// The file is spoilt. The `-wal` file belongs to it; alone it spoils the next one.
        Damaged {
            /// What exactly.
            said: String,
        } = "it is damaged ({said}): put a copy of the file back, or move it and its -wal file away to start afresh";
        /// The file may not be written.
        NoAccess {
            /// What exactly.
            said: String,
        } = "{said}: check that this user may write to the file and to its folder";
        /// Somebody else holds the file.
        Busy {
            /// What exactly.
            said: String,
        } = "{said}: another process has been writing to it for too long, try again";
        /// Its disk has no room.
        DiskFull {
            /// What exactly.
            said: String,
        } = "{said}: make room on its disk";
        /// Its disk does not do what it should.
        DiskFails {
            /// What exactly.
            said: String,
        } = "{said}: its disk may be full, or failing";
        /// The operating system refused.
        Path {
            /// Why.
            why: OsFault,
        } = "{why}: check the path and its permissions";
        /// One record in the file is spoilt. The rest is as good as it was.
        Row {
            /// The target whose record it is.
            name: String,
            /// What exactly.
            said: String,
        } = "the record of {name:?} cannot be read ({said}): put a copy of the file back, or delete the row of this name from its table \"target\", so that it starts afresh";
        /// The same of an item in the table.
        Item {
            /// The target whose record it is.
            name: String,
            /// What exactly.
            said: String,
        } = "the record of {name:?} cannot be read ({said}): put a copy of the item back, or delete it to start afresh";
        /// The time was up, although the table answered.
        TooSlow {
            /// The time, in seconds.
            seconds: u64,
        } = "it took longer than {seconds} s: the next tick tries again";
        /// The table did not answer.
        NoAnswer {} = "it did not answer in time: the next tick tries again";
        /// The table's answer is not whole.
        BrokeOff {} = "its answer broke off: the next tick tries again";
        /// No connection leads to the table.
        Unreached {
            /// What exactly.
            said: String,
        } = "it cannot be reached ({said}): the next tick tries again";
        /// There is no such table.
        NoTable {} = "there is no such table in this region and account: make it, or name another one in PROBER_TABLE";
        /// The table may not be used.
        Denied {
            /// What exactly.
            said: String,
        } = "access denied ({said}): allow dynamodb:Query, GetItem, PutItem, UpdateItem and DeleteItem on it";
        /// The credentials are too old, or wrong.
        Credentials {
            /// The code of the error.
            said: String,
        } = "the credentials are not accepted ({said}): renew them, and check the clock";
        /// More was asked of the table than it may give.
        Throttled {
            /// The code of the error.
            said: String,
        } = "it is throttled ({said}): raise its capacity, or tick less often";
        /// The table is of another form.
        OtherKeys {
            /// What exactly.
            said: String,
        } = "the request does not fit it ({said}): its keys must be \"kind\" and \"name\", both strings";
        /// The service itself failed.
        ServiceFailed {
            /// The code of the error.
            said: String,
        } = "DynamoDB failed ({said}): the next tick tries again";
        /// Something else.
        Other {
            /// What, in English.
            said: String,
        } = "{said}";
    }
}
