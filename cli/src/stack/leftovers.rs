//! Ends what a killed stack has left.
//!
//! Its children end by themselves as soon as it is gone ([`super::child`]), so there is usually
//! only the end to wait for. What does not come to it is killed, after a check that the process is
//! the one that was started.

use std::fs;
use std::time::Duration;

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::Report;
use super::layout::SHORT_PREFIX;
use super::privilege::Privilege;
use super::procfs::{Process, boot_id, until};
use super::programs::{Programs, output};
use super::record::{Record, State};

/// How long leftovers may take to end by themselves: a Docker engine that stops its containers
/// takes the longest.
const END_WITHIN: Duration = Duration::from_secs(20);
/// How long a killed process may take to go.
const KILL_WITHIN: Duration = Duration::from_secs(5);

/// Ends all that the record tells of.
pub(crate) async fn end(
    record: &Record,
    programs: &Programs,
    report: &Report<'_>,
) -> anyhow::Result<()> {
    let state = record.state();
    if state.boot == boot_id() {
        end_processes(&state, END_WITHIN, programs, report).await?;
    }
    if let Some(dir) = &state.run_dir
        && dir
            .to_str()
            .is_some_and(|dir| dir.starts_with(SHORT_PREFIX))
    {
        // It may be gone, and a folder for sockets that stays is no reason not to start.
        let _ = fs::remove_dir_all(dir);
    }
    Ok(())
}

async fn end_processes(
    state: &State,
    within: Duration,
    programs: &Programs,
    report: &Report<'_>,
) -> anyhow::Result<()> {
    let alive = |process: &Process| process.is_alive();
    if !state.processes.values().any(alive) {
        return Ok(());
    }
    report("ending what an earlier run has left running");
    if until(within, || !state.processes.values().any(alive)).await {
        return Ok(());
    }
    for (name, process) in &state.processes {
        if process.is_alive() {
            kill(*process, programs)
                .await
                .with_context(|| format!("failed to kill {name}"))?;
        }
        if !until(KILL_WITHIN, || !process.is_alive()).await {
            bail!(
                "{name} (process {}) of an earlier run does not end",
                process.pid
            );
        }
    }
    Ok(())
}

/// Kills the process's group: each child leads one of its own.
async fn kill(process: Process, programs: &Programs) -> anyhow::Result<()> {
    match killpg(Pid::from_raw(process.pid), Signal::SIGKILL) {
        Err(nix::errno::Errno::EPERM) => {
            let privilege = Privilege::find(programs).await;
            let privilege = privilege.context("it belongs to root")?;
            let mut command = privilege.command(programs, "kill")?;
            command.args(["-KILL", "--", &format!("-{}", process.pid)]);
            output(command).await.map(drop)
        }
        Err(nix::errno::Errno::ESRCH) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    fn sleeper() -> std::process::Child {
        Command::new("sleep")
            .arg("600")
            .process_group(0)
            .spawn()
            .unwrap()
    }

    #[tokio::test]
    async fn kills_what_was_recorded_and_nothing_else() {
        let programs = Programs::new(None);
        let (mut ours, mut other) = (sleeper(), sleeper());
        let recorded = Process::running(ours.id().try_into().unwrap()).unwrap();
        // The number of another process with the start of one that is long gone.
        let reused = serde_json::json!({ "pid": other.id(), "started": 1 });
        let mut state = State::default();
        state.processes.insert("ours".into(), recorded);
        state
            .processes
            .insert("reused".into(), serde_json::from_value(reused).unwrap());

        end_processes(&state, Duration::ZERO, &programs, &|_| {})
            .await
            .unwrap();

        assert!(!recorded.is_alive());
        assert!(!ours.wait().unwrap().success());
        assert_eq!(other.try_wait().unwrap(), None);
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
