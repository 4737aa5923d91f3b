//! Staging folders whose attempt is over: the job has ended, or another attempt runs.
//!
//! A worker removes the folder of a job that it brings to its end. What stays is that of a worker
//! that was killed, or that has lost the job to another one. As with containers, Postgres says what
//! is over, and a folder is left alone for a while after it was first found over. All workers that
//! share a `WORKSPACE_DIR` may do this at once.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use leo_common::error_chain::Chain;
use leo_protocol::JobId;

use crate::context::Context;
use crate::job::inputs::remove_folder;
use crate::job::staging;

/// Folders asked about at a time.
const ROUND: usize = 1000;

/// What was found over in the last round.
#[derive(Debug, Default)]
pub(super) struct Watch {
    over: HashSet<(JobId, u32)>,
}

impl Watch {
    pub(super) async fn look(&mut self, ctx: &Context) {
        let root = staging(ctx);
        let attempts = match list(&root).await {
            Ok(attempts) => attempts,
            Err(error) => {
                tracing::debug!(%error, "staging folders could not be listed");
                return;
            }
        };
        let over: HashSet<_> = match ctx.db.attempts_over(&attempts).await {
            Ok(over) => over.into_iter().collect(),
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "staging folders could not be judged");
                return;
            }
        };
        for (job, attempt) in over.intersection(&self.over) {
            tracing::info!(job.id = %job, attempt, "removing an orphaned staging folder");
            if let Err(error) = remove_folder(&root.join(format!("{job}_{attempt}"))).await {
                tracing::warn!(%error, "an orphaned staging folder could not be removed");
            }
        }
        self.over = over;
    }
}

/// The attempts that have a folder, up to [`ROUND`]: the others come when these are gone.
async fn list(root: &Path) -> io::Result<Vec<(JobId, u32)>> {
    let mut entries = match tokio::fs::read_dir(root).await {
        // Nothing has run here yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut attempts = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        attempts.extend(entry.file_name().to_str().and_then(attempt));
        if attempts.len() == ROUND {
            break;
        }
    }
    Ok(attempts)
}

/// The attempt of which a folder of this name is.
fn attempt(name: &str) -> Option<(JobId, u32)> {
    let (job, attempt) = name.rsplit_once('_')?;
    Some((job.parse().ok()?, attempt.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn folders_tell_their_attempts_and_strangers_are_left_out() {
        let root = tempfile::tempdir().unwrap();
        assert!(list(&root.path().join("none")).await.unwrap().is_empty());
        let job = JobId::generate();
        for name in [format!("{job}_2"), "lost+found".to_owned(), job.to_string()] {
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        assert_eq!(list(root.path()).await.unwrap(), [(job, 2)]);
    }
}
