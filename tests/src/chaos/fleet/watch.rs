//! Postgres, looked at again and again while things go wrong, past every program of Leo: ends must
//! not change, and limits must hold in every snapshot.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leo_protocol::JobId;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::time::sleep;
use uuid::Uuid;

use super::book::{Book, Terminal};
use super::yard::JOBS_PER_USER;

/// The time between two looks at the limits.
const PERIOD: Duration = Duration::from_millis(100);
/// Ends are looked at every so many looks.
const ENDS_EVERY: u32 = 4;

/// Users with too many generating jobs, and sessions with more than one, in one snapshot.
const EXCEEDED: &str = "select 'user ' || user_id, count(*) from jobs where status = 'generating'
      group by user_id having count(*) > $1
    union all
    select 'session ' || session_id, count(*) from jobs where status = 'generating'
      group by session_id having count(*) > 1";
const ENDED: &str = "select id, status, failure_reason from jobs
    where status in ('completed', 'failed', 'cancelled')";

/// What was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    /// Looks that were answered.
    pub(super) looks: u64,
    /// Limits that were exceeded, in words, each once.
    pub(super) exceeded: BTreeSet<String>,
}

/// Looks until `stop`, and once more.
pub(super) async fn watch(database: String, book: Book, stop: Arc<AtomicBool>) -> Watched {
    let mut watched = Watched::default();
    let mut connection = None;
    for round in 0_u32.. {
        let last = stop.load(Ordering::Relaxed);
        if connection.is_none() {
            connection = PgConnection::connect(&database).await.ok();
        }
        if let Some(open) = &mut connection {
            let ends = last || round.is_multiple_of(ENDS_EVERY);
            if look(open, &book, &mut watched, ends).await.is_err() {
                connection = None;
            } else if last {
                break;
            }
        }
        sleep(PERIOD).await;
    }
    watched
}

async fn look(
    connection: &mut PgConnection,
    book: &Book,
    watched: &mut Watched,
    ends: bool,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(EXCEEDED).bind(i64::from(JOBS_PER_USER));
    for row in query.fetch_all(&mut *connection).await? {
        let (who, count): (String, i64) = (row.get(0), row.get(1));
        watched
            .exceeded
            .insert(format!("{who} had {count} generating jobs"));
    }
    watched.looks += 1;
    if ends {
        let rows = sqlx::query(ENDED).fetch_all(connection).await?;
        let mut pages = book.pages();
        for row in rows {
            let end = Terminal {
                status: row.get("status"),
                reason: row.get("failure_reason"),
            };
            let job: Uuid = row.get("id");
            pages.ended(JobId::from(job), end, "Postgres");
        }
    }
    Ok(())
}
