//! Events of sessions that have been at rest for `EVENT_RETENTION`: they leave Postgres for the
//! artifact store, where readers find them all the same.
//!
//! Each session is taken by one worker at a time. What happens when one is killed on the way is
//! told in [`leo_common::history::archive`].

use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::history::ArchiveError;
use leo_protocol::SessionId;

use crate::context::Context;

/// Rounds in the time that events are kept: so much later than asked they leave at worst.
const ROUNDS: u32 = 20;
/// The longest time between two rounds.
const MAX_INTERVAL: Duration = Duration::from_secs(3600);

/// How often there is something to look for; `None` where all is kept forever.
pub(super) fn interval(age: Option<Duration>) -> Option<Duration> {
    age.map(|age| (age / ROUNDS).min(MAX_INTERVAL))
}

/// One round: archives every session that is due.
pub(super) async fn look(ctx: &Context) {
    let Some(age) = ctx.config.keeping.event_retention else {
        return;
    };
    let mut after = None;
    loop {
        let scanned = match ctx.db.due_for_archive(after, age.get()).await {
            Ok(scanned) => scanned,
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "sessions at rest could not be looked for");
                return;
            }
        };
        for session in scanned.due {
            // What keeps one session from leaving does not keep the others.
            if let Err(error) = archive(ctx, session, age.get()).await {
                tracing::warn!(%session, error = %Chain(&error), "a session could not be archived; its events stay");
            }
        }
        after = scanned.next;
        if after.is_none() {
            return;
        }
    }
}

async fn archive(ctx: &Context, session: SessionId, age: Duration) -> Result<(), ArchiveError> {
    let mut archives = 0;
    while ctx.history.archive(session, age).await? {
        archives += 1;
    }
    if archives > 0 {
        tracing::info!(%session, archives, "archived a session's events");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_as_frequent_as_the_time_is_short() {
        let day = Duration::from_secs(86_400);
        assert_eq!(interval(None), None);
        assert_eq!(interval(Some(30 * day)), Some(MAX_INTERVAL));
        assert_eq!(
            interval(Some(Duration::from_secs(600))),
            Some(Duration::from_secs(30))
        );
    }
}
