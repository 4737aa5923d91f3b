//! Whoever submits a job to Leo.

use anyhow::{Context as _, bail};
use leo_common::bus::Publisher;
use leo_common::queue::{Hints, Waker};
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use leo_common::store::jobs::{Submit, Submitted};
use leo_common::store::users::Identity;
use leo_protocol::http::SubmitJob;
use leo_protocol::limits::Limits;
use leo_protocol::{JobId, UserId};
use leo_tests::{Client, Leo};

use super::NO_LIMIT;
use crate::queue::contender::Contender;

/// What is asked for.
const PROMPT: &str = "a job that does nothing, for a benchmark";

/// Who submit.
const USERS: u32 = 20;

/// Users with a way to submit.
pub(super) enum Submitter {
    /// What the API does for a request, without HTTP.
    Store(Box<Store>),
    /// Clients of the API, one for each user.
    Http(Vec<Client>),
}

/// What the API has.
pub(super) struct Store {
    db: Db,
    waker: Waker,
    publisher: Publisher,
    users: Vec<UserId>,
}

impl Submitter {
    pub(super) async fn new(
        contender: Contender,
        leo: &Leo,
        link: RedisLink,
    ) -> anyhow::Result<Self> {
        let names: Vec<_> = (1..=USERS).map(|user| format!("user {user}")).collect();
        if contender == Contender::LeoHttp {
            let clients = names.iter().map(|name| leo.user(name));
            return Ok(Self::Http(clients.collect()));
        }
        let db = leo.database().stores();
        let mut users = Vec::new();
        for name in &names {
            let identity = Identity {
                issuer: "bench",
                subject: name,
                email: None,
                operator: false,
            };
            users.push(db.user_of(identity, NO_LIMIT).await?.id);
        }
        Ok(Self::Store(Box::new(Store {
            db,
            waker: Waker::start(Hints::new(&link)?),
            publisher: Publisher::start(link)?,
            users,
        })))
    }

    /// Submits a job in a session of its own; the users take turns by its number.
    pub(super) async fn submit(&self, number: usize) -> anyhow::Result<JobId> {
        match self {
            Self::Http(clients) => Ok(clients[number % clients.len()].submit(PROMPT).await.id),
            Self::Store(store) => store.submit(number).await,
        }
    }
}

impl Store {
    async fn submit(&self, number: usize) -> anyhow::Result<JobId> {
        let request = SubmitJob {
            prompt: PROMPT.to_owned(),
            ..SubmitJob::default()
        };
        let submit = Submit {
            user: self.users[number % self.users.len()],
            session: None,
            request: &request,
            retry_of: None,
            idempotency_key: None,
            quotas: Limits::default(),
        };
        let Submitted::Accepted(fact) = self.db.submit(&submit).await? else {
            bail!("Leo has not accepted a job");
        };
        let job = fact.job.context("a job without an id")?;
        self.publisher.fact(fact);
        self.waker.wake();
        Ok(job)
    }
}
