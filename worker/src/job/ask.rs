//! Questions to the database on the way of a job.
//!
//! A database that is away ends no job: the container runs on meanwhile, and the way goes on where
//! it stood. Whoever waits here is woken when the job is lost, because the whole way is.

use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::store::StoreError;
use leo_protocol::JobId;

use super::Stop;

/// The pause before a question is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// Asks until the database answers or refuses. After a lost answer the same is asked again, so the
/// question has to be one that may be asked twice.
pub(super) async fn ask<T, F>(job: JobId, question: impl Fn() -> F) -> Result<T, Stop>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match question().await {
            Ok(answer) => return Ok(answer),
            Err(error) if error.is_refusal() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(job.id = %job, error = %Chain(&error), "the job waits for the database");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The same for work that is more than a question. It begins anew each time.
pub(super) async fn persist<T, F>(job: JobId, work: impl Fn() -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>>,
{
    loop {
        match work().await {
            Err(error) if may_pass(&error) => {
                tracing::warn!(job.id = %job, error = %Chain(error.as_ref()), "the job waits for the database");
            }
            done => return done,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether the database was away, and nothing else is wrong.
fn may_pass(error: &anyhow::Error) -> bool {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<StoreError>());
    causes.next().is_some_and(|cause| !cause.is_refusal())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use anyhow::Context as _;
    use leo_common::history::HistoryError;

    use super::*;

    fn away() -> StoreError {
        StoreError::TimedOut
    }

    fn refusal() -> StoreError {
        let value = "nonsense".to_owned();
        StoreError::Unreadable {
            what: "status",
            value,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_outage_is_waited_for_and_a_refusal_is_not() {
        let tries = Cell::new(0);
        let answer = ask(JobId::generate(), || async {
            tries.set(tries.get() + 1);
            if tries.get() < 3 { Err(away()) } else { Ok(7) }
        });
        assert_eq!(answer.await.unwrap(), 7);
        let refused: Result<(), _> = ask(JobId::generate(), || async { Err(refusal()) }).await;
        assert!(matches!(refused, Err(Stop::Defect { .. })));
    }

    #[test]
    fn the_database_is_found_behind_other_words() {
        let hidden = |error: StoreError| Err::<(), _>(error).context("read the job").unwrap_err();
        assert!(may_pass(&hidden(away())) && !may_pass(&hidden(refusal())));
        let of_events = Err::<(), _>(HistoryError::from(away())).context("read the job");
        assert!(may_pass(&of_events.unwrap_err()));
        assert!(!may_pass(&anyhow::anyhow!("no space left")));
    }
}
