//! The place of a worker: one process after the other under the same name, as on a server.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex as StdMutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

use super::absences::{Absences, Span};
use super::clock::{Moment, now};
use super::ledger;
use crate::chaos::arena::Launch;
use crate::config;
use crate::program::Program;
use crate::wait::DEADLINE;

/// What a worker says when it takes jobs.
const RUNNING: &str = "the worker runs";
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(25);
/// How long a worker may take to end when it is asked to.
const END_WITHIN: Duration = Duration::from_secs(20);

/// Where the generators of a worker run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In containers: any worker of the same engine reaches them.
    Engine,
    /// As the children of one worker process.
    Process,
}

/// The place of a worker.
#[derive(Debug)]
pub(super) struct Slot {
    number: usize,
    name: String,
    place: Place,
    launch: Launch,
    folders: Folders,
    worker: Mutex<Worker>,
    absences: StdMutex<Absent>,
}

/// Where a slot keeps what.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    /// Logs, and one staging folder for each slot.
    pub(super) base: PathBuf,
    /// What the generators write.
    pub(super) ledgers: PathBuf,
}

#[derive(Debug)]
struct Worker {
    program: Program,
    incarnation: u32,
}

#[derive(Debug, Default)]
struct Absent {
    /// Times in which this worker stood still or was not there.
    away: Vec<Span>,
    /// Times in which a process stood still, by its number.
    stopped: Vec<(u32, Span)>,
}

/// A worker that is held for a fault.
pub(super) struct Held<'a> {
    slot: &'a Slot,
    worker: MutexGuard<'a, Worker>,
}

impl Slot {
    /// Starts the first worker in it. `launch` lacks what differs between workers.
    ///
    /// # Panics
    /// When it does not come up.
    pub(super) async fn start(
        number: usize,
        place: Place,
        launch: &Launch,
        folders: &Folders,
    ) -> Self {
        let name = format!("worker-{number}");
        let staging = folders.base.join(format!("staging-{name}"));
        let launch = launch
            .clone()
            .with("WORKER_NAME", &name)
            .with("WORKSPACE_DIR", &staging.to_string_lossy());
        let (folders, first) = (folders.clone(), 1);
        let program = begin(
            &name,
            &launch_of(&launch, place, &folders, number, first),
            &folders.base,
        )
        .await;
        Self {
            number,
            name,
            place,
            launch,
            folders,
            worker: Mutex::new(Worker {
                program,
                incarnation: first,
            }),
            absences: StdMutex::default(),
        }
    }

    /// What the worker is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where its generators run.
    pub(super) const fn place(&self) -> Place {
        self.place
    }

    /// The worker, unless another fault has it.
    pub(super) fn hold(&self) -> Option<Held<'_>> {
        let worker = self.worker.try_lock().ok()?;
        Some(Held { slot: self, worker })
    }

    /// What all workers in it have said.
    pub(super) async fn log(&self) -> String {
        self.worker.lock().await.program.log()
    }

    /// Whether the worker has ended by itself.
    pub(super) async fn is_gone(&self) -> bool {
        !self.worker.lock().await.program.is_running()
    }

    /// Adds the times in which processes stood still.
    pub(super) fn add_absences(&self, absences: &mut Absences) {
        for (incarnation, span) in &self.absent().stopped {
            absences.of_worker(self.number, *incarnation, *span);
        }
    }

    /// The times in which it did not work.
    pub(super) fn away(&self) -> Vec<Span> {
        self.absent().away.clone()
    }

    fn absent(&self) -> std::sync::MutexGuard<'_, Absent> {
        self.absences.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_away(&self, from: Moment) {
        self.absent().away.push((from, now()));
    }

    async fn begin(&self, incarnation: u32) -> Program {
        let launch = launch_of(
            &self.launch,
            self.place,
            &self.folders,
            self.number,
            incarnation,
        );
        begin(&self.name, &launch, &self.folders.base).await
    }
}

impl Held<'_> {
    /// The slot.
    pub(super) const fn slot(&self) -> &Slot {
        self.slot
    }

    /// Kills the worker, waits so long, and starts another one.
    ///
    /// # Panics
    /// When that does not come up.
    pub(super) async fn kill(&mut self, pause: Duration) {
        let from = now();
        self.worker.program.kill();
        self.replace(from, pause).await;
    }

    /// Asks the worker to end, waits so long, and starts another one. Gives how long the end took;
    /// `None` when it had to be killed in the end.
    ///
    /// # Panics
    /// When the other one does not come up.
    pub(super) async fn terminate(&mut self, pause: Duration) -> Option<Duration> {
        let (from, begin) = (now(), Instant::now());
        self.worker.program.signal(Signal::SIGTERM);
        while self.worker.program.is_running() && begin.elapsed() < END_WITHIN {
            sleep(LOOK).await;
        }
        let ended = (!self.worker.program.is_running()).then(|| begin.elapsed());
        self.worker.program.kill();
        self.replace(from, pause).await;
        ended
    }

    async fn replace(&mut self, from: Moment, pause: Duration) {
        sleep(pause).await;
        self.worker.incarnation += 1;
        self.worker.program = self.slot.begin(self.worker.incarnation).await;
        self.slot.note_away(from);
    }

    /// Has the worker stand still for so long.
    pub(super) async fn stop_for(&mut self, time: Duration) {
        let from = now();
        self.worker.program.signal(Signal::SIGSTOP);
        sleep(time).await;
        let to = now();
        self.worker.program.signal(Signal::SIGCONT);
        let mut absent = self.slot.absent();
        absent.away.push((from, to));
        absent.stopped.push((self.worker.incarnation, (from, to)));
    }
}

/// Starts a worker and waits until it takes jobs. One that ends before that, because Postgres or
/// Docker is away, is started again, as by whoever keeps services running.
async fn begin(name: &str, launch: &Launch, logs: &Path) -> Program {
    let end = Instant::now() + DEADLINE;
    let said = fs::metadata(logs.join(format!("{name}.log"))).map_or(0, |log| log.len());
    let said = usize::try_from(said).unwrap_or(0);
    let mut program = Program::start(name, launch.command(), logs);
    loop {
        let log = program.log();
        if log.get(said..).is_some_and(|log| log.contains(RUNNING)) {
            return program;
        }
        assert!(Instant::now() < end, "{name} does not come up: {log}");
        sleep(LOOK).await;
        if !program.is_running() {
            sleep(LOOK * 10).await;
            program = Program::start(name, launch.command(), logs);
        }
    }
}

/// What this worker is told beside the others. In mode `process` the generator's command is a
/// script of its own that hands on the ledger, for the environment of children is cleared.
fn launch_of(
    launch: &Launch,
    place: Place,
    folders: &Folders,
    slot: usize,
    incarnation: u32,
) -> Launch {
    if place == Place::Engine {
        return launch.clone();
    }
    let name = ledger::name_of(slot, incarnation);
    let (ledger, generator) = (folders.ledgers.join(&name), config::mini_generator());
    let script = format!(
        "#!/bin/sh\nLEDGER='{}' exec '{}'\n",
        ledger.display(),
        generator.display()
    );
    let path = folders.base.join(format!("generator-{name}"));
    fs::write(&path, script).expect("write a script");
    fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("make a script a program");
    launch
        .clone()
        .with("GENERATOR_COMMAND", &path.to_string_lossy())
}
