//! The real queue, driven by the model's steps and looked at behind its back.

use leo_common::store::claims::Claim;
use leo_common::store::events::{Appended, NewBatch};
use leo_common::store::jobs::{Cancelled, Ended, Ending, Outcome, Submit, Submitted};
use leo_common::store::workers::NewWorker;
use leo_protocol::event::WorkerChange;
use leo_protocol::http::{JobError, SubmitJob};
use leo_protocol::limits::Limits;
use leo_protocol::{EventKind, FailureReason, HostId, JobId, SessionId, UserId, WorkerId};
use sqlx::Row as _;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::known::Known;
use super::look::{Answer, Cancel, Counters, JobLook, Look, SessionLook};
use super::queue::{LIMITS, Queue, WORKERS};
use super::steps::{Append, End, Request, Step, Target};
use crate::store::Store;

/// When delayed jobs are to start; long after all tests.
const LATER: &str = "2100-01-01T00:00:00Z";

/// The system under test, with the ids behind the model's places.
pub(super) struct System {
    store: Store,
    users: Vec<UserId>,
    workers: Vec<WorkerId>,
    sessions: Vec<SessionId>,
    jobs: Vec<Known>,
    // Last: the store needs it while it goes.
    runtime: Runtime,
}

impl System {
    /// An empty queue with the model's users and workers.
    pub(super) fn new(_: &Queue) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut system = Self {
            store: runtime.block_on(Store::new()),
            users: Vec::new(),
            workers: (0..WORKERS).map(|_| WorkerId::generate()).collect(),
            sessions: Vec::new(),
            jobs: Vec::new(),
            runtime,
        };
        for (place, &limit) in LIMITS.iter().enumerate() {
            let user = system
                .runtime
                .block_on(system.store.user(&place.to_string(), limit));
            system.users.push(user);
        }
        for worker in 0..WORKERS {
            system.runtime.block_on(system.register(worker));
        }
        system
    }

    /// Carries out a step.
    pub(super) fn apply(&mut self, step: &Step) -> Answer {
        let runtime = self.runtime.handle().clone();
        runtime.block_on(async {
            match *step {
                Step::Submit { user, request, key } => self.submit(user, request, key).await,
                Step::Due { job } => self.due(job).await,
                Step::Claim { worker, slots } => self.claim(worker, slots).await,
                Step::Cancel { job } => self.cancel(job).await,
                Step::Finish {
                    first,
                    count,
                    stale,
                    end,
                } => self.finish(first, count, stale, end).await,
                Step::Take {
                    job,
                    stale,
                    worker,
                    new_attempt,
                } => self.take(job, stale, worker, new_attempt).await,
                Step::Release { worker } => Answer::Released(
                    self.store
                        .db
                        .release_jobs(self.workers[worker])
                        .await
                        .unwrap(),
                ),
                Step::Expire { worker } => {
                    self.store
                        .db
                        .deregister_worker(self.workers[worker])
                        .await
                        .unwrap();
                    Answer::Gone
                }
                Step::Register { worker } => self.register(worker).await,
                Step::Drain { worker, draining } => {
                    let worker = self.workers[worker].to_string();
                    let told = self.store.db.set_draining(&worker, draining).await;
                    Answer::Told(!told.unwrap().is_empty())
                }
                Step::Append { job, how } => self.append(job, how).await,
            }
        })
    }

    async fn register(&self, worker: usize) -> Answer {
        let worker = NewWorker {
            id: self.workers[worker],
            name: "model",
            host: HostId::generate(),
            orchestrator: "process",
            version: "0",
            capacity: 1,
            process: None,
        };
        self.store.db.register_worker(&worker).await.unwrap();
        Answer::Gone
    }

    async fn submit(&mut self, user: usize, request: Request, key: Option<u8>) -> Answer {
        let session = match request.target {
            Target::New => None,
            Target::Session(session) => Some(self.sessions[session]),
        };
        let key = key.map(|key| key.to_string());
        let request = SubmitJob {
            priority: Some(request.priority),
            run_at: request.later.then(|| LATER.parse().unwrap()),
            ..SubmitJob::default()
        };
        let submit = Submit {
            user: self.users[user],
            session,
            request: &request,
            retry_of: None,
            idempotency_key: key.as_deref(),
            quotas: Limits::default(),
        };
        match self.store.db.submit(&submit).await.unwrap() {
            Submitted::Accepted(fact) => {
                if session.is_none() {
                    self.sessions.push(fact.session);
                }
                self.jobs.push(Known {
                    id: fact.job.unwrap(),
                    user: self.users[user],
                    session: fact.session,
                    epoch: 0,
                    attempt: 0,
                    position: 0,
                    last_batch: None,
                });
                Answer::Accepted
            }
            Submitted::Same(job) => Answer::Same(self.place(job)),
            Submitted::Conflict => Answer::Conflict,
            other @ (Submitted::NoSession | Submitted::Withheld(_)) => panic!("{other:?}"),
        }
    }

    async fn due(&self, job: usize) -> Answer {
        let sql = "update jobs set run_at = now() where id = $1 and status = 'delayed'";
        sqlx::query(sql)
            .bind(self.jobs[job].id.uuid())
            .execute(&self.store.db.pool)
            .await
            .unwrap();
        Answer::Due(self.store.db.start_due().await.unwrap().ready)
    }

    async fn claim(&mut self, worker: usize, slots: usize) -> Answer {
        let slots = u32::try_from(slots).unwrap();
        let claims = self
            .store
            .db
            .claim(self.workers[worker], slots)
            .await
            .unwrap()
            .claims;
        Answer::Claimed(claims.iter().map(|claim| self.hold(claim, true)).collect())
    }

    /// Notes a new holding.
    fn hold(&mut self, claim: &Claim, new_attempt: bool) -> (usize, u32, u32) {
        let place = self.place(claim.job);
        let job = &mut self.jobs[place];
        (job.epoch, job.attempt) = (claim.epoch, claim.attempt);
        if new_attempt {
            job.position = 0;
            job.last_batch = None;
        }
        (place, claim.epoch, claim.attempt)
    }

    async fn cancel(&self, job: usize) -> Answer {
        Answer::Cancelled(
            match self.store.db.cancel(self.jobs[job].id).await.unwrap() {
                Cancelled::Ended(_) => Cancel::Ended,
                Cancelled::Requested => Cancel::Requested,
                Cancelled::Final => Cancel::Final,
            },
        )
    }

    async fn finish(&self, first: usize, count: usize, stale: bool, end: End) -> Answer {
        let error = JobError {
            reason: FailureReason::ExitCode,
            message: String::new(),
        };
        let outcome = Outcome {
            error: (end == End::Failed).then_some(error),
            cancelled: end == End::Cancelled,
            ..Outcome::default()
        };
        let jobs = &self.jobs[first..first + count];
        let ending = |(place, job): (usize, &Known)| Ending {
            job: job.id,
            epoch: job.epoch(stale && place == 0),
            outcome: outcome.clone(),
        };
        let endings: Vec<_> = jobs.iter().enumerate().map(ending).collect();
        let db = &self.store.db;
        if let [only] = endings.as_slice() {
            let ended = db.finish(only.job, only.epoch, &only.outcome).await;
            return Answer::Finished(vec![ended.unwrap().is_some()]);
        }
        let ended = db.finish_many(&endings).await.unwrap();
        let done = ended
            .iter()
            .map(|ended| matches!(ended, Ended::Done { .. }));
        Answer::Finished(done.collect())
    }

    async fn take(&mut self, job: usize, stale: bool, worker: usize, new_attempt: bool) -> Answer {
        let (id, epoch) = (self.jobs[job].id, self.jobs[job].epoch(stale));
        let events = [EventKind::WorkerChanged {
            how: WorkerChange::Adopted,
        }];
        let taken = self
            .store
            .db
            .take(id, epoch, self.workers[worker], new_attempt, &events)
            .await
            .unwrap();
        Answer::Taken(taken.map(|(claim, _)| {
            let (_, epoch, attempt) = self.hold(&claim, new_attempt);
            (epoch, attempt)
        }))
    }

    async fn append(&mut self, job: usize, how: Append) -> Answer {
        let job = &mut self.jobs[job];
        let batch = match (how, &job.last_batch) {
            (Append::Again, Some(batch)) => NewBatch {
                fence: job.epoch,
                ..batch.clone()
            },
            (Append::Again, None) => panic!("nothing was sent before"),
            (Append::Next(count), _) => job.batch(job.position, count, job.epoch),
            (Append::Ahead, _) => job.batch(job.position + 1, 1, job.epoch),
            (Append::Stale, _) => job.batch(job.position, 1, job.epoch(true)),
        };
        let answers = self
            .store
            .db
            .append(std::slice::from_ref(&batch))
            .await
            .unwrap();
        match answers[..] {
            [Appended::Stored { first }] => {
                job.position = batch.to;
                job.last_batch = Some(batch);
                Answer::Stored(first)
            }
            [Appended::Duplicate { first }] => Answer::Duplicate(first.unwrap()),
            [Appended::Gap { position }] => Answer::Gap(position),
            [Appended::Fenced] => Answer::Fenced,
            ref other => panic!("{other:?}"),
        }
    }

    fn place(&self, job: JobId) -> usize {
        self.jobs.iter().position(|known| known.id == job).unwrap()
    }

    fn place_of(&self, job: Option<Uuid>) -> Option<usize> {
        job.map(|job| self.place(job.into()))
    }

    /// What the tables hold.
    pub(super) fn look(&self) -> Look {
        self.runtime.block_on(async {
            let mut sessions = Vec::new();
            for &session in &self.sessions {
                sessions.push(self.look_at(session).await);
            }
            let orphans = self
                .store
                .db
                .orphans(HostId::generate(), 1000)
                .await
                .unwrap();
            Look {
                jobs: self.look_at_jobs().await,
                users: self.look_at_users().await,
                sessions,
                orphans: orphans
                    .iter()
                    .map(|orphan| (self.place(orphan.job), orphan.epoch))
                    .collect(),
            }
        })
    }

    async fn look_at_jobs(&self) -> Vec<JobLook> {
        let sql = "select status, epoch, attempt, holder, cancel_requested_at is not null as cancel from jobs order by id";
        let rows = sqlx::query(sql)
            .fetch_all(&self.store.db.pool)
            .await
            .unwrap();
        let look = rows.iter().map(|row| {
            let holder: Option<Uuid> = row.get("holder");
            JobLook {
                status: row.get("status"),
                epoch: row.get::<i32, _>("epoch").cast_unsigned(),
                attempt: row.get::<i32, _>("attempt").cast_unsigned(),
                holder: holder.map(|holder| {
                    self.workers
                        .iter()
                        .position(|worker| worker.uuid() == holder)
                        .unwrap()
                }),
                cancel: row.get("cancel"),
            }
        });
        look.collect()
    }

    async fn look_at_users(&self) -> Vec<Counters> {
        let mut users = Vec::new();
        for &user in &self.users {
            let (queued, ready, running) = self.store.counters(user).await;
            let delayed = sqlx::query_scalar("select delayed from users where id = $1")
                .bind(user.uuid())
                .fetch_one(&self.store.db.pool);
            users.push(Counters {
                queued,
                delayed: delayed.await.unwrap(),
                ready,
                running,
            });
        }
        users
    }

    async fn look_at(&self, session: SessionId) -> SessionLook {
        let sql = "select front_job, epoch, attempt from session_heads where session_id = $1";
        let row = sqlx::query(sql)
            .bind(session.uuid())
            .fetch_one(&self.store.db.pool)
            .await
            .unwrap();
        let mut stream = Vec::new();
        for batch in self.store.stream(session).await {
            for line in leo_protocol::batch::lines(&batch.body) {
                let event: serde_json::Value = serde_json::from_slice(line).unwrap();
                stream.push(event["type"].as_str().unwrap().to_owned());
            }
        }
        SessionLook {
            front: self.place_of(row.get("front_job")),
            epoch: row.get::<i32, _>("epoch").cast_unsigned(),
            attempt: row.get::<i32, _>("attempt").cast_unsigned(),
            stream,
        }
    }
}
