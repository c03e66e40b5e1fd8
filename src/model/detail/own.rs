//! Why the prober could not find out, for which the target can do nothing.

use std::net::IpAddr;

use super::argument::{IpFamily, PeerName, Span};
use super::os::OsFault;
use super::table::details;

details! {
    /// Why the prober could not find out.
    OwnDetail {
        /// It was not given the processor.
        NoProcessor {
            /// The time that the target had.
            within: Span,
            /// How much of it was lost.
            lost: Span,
        } = "no answer was read within {within}, and for {lost} of that the prober itself had no processor";
        /// Its turn to look a name up did not come.
        TooManyLookups {
            /// The time that the target had.
            within: Span,
        } = "no name lookup could begin within {within}: too many others hang";
        /// There was no memory for the body.
        TooManyBodies {
            /// The time that the target had.
            within: Span,
        } = "within {within} there was no room for its body: too many others are large";
        /// The body came, and was not looked through.
        BodyUnread {
            /// The time that the target had.
            within: Span,
        } = "within {within} there was no time to look through its body";
        /// The self-check failed: what failed in its round proves nothing.
        NoNetwork {} = "the prober itself had no network";
        /// What it depends on is reached from elsewhere only.
        BehindPartial {
            /// The target that it depends on.
            root: String,
        } = "{root}, which it depends on, is reachable only from elsewhere";
        /// The round ended.
        RoundOver {} = "the time of this round was up before it answered";
        /// The machine ran out of something.
        Failed {
            /// What the machine ran out of.
            why: OsFault,
        } = "the prober itself failed: {why}";
        /// The system here did not do what was asked.
        System {
            /// Why not.
            why: OsFault,
        } = "{why}";
        /// What is asked for is in AWS.
        WithoutAws {} = "it is in AWS, and this prober was built without AWS";
        /// A mistake in the program.
        Panicked {} = "the prober itself failed: it panicked";
        /// A mistake in the program.
        NotSetUp {} = "the prober was not set up for this target";
        /// The password of the proxy has letters that no header can have.
        ProxyPassword {} = "the proxy's authorization cannot be sent";
        /// The name has letters that no proxy can be asked for.
        NoNameForProxy {
            /// The name that is watched.
            host: String,
        } = "{host} cannot be asked of a proxy";
        /// Lambda's own address, which no target may be.
        RuntimeAddress {
            /// The name that leads there.
            peer: PeerName,
            /// The address.
            ip: IpAddr,
        } = "{peer} is not asked: {ip} is the address of Lambda's runtime";
        /// The address of a service of AWS for this machine, which no target may be.
        AwsAddress {
            /// The name that leads there.
            peer: PeerName,
            /// The address.
            ip: IpAddr,
        } = "{peer} is not asked: {ip} is an address of AWS's own services for this machine";
        /// The port of mail, which AWS closes to functions.
        MailPort {
            /// The name that leads there.
            peer: PeerName,
        } = "{peer} is not asked: AWS lets no function on Lambda reach port 25; watch port 587 or 465";
        /// The system lets nobody ping.
        PingsForbidden {} = "no pings can be sent from here, as on Lambda: watch a port with tcp://, or allow them by net.ipv4.ping_group_range";
        /// The target has only addresses to which there is no way from here.
        HasOnly {
            /// Of which version they are.
            family: IpFamily,
        } = "it has only {family} addresses, and there is no {family} here";
        /// The same of another server.
        PeerHasOnly {
            /// Which server.
            peer: PeerName,
            /// Of which version its addresses are.
            family: IpFamily,
        } = "{peer} has only {family} addresses, and there is no {family} here";
        /// The target is to be probed over a version of IP that is not here.
        Needs {
            /// The family of addresses.
            family: IpFamily,
        } = "it needs {family}, and there is no {family} here";
        /// The same of another server.
        PeerNeeds {
            /// Which server.
            peer: PeerName,
            /// The version.
            family: IpFamily,
        } = "{peer} needs {family}, and there is no {family} here";
    }
}
