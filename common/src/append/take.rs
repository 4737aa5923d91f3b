//! What the next statement takes: whose turn it is, and how much.

use std::collections::HashSet;
use std::sync::Arc;

use leo_protocol::batch::BodyBuilder;

use super::{BATCH_BYTES, Lane, LaneState, Shared, Unit};
use crate::store::events::NewBatch;

/// Batches in one statement.
const BATCHES: usize = 200;
/// A statement takes no more batches once it holds so many bytes: many floods at once must not make
/// everybody wait for one long statement.
const STATEMENT_BYTES: usize = 2 << 20;

/// A batch with the lane it came from.
pub(super) struct Taken {
    pub(super) lane: Arc<Lane>,
    pub(super) batch: NewBatch,
}

/// One batch of each session with a lane that is due, as far as a statement goes, for the flush
/// with this number. Lanes with a whole batch come behind the others, since they are flushed more
/// often; among the like, whoever has waited longest comes first.
pub(super) fn take(shared: &Shared, flush: u64, due: fn(&LaneState) -> bool) -> Vec<Taken> {
    let mut lanes: Vec<_> = shared.lanes().values().cloned().collect();
    lanes.retain(|lane| due(&lane.state()));
    lanes.sort_by_cached_key(|lane| {
        let state = lane.state();
        (state.is_full(), state.flushed)
    });
    let mut sessions = HashSet::new();
    let mut taken: Vec<Taken> = Vec::new();
    let mut bytes = 0;
    for lane in lanes {
        if taken.len() == BATCHES || bytes >= STATEMENT_BYTES {
            break;
        }
        if sessions.contains(&lane.origin.session) {
            continue;
        }
        if let Some(next) = batch_of(lane, flush) {
            sessions.insert(next.batch.session);
            bytes += next.batch.body.len();
            taken.push(next);
        }
    }
    taken
}

/// The next batch of a lane, for the flush with this number. Once made it stays the same until the store has answered: after a
/// lost answer only the very same batch can be told from a new one.
fn batch_of(lane: Arc<Lane>, flush: u64) -> Option<Taken> {
    let mut state = lane.state();
    if state.error.is_some() {
        return None;
    }
    if state.in_flight.is_none() {
        state.in_flight = next_batch(&lane, &mut state);
    }
    state.flushed = flush;
    let batch = state.in_flight.clone()?;
    drop(state);
    Some(Taken { lane, batch })
}

