//! Running a process, and what the kernel says it used.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What one process used, from its start to its end.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    /// User and system.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    /// Bytes resident at most. Until it starts its own program, a process
    /// is counted with the memory of its parent, which is why the parent here
    /// stays small.
    pub(crate) resident: u64,
}

/// Runs `command`, which must end with exit code `code`.
pub(crate) fn run(command: &mut Command, code: i32) -> Use {
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    ended(&mut child, began, code)
}

/// Waits for a process, which must end with exit code `code`.
fn ended(child: &mut Child, began: Instant, code: i32) -> Use {
    let (used, exit) = exited(child, began);
    assert_eq!(exit, Some(code), "{child:?}");
    used
}

/// Waits for a process. Returns what it used, and its exit code.
pub(crate) fn exited(child: &mut Child, began: Instant) -> (Use, Option<i32>) {
    let used = child.wait4().unwrap();
    let wall = began.elapsed();
    let cpu = used.rusage.utime + used.rusage.stime;
    (Use { cpu, wall, resident: used.rusage.maxrss }, used.status.code())
}

/// The median of each figure by itself.
pub(crate) fn median(uses: &[Use]) -> Use {
    Use {
        cpu: middle(uses, |each| each.cpu),
        wall: middle(uses, |each| each.wall),
        resident: middle(uses, |each| each.resident),
    }
}

fn middle<T: Ord + Copy>(uses: &[Use], figure: impl Fn(&Use) -> T) -> T {
    let mut figures: Vec<T> = uses.iter().map(figure).collect();
    figures.sort_unstable();
    figures[figures.len() / 2]
}
