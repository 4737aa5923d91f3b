//! A record of a generator's life that nobody but the generator and the kernel has a hand in.
//!
//! One line each for the start, for every [`PERIOD`] of life, and for the end:
//! `start|alive|end JOB ATTEMPT PID STARTED NOW`, the two times in nanoseconds of the machine's
//! monotonic clock. Each line is one write to a file that is opened for appending, so lines of many
//! generators do not mix. What is killed leaves no end; its last sign of life says until when it
//! has run at least.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::time::{ClockId, clock_gettime};

use crate::variable;

/// The time between two signs of life.
const PERIOD: Duration = Duration::from_millis(50);

/// The ledger as one generator writes it.
pub(crate) struct Ledger(Arc<Page>);

struct Page {
    file: File,
    who: String,
}

impl Ledger {
    /// Notes the start, and life from then on.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        let job = variable("JOB_ID").context("JOB_ID is not set")?;
        let (attempt, pid, now) = (attempt()?, std::process::id(), now()?);
        let page = Arc::new(Page {
            file,
            who: format!("{job} {attempt} {pid} {now}"),
        });
        page.note("start")?;
        let living = Arc::clone(&page);
        thread::spawn(move || {
            loop {
                thread::sleep(PERIOD);
                // The file is gone with whoever wanted to read it.
                if living.note("alive").is_err() {
                    return;
                }
            }
        });
        Ok(Self(page))
    }

    /// Notes the end.
    pub(crate) fn end(&self) -> Result<()> {
        self.0.note("end")
    }
}

impl Page {
    fn note(&self, what: &str) -> Result<()> {
        let line = format!("{what} {} {}\n", self.who, now()?);
        Ok((&self.file).write_all(line.as_bytes())?)
    }
}

/// The attempt, as the job's file beside the workspace has it.
fn attempt() -> Result<u64> {
    let workspace = PathBuf::from(variable("WORKSPACE").context("WORKSPACE is not set")?);
    let file = workspace.join("../.leo/job.json");
    let job: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).with_context(|| file.display().to_string())?)?;
    job["attempt"].as_u64().context("job.json has no attempt")
}

/// Nanoseconds of the machine's monotonic clock.
fn now() -> Result<i64> {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC)?;
    Ok(time.tv_sec() * 1_000_000_000 + time.tv_nsec())
}
