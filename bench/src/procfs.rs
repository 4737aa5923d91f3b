//! What a process has used, as the kernel counts it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{SysconfVar, sysconf};
use tokio::task::AbortHandle;

/// How often a [`Peak`] looks.
const SAMPLING: Duration = Duration::from_millis(200);
/// Fields of `/proc/PID/stat` behind the program's name, before the time in user mode.
const FIELDS_BEFORE_UTIME: usize = 11;

/// The time that a process has spent on a CPU, itself and for it in the kernel.
pub(crate) fn cpu(pid: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("read a process's time")?;
    // The name may hold anything, but nothing behind it holds a parenthesis.
    let (_, fields) = stat.rsplit_once(')').context("understand /proc/PID/stat")?;
    let times = fields.split_whitespace().skip(FIELDS_BEFORE_UTIME).take(2);
    let mut ticks = 0_u64;
    for time in times {
        ticks += time.parse::<u64>().context("understand /proc/PID/stat")?;
    }
    let rate = sysconf(SysconfVar::CLK_TCK)?.context("the kernel has no clock tick")?;
    let rate = u32::try_from(rate).context("understand the clock tick")?;
    Ok(Duration::from_secs(ticks) / rate)
}

/// The memory that a process holds, in KiB.
pub(crate) fn rss(pid: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("read a process")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    let number = number.context("the kernel does not tell VmRSS")?;
    number.parse().context("understand VmRSS")
}

/// The most memory that a process holds while this lives.
#[derive(Debug)]
pub(crate) struct Peak {
    most: Arc<AtomicU64>,
    sampler: AbortHandle,
}

impl Peak {
    /// Begins to look at a process.
    pub(crate) fn of(pid: u32) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&most);
        let sampler = tokio::spawn(async move {
            while let Ok(now) = rss(pid) {
                seen.fetch_max(now, Ordering::Relaxed);
                tokio::time::sleep(SAMPLING).await;
            }
        });
        Self {
            most,
            sampler: sampler.abort_handle(),
        }
    }

    /// In KiB, so far.
    pub(crate) fn kib(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.sampler.abort();
    }
}

/// Lets this process and its children open as many files as they may; how many that is.
pub(crate) fn raise_file_limit() -> anyhow::Result<u64> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).context("read the limit of open files")?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).context("raise the limit of open files")?;
    Ok(hard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_of_this_process() {
        let me = std::process::id();
        let before = cpu(me).unwrap();
        let end = std::time::Instant::now() + Duration::from_secs(30);
        while cpu(me).unwrap() == before {
            assert!(std::time::Instant::now() < end, "no time passes");
        }
        assert!(rss(me).unwrap() > 100);
    }
}
