//! One look at all tasks that this worker waits for.
//!
//! However many jobs wait, one task of this process asks, with a hundred names a call: many workers
//! that each ask for each job are soon refused by ECS. Who waits holds a receiver, and sees each answer
//! as well as that there was none. A look that fails is made again after a pause that grows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep};
use tokio_util::task::AbortOnDropHandle;

use super::api::{Api, ApiError, DESCRIBE_AT_ONCE, Task};
use super::retry;

/// The longest pause after looks that have failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long what was seen of a task is kept after the last one waits for it.
const KEPT: Duration = Duration::from_secs(60);
/// A new task is looked at sooner than the others, but no sooner than this part of the interval.
const HASTE: u32 = 4;

/// What is known of a task.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    /// As it was described last, and when.
    pub(super) task: Option<(Arc<Task>, DateTime<Utc>)>,
    /// Since when ECS has not known it, if it does not.
    pub(super) missing_since: Option<Instant>,
    /// Why the last look failed, if it did.
    pub(super) failing: Option<String>,
}

#[derive(Debug)]
struct Watched {
    view: watch::Sender<View>,
    /// When somebody was last seen to wait for it.
    wanted: Instant,
}

type Tasks = Mutex<HashMap<String, Watched>>;

/// The look-out; it ends when this is dropped.
pub(super) struct Poller {
    tasks: Arc<Tasks>,
    wake: Arc<Notify>,
    _looking: AbortOnDropHandle<()>,
}

impl Poller {
    /// Looks once in each interval, at nothing as long as nobody waits.
    pub(super) fn start(api: Arc<dyn Api>, interval: Duration) -> Self {
        let tasks = Arc::new(Tasks::default());
        let wake = Arc::new(Notify::new());
        let looking = look(api, tasks.clone(), wake.clone(), interval);
        Self {
            tasks,
            wake,
            _looking: AbortOnDropHandle::new(tokio::spawn(looking)),
        }
    }

    /// What is seen of this task from now on.
    pub(super) fn watch(&self, arn: &str) -> watch::Receiver<View> {
        let mut tasks = lock(&self.tasks);
        let known = tasks.entry(arn.to_owned()).or_insert_with(|| Watched {
            view: watch::Sender::new(View::default()),
            wanted: Instant::now(),
        });
        if known.view.receiver_count() == 0 {
            // Nobody has looked for a while.
            known.view.send_modify(|view| view.missing_since = None);
            self.wake.notify_one();
        }
        known.view.subscribe()
    }

    /// What was seen of it last, if anything.
    pub(super) fn last(&self, arn: &str) -> Option<Arc<Task>> {
        let tasks = lock(&self.tasks);
        let view = tasks.get(arn)?.view.borrow();
        view.task.as_ref().map(|(task, _)| task.clone())
    }
}

/// The map is whole after every statement that changes it.
fn lock(tasks: &Tasks) -> MutexGuard<'_, HashMap<String, Watched>> {
    tasks.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn look(api: Arc<dyn Api>, tasks: Arc<Tasks>, wake: Arc<Notify>, interval: Duration) {
    let mut pause = interval;
    loop {
        tokio::select! {
            () = sleep(retry::by_lot(pause)) => {}
            () = wake.notified(), if pause == interval => sleep(interval / HASTE).await,
        }
        let fine = round(api.as_ref(), &tasks).await;
        pause = match fine {
            true => interval,
            false => (pause * 2).clamp(interval, LONGEST_PAUSE.max(interval)),
        };
    }
}

/// Looks at all tasks; whether every call was answered.
async fn round(api: &dyn Api, tasks: &Tasks) -> bool {
    let wanted = wanted(tasks);
    let mut fine = true;
    for arns in wanted.chunks(DESCRIBE_AT_ONCE) {
        let answer = api.describe_tasks(arns, false).await;
        if let Err(error) = &answer {
            tracing::warn!(%error, "the tasks of ECS could not be looked at");
            fine = false;
        }
        publish(tasks, arns, answer);
    }
    fine
}

/// The tasks that somebody waits for. The others are forgotten in time.
fn wanted(tasks: &Tasks) -> Vec<String> {
    let mut tasks = lock(tasks);
    for task in tasks.values_mut() {
        if task.view.receiver_count() > 0 {
            task.wanted = Instant::now();
        }
    }
    tasks.retain(|_, task| task.wanted.elapsed() < KEPT);
    let waited_for = tasks
        .iter()
        .filter(|(_, task)| task.view.receiver_count() > 0);
    waited_for.map(|(arn, _)| arn.clone()).collect()
}

fn publish(tasks: &Tasks, arns: &[String], answer: Result<Vec<Task>, ApiError>) {
    let (found, failing) = match answer {
        Ok(found) => (found, None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let found = found.into_iter().map(|task| (task.arn.clone(), task));
    let mut found: HashMap<String, Task> = found.collect();
    let tasks = lock(tasks);
    for arn in arns {
        let Some(watched) = tasks.get(arn) else {
            continue;
        };
        watched.view.send_modify(|view| {
            view.failing.clone_from(&failing);
            if failing.is_some() {
                return;
            }
            match found.remove(arn) {
                Some(task) => {
                    view.task = Some((Arc::new(task), Utc::now()));
                    view.missing_since = None;
                }
                None => {
                    view.missing_since.get_or_insert_with(Instant::now);
                }
            }
        });
    }
}
