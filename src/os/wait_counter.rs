//! How long a thread has waited for a processor, where the kernel counts that:
//! <https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat>.

use std::time::Duration;

/// The count of one thread. Only Linux has one.
#[derive(Debug)]
pub struct WaitCounter {
    #[cfg(target_os = "linux")]
    file: Option<std::fs::File>,
}

#[cfg(target_os = "linux")]
impl WaitCounter {
    /// The count of the thread that calls this.
    #[must_use]
    pub fn of_this_thread() -> Self {
        Self { file: std::fs::File::open("/proc/thread-self/schedstat").ok() }
    }

    /// How long the thread could have run until now, and did not; `None` where that is not
    /// counted.
    #[must_use]
    pub fn read(&self) -> Option<Duration> {
        use std::os::unix::fs::FileExt as _;
        let mut bytes = [0; 64];
        let length = self.file.as_ref()?.read_at(&mut bytes, 0).ok()?;
        waited(std::str::from_utf8(&bytes[..length]).ok()?)
    }
}

#[cfg(not(target_os = "linux"))]
impl WaitCounter {
    /// A count that says nothing.
    #[must_use]
    pub const fn of_this_thread() -> Self {
        Self {}
    }

    /// Nothing is counted here.
    #[must_use]
    pub const fn read(&self) -> Option<Duration> {
        None
    }
}

/// The second of three numbers: nanoseconds in which the thread could have run, and did not.
#[cfg(target_os = "linux")]
fn waited(schedstat: &str) -> Option<Duration> {
    let nanos = schedstat.split_ascii_whitespace().nth(1)?;
    nanos.parse().ok().map(Duration::from_nanos)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_second_number_counts() {
        assert_eq!(waited("123 4000000 5\n"), Some(Duration::from_millis(4)));
        for odd in ["", "1", "1 x 2", "-1 -1"] {
            assert_eq!(waited(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_kernel_counts_for_this_thread() {
        let counter = WaitCounter::of_this_thread();
        let (before, after) = (counter.read().unwrap(), counter.read().unwrap());
        assert!(after >= before);
    }
}
