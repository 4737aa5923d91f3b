//! The ends of jobs on their way into the store.
//!
//! What ends while a commit is under way shares the next one: the ends of many short jobs cost little
//! more than one, and a single end does not wait for company. An end that cannot be had with the
//! others, because its user is locked or because the store refuses one of them, is written alone and
//! holds up nobody.
//!
//! Publishing is the caller's. Workers are woken here, for the session's next job or the user's may
//! have become claimable by the commit.

use std::iter;

use leo_protocol::JobId;
use tokio::sync::{mpsc, oneshot};

use crate::queue::Waker;
use crate::store::jobs::{Ended, Ending, Outcome};
use crate::store::sessions::Fact;
use crate::store::{Db, StoreError};

/// Ends that wait for the one under way; who comes later waits for a place.
const QUEUE: usize = 256;
/// Ends in one commit.
const TOGETHER: usize = 64;

/// Ends jobs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Finisher(mpsc::Sender<Asked>);

/// One end, and who waits for it.
#[derive(Debug)]
struct Asked {
    ending: Ending,
    answer: oneshot::Sender<Result<Option<Fact>, StoreError>>,
}

impl Finisher {
    /// Starts the writing task; it ends when the last clone is dropped.
    #[must_use]
    pub fn start(db: Db, waker: Waker) -> Self {
        let (queue, asked) = mpsc::channel(QUEUE);
        tokio::spawn(run(Writer { db, waker }, asked));
        Self(queue)
    }

    /// Ends a held job, see [`Db::finish`]. Given up half-way it may happen all the same.
    ///
    /// # Errors
    /// As [`Db::finish`].
    pub async fn finish(
        &self,
        job: JobId,
        epoch: u32,
        outcome: Outcome,
    ) -> Result<Option<Fact>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let ending = Ending {
            job,
            epoch,
            outcome,
        };
        // Nobody takes or answers it only where the process is ending.
        let sent = self.0.send(Asked { ending, answer }).await;
        sent.map_err(|_| StoreError::TimedOut)?;
        answered.await.map_err(|_| StoreError::TimedOut)?
    }
}

async fn run(writer: Writer, mut queue: mpsc::Receiver<Asked>) {
    while let Some(first) = queue.recv().await {
        // Those that are about to ask come along.
        tokio::task::yield_now().await;
        let mut asked = vec![first];
        asked.extend(iter::from_fn(|| queue.try_recv().ok()).take(TOGETHER - 1));
        writer.end_together(asked).await;
    }
}

/// What the writing task has.
#[derive(Clone)]
struct Writer {
    db: Db,
    waker: Waker,
}

impl Writer {
    async fn end_together(&self, asked: Vec<Asked>) {
        let (endings, answers): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .map(|asked| (asked.ending, asked.answer))
            .unzip();
        let ended = match self.db.finish_many(&endings).await {
            Ok(ended) => ended,
            // Each hears for itself what is wrong.
            Err(_) => vec![Ended::Busy; endings.len()],
        };
        for ((ending, answer), ended) in endings.into_iter().zip(answers).zip(ended) {
            let fact = match ended {
                Ended::Done { fact, more } => {
                    if more {
                        self.waker.wake();
                    }
                    Some(fact)
                }
                Ended::Refused => None,
                Ended::Busy => {
                    tokio::spawn(self.clone().end_alone(Asked { ending, answer }));
                    continue;
                }
            };
            // Whoever has given up waiting finds it in the store.
            let _ = answer.send(Ok(fact));
        }
    }

    async fn end_alone(self, asked: Asked) {
        let Ending {
            job,
            epoch,
            outcome,
        } = asked.ending;
        let ended = self.db.finish(job, epoch, &outcome).await;
        self.waker.wake();
        let _ = asked.answer.send(ended);
    }
}
