//! The tasks of the installation, whoever has started them.
//!
//! All of them are listed by one name and told apart by their tags. Only those that are to run are
//! listed: of a task that has ended nothing is left to clear away.

use std::sync::atomic::{AtomicU64, Ordering};

use leo_protocol::InstanceId;
use tokio::sync::Mutex;

use super::api::{Api, ApiError, DESCRIBE_AT_ONCE};
use super::{request, retry};
use crate::orchestrator::FoundRun;

/// Pages of a list that are read at most, of a hundred tasks each.
const MAX_PAGES: usize = 200;

/// One listing for all who ask at the same time: when a zone is lost, many jobs begin again at once,
/// and each looks for what it has left.
#[derive(Debug, Default)]
pub(super) struct Lister {
    /// Listings begun so far.
    begun: AtomicU64,
    /// The last one, by number.
    last: Mutex<(u64, Vec<FoundRun>)>,
}

impl Lister {
    /// The tasks at some moment after this call.
    pub(super) async fn list(
        &self,
        api: &dyn Api,
        instance: InstanceId,
    ) -> Result<Vec<FoundRun>, ApiError> {
        let before = self.begun.load(Ordering::Relaxed);
        let mut last = self.last.lock().await;
        if last.0 <= before {
            let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
            *last = (number, all(api, instance).await?);
        }
        Ok(last.1.clone())
    }
}

/// Lists and describes them.
pub(super) async fn all(api: &dyn Api, instance: InstanceId) -> Result<Vec<FoundRun>, ApiError> {
    let mut found = Vec::new();
    let arns = arns(api, instance).await?;
    for some in arns.chunks(DESCRIBE_AT_ONCE) {
        let tasks = retry::patiently(|| api.describe_tasks(some, true)).await?;
        found.extend(tasks.iter().filter_map(|task| {
            let handle = request::attempt_of(task, instance)?;
            Some(FoundRun {
                handle,
                running: true,
            })
        }));
    }
    Ok(found)
}

async fn arns(api: &dyn Api, instance: InstanceId) -> Result<Vec<String>, ApiError> {
    let started_by = request::started_by(instance);
    let mut arns = Vec::new();
    let mut next = None;
    for _ in 0..MAX_PAGES {
        let page = retry::patiently(|| api.list_tasks(&started_by, next.clone())).await?;
        arns.extend(page.tasks);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(arns)
}
