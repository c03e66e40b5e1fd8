//! Running a process with less of a processor than there is.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::run::{Use, exited};

/// Within which a share is given out, as on Lambda.
const PERIOD: Duration = Duration::from_millis(20);
/// How often it is looked whether the part of a period is used up.
const LOOK: Duration = Duration::from_micros(500);

/// What a process may use of the processors.
#[derive(Clone, Copy)]
pub(crate) struct Quota {
    /// Of one processor; 1 is all of it.
    share: f64,
    /// Whether it runs on one processor alone.
    is_pinned: bool,
}

impl Quota {
    /// All that there is.
    pub(crate) const ALL: Self = Self { share: 1.0, is_pinned: false };
    /// One processor.
    pub(crate) const ONE_PROCESSOR: Self = Self { share: 1.0, is_pinned: true };
    /// What 256 MB get on Lambda, of 1,769 MB for one:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>.
    pub(crate) const SEVENTH: Self = Self { share: 0.145, is_pinned: false };
}

/// Runs `command` within `quota`: whenever it has used its part of a period, it is stopped
/// until the next. Returns what it used, and what it wrote to its standard output.
pub(crate) fn run_within(command: &mut Command, quota: Quota) -> (Use, Vec<u8>) {
    let mut pinned;
    let mut command = command;
    if quota.is_pinned {
        pinned = pin(command);
        command = &mut pinned;
    }
    let began = Instant::now();
    let child = command.env_clear().stdin(Stdio::null());
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let id = i32::try_from(child.id()).unwrap();
    let mut output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        output.read_to_end(&mut said).unwrap();
        said
    });
    if quota.share < 1.0 {
        throttle(id, PERIOD.mul_f64(quota.share));
    }
    let (used, code) = exited(&mut child, began);
    assert!(matches!(code, Some(0 | 1)), "{command:?} ended with {code:?}");
    (used, reader.join().unwrap())
}

/// The same on the first processor alone, by the system's own `taskset`.
fn pin(command: &Command) -> Command {
    let mut pinned = Command::new("/usr/bin/taskset");
    pinned.args(["--cpu-list", "0"]).arg(command.get_program()).args(command.get_args());
    pinned
}

/// Until the process is gone.
#[allow(clippy::disallowed_methods, reason = "it waits for another process's time to pass")]
fn throttle(id: i32, part: Duration) {
    let Some(pid) = Pid::from_raw(id) else { return };
    while let Some(before) = computed(id) {
        let period = Instant::now();
        while period.elapsed() < PERIOD {
            if computed(id).is_none_or(|now| now >= before + part) {
                let _gone = kill_process(pid, Signal::STOP);
                std::thread::sleep(PERIOD.saturating_sub(period.elapsed()));
                let _gone = kill_process(pid, Signal::CONT);
                break;
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// What all threads of a process have computed so far; nothing once it has ended.
pub(crate) fn computed(id: i32) -> Option<Duration> {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).ok()?;
    let nanos = |thread: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    let times: Vec<u64> = threads.filter_map(nanos).collect();
    let is_over = std::fs::read_to_string(format!("/proc/{id}/stat"))
        .map_or(true, |stat| stat.contains(") Z "));
    (!is_over).then(|| Duration::from_nanos(times.iter().sum()))
}
