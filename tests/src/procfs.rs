//! Other processes of this machine, as the kernel shows them.

use std::fs;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The processes that work in a folder or below it: the generators of mode `process`.
#[must_use]
pub fn working_below(dir: &Path) -> Vec<i32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let works_at = fs::read_link(entry.path().join("cwd")).ok()?;
            works_at.starts_with(dir).then_some(pid)
        })
        .collect()
}

/// Whether a process was stopped by a signal.
#[must_use]
pub fn is_halted(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').map(|(_, rest)| rest.trim_start());
    state.is_some_and(|state| state.starts_with('T'))
}

/// Kills the processes that work below a folder.
pub fn kill_below(dir: &Path) {
    for pid in working_below(dir) {
        // One that has just ended is as good.
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
}

/// The memory that a process holds, in KiB.
///
/// # Panics
/// When there is no such process.
#[must_use]
pub fn resident_kib(pid: u32) -> u64 {
    kib(pid, "VmRSS:")
}

/// The most memory that a process has held at once, in KiB.
///
/// # Panics
/// When there is no such process.
#[must_use]
pub fn peak_kib(pid: u32) -> u64 {
    kib(pid, "VmHWM:")
}

fn kib(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("the kernel tells it")
}
