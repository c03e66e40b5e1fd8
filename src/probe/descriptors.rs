//! How many connections the process may hold at once.

use crate::os::raise_file_limit;

/// Descriptors for everything else: the store, Slack, the runtime, and second addresses
/// that are tried while the first has not answered.
const RESERVED: u64 = 128;
/// Connections at once, whatever the system allows: it bounds memory.
const MAX_CONNECTIONS: u64 = 1_024;
/// Connections at once, however little the system allows: probes that find no
/// descriptor are inconclusive, and are tried again.
const MIN_CONNECTIONS: u64 = 16;

/// Raises the limit of open files to what the system lets a process have, and returns the
/// connections that fit.
pub(super) fn max_connections() -> usize {
    let spare = raise_file_limit().unwrap_or(u64::MAX).saturating_sub(RESERVED);
    usize::try_from(spare.clamp(MIN_CONNECTIONS, MAX_CONNECTIONS)).unwrap_or(usize::MAX)
}
