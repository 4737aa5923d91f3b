//! A queue of others: processes of Node that submit and work as they are told.
//!
//! They tell times of the machine's monotonic clock, so those of two processes can be subtracted.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use leo_tests::Database;
use serde_json::{Value, json};
use tokio::process::Command;

use super::contender::{Contender, Maker};
use super::figures::Latency;
use super::plan::{HELD, LATENCY_SLOTS, Plan};
use super::redis::Redis;
use crate::sidecar::Sidecar;

/// How long any answer may take, the fill of a million jobs among them.
const ANSWER_WITHIN: Duration = Duration::from_secs(300);
/// How long jobs may take from the last submit to their starts; who takes longer cannot keep up.
const START_WITHIN: Duration = Duration::from_secs(15);
/// Whose jobs are submitted while latencies are taken.
const OTHER: &str = "other";
/// Where the backlog is.
const BACKLOG: &str = "backlog";

/// An empty database and an empty Redis, and what is done there.
pub(super) struct Ground {
    maker: Maker,
    folder: PathBuf,
    database: Database,
    redis: Redis,
    /// Whether there is a backlog.
    beside: bool,
}

/// A moment in microseconds by the number of a job.
type Moments = HashMap<i64, f64>;

impl Ground {
    pub(super) async fn new(maker: Maker, appends: bool, folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            maker,
            folder: folder.to_owned(),
            database: Database::create().await,
            redis: Redis::start(appends).await?,
            beside: false,
        })
    }

    /// Puts jobs into the backlog; how many seconds it took. `grouped`: as those of one user who is
    /// not to hold up others, where that is said when a job is added.
    pub(super) async fn fill(&mut self, jobs: u32, grouped: bool) -> anyhow::Result<f64> {
        self.beside = true;
        let mut process = self.process(None).await?;
        let fill = json!({"do": "fill", "queue": BACKLOG, "count": jobs, "grouped": grouped});
        let answer = process.ask(&fill).await?;
        answer["seconds"].as_f64().context("it took no time")
    }

    /// From submit to start, idle and under load.
    pub(super) async fn latency(
        &self,
        contender: Contender,
        plan: &Plan,
    ) -> anyhow::Result<(Latency, Latency)> {
        let mut submitter = self.process(Some(contender)).await?;
        let mut worker = self.process(Some(contender)).await?;
        let held = if self.beside { HELD } else { 0 };
        worker
            .ask(&json!({"do": "work", "queue": OTHER, "concurrency": LATENCY_SLOTS, "held": held}))
            .await?;
        let (mut latencies, mut first) = (Vec::new(), 0);
        for phase in plan.phases() {
            let (count, rate) = (phase.count, phase.rate);
            let submit = json!({"do": "submit", "queue": OTHER, "first": first, "count": count, "rate": rate});
            let submitted = moments(&submitter.ask(&submit).await?["submitted"])?;
            first += count;
            let ended =
                json!({"do": "ended", "count": first, "seconds": START_WITHIN.as_secs_f64()});
            let answer = worker.ask(&ended).await?;
            let now = answer["now"].as_f64().context("it has no time")?;
            latencies.push(between(&submitted, &moments(&answer["started"])?, now)?);
        }
        match latencies.as_slice() {
            [_, idle, load] => Ok((*idle, *load)),
            _ => bail!("there are three phases"),
        }
    }

    /// Jobs of the backlog drained in a second.
    pub(super) async fn drain(
        &self,
        contender: Contender,
        slots: u32,
        plan: &Plan,
    ) -> anyhow::Result<f64> {
        let mut worker = self.process(Some(contender)).await?;
        let drain = json!({
            "do": "drain", "queue": BACKLOG, "concurrency": slots, "skip": plan.skip,
            "count": plan.drain, "seconds": plan.drain_within.as_secs_f64(),
        });
        let answer = worker.ask(&drain).await?;
        answer["rate"].as_f64().context("it has no rate")
    }

    async fn process(&self, contender: Option<Contender>) -> anyhow::Result<Process> {
        let mut command = Command::new("node");
        command
            .arg(self.folder.join("peer.mjs"))
            .arg(self.maker.module())
            .env("DATABASE_URL", self.database.url())
            .env("REDIS_URL", self.redis.url())
            .env("NODE_ENV", "production");
        command.envs(contender.and_then(Contender::environment));
        Ok(Process(Sidecar::start(command).await?))
    }
}

/// One process of Node.
struct Process(Sidecar);

impl Process {
    async fn ask(&mut self, command: &Value) -> anyhow::Result<Value> {
        self.0.tell(format!("{command}\n").as_bytes()).await?;
        let answer = self.0.hear(ANSWER_WITHIN).await;
        let answer = answer.with_context(|| format!("failed to hear of {command}"))?;
        let answer: Value = serde_json::from_str(&answer).context("understand an answer")?;
        if let Some(error) = answer["error"].as_str() {
            bail!("{error}");
        }
        Ok(answer)
    }
}

fn moments(pairs: &Value) -> anyhow::Result<Moments> {
    let pairs = pairs.as_array().context("there are no moments")?;
    let pair = |pair: &Value| Some((pair[0].as_i64()?, pair[1].as_f64()?));
    let moments: Option<_> = pairs.iter().map(pair).collect();
    moments.context("a moment is a number of a job and a time")
}

/// A job that has not been started counts as started `now`.
fn between(submitted: &Moments, started: &Moments, now: f64) -> anyhow::Result<Latency> {
    let took = submitted.iter();
    let took = took.map(|(job, at)| started.get(job).unwrap_or(&now) - at);
    Latency::of(took.collect())
}
