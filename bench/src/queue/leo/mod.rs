//! Leo's own queue: real calls to the stores and a real API on the one side, [`worker`] on the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use leo_common::redis_link::RedisLink;
use leo_protocol::{JobId, UserId};
use leo_tests::{Leo, Mode};
use rand::RngExt as _;
use tokio::task::JoinSet;

use super::contender::Contender;
use super::figures::{Latency, rate};
use super::plan::{Arrivals, HELD, LATENCY_SLOTS, Plan};

mod submitter;
mod worker;

use submitter::Submitter;
use worker::Worker;

/// No user's limit is reached but where that is the point.
const NO_LIMIT: u32 = 10_000;
/// Requests of a user in a minute: more than any bench makes.
const MANY: &str = "100000000";
/// Users whose jobs are drained where there is no backlog of one.
const USERS: u32 = 100;
/// How long jobs may take from their submit to their end.
const END_WITHIN: Duration = Duration::from_secs(60);

/// An installation with an API and without a worker, and what is done there.
pub(super) struct Ground {
    leo: Leo,
    /// The user with the backlog.
    owner: Option<UserId>,
}

impl Ground {
    pub(super) async fn new() -> Self {
        let leo = Leo::in_mode(Mode::Process).workers(0).own_redis();
        let limit = NO_LIMIT.to_string();
        // Requests are counted, as everywhere, and none is refused.
        let leo = leo.set("MAX_JOBS_PER_USER", &limit).set("RATE_LIMIT", MANY);
        let leo = leo.start().await;
        Self { leo, owner: None }
    }

    /// Jobs of one user, of which no more than [`HELD`] may run; how many seconds it took.
    pub(super) async fn fill_one(&mut self, jobs: u32) -> f64 {
        let began = Instant::now();
        let users = self.leo.database().fill(1, jobs, HELD).await;
        let took = began.elapsed().as_secs_f64();
        self.owner = users.first().copied();
        self.leo.database().settle().await;
        took
    }

    /// At least so many jobs, of many users without a limit.
    pub(super) async fn fill_many(&mut self, jobs: u32) {
        let each = jobs.div_ceil(USERS);
        self.leo.database().fill(USERS, each, NO_LIMIT).await;
        self.leo.database().settle().await;
    }

    /// From submit to claim, idle and under load.
    pub(super) async fn latency(
        &mut self,
        contender: Contender,
        plan: &Plan,
    ) -> anyhow::Result<(Latency, Latency)> {
        let held = if self.owner.is_some() { HELD } else { 0 };
        let worker = self.worker(LATENCY_SLOTS + held, self.owner).await?;
        let link = self.link()?;
        let submitter = Arc::new(Submitter::new(contender, &self.leo, link).await?);
        let (mut latencies, mut total) = (Vec::new(), 0);
        for phase in plan.phases() {
            let submitted = arrive(&submitter, phase).await?;
            total += submitted.len();
            worker.ended(total, END_WITHIN).await?;
            latencies.push(between(&submitted, &worker.claimed())?);
        }
        match latencies.as_slice() {
            [_, idle, load] => Ok((*idle, *load)),
            _ => anyhow::bail!("there are three phases"),
        }
    }

    /// Jobs drained in a second.
    pub(super) async fn drain(&mut self, slots: u32, plan: &Plan) -> anyhow::Result<f64> {
        self.leo
            .database()
            .stores()
            .refresh_limits(NO_LIMIT)
            .await?;
        let began = Instant::now();
        let worker = self.worker(slots, None).await?;
        worker
            .ended_so_many(plan.drain as usize, plan.drain_within)
            .await;
        let mut ends = worker.ends();
        ends.truncate(plan.drain as usize);
        let ends: Vec<_> = ends.iter().map(|at| at.duration_since(began)).collect();
        ensure!(!ends.is_empty(), "Leo has ended no job");
        Ok(rate(Duration::ZERO, &ends, plan.skip as usize))
    }

    async fn worker(&mut self, slots: u32, held: Option<UserId>) -> anyhow::Result<Worker> {
        let (db, link) = (self.leo.database().stores(), self.link()?);
        Worker::start(db, link, slots, held).await
    }

    fn link(&mut self) -> anyhow::Result<RedisLink> {
        let url = self.leo.redis().url();
        Ok(RedisLink::new(&url, self.leo.instance())?)
    }
}

/// Submits jobs at random moments, none waiting for another; when each was submitted.
async fn arrive(
    submitter: &Arc<Submitter>,
    arrivals: Arrivals,
) -> anyhow::Result<HashMap<JobId, Instant>> {
    let mut submitting = JoinSet::new();
    let mut due = tokio::time::Instant::now();
    for number in 0..arrivals.count as usize {
        let chance: f64 = rand::rng().random_range(0.0..1.0);
        due += Duration::from_secs_f64(-(1.0 - chance).ln() / arrivals.rate);
        tokio::time::sleep_until(due).await;
        let submitter = Arc::clone(submitter);
        submitting.spawn(async move {
            let began = Instant::now();
            Ok::<_, anyhow::Error>((submitter.submit(number).await?, began))
        });
    }
    let submitted = submitting.join_all().await;
    submitted.into_iter().collect()
}

fn between(
    submitted: &HashMap<JobId, Instant>,
    claimed: &HashMap<JobId, Instant>,
) -> anyhow::Result<Latency> {
    let took = submitted.iter().map(|(job, began)| {
        let claimed = claimed.get(job).context("a job was never claimed")?;
        anyhow::Ok(claimed.duration_since(*began).as_secs_f64() * 1e6)
    });
    Latency::of(took.collect::<anyhow::Result<_>>()?)
}
