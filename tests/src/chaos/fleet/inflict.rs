//! Carries the faults of the fleet out.

use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use leo_protocol::JobId;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use uuid::Uuid;

use super::book::Book;
use super::faults::{Fault, Kind};
use super::slot::{Held, Place, Slot};
use super::yard::Yard;
use crate::chaos::replica::Ending;
use crate::private_engine::Ending as EngineEnding;

/// How long Redis or the Docker engine may take to carry out a command.
const PATIENCE: Duration = Duration::from_secs(5);
/// Workers that are left alone at any time.
const LEFT_ALONE: usize = 2;
/// The jobs that the worker of this name holds; of several of that name the youngest is alive.
const HELD: &str = "select id from jobs where status = 'generating' and holder =
    (select id from workers where name = $1 order by started_at desc limit 1)";

/// A worker that was lost, or stood still, with jobs in its hands.
#[derive(Debug, Clone)]
pub(super) struct Loss {
    pub(super) at: DateTime<Utc>,
    pub(super) place: Place,
    pub(super) jobs: Vec<JobId>,
}

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Inflicted {
    pub(super) counts: BTreeMap<Kind, u64>,
    pub(super) losses: Vec<Loss>,
    /// The longest that a worker took to end when it was asked to.
    pub(super) slowest_end: Duration,
    /// Workers that did not end when they were asked to.
    pub(super) complaints: Vec<String>,
}

/// Carries faults out at their times from `begin` on, and waits until the last one is over. Those
/// that hit different things overlap; what would hit the same thing twice is left out.
///
/// # Panics
/// When something does not come up again.
pub(super) async fn inflict(
    yard: &Yard,
    book: &Book,
    faults: &[Fault],
    begin: Instant,
) -> Inflicted {
    let hand = Hand {
        yard,
        book,
        done: Mutex::default(),
    };
    let hand = &hand;
    let mut running = FuturesUnordered::new();
    for fault in faults.iter().copied() {
        let mut due = pin!(sleep_until(begin + fault.at));
        loop {
            tokio::select! {
                () = &mut due => break,
                Some(()) = running.next() => {}
            }
        }
        running.push(async move {
            let hit = hand.hit(fault).await;
            hand.note(|done| *done.counts.entry(fault.kind).or_default() += u64::from(hit));
        });
    }
    while running.next().await.is_some() {}
    yard.proxy.withdraw();
    drop(running);
    hand.note(std::mem::take)
}

/// What is done to a worker.
#[derive(Debug, Clone, Copy)]
enum Blow {
    Kill,
    Replace,
    Stop,
}

struct Hand<'a> {
    yard: &'a Yard,
    book: &'a Book,
    done: Mutex<Inflicted>,
}

