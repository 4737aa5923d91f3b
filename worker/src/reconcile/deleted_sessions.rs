//! Deleted sessions: once nobody can be working on one any more, everything that is kept of it goes.
//!
//! First the objects, then the rows that lead to them; killed in between, the next round finds the
//! rows and goes on. What a session has made belongs to it alone: nothing outside it may lead into
//! its folder of the artifact store.

use std::time::Duration;

use leo_common::artifacts::ArtifactStore;
use leo_common::error_chain::Chain;
use leo_protocol::SessionId;

use crate::context::Context;

/// How long a deleted session is kept: longer than a request or a download that had begun before,
/// and than a worker without a connection goes on storing what it has.
const KEPT: Duration = Duration::from_secs(3600);

/// One round: purges every session that is due.
pub(super) async fn look(ctx: &Context) {
    let mut after = None;
    loop {
        let due = match ctx.db.due_for_purge(after, KEPT).await {
            Ok(due) => due,
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "deleted sessions could not be looked for");
                return;
            }
        };
        after = due.last().copied();
        if after.is_none() {
            return;
        }
        for session in due {
            if let Err(error) = purge(ctx, session).await {
                let error = Chain(error.as_ref());
                tracing::warn!(%session, %error, "a deleted session could not be purged");
            }
        }
    }
}

async fn purge(ctx: &Context, session: SessionId) -> anyhow::Result<()> {
    let Some(purging) = ctx.db.begin_purge(session).await? else {
        return Ok(());
    };
    let folder = ArtifactStore::folder(session);
    let objects = ctx.artifacts.remove_below(&folder).await?;
    purging.commit().await?;
    tracing::info!(%session, objects, "purged a deleted session");
    Ok(())
}
