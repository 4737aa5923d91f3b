//! Artifacts of jobs that ended longer than `ARTIFACT_RETENTION` ago, except those that a session
//! goes on from.
//!
//! First the row goes, then the objects, so that nothing leads to what is not there. Killed in
//! between, the objects are nobody's and [`super::orphaned_objects`] finds them. Any number of
//! workers may do this at once.

use leo_common::error_chain::Chain;
use leo_common::store::expiry::Expired;

use crate::context::Context;

/// One round: removes everything that is over.
pub(super) async fn look(ctx: &Context) {
    let Some(age) = ctx.config.keeping.artifact_retention else {
        return;
    };
    let mut last: Option<Expired> = None;
    let mut removed = 0_u64;
    loop {
        let page = match ctx.db.expired_artifacts(last.as_ref(), age.get()).await {
            Ok(page) => page,
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "artifacts that are over could not be looked for");
                return;
            }
        };
        for expired in &page {
            match expire(ctx, expired).await {
                Ok(gone) => removed += u64::from(gone),
                Err(error) => {
                    tracing::warn!(artifact = %expired.id, error = %Chain(error.as_ref()), "an artifact that is over could not be removed");
                }
            }
        }
        last = page.last().cloned();
        if last.is_none() {
            break;
        }
    }
    if removed > 0 {
        tracing::info!(
            removed,
            "removed artifacts that are older than they are kept"
        );
    }
}

async fn expire(ctx: &Context, expired: &Expired) -> anyhow::Result<bool> {
    let gone = ctx.db.expire_artifact(expired).await?;
    if gone {
        ctx.artifacts.remove_artifact(&expired.location).await?;
    }
    Ok(gone)
}
