//! Generators in containers, as the kernel shows them: each look at the process table is a sign of
//! life of everything that is in it. Leo and the Docker engine have no say in this.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use leo_protocol::JobId;

use super::clock::{Moment, now};
use super::ledger::{Host, Run};

/// The time between two looks. What lives shorter may be missed, and is no danger either.
const PERIOD: Duration = Duration::from_millis(50);
/// What a generator is called in its image.
const NAME: &str = "leo-generator";
/// The job in a generator's environment.
const JOB: &[u8] = b"JOB_ID=";

/// A look-out that goes on until it is asked for what it has seen.
#[derive(Debug)]
pub(super) struct LookOut {
    stop: Arc<AtomicBool>,
    looking: JoinHandle<Seen>,
}

/// By process number and start.
type Seen = HashMap<(i32, u64), Run>;

impl LookOut {
    pub(super) fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let looking = thread::spawn(move || {
            let mut seen = Seen::new();
            while !stopped.load(Ordering::Relaxed) {
                look(&mut seen);
                thread::sleep(PERIOD);
            }
            seen
        });
        Self { stop, looking }
    }

    /// Everything that was seen, of this and of any other installation.
    ///
    /// # Panics
    /// When looking has panicked.
    pub(super) fn end(self) -> Vec<Run> {
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.looking.join().expect("look out");
        seen.into_values().collect()
    }
}

fn look(seen: &mut Seen) {
    let at = now();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|pid| pid.parse().ok());
        let Some(pid) = pid else { continue };
        let process = entry.path();
        // Processes come and go while they are looked at.
        let Some(began) = generator(&process) else {
            continue;
        };
        if let Some(known) = seen.get_mut(&(pid, began)) {
            known.last = at;
        } else if let Some(run) = first_sight(&process, pid, at) {
            seen.insert((pid, began), run);
        }
    }
}

/// When the process began, if it is a generator that lives.
fn generator(process: &Path) -> Option<u64> {
    let name = fs::read_to_string(process.join("comm")).ok()?;
    if name.trim_end() != NAME {
        return None;
    }
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name before it is in brackets and may hold anything; the state is the first field.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let began = fields.nth(18)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(began)
}

fn first_sight(process: &Path, pid: i32, at: Moment) -> Option<Run> {
    let environment = fs::read(process.join("environ")).ok()?;
    let mut variables = environment.split(|byte| *byte == 0);
    let job = variables.find_map(|variable| variable.strip_prefix(JOB))?;
    let job: JobId = std::str::from_utf8(job).ok()?.parse().ok()?;
    let file: PathBuf = process.join("root/workspace/.leo/job.json");
    let input: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    Some(Run {
        job,
        attempt: input["attempt"].as_u64()?.try_into().ok()?,
        host: Host::Engine,
        pid,
        start: at,
        last: at,
    })
}
