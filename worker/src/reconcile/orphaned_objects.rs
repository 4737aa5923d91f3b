//! Objects of the artifact store that the database knows nothing of.
//!
//! A worker that is killed between storing a pack and recording it leaves one, and so does every
//! removal that is cut off behind its rows. One worker at a time looks through the store, page by
//! page. It leaves alone what is young, because its row may be on its way, what a job at work may
//! need, and a store that belongs to another installation.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use leo_common::artifacts::Found;
use leo_common::error_chain::Chain;

use crate::context::Context;

/// How old an object has to be: far older than anything that is still to be recorded, whatever the
/// clocks say.
pub(super) const AGE: Duration = Duration::from_secs(24 * 3600);
/// The pause between two looks through the store, whichever worker takes them. A look lists every
/// object.
const PAUSE: Duration = Duration::from_secs(6 * 3600);
/// Objects asked about at a time.
const BATCH: usize = 500;
/// What the look is called where workers share it.
const CHORE: &str = "orphaned objects";

/// One round, if it is this worker's turn.
pub(super) async fn look(ctx: &Context) {
    match ctx.db.begin_chore(CHORE, PAUSE).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::debug!(error = %Chain(&error), "orphaned objects could not be looked for");
            return;
        }
    }
    if let Err(error) = tidy(ctx).await {
        tracing::warn!(error = %Chain(error.as_ref()), "the artifact store could not be looked through to its end");
    }
}

async fn tidy(ctx: &Context) -> anyhow::Result<()> {
    if !ctx.artifacts.belongs_to(ctx.instance).await? {
        tracing::warn!(
            "the artifact store is another installation's too; orphaned objects stay in it"
        );
        return Ok(());
    }
    let mut old = ctx.artifacts.older_than(AGE);
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(found) = old.try_next().await? {
        batch.push(found);
        if batch.len() == BATCH {
            remove_orphans(ctx, &batch).await?;
            batch.clear();
        }
    }
    remove_orphans(ctx, &batch).await?;
    let unfinished = ctx.artifacts.remove_unfinished(AGE).await?;
    if unfinished > 0 {
        tracing::info!(unfinished, "removed files that nobody finishes any more");
    }
    Ok(())
}

async fn remove_orphans(ctx: &Context, batch: &[Found]) -> anyhow::Result<()> {
    for location in ctx.db.orphaned_objects(batch).await? {
        tracing::info!(location, "removing an orphaned object");
        ctx.artifacts.remove(&location).await?;
    }
    Ok(())
}
