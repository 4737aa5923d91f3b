//! What the queue is to do, in plain Rust.

use std::collections::HashMap;

use super::look::{Answer, Cancel, Counters, JobLook, Look, SessionLook};
use super::steps::{Append, End, Request, Step, Target};

/// The limits of the users, who are there from the beginning.
pub(super) const LIMITS: [u32; 3] = [1, 2, 3];
/// Workers, registered from the beginning.
pub(super) const WORKERS: usize = 3;

/// The model.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) jobs: Vec<Job>,
    pub(super) sessions: Vec<Session>,
    /// When each user was served last, as a count of claims.
    served: [u64; LIMITS.len()],
    claims: u64,
    /// The workers on the list, and whether they drain.
    registered: [Option<bool>; WORKERS],
    keys: HashMap<(usize, u8), (usize, Request)>,
    /// What the last operation is to answer.
    pub(super) answer: Option<Answer>,
}

/// A job of the model.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) user: usize,
    pub(super) session: usize,
    priority: i16,
    pub(super) status: Status,
    pub(super) epoch: u32,
    pub(super) attempt: u32,
    holder: Option<usize>,
    cancel: bool,
    /// What is stored of its output.
    pub(super) position: u64,
    /// The place and the size of the last batch of its output.
    pub(super) last_batch: Option<(u64, u64)>,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Waiting,
    Delayed,
    Ready,
    Generating,
    Ended(End),
}

/// A session of the model.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) user: usize,
    stream: Vec<&'static str>,
}

impl Queue {
    /// Before anything has been asked for.
    pub(super) fn new() -> Self {
        Self {
            jobs: Vec::new(),
            sessions: Vec::new(),
            served: [0; LIMITS.len()],
            claims: 0,
            registered: [Some(false); WORKERS],
            keys: HashMap::new(),
            answer: None,
        }
    }

    /// Carries out a step.
    pub(super) fn apply(&mut self, step: &Step) {
        self.answer = Some(match *step {
            Step::Submit { user, request, key } => self.submit(user, request, key),
            Step::Due { job } => self.due(job),
            Step::Claim { worker, slots } => self.claim(worker, slots),
            Step::Cancel { job } => self.cancel(job),
            Step::Finish {
                first,
                count,
                stale,
                end,
            } => {
                let jobs = first..first + count;
                let ended = jobs.map(|job| self.finish(job, stale && job == first, end));
                Answer::Finished(ended.collect())
            }
            Step::Take {
                job,
                stale,
                worker,
                new_attempt,
            } => self.take(job, stale, worker, new_attempt),
            Step::Release { worker } => self.release(worker),
            Step::Expire { worker } => {
                self.registered[worker] = None;
                Answer::Gone
            }
            Step::Register { worker } => {
                self.registered[worker].get_or_insert(false);
                Answer::Gone
            }
            Step::Drain { worker, draining } => {
                let known = self.registered[worker].as_mut();
                Answer::Told(known.map(|drains| *drains = draining).is_some())
            }
            Step::Append { job, how } => self.append(job, how),
        });
    }

    fn submit(&mut self, user: usize, request: Request, key: Option<u8>) -> Answer {
        if let Some(&(job, known)) = key.and_then(|key| self.keys.get(&(user, key))) {
            return if known == request {
                Answer::Same(job)
            } else {
                Answer::Conflict
            };
        }
        let session = match request.target {
            Target::Session(session) => session,
            Target::New => {
                self.sessions.push(Session {
                    user,
                    stream: Vec::new(),
                });
                self.sessions.len() - 1
            }
        };
        let status = match self.front(session) {
            _ if request.later => Status::Delayed,
            None => Status::Ready,
            Some(_) => Status::Waiting,
        };
        self.jobs.push(Job {
            user,
            session,
            priority: request.priority,
            status,
            epoch: 0,
            attempt: 0,
            holder: None,
            cancel: false,
            position: 0,
            last_batch: None,
        });
        self.tell(session, "job_queued");
        if let Some(key) = key {
            self.keys
                .insert((user, key), (self.jobs.len() - 1, request));
        }
        Answer::Accepted
    }

    /// A delayed job joins the line where it was submitted, and takes the front from a later one that
    /// does not run yet.
    fn due(&mut self, job: usize) -> Answer {
        if self.jobs[job].status != Status::Delayed {
            return Answer::Due(0);
        }
        let front = self.front(self.jobs[job].session);
        let displaced =
            front.filter(|&front| front > job && self.jobs[front].status == Status::Ready);
        if let Some(displaced) = displaced {
            self.jobs[displaced].status = Status::Waiting;
        }
        let leads = front.is_none() || displaced.is_some();
        self.jobs[job].status = if leads {
            Status::Ready
        } else {
            Status::Waiting
        };
        Answer::Due(leads.into())
    }

    fn claim(&mut self, worker: usize, slots: usize) -> Answer {
        let mut claimed = Vec::new();
        while claimed.len() < slots && self.registered[worker] != Some(true) {
            let Some(job) = self.next_job() else { break };
            self.claims += 1;
            self.served[self.jobs[job].user] = self.claims;
            let (epoch, attempt) = self.begin(job, worker, true);
            self.tell(self.jobs[job].session, "generation_started");
            claimed.push((job, epoch, attempt));
        }
        Answer::Claimed(claimed)
    }

    /// Of the user served longest ago who may run another, the most urgent, then the oldest.
    fn next_job(&self) -> Option<usize> {
        let user = (0..LIMITS.len())
            .filter(|&user| {
                let counters = self.counters(user);
                counters.ready > 0 && counters.running < LIMITS[user].cast_signed()
            })
            .min_by_key(|&user| (self.served[user], user))?;
        let ready = self
            .jobs
            .iter()
            .enumerate()
            .filter(|(_, job)| job.user == user && job.status == Status::Ready);
        ready
            .min_by_key(|(place, job)| (-job.priority, *place))
            .map(|(place, _)| place)
    }

