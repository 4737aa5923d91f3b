//! The ends of jobs on their way into the store.
//!
//! What ends while a commit is under way shares the next one: the ends of many short jobs cost little
//! more than one, and a single end does not wait for company. Ends whose user is locked by somebody
//! else wait for him together, and hold up no other user's; where the store refuses one of them, each
//! is written alone.
//!
//! Publishing is the caller's. Workers are woken here, for the session's next job or the user's may
//! have become claimable by the commit.

use std::collections::HashMap;
use std::iter;

use leo_protocol::{JobId, UserId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{Id, JoinError, JoinSet};

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
    let mut lanes = Lanes::default();
    loop {
        tokio::select! {
            first = queue.recv(), if lanes.waiting < QUEUE => {
                let Some(first) = first else { break };
                // Those that are about to ask come along.
                tokio::task::yield_now().await;
                let mut asked = vec![first];
                asked.extend(iter::from_fn(|| queue.try_recv().ok()).take(TOGETHER - 1));
                for (user, asked) in writer.end(asked, false).await {
                    lanes.add(&writer, user, asked);
                }
            }
            Some(call) = lanes.calls.join_next_with_id() => lanes.came_back(&writer, &call),
        }
    }
    while let Some(call) = lanes.calls.join_next_with_id().await {
        lanes.came_back(&writer, &call);
    }
}

/// Ends whose users are locked by somebody else: one waiting call for each user, and what comes
/// meanwhile shares the next.
#[derive(Default)]
struct Lanes {
    of: HashMap<UserId, Vec<Asked>>,
    calls: JoinSet<()>,
    /// Whose each call is.
    users: HashMap<Id, UserId>,
    /// Ends in all lanes that no call has taken along.
    waiting: usize,
}

impl Lanes {
    fn add(&mut self, writer: &Writer, user: UserId, asked: Asked) {
        let is_new = !self.of.contains_key(&user);
        self.of.entry(user).or_default().push(asked);
        self.waiting += 1;
        if is_new {
            self.go_on(writer, user);
        }
    }

    fn came_back(&mut self, writer: &Writer, call: &Result<(Id, ()), JoinError>) {
        let id = call.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
        if let Some(user) = self.users.remove(&id) {
            self.go_on(writer, user);
        }
    }

    /// Asks for what has come, when no call for this user is under way.
    fn go_on(&mut self, writer: &Writer, user: UserId) {
        let Some(lane) = self.of.get_mut(&user) else {
            return;
        };
        let next: Vec<_> = lane.drain(..lane.len().min(TOGETHER)).collect();
        if next.is_empty() {
            self.of.remove(&user);
            return;
        }
        self.waiting -= next.len();
        let writer = writer.clone();
        let call = self
            .calls
            .spawn(async move { drop(writer.end(next, true).await) });
        self.users.insert(call.id(), user);
    }
}

/// What the writing tasks have.
#[derive(Clone)]
struct Writer {
    db: Db,
    waker: Waker,
}

impl Writer {
    /// Ends what can be ended; what has to wait for its user comes back. With `wait` nothing does, and all
    /// are of one user.
    async fn end(&self, asked: Vec<Asked>, wait: bool) -> Vec<(UserId, Asked)> {
        let (endings, answers): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .map(|asked| (asked.ending, asked.answer))
            .unzip();
        let ended = match wait {
            true => self.db.finish_waiting(&endings).await,
            false => self.db.finish_many(&endings).await,
        };
        let asked = endings.into_iter().zip(answers);
        let asked = asked.map(|(ending, answer)| Asked { ending, answer });
        let Ok(ended) = ended else {
            // Each hears for itself what is wrong.
            asked.for_each(|asked| drop(tokio::spawn(self.clone().end_alone(asked))));
            return Vec::new();
        };
        let mut busy = Vec::new();
        for (asked, ended) in asked.zip(ended) {
            let fact = match ended {
                Ended::Done { fact, more } => {
                    if more {
                        self.waker.wake();
                    }
                    Some(fact)
                }
                Ended::Refused => None,
                Ended::Busy(user) => {
                    busy.push((user, asked));
                    continue;
                }
            };
            // Whoever has given up waiting finds it in the store.
            let _ = asked.answer.send(Ok(fact));
        }
        busy
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
