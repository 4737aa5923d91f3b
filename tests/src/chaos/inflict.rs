//! Carries faults out.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use nix::sys::signal::Signal;
use rand::RngExt as _;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::arena::Arena;
use super::faults::{Fault, Kind};
use super::replica::Ending;

/// How long Redis may take to carry out a command.
const REDIS_PATIENCE: Duration = Duration::from_secs(5);
/// How long a message is kept before it is published again, in milliseconds at most.
const ECHO_DELAY: u64 = 300;
/// Whom `pg_terminate_backend` hits: everybody in the database but us.
const TERMINATE: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

/// How often each kind of fault was carried out.
pub(crate) type Counts = BTreeMap<Kind, u64>;

/// Carries faults out at their times from `begin` on, and waits until the last one is over. Those
/// that hit different things overlap.
///
/// # Panics
/// When something does not come up again.
pub(crate) async fn inflict(arena: &Arena, faults: &[Fault], begin: Instant) -> Counts {
    let target = Target(arena);
    let mut counts = Counts::new();
    let mut count = |(kind, hit): (Kind, bool)| {
        *counts.entry(kind).or_default() += u64::from(hit);
    };
    let mut running = FuturesUnordered::new();
    for fault in faults.iter().copied() {
        let mut due = pin!(sleep_until(begin + fault.at));
        loop {
            tokio::select! {
                () = &mut due => break,
                Some(done) = running.next() => count(done),
            }
        }
        running.push(async move { (fault.kind, target.hit(fault).await) });
    }
    while let Some(done) = running.next().await {
        count(done);
    }
    arena.proxy.withdraw();
    counts
}

/// What is hit.
#[derive(Clone, Copy)]
struct Target<'a>(&'a Arena);

impl Target<'_> {
    /// Carries a fault out, and waits for its end; whether it had an effect.
    async fn hit(self, fault: Fault) -> bool {
        let Self(arena) = self;
        match fault.kind {
            Kind::ApiKilled => self.restart(fault, Ending::Killed).await,
            Kind::ApiRestarted => self.restart(fault, Ending::Asked).await,
            Kind::RunnersCut => return arena.balancer.cut(),
            Kind::RedisKilled => self.kill_redis(fault.time).await,
            Kind::RedisPaused => self.pause_redis(fault.time).await,
            Kind::RedisFlushed => return self.redis(redis::cmd("FLUSHALL")).await,
            Kind::RedisPublishersCut => return self.redis(cut_clients("normal")).await,
            Kind::RedisListenersCut => return self.redis(cut_clients("pubsub")).await,
            Kind::RedisEcho => return self.echo(fault.time).await.is_ok(),
            Kind::PgTerminated => self.terminate_backends().await,
            Kind::PgCut => arena.proxy.cut(),
            Kind::PgStalled => arena.proxy.stall(fault.time),
            Kind::PgAnswersSwallowed => arena.proxy.swallow_answers(fault.count),
            Kind::PgRequestsLost => arena.proxy.lose_requests(fault.count),
        }
        true
    }

    async fn restart(self, fault: Fault, ending: Ending) {
        let replica = &self.0.replicas[fault.replica % self.0.replicas.len()];
        replica.restart(ending, fault.time).await;
    }

    async fn kill_redis(self, pause: Duration) {
        let mut redis = self.0.redis.lock().await;
        redis.kill();
        sleep(pause).await;
        redis.restart().await;
    }

    async fn pause_redis(self, time: Duration) {
        let redis = self.0.redis.lock().await;
        redis.signal(Signal::SIGSTOP);
        sleep(time).await;
        redis.signal(Signal::SIGCONT);
    }

    /// Has Redis carry out a command, if it runs.
    async fn redis(self, command: redis::Cmd) -> bool {
        let redis = self.0.redis.lock().await;
        let done = timeout(REDIS_PATIENCE, async {
            let client = redis::Client::open(redis.url())?;
            let mut connection = client.get_multiplexed_async_connection().await?;
            command.query_async::<redis::Value>(&mut connection).await
        });
        matches!(done.await, Ok(Ok(_)))
    }

    /// Publishes what is published again: doubled, late, and in another order.
    async fn echo(self, time: Duration) -> Result<(), redis::RedisError> {
        let url = self.0.redis.lock().await.url();
        let client = redis::Client::open(url)?;
        let mut listening = client.get_async_pubsub().await?;
        listening.psubscribe("leo:*:s:*").await?;
        let publishing = client.get_multiplexed_async_connection().await?;
        let end = Instant::now() + time;
        let mut echoes = JoinSet::new();
        let mut messages = listening.on_message();
        while let Ok(Some(message)) = tokio::time::timeout_at(end, messages.next()).await {
            // It hears its own echoes too; they must not live for ever.
            let (again, delay) = {
                let mut rng = rand::rng();
                (rng.random_bool(0.3), rng.random_range(0..ECHO_DELAY))
            };
            if again {
                let mut publishing = publishing.clone();
                echoes.spawn(async move {
                    sleep(Duration::from_millis(delay)).await;
                    let mut publish = redis::cmd("PUBLISH");
                    publish
                        .arg(message.get_channel_name())
                        .arg(message.get_payload_bytes());
                    // A Redis that is gone by now echoes nothing.
                    let _ = publish.query_async::<redis::Value>(&mut publishing).await;
                });
            }
        }
        echoes.join_all().await;
        Ok(())
    }

    async fn terminate_backends(self) {
        let mut connection = self.0.database.connection().await;
        let done = sqlx::query(TERMINATE).execute(&mut connection).await;
        done.expect("end the connections to the database");
    }
}

fn cut_clients(kind: &str) -> redis::Cmd {
    let mut command = redis::cmd("CLIENT");
    command
        .arg("KILL")
        .arg("TYPE")
        .arg(kind)
        .arg("SKIPME")
        .arg("yes");
    command
}