impl Hand<'_> {
    fn note<T>(&self, what: impl FnOnce(&mut Inflicted) -> T) -> T {
        what(&mut self.done.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Carries a fault out, and waits for its end; whether it had an effect.
    async fn hit(&self, fault: Fault) -> bool {
        let yard = self.yard;
        match fault.kind {
            Kind::WorkerKilled => return self.worker(fault, Blow::Kill).await,
            Kind::WorkerReplaced => return self.worker(fault, Blow::Replace).await,
            Kind::WorkerPaused | Kind::WorkerOutOfReach => {
                return self.worker(fault, Blow::Stop).await;
            }
            Kind::ApiKilled => self.api(fault, Ending::Killed).await,
            Kind::ApiReplaced => self.api(fault, Ending::Asked).await,
            Kind::RedisFlushed => return self.flush_redis().await,
            Kind::RedisRestarted => {
                let mut redis = yard.redis.lock().await;
                redis.kill();
                sleep(fault.time).await;
                redis.restart().await;
            }
            Kind::PgCut => yard.proxy.cut(),
            Kind::PgStalled => yard.proxy.stall(fault.time),
            Kind::PgAnswersSwallowed => yard.proxy.swallow_answers(fault.count),
            Kind::PgRequestsLost => yard.proxy.lose_requests(fault.count),
            Kind::PgRestarted => yard.postgres.lock().await.crash().await,
            Kind::ContainerKilled => return self.kill_container(fault).await,
            Kind::EngineRestarted => return self.engine(EngineEnding::Asked, fault.time).await,
            Kind::EngineKilled => return self.engine(EngineEnding::Killed, fault.time).await,
        }
        true
    }

    /// Hits the first worker from the drawn one on that no other fault has in hand; some are left
    /// alone at any time, so that there is somebody to take over.
    async fn worker(&self, fault: Fault, blow: Blow) -> bool {
        let slots = &self.yard.slots;
        let order = (0..slots.len()).map(|next| &slots[(fault.target + next) % slots.len()]);
        let mut free: VecDeque<_> = order.filter_map(Slot::hold).collect();
        if free.len() <= LEFT_ALONE.min(slots.len() - 1) {
            return false;
        }
        let Some(mut held) = free.pop_front() else {
            return false;
        };
        drop(free);
        let jobs = self.jobs_of(&held).await;
        let loss = Loss {
            at: Utc::now(),
            place: held.slot().place(),
            jobs,
        };
        self.note(|done| done.losses.push(loss));
        match blow {
            Blow::Kill => held.kill(fault.time).await,
            Blow::Stop => held.stop_for(fault.time).await,
            Blow::Replace => {
                let took = held.terminate(fault.time).await;
                self.note_end(held.slot().name(), took);
            }
        }
        true
    }

    fn note_end(&self, worker: &str, took: Option<Duration>) {
        self.note(|done| match took {
            Some(took) => done.slowest_end = done.slowest_end.max(took),
            None => {
                let complaint = format!("{worker} did not end when it was asked to");
                done.complaints.push(complaint);
            }
        });
    }

    async fn jobs_of(&self, held: &Held<'_>) -> Vec<JobId> {
        let Some(mut connection) = self.yard.connect().await else {
            return Vec::new();
        };
        let query = sqlx::query_scalar(HELD).bind(held.slot().name());
        let ids: Vec<Uuid> = query.fetch_all(&mut connection).await.unwrap_or_default();
        ids.into_iter().map(JobId::from).collect()
    }

    async fn api(&self, fault: Fault, ending: Ending) {
        let replicas = &self.yard.replicas;
        let replica = &replicas[fault.target % replicas.len()];
        replica.restart(ending, fault.time).await;
    }

    async fn flush_redis(&self) -> bool {
        let redis = self.yard.redis.lock().await;
        let done = timeout(PATIENCE, async {
            let client = redis::Client::open(redis.url())?;
            let mut connection = client.get_multiplexed_async_connection().await?;
            let command = redis::cmd("FLUSHALL");
            command.query_async::<redis::Value>(&mut connection).await
        });
        matches!(done.await, Ok(Ok(_)))
    }

    /// Kills what runs in a container, as a person may do.
    async fn kill_container(&self, fault: Fault) -> bool {
        let Some(engine) = &self.yard.engine else {
            return false;
        };
        // One that is being restarted has no containers to kill.
        let Ok(engine) = engine.try_lock() else {
            return false;
        };
        let client = engine.client();
        let listing = timeout(PATIENCE, client.try_containers(self.yard.instance)).await;
        let Ok(Ok(mut found)) = listing else {
            return false;
        };
        found.retain(|container| container.running);
        if found.is_empty() {
            return false;
        }
        let container = &found[fault.target % found.len()];
        let mut names = container.name.split('_');
        if let Some(job) = names.nth(1).and_then(|job| job.parse().ok()) {
            self.book.pages().killed.insert(job);
        }
        client.kill(&container.id).await
    }

    async fn engine(&self, ending: EngineEnding, pause: Duration) -> bool {
        let Some(engine) = &self.yard.engine else {
            return false;
        };
        engine.lock().await.restart(ending, pause).await;
        true
    }
}
