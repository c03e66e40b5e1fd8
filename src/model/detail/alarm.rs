//! Why an alarm of CloudWatch was raised.

use super::argument::NameList;
use super::table::details;

details! {
    /// Why an alarm of CloudWatch was raised. Numbers are as people write them.
    AlarmDetail {
        /// Its value crossed its limit.
        CrossedOnce {
            /// The value.
            value: String,
            /// How it is compared: `>`.
            operator: String,
            /// The limit.
            threshold: String,
        } = "{value} {operator} {threshold}";
        /// The same in several periods.
        Crossed {
            /// The newest value that did.
            value: String,
            /// How it is compared: `>`.
            operator: String,
            /// The limit.
            threshold: String,
            /// In how many periods.
            some: u64,
            /// Of how many that were looked at.
            of: u64,
        } = "{value} {operator} {threshold} ({some} of {of} datapoints)";
        /// Its value is not within what is usual.
        OutOfBand {
            /// The value.
            value: String,
            /// Where the band begins.
            lower: String,
            /// Where it ends.
            upper: String,
        } = "{value} is outside {lower} – {upper}";
        /// It had no value, which counts as bad.
        NoData {
            /// In how many periods.
            periods: u64,
        } = "no data for {periods} periods";
        /// Other alarms raised it.
        Children {
            /// Their names.
            names: NameList,
        } = "{names} in ALARM";
        /// Some of its time series did.
        Contributors {
            /// How many.
            some: u64,
            /// Of how many.
            of: u64,
        } = "{some} of {of} contributors in ALARM";
        /// It does not say why.
        Raised {} = "in ALARM";
    }
}
