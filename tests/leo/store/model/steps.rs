//! The operations, and how they are drawn: what may come depends on what there is.

use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::ReferenceStateMachine;

use super::queue::{LIMITS, Queue, WORKERS};

/// Jobs that end together.
const MOST_ENDS: usize = 5;

/// Draws operations on a [`Queue`].
#[derive(Debug)]
pub(super) struct Steps;

/// One operation. Jobs, users, sessions and workers are named by their places.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Submit {
        user: usize,
        request: Request,
        key: Option<u8>,
    },
    /// The time of a job has come, if it is delayed.
    Due {
        job: usize,
    },
    Claim {
        worker: usize,
        slots: usize,
    },
    Cancel {
        job: usize,
    },
    /// One alone, or some together. `stale`: the first of them under an epoch that is over.
    Finish {
        first: usize,
        count: usize,
        stale: bool,
        end: End,
    },
    Take {
        job: usize,
        stale: bool,
        worker: usize,
        new_attempt: bool,
    },
    /// A worker hands over what it holds.
    Release {
        worker: usize,
    },
    /// A worker is taken off the list.
    Expire {
        worker: usize,
    },
    Register {
        worker: usize,
    },
    /// A worker is to claim nothing more, or to claim again.
    Drain {
        worker: usize,
        draining: bool,
    },
    Append {
        job: usize,
        how: Append,
    },
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) target: Target,
    pub(super) priority: i16,
    /// To be started at a time to come.
    pub(super) later: bool,
}

/// Which session a prompt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    New,
    Session(usize),
}

/// How a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Completed,
    Failed,
    Cancelled,
}

/// A batch of the container's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Append {
    /// So many lines behind what is stored.
    Next(u64),
    /// The last one, sent again.
    Again,
    /// With a line missing before it.
    Ahead,
    /// Under an epoch that is over.
    Stale,
}

impl End {
    /// As status and as event.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl ReferenceStateMachine for Steps {
    type State = Queue;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Queue> {
        Just(Queue::new()).boxed()
    }

    fn transitions(queue: &Queue) -> BoxedStrategy<Step> {
        let mut steps = vec![(4, submit(queue)), (4, claim()), (2, of_workers())];
        if !queue.jobs.is_empty() {
            steps.push((10, of_job(queue.jobs.len())));
        }
        proptest::strategy::Union::new_weighted(steps).boxed()
    }

    fn apply(mut queue: Queue, step: &Step) -> Queue {
        queue.apply(step);
        queue
    }

    /// Holds while a failing run is made shorter, too.
    fn preconditions(queue: &Queue, step: &Step) -> bool {
        match *step {
            Step::Submit {
                user,
                request:
                    Request {
                        target: Target::Session(session),
                        ..
                    },
                ..
            } => queue
                .sessions
                .get(session)
                .is_some_and(|session| session.user == user),
            Step::Due { job } | Step::Cancel { job } | Step::Take { job, .. } => {
                job < queue.jobs.len()
            }
            Step::Finish { first, count, .. } => first + count <= queue.jobs.len(),
            Step::Append {
                job,
                how: Append::Again,
            } => queue
                .jobs
                .get(job)
                .is_some_and(|job| job.last_batch.is_some()),
            // A worker writes for a job that it was given.
            Step::Append { job, .. } => queue.jobs.get(job).is_some_and(|job| job.epoch > 0),
            Step::Submit {
                request:
                    Request {
                        target: Target::New,
                        ..
                    },
                ..
            }
            | Step::Claim { .. }
            | Step::Release { .. }
            | Step::Expire { .. }
            | Step::Register { .. }
            | Step::Drain { .. } => true,
        }
    }
}

fn submit(queue: &Queue) -> BoxedStrategy<Step> {
    let own = |user| {
        let sessions = queue
            .sessions
            .iter()
            .enumerate()
            .filter(move |(_, session)| session.user == user);
        let own = sessions.map(|(place, _)| Target::Session(place));
        select(own.chain([Target::New]).collect::<Vec<_>>())
    };
    let users = (0..LIMITS.len()).map(|user| (Just(user), own(user)).boxed());
    let key = prop::option::weighted(0.3, 0..3u8);
    let later = prop::bool::weighted(0.25);
    (proptest::strategy::Union::new(users), -1..=1i16, later, key)
        .prop_map(|((user, target), priority, later, key)| Step::Submit {
            user,
            request: Request {
                target,
                priority,
                later,
            },
            key,
        })
        .boxed()
}

fn claim() -> BoxedStrategy<Step> {
    (0..WORKERS, 1..4usize)
        .prop_map(|(worker, slots)| Step::Claim { worker, slots })
        .boxed()
}

fn of_workers() -> BoxedStrategy<Step> {
    prop_oneof![
        (0..WORKERS).prop_map(|worker| Step::Release { worker }),
        (0..WORKERS).prop_map(|worker| Step::Expire { worker }),
        (0..WORKERS).prop_map(|worker| Step::Register { worker }),
        (0..WORKERS, prop::bool::weighted(0.3))
            .prop_map(|(worker, draining)| Step::Drain { worker, draining }),
    ]
    .boxed()
}

fn of_job(jobs: usize) -> BoxedStrategy<Step> {
    let (stale, end) = (
        prop::bool::weighted(0.25),
        select(&[End::Completed, End::Failed, End::Cancelled][..]),
    );
    let how = prop_oneof![
        3 => (1..4u64).prop_map(Append::Next),
        1 => Just(Append::Again),
        1 => Just(Append::Ahead),
        1 => Just(Append::Stale),
    ];
    prop_oneof![
        2 => (0..jobs).prop_map(|job| Step::Cancel { job }),
        3 => (0..jobs).prop_map(|job| Step::Due { job }),
        3 => (0..jobs, 1..=MOST_ENDS, stale, end).prop_map(move |(first, count, stale, end)| Step::Finish {
            first, count: count.min(jobs - first), stale, end
        }),
        2 => (0..jobs, stale, 0..WORKERS, any::<bool>())
            .prop_map(|(job, stale, worker, new_attempt)| Step::Take { job, stale, worker, new_attempt }),
        4 => (0..jobs, how).prop_map(|(job, how)| Step::Append { job, how }),
    ]
    .boxed()
}
