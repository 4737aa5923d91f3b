//! The task that empties the lanes.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use leo_protocol::batch::{BodyBuilder, Place};

use super::{Lane, LaneError, LaneState, Shared};
use crate::bus::Publisher;
use crate::store::Db;
use crate::store::events::{Appended, Batch, NewBatch};

/// A row's body is cut here, in bytes; only a single position may take more.
const BATCH_BYTES: usize = 256 << 10;
/// Batches in one statement.
const BATCHES: usize = 200;
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
}

/// A batch with the lane it came from.
struct Taken {
    lane: Arc<Lane>,
    batch: NewBatch,
}

impl Flusher {
    pub(super) fn new(db: Db, publisher: Publisher, shared: Arc<Shared>) -> Self {
        Self {
            db,
            publisher,
            shared,
        }
    }

    pub(super) async fn run(self) {
        loop {
            let taken = self.take();
            if taken.is_empty() {
                self.shared.work.notified().await;
                continue;
            }
            let started = Instant::now();
            self.flush(taken).await;
            // The slower the store, the longer the window: fewer, larger batches.
            tokio::time::sleep(started.elapsed().clamp(SHORTEST_WINDOW, LONGEST_WINDOW)).await;
        }
    }

    /// One batch of each session that has something, at most [`BATCHES`].
    fn take(&self) -> Vec<Taken> {
        let lanes = self
            .shared
            .lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut sessions = HashSet::new();
        let mut taken = Vec::new();
        for lane in lanes.values() {
            if taken.len() < BATCHES && !sessions.contains(&lane.origin.session) {
                let next = batch_of(lane);
                sessions.extend(next.as_ref().map(|_| lane.origin.session));
                taken.extend(next);
            }
        }
        taken
    }

    async fn flush(&self, taken: Vec<Taken>) {
        let batches: Vec<_> = taken.iter().map(|taken| taken.batch.clone()).collect();
        match self.db.append(&batches).await {
            Ok(answers) => {
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

/// The next batch of a lane. Once made it stays the same until the store has answered: after a
/// lost answer only the very same batch can be told from a new one.
fn batch_of(lane: &Arc<Lane>) -> Option<Taken> {
    let mut state = lane.state();
    if state.error.is_some() {
        return None;
    }
    if state.in_flight.is_none() {
        state.in_flight = next_batch(lane, &mut state);
    }
    let batch = state.in_flight.clone()?;
    Some(Taken {
        lane: lane.clone(),
        batch,
    })
}

fn next_batch(lane: &Lane, state: &mut LaneState) -> Option<NewBatch> {
    let from = state.stored;
    let mut to = from;
    let mut body = BodyBuilder::new();
    while let Some(unit) = state.units.front() {
        if to > from && body.len() + unit.bytes() > BATCH_BYTES {
            break;
        }
        unit.events
            .iter()
            .for_each(|event| body.push_encoded(event));
        to = unit.to;
        state.bytes -= unit.bytes();
        state.units.pop_front();
    }
    (to > from).then(|| NewBatch {
        session: lane.origin.session,
        job: lane.origin.job,
        source: lane.origin.source,
        fence: lane.origin.fence,
        generation: lane.origin.generation,
        from,
        to,
        count: body.count(),
        body: body.finish().into(),
    })
}

/// The batch is stored: the lane goes on behind it.
fn forget(taken: &Taken) {
    let mut state = taken.lane.state();
    state.in_flight = None;
    state.stored = taken.batch.to;
    drop(state);
    taken.lane.moved.notify_waiters();
}

#[cfg(test)]
mod tests {
    use leo_protocol::{JobId, SessionId};

    use super::super::{Origin, Unit};
    use super::*;
    use crate::store::events::Source;

    fn lane(units: &[(u64, usize)]) -> Arc<Lane> {
        let origin = Origin {
            session: SessionId::generate(),
            job: JobId::generate(),
            source: Source::Stdout,
            fence: 1,
            generation: 0,
        };
        let lane = Lane::new(origin, 0);
        for (to, bytes) in units {
            add(&lane, *to, vec![format!("\"{}\"", "x".repeat(*bytes))]);
        }
        Arc::new(lane)
    }

    fn add(lane: &Lane, to: u64, events: Vec<String>) {
        let unit = Unit { to, events };
        let mut state = lane.state();
        state.bytes += unit.bytes();
        state.units.push_back(unit);
    }

    #[test]
    fn an_unanswered_batch_stays_the_same_while_more_comes_in() {
        let lane = lane(&[(1, 10), (2, 10)]);
        let first = batch_of(&lane).unwrap().batch;
        add(&lane, 3, vec!["{}".into()]);
        let again = batch_of(&lane).unwrap();
        assert_eq!(
            (first.from, first.to, first.body),
            (again.batch.from, again.batch.to, again.batch.body.clone())
        );
        forget(&again);
        let next = batch_of(&lane).unwrap().batch;
        assert_eq!((next.from, next.to, next.count), (2, 3, 1));
    }

    #[test]
    fn a_batch_is_bounded_unless_one_position_is_not() {
        let lane = lane(&[(1, BATCH_BYTES - 100), (2, 200), (3, 3 * BATCH_BYTES)]);
        for expected in [(0, 1), (1, 2), (2, 3)] {
            let taken = batch_of(&lane).unwrap();
            assert_eq!((taken.batch.from, taken.batch.to), expected);
            forget(&taken);
        }
        assert!(batch_of(&lane).is_none());
        assert_eq!(lane.state().bytes, 0);
    }

    #[test]
    fn a_position_can_move_without_events() {
        let lane = lane(&[]);
        add(&lane, 4, Vec::new());
        let batch = batch_of(&lane).unwrap().batch;
        assert_eq!(
            (batch.to, batch.count, batch.body.as_ref()),
            (4, 0, b"[]".as_slice())
        );
    }
}
