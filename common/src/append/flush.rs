//! The task that empties the lanes.

use std::sync::Arc;
use std::time::Duration;

use leo_protocol::batch::Place;
use tokio::time::{Instant, timeout_at};

use super::take::{Taken, forget, take};
use super::{LaneError, LaneState, Shared};
use crate::bus::Publisher;
use crate::metrics;
use crate::store::Db;
use crate::store::events::{Appended, Batch, NewBatch};

/// The shortest pause between two flushes.
const SHORTEST_WINDOW: Duration = Duration::from_millis(25);
/// The longest pause between two flushes.
const LONGEST_WINDOW: Duration = Duration::from_millis(250);
/// The pause after the database has failed.
const OUTAGE_PAUSE: Duration = Duration::from_millis(500);
/// How often a batch that the database itself refuses is tried alone before its lane ends.
const REFUSALS: u32 = 5;

pub(super) struct Flusher {
    db: Db,
    publisher: Publisher,
    shared: Arc<Shared>,
    /// Flushes so far.
    flushes: u64,
}

impl Flusher {
    pub(super) fn new(db: Db, publisher: Publisher, shared: Arc<Shared>) -> Self {
        Self {
            db,
            publisher,
            shared,
            flushes: 0,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let taken = self.take(LaneState::has_work);
            if taken.is_empty() {
                self.shared.work.notified().await;
                continue;
            }
            let started = Instant::now();
            self.flush(taken).await;
            // The slower the store, the longer the window: fewer, larger batches.
            let window = started.elapsed().clamp(SHORTEST_WINDOW, LONGEST_WINDOW);
            self.flush_full(Instant::now() + window).await;
        }
    }

    /// Flushes the lanes that hold a whole batch, as they fill up, until `end`; at least once, where
    /// there are any, since the others have just had their turn.
    async fn flush_full(&mut self, end: Instant) {
        loop {
            let taken = self.take(LaneState::is_full);
            if !taken.is_empty() {
                self.flush(taken).await;
            } else if timeout_at(end, self.shared.full.notified()).await.is_err() {
                return;
            }
            if Instant::now() >= end {
                return;
            }
        }
    }

    fn take(&mut self, due: fn(&LaneState) -> bool) -> Vec<Taken> {
        self.flushes += 1;
        take(&self.shared, self.flushes, due)
    }

    async fn flush(&self, taken: Vec<Taken>) {
        let batches: Vec<_> = taken.iter().map(|taken| taken.batch.clone()).collect();
        let asked = Instant::now();
        match self.db.append(&batches).await {
            Ok(answers) => {
                metrics::append_took(asked.elapsed());
                for (taken, answer) in taken.iter().zip(answers) {
                    self.settle(taken, answer);
                }
            }
            Err(error) if error.is_refusal() && taken.len() > 1 => {
                // One of them is bad; alone it holds up nobody else.
                for taken in &taken {
                    self.flush_alone(taken).await;
                }
            }
            Err(error) if error.is_refusal() => self.flush_alone(&taken[0]).await,
            Err(error) => {
                tracing::warn!(%error, "events wait for the database");
                tokio::time::sleep(OUTAGE_PAUSE).await;
            }
        }
    }

    async fn flush_alone(&self, taken: &Taken) {
        for attempt in 1..=REFUSALS {
            match self.db.append(std::slice::from_ref(&taken.batch)).await {
                Ok(answers) => {
                    answers
                        .into_iter()
                        .for_each(|answer| self.settle(taken, answer));
                    return;
                }
                Err(error) if error.is_refusal() && attempt == REFUSALS => {
                    let why = crate::error_chain::Chain(&error).to_string();
                    taken.lane.end(LaneError::Refused(why));
                }
                // An outage: the batch stays in its lane, and the next round tries again.
                Err(error) if !error.is_refusal() => return,
                Err(_) => {}
            }
        }
    }

    fn settle(&self, taken: &Taken, answer: Appended) {
        match answer {
            Appended::Stored { first } => {
                metrics::appended(taken.batch.count);
                self.publish(&taken.batch, first);
                forget(taken);
            }
            Appended::Duplicate { first } => {
                if let Some(first) = first {
                    self.publish(&taken.batch, first);
                }
                forget(taken);
            }
            Appended::Busy => {}
            Appended::Fenced => taken.lane.end(LaneError::Fenced),
            Appended::Gap { position } => taken.lane.end(LaneError::Gap { position }),
        }
    }

    fn publish(&self, batch: &NewBatch, first: u64) {
        if batch.count > 0 {
            let place = Place {
                session_id: batch.session,
                job_id: Some(batch.job),
                first,
            };
            let last = first + u64::from(batch.count) - 1;
            self.publisher.batch(&Batch {
                place,
                last,
                body: batch.body.clone(),
            });
        }
    }
}
