//! The stores on a real Postgres: what the database functions promise, also to many at once.

use leo_common::store::Db;
use leo_common::store::claims::Claim;
use leo_common::store::events::{Batch, NewBatch, Source};
use leo_common::store::jobs::{Outcome, Submit, Submitted};
use leo_common::store::users::Identity;
use leo_common::store::workers::NewWorker;
use leo_protocol::batch::BodyBuilder;
use leo_protocol::http::SubmitJob;
use leo_protocol::limits::Limits;
use leo_protocol::{EventKind, HostId, JobId, SessionId, UserId, WorkerId};
use leo_tests::Database;

mod append;
mod archive;
mod claim;
mod delayed;
mod delete;
mod ends;
mod migrations;
mod model;
mod outbox;
mod pushes;
mod races;
mod restarts;
mod runners;
mod scale;

/// Enough to read a whole stream of these tests at once.
const ALL: u32 = 1_000_000;

/// Stores over a database of their own.
pub(crate) struct Store {
    pub(crate) db: Db,
    pub(crate) database: Database,
}

impl Store {
    pub(crate) async fn new() -> Self {
        let database = Database::create().await;
        Self {
            db: database.stores(),
            database,
        }
    }

    /// A user who may run `max_running` jobs at once.
    pub(crate) async fn user(&self, name: &str, max_running: u32) -> UserId {
        let identity = Identity {
            issuer: "test",
            subject: name,
            email: None,
            operator: false,
        };
        self.db.user_of(identity, max_running).await.unwrap().id
    }

    /// A worker on the list, on a host of its own.
    pub(crate) async fn worker(&self) -> WorkerId {
        let id = WorkerId::generate();
        let worker = NewWorker {
            id,
            name: "w",
            host: HostId::generate(),
            orchestrator: "process",
            version: "0",
            capacity: 1,
            process: None,
        };
        self.db.register_worker(&worker).await.unwrap();
        id
    }

    pub(crate) async fn try_submit(&self, user: UserId, session: Option<SessionId>) -> Submitted {
        self.try_submit_with(user, session, SubmitJob::default())
            .await
    }

    async fn try_submit_with(
        &self,
        user: UserId,
        session: Option<SessionId>,
        request: SubmitJob,
    ) -> Submitted {
        let submit = Submit {
            user,
            session,
            request: &request,
            retry_of: None,
            idempotency_key: None,
            quotas: Limits::default(),
        };
        self.db.submit(&submit).await.unwrap()
    }

    /// A job in the session, or in a new one.
    pub(crate) async fn submit(
        &self,
        user: UserId,
        session: Option<SessionId>,
    ) -> (JobId, SessionId) {
        match self.try_submit(user, session).await {
            Submitted::Accepted(fact) => (fact.job.unwrap(), fact.session),
            other => panic!("{other:?}"),
        }
    }

    /// A job that a worker holds.
    pub(crate) async fn held(&self, user: UserId) -> Claim {
        let (job, _) = self.submit(user, None).await;
        let mut claims = self.db.claim(WorkerId::generate(), 1).await.unwrap().claims;
        let claim = claims.pop().unwrap();
        assert_eq!(claim.job, job);
        claim
    }

    /// The whole stream; fails where it has a gap.
    pub(crate) async fn stream(&self, session: SessionId) -> Vec<Batch> {
        let batches = self.db.read(session, 0, ALL, u64::MAX / 4).await.unwrap();
        let mut last = 0;
        for batch in &batches {
            assert_eq!(batch.place.first, last + 1, "a gap in {batches:?}");
            let events = leo_protocol::batch::lines(&batch.body).count() as u64;
            assert_eq!(batch.last, last + events);
            last = batch.last;
        }
        assert_eq!(self.db.head(session).await.unwrap(), Some(last));
        batches
    }

    /// The messages and types of the whole stream, in order.
    pub(crate) async fn events(&self, session: SessionId) -> Vec<String> {
        let batches = self.stream(session).await;
        let lines = batches
            .iter()
            .flat_map(|batch| leo_protocol::batch::lines(&batch.body));
        lines
            .map(|line| {
                let event: serde_json::Value = serde_json::from_slice(line).unwrap();
                let told = event.get("message").unwrap_or(&event["type"]);
                told.as_str().unwrap().to_owned()
            })
            .collect()
    }

    /// `queued`, `ready` and `running` of a user, as counted.
    pub(crate) async fn counters(&self, user: UserId) -> (i32, i32, i32) {
        let query = sqlx::query_as("select queued, ready, running from users where id = $1");
        let counters = query.bind(user.uuid()).fetch_one(&self.db.pool);
        counters.await.unwrap()
    }

    pub(crate) async fn finish(&self, claim: &Claim) -> bool {
        let finished = self
            .db
            .finish(claim.job, claim.epoch, &Outcome::default())
            .await;
        finished.unwrap().is_some()
    }
}

/// The units (from, to] of the holder's container, one event each.
pub(crate) fn units(claim: &Claim, from: u64, to: u64) -> NewBatch {
    let mut body = BodyBuilder::new();
    for n in from + 1..=to {
        let message = format!("unit {n}");
        body.push(chrono::Utc::now(), &EventKind::Info { message });
    }
    NewBatch {
        session: claim.session,
        job: claim.job,
        source: Source::Stdout,
        fence: claim.epoch,
        generation: 0,
        from,
        to,
        count: body.count(),
        body: body.finish().into(),
    }
}