fn next_batch(lane: &Lane, state: &mut LaneState) -> Option<NewBatch> {
    let from = state.stored;
    let mut to = from;
    let mut body = BodyBuilder::new();
    let fits = |unit: &Unit, to, len| to == from || len + unit.bytes() <= BATCH_BYTES;
    while let Some(mut unit) = state.units.pop_front_if(|unit| fits(unit, to, body.len())) {
        state.bytes -= unit.bytes();
        body.append(&mut unit.events);
        to = unit.to;
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
pub(super) fn forget(taken: &Taken) {
    let mut state = taken.lane.state();
    state.in_flight = None;
    state.stored = taken.batch.to;
    drop(state);
    taken.lane.moved.notify_waiters();
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use leo_protocol::{EventKind, JobId, SessionId};

    use super::super::Origin;
    use super::*;
    use crate::store::events::Source;

    fn lane_of(session: SessionId, units: &[(u64, usize)]) -> Arc<Lane> {
        let origin = Origin {
            session,
            job: JobId::generate(),
            source: Source::Stdout,
            fence: 1,
            generation: 0,
        };
        let lane = Lane::new(origin, 0);
        units
            .iter()
            .for_each(|(to, bytes)| add(&lane, *to, Some(*bytes)));
        Arc::new(lane)
    }

    fn lane(units: &[(u64, usize)]) -> Arc<Lane> {
        lane_of(SessionId::generate(), units)
    }

    /// Adds an event of so many bytes and some more, or none.
    fn add(lane: &Lane, to: u64, bytes: Option<usize>) {
        let mut events = BodyBuilder::new();
        if let Some(bytes) = bytes {
            let message = "x".repeat(bytes);
            events.push(Utc::now(), &EventKind::Info { message });
        }
        let unit = Unit { to, events };
        let mut state = lane.state();
        state.bytes += unit.bytes();
        state.units.push_back(unit);
    }

    fn next(lane: &Arc<Lane>) -> Option<Taken> {
        batch_of(lane.clone(), 1)
    }

    fn shared(lanes: &[&Arc<Lane>]) -> Shared {
        let shared = Shared::default();
        for lane in lanes {
            let key = (lane.origin.job, lane.origin.source as u8);
            shared.lanes().insert(key, Arc::clone(lane));
        }
        shared
    }

    /// The jobs of a flush, stored.
    fn flush(shared: &Shared, number: u64, due: fn(&LaneState) -> bool) -> Vec<JobId> {
        let taken = take(shared, number, due);
        taken.iter().for_each(forget);
        taken.iter().map(|taken| taken.batch.job).collect()
    }

    #[test]
    fn an_unanswered_batch_stays_the_same_while_more_comes_in() {
        let lane = lane(&[(1, 10), (2, 10)]);
        let first = next(&lane).unwrap().batch;
        add(&lane, 3, Some(1));
        let again = next(&lane).unwrap();
        assert_eq!(
            (first.from, first.to, first.body),
            (again.batch.from, again.batch.to, again.batch.body.clone())
        );
        forget(&again);
        let batch = next(&lane).unwrap().batch;
        assert_eq!((batch.from, batch.to, batch.count), (2, 3, 1));
    }

    #[test]
    fn a_batch_is_bounded_unless_one_position_is_not() {
        let lane = lane(&[(1, BATCH_BYTES - 200), (2, 200), (3, 3 * BATCH_BYTES)]);
        for expected in [(0, 1), (1, 2), (2, 3)] {
            let taken = next(&lane).unwrap();
            assert_eq!((taken.batch.from, taken.batch.to), expected);
            forget(&taken);
        }
        assert!(next(&lane).is_none());
        assert_eq!(lane.state().bytes, 0);
    }

    #[test]
    fn a_position_can_move_without_events() {
        let lane = lane(&[]);
        add(&lane, 4, None);
        let batch = next(&lane).unwrap().batch;
        assert_eq!(
            (batch.to, batch.count, batch.body.as_ref()),
            (4, 0, b"[]".as_slice())
        );
    }

    #[test]
    fn floods_fill_what_the_others_leave_and_take_turns() {
        let flood: Vec<_> = (1..=4).map(|to| (to, BATCH_BYTES - 200)).collect();
        let floods: Vec<_> = (0..12).map(|_| lane(&flood)).collect();
        let quiet: Vec<_> = (0..3).map(|_| lane(&[(1, 10)])).collect();
        let shared = shared(&floods.iter().chain(&quiet).collect::<Vec<_>>());
        let jobs = |lanes: &[Arc<Lane>]| {
            lanes
                .iter()
                .map(|lane| lane.origin.job)
                .collect::<HashSet<_>>()
        };
        let first = flush(&shared, 1, LaneState::has_work);
        assert_eq!(
            first[..3].iter().copied().collect::<HashSet<_>>(),
            jobs(&quiet)
        );
        assert!(first.len() < 3 + floods.len(), "a statement is bounded");
        let second = flush(&shared, 2, LaneState::is_full);
        let had: HashSet<_> = first[3..].iter().chain(&second).copied().collect();
        assert_eq!(
            had,
            jobs(&floods),
            "nobody was left out for a second turn of another"
        );
    }

    #[test]
    fn a_busy_lane_waits_for_the_window_and_holds_up_nobody() {
        let (busy, other) = (
            lane(&[(1, BATCH_BYTES), (2, BATCH_BYTES)]),
            lane(&[(1, BATCH_BYTES)]),
        );
        let shared = shared(&[&busy, &other]);
        assert_eq!(take(&shared, 1, LaneState::is_full).len(), 2);
        // Neither was answered: what is in flight is tried again with the next window.
        assert!(take(&shared, 2, LaneState::is_full).is_empty());
        forget(&next(&other).unwrap());
        add(&other, 2, Some(BATCH_BYTES));
        assert_eq!(flush(&shared, 3, LaneState::is_full), [other.origin.job]);
        assert_eq!(flush(&shared, 4, LaneState::has_work), [busy.origin.job]);
    }

    #[test]
    fn a_session_has_one_batch_in_a_statement_and_its_lanes_take_turns() {
        let session = SessionId::generate();
        let lanes = [0, 1].map(|_| lane_of(session, &[(1, 10)]));
        let shared = shared(&[&lanes[0], &lanes[1]]);
        let mut turns = Vec::new();
        for number in 1..=4 {
            let jobs = flush(&shared, number, LaneState::has_work);
            assert_eq!(jobs.len(), 1);
            let talks = lanes.iter().find(|lane| lane.origin.job == jobs[0]);
            add(talks.unwrap(), number + 1, Some(10));
            turns.extend(jobs);
        }
        assert_ne!(turns[0], turns[1]);
        assert_eq!(turns[..2], turns[2..]);
    }
}
