//! The tasks of the installation, whoever has started them.
//!
//! All of them are listed by one name and told apart by their tags. Only those that are to run are
//! listed: of a task that has ended nothing is left to clear away.

use leo_protocol::InstanceId;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::api::{Api, ApiError, DESCRIBE_AT_ONCE};
use super::{request, retry};
use crate::orchestrator::FoundRun;

/// Pages of a list that are read at most, of a hundred tasks each.
const MAX_PAGES: usize = 200;

/// One listing for all who ask at the same time: when a zone is lost, many jobs begin again at once,
/// and each looks for what it has left.
#[derive(Debug, Default)]
pub(super) struct Lister(Mutex<Option<(Instant, Vec<FoundRun>)>>);

impl Lister {
    /// The tasks at some moment after this call.
    pub(super) async fn list(
        &self,
        api: &dyn Api,
        instance: InstanceId,
    ) -> Result<Vec<FoundRun>, ApiError> {
        let asked = Instant::now();
        let mut last = self.0.lock().await;
        if let Some((began, found)) = last.as_ref()
            && *began >= asked
        {
            return Ok(found.clone());
        }
        let began = Instant::now();
        let found = all(api, instance).await?;
        *last = Some((began, found.clone()));
        Ok(found)
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
