//! What workers of this machine have left: process groups and folders of attempts whose own worker is
//! gone, or is not this one.
//!
//! Beside the folder of each attempt lies a record of its process group, written when it started.
//! A group is ended only while its leader is still the recorded process: numbers are used again.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{anyhow, ensure};
use leo_protocol::JobId;
use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep};

use super::child::send;
use crate::kernel::{Fate, Process, group_is_gone};

/// How long a group may take to end after SIGKILL.
const KILL_TIMEOUT: Duration = Duration::from_secs(10);
/// How often it is looked whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// The leader of a group as text: its number and its start, or only its number where the kernel does
/// not tell the start.
pub(super) fn name(leader: i32) -> String {
    match Process::of(leader) {
        Some(Process { pid, start }) => format!("{pid}:{start}"),
        None => leader.to_string(),
    }
}

/// The leader that a text names, where it names one that cannot be mistaken.
fn leader(name: &str) -> Option<Process> {
    let (pid, start) = name.split_once(':')?;
    let (pid, start) = (pid.parse().ok()?, start.parse().ok()?);
    // The kernel takes 0 and 1 for something else than a group.
    (pid > 1).then_some(Process { pid, start })
}

/// Whether the group of this name has a leader that runs.
pub(super) fn runs(name: &str) -> bool {
    leader(name).is_some_and(|leader| leader.fate() == Fate::Lives)
}

/// Ends the group of this name, if it is still the one, and waits until it is gone.
pub(super) async fn end(name: &str) -> anyhow::Result<()> {
    let Some(leader) = leader(name) else {
        return Ok(());
    };
    match leader.fate() {
        Fate::Dead => return Ok(()),
        Fate::Lives => {}
        Fate::Unknown => {
            return Err(anyhow!(
                "whether process {} is the one cannot be told",
                leader.pid
            ));
        }
    }
    send(nix::unistd::Pid::from_raw(leader.pid), Signal::SIGKILL);
    let asked = Instant::now();
    while !group_is_gone(leader.pid) {
        ensure!(
            asked.elapsed() < KILL_TIMEOUT,
            "process group {} does not end",
            leader.pid
        );
        sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Where the name of the group of the attempt with this folder is kept.
pub(super) fn record_file(folder: &Path) -> PathBuf {
    folder.with_added_extension(RECORD)
}

/// The name kept for the attempt with this folder; empty where there is none.
pub(super) fn recorded(folder: &Path) -> String {
    std::fs::read_to_string(record_file(folder)).unwrap_or_default()
}

/// What ends the name of a record.
const RECORD: &str = "run";

/// The attempts of which there is anything below `root`.
pub(super) fn attempts(root: &Path) -> io::Result<HashSet<(JobId, u32)>> {
    let mut found = HashSet::new();
    for entry in std::fs::read_dir(root)? {
        let name = entry?.file_name();
        found.extend(name.to_str().and_then(attempt));
    }
    Ok(found)
}

/// The attempt of which a folder or file of this name is.
fn attempt(name: &str) -> Option<(JobId, u32)> {
    let name = name.split('.').next()?;
    let (job, attempt) = name.rsplit_once('_')?;
    Some((job.parse().ok()?, attempt.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_and_files_tell_the_attempt() {
        let job = JobId::generate();
        for name in [
            format!("{job}_2"),
            format!("{job}_2.log"),
            format!("{job}_2.run"),
        ] {
            assert_eq!(attempt(&name), Some((job, 2)));
        }
        for name in ["", "notes.txt", "a_1", &job.to_string()] {
            assert_eq!(attempt(name), None);
        }
    }

    #[test]
    fn only_what_cannot_be_mistaken_is_a_leader() {
        let process = Process { pid: 7, start: 8 };
        assert_eq!(leader("7:8"), Some(process));
        for name in ["", "7", "7:", ":8", "0:8", "1:8", "-7:8"] {
            assert_eq!(leader(name), None, "{name}");
        }
    }

    #[tokio::test]
    async fn a_number_that_was_used_again_is_left_alone() {
        let mut child = std::process::Command::new("/bin/sleep")
            .arg("1000")
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let start = Process::of(pid).unwrap().start;
        end(&format!("{pid}:{}", start + 1)).await.unwrap();
        assert!(runs(&format!("{pid}:{start}")));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