    /// Another holding, perhaps with another container run.
    fn begin(&mut self, job: usize, worker: usize, new_attempt: bool) -> (u32, u32) {
        let job = &mut self.jobs[job];
        job.status = Status::Generating;
        job.epoch += 1;
        job.holder = Some(worker);
        if new_attempt {
            job.attempt += 1;
            job.position = 0;
            job.last_batch = None;
        }
        (job.epoch, job.attempt)
    }

    fn cancel(&mut self, job: usize) -> Answer {
        Answer::Cancelled(match self.jobs[job].status {
            Status::Ended(_) => Cancel::Final,
            Status::Generating => {
                self.jobs[job].cancel = true;
                Cancel::Requested
            }
            Status::Waiting | Status::Delayed | Status::Ready => {
                self.end(job, End::Cancelled);
                Cancel::Ended
            }
        })
    }

    fn finish(&mut self, job: usize, stale: bool, end: End) -> bool {
        let held = self.jobs[job].status == Status::Generating && !stale;
        if held {
            self.end(job, end);
        }
        held
    }

    fn end(&mut self, job: usize, end: End) {
        let session = self.jobs[job].session;
        let was_front = self.front(session) == Some(job);
        self.jobs[job].status = Status::Ended(end);
        self.jobs[job].holder = None;
        self.tell(session, end.word());
        if was_front {
            let next = self
                .jobs
                .iter_mut()
                .find(|job| job.session == session && job.status == Status::Waiting);
            if let Some(next) = next {
                next.status = Status::Ready;
            }
        }
    }

    fn take(&mut self, job: usize, stale: bool, worker: usize, new_attempt: bool) -> Answer {
        if stale || self.jobs[job].status != Status::Generating {
            return Answer::Taken(None);
        }
        let taken = self.begin(job, worker, new_attempt);
        self.tell(self.jobs[job].session, "worker_changed");
        Answer::Taken(Some(taken))
    }

    fn release(&mut self, worker: usize) -> Answer {
        let held = self
            .jobs
            .iter_mut()
            .filter(|job| job.holder == Some(worker));
        Answer::Released(held.map(|job| job.holder = None).count() as u64)
    }

    fn append(&mut self, job: usize, how: Append) -> Answer {
        let session = self.jobs[job].session;
        if self.jobs[job].status != Status::Generating || how == Append::Stale {
            return Answer::Fenced;
        }
        match (how, self.jobs[job].last_batch) {
            (Append::Again, Some((first, _))) => Answer::Duplicate(first),
            (Append::Ahead, _) => Answer::Gap(self.jobs[job].position),
            (Append::Next(count), _) => {
                let first = self.sessions[session].stream.len() as u64 + 1;
                (0..count).for_each(|_| self.tell(session, "info"));
                let job = &mut self.jobs[job];
                job.last_batch = Some((first, count));
                job.position += count;
                Answer::Stored(first)
            }
            (Append::Again | Append::Stale, _) => Answer::Fenced,
        }
    }

    fn tell(&mut self, session: usize, event: &'static str) {
        self.sessions[session].stream.push(event);
    }

    /// The job at the front of a session's line.
    fn front(&self, session: usize) -> Option<usize> {
        self.jobs.iter().position(|job| {
            job.session == session && matches!(job.status, Status::Ready | Status::Generating)
        })
    }

    fn counters(&self, user: usize) -> Counters {
        let mut counters = Counters::default();
        for job in self.jobs.iter().filter(|job| job.user == user) {
            counters.queued += i32::from(matches!(job.status, Status::Waiting | Status::Ready));
            counters.delayed += i32::from(job.status == Status::Delayed);
            counters.ready += i32::from(job.status == Status::Ready);
            counters.running += i32::from(job.status == Status::Generating);
        }
        counters
    }

    /// What the tables are to hold.
    pub(super) fn look(&self) -> Look {
        let orphan = |job: &Job| {
            job.status == Status::Generating
                && job
                    .holder
                    .is_none_or(|holder| self.registered[holder].is_none())
        };
        let orphans = self.jobs.iter().enumerate().filter(|(_, job)| orphan(job));
        Look {
            jobs: self.jobs.iter().map(Job::look).collect(),
            users: (0..LIMITS.len()).map(|user| self.counters(user)).collect(),
            sessions: (0..self.sessions.len())
                .map(|session| self.look_at(session))
                .collect(),
            orphans: orphans.map(|(place, job)| (place, job.epoch)).collect(),
        }
    }

    fn look_at(&self, session: usize) -> SessionLook {
        let front = self.front(session);
        let held = front
            .map(|front| &self.jobs[front])
            .filter(|front| front.status == Status::Generating);
        SessionLook {
            front,
            epoch: held.map_or(0, |job| job.epoch),
            attempt: held.map_or(0, |job| job.attempt),
            stream: self.sessions[session]
                .stream
                .iter()
                .map(|&event| event.to_owned())
                .collect(),
        }
    }
}

impl Job {
    fn look(&self) -> JobLook {
        let status = match self.status {
            Status::Waiting => "waiting",
            Status::Delayed => "delayed",
            Status::Ready => "ready",
            Status::Generating => "generating",
            Status::Ended(end) => end.word(),
        };
        JobLook {
            status: status.to_owned(),
            epoch: self.epoch,
            attempt: self.attempt,
            holder: self.holder,
            cancel: self.cancel,
        }
    }
}
