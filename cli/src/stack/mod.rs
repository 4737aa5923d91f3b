//! The embedded stack: what `leo dev`, `leo demo` and the tests need below them, and nothing else.
//!
//! [`Stack::start`] gives a Postgres, a Redis and, where asked for, a Docker engine. Each is either
//! given (a URL, or an engine that answers already) and then only used, or private: a child
//! process whose data, socket and log lie in one folder, reachable by the one who started it and by
//! nobody over the network. Two stacks with two folders live side by side; two with one folder do
//! not.
//!
//! What is started is ended: by [`Stack::stop`] in order, by `Drop` as the last resort, by the
//! children themselves when this process is killed (`child`), and by the next start if even that
//! failed (`leftovers`). The schema, the buckets and the containers are the caller's business.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;

pub mod command;
pub mod image;

mod account;
mod bridge;
mod child;
mod dockerd;
mod engine;
mod ephemeral;
mod exec;
mod ground;
mod initdb;
mod layout;
mod leftovers;
mod lock;
mod postgres;
mod privilege;
mod procfs;
mod programs;
mod record;
mod redis;

#[cfg(test)]
mod tests;

pub use ephemeral::EphemeralDir;
pub use exec::exec;

use engine::Engine;
use ground::Ground;
use postgres::Postgres;
use redis::Redis;

/// Tells the person in front of the terminal what happens, one line a call.
pub type Report<'a> = dyn Fn(&str) + Sync + 'a;

/// What a stack is made of. It has no `Debug`, because URLs hold passwords.
#[derive(Clone)]
pub struct StackConfig {
    /// Where data, sockets and logs lie; made if it is missing, owned by the stack from then on.
    pub data_dir: PathBuf,
    /// The caller's `PATH`. Programs are looked for there first, then in the usual places.
    pub search_path: Option<OsString>,
    /// A Postgres to use instead of a private one.
    pub database_url: Option<String>,
    /// A Redis to use instead of a private one.
    pub redis_url: Option<String>,
    /// The Docker engine, if one is wanted.
    pub docker: Option<DockerConfig>,
}

/// Which Docker engine is wanted.
#[derive(Debug, Clone, Default)]
pub struct DockerConfig {
    /// The engine to use (`DOCKER_HOST`). Without it the machine's engine is used where it answers,
    /// and a private one is started otherwise.
    pub host: Option<String>,
    /// Whether containers of a private engine need a network. It costs a bridge and rules on the
    /// host, so it is made only where a model provider is to be reached.
    pub network: bool,
    /// An image to build from a generator's binary, if the engine does not have it.
    pub image: Option<image::GeneratorImage>,
}

/// A running stack.
pub struct Stack {
    // The order is the order in which `Drop` ends them: containers may still write to the others.
    engine: Option<Engine>,
    redis: Service<Redis>,
    database: Service<Postgres>,
    ground: Ground,
}

/// Given by the caller and left alone, or ours.
enum Service<T> {
    Given(String),
    Own(T),
}

impl Stack {
    /// Starts what was not given and waits until all of it answers.
    ///
    /// The future may be dropped at any time: what it has started by then is ended, for which the
    /// drop blocks up to ten seconds a service.
    ///
    /// # Errors
    /// The folder is in use by another stack, a program is missing or does not start. What was
    /// started by then is stopped.
    pub async fn start(config: StackConfig, report: &Report<'_>) -> anyhow::Result<Self> {
        let ground = Ground::prepare(&config.data_dir, config.search_path, report).await?;
        let (database, redis, engine) = tokio::join!(
            Box::pin(start_database(&ground, config.database_url, report)),
            Box::pin(start_redis(&ground, config.redis_url)),
            Box::pin(start_engine(&ground, config.docker, report)),
        );
        match (database, redis, engine) {
            (Ok(database), Ok(redis), Ok(engine)) => Ok(Self {
                engine,
                redis,
                database,
                ground,
            }),
            (database, redis, engine) => Err(undo(database, redis, engine).await),
        }
    }

    /// The URL of Postgres; a private one has an empty database `leo` of which the user is the
    /// superuser.
    #[must_use]
    pub fn database_url(&self) -> &str {
        match &self.database {
            Service::Given(url) => url,
            Service::Own(postgres) => postgres.url(),
        }
    }

    /// The URL of Redis.
    #[must_use]
    pub fn redis_url(&self) -> &str {
        match &self.redis {
            Service::Given(url) => url,
            Service::Own(redis) => redis.url(),
        }
    }

    /// The Docker engine in the form of `DOCKER_HOST`; `None` if none was wanted.
    #[must_use]
    pub fn docker_host(&self) -> Option<&str> {
        self.engine.as_ref().map(Engine::host)
    }

    /// The folder of the stack, as an absolute path.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.ground.layout.data_dir()
    }

    /// Waits until a private service ends that nobody stopped, and tells which one, with the last
    /// lines of its log. Safe to drop and call again.
    pub async fn broken(&mut self) -> anyhow::Error {
        let postgres = match &mut self.database {
            Service::Given(_) => None,
            Service::Own(postgres) => Some(postgres.child()),
        };
        let redis = match &mut self.redis {
            Service::Given(_) => None,
            Service::Own(redis) => redis.child(),
        };
        let engine = self.engine.as_mut().and_then(Engine::child);
        child::first_to_end([postgres, redis, engine].into_iter().flatten().collect()).await
    }

    /// Kills the private Redis, as a crash would; [`Self::start_redis`] brings it back.
    ///
    /// # Errors
    /// The Redis was given, or did not end.
    pub async fn kill_redis(&mut self) -> anyhow::Result<()> {
        self.own_redis()?.kill().await
    }

    /// Starts the private Redis again, empty and at the same URL.
    ///
    /// # Errors
    /// The Redis was given, runs already or does not start.
    pub async fn start_redis(&mut self) -> anyhow::Result<()> {
        match &mut self.redis {
            Service::Given(_) => anyhow::bail!("this Redis was given and is not ours to start"),
            Service::Own(redis) => redis.restart(&self.ground).await,
        }
    }

    fn own_redis(&mut self) -> anyhow::Result<&mut Redis> {
        match &mut self.redis {
            Service::Given(_) => anyhow::bail!("this Redis was given and is not ours to kill"),
            Service::Own(redis) => Ok(redis),
        }
    }

    /// Ends everything that was started, containers first and Postgres last, and waits for it.
    ///
    /// # Errors
    /// Something did not end in order and was killed. The rest is stopped all the same.
    pub async fn stop(self) -> anyhow::Result<()> {
        // Named in full: the ground, and with it the lock, goes last.
        let Self {
            engine,
            redis,
            database,
            ground: _ground,
        } = self;
        stop_parts(engine, Some(redis), Some(database)).await
    }
}

async fn start_database(
    ground: &Ground,
    given: Option<String>,
    report: &Report<'_>,
) -> anyhow::Result<Service<Postgres>> {
    match given {
        Some(url) => Ok(Service::Given(url)),
        None => Postgres::start(ground, report)
            .await
            .map(Service::Own)
            .context("failed to start a private Postgres"),
    }
}

async fn start_redis(ground: &Ground, given: Option<String>) -> anyhow::Result<Service<Redis>> {
    match given {
        Some(url) => Ok(Service::Given(url)),
        None => Redis::start(ground)
            .await
            .map(Service::Own)
            .context("failed to start a private Redis"),
    }
}

async fn start_engine(
    ground: &Ground,
    wanted: Option<DockerConfig>,
    report: &Report<'_>,
) -> anyhow::Result<Option<Engine>> {
    let Some(config) = wanted else {
        return Ok(None);
    };
    let engine = Engine::find_or_start(ground, &config, report).await?;
    if let Some(image) = &config.image
        && let Err(error) = image::ensure(engine.host(), image, report).await
    {
        engine.stop().await?;
        return Err(error);
    }
    Ok(Some(engine))
}

/// Stops what a failed start has started, and says why it failed.
async fn undo(
    database: anyhow::Result<Service<Postgres>>,
    redis: anyhow::Result<Service<Redis>>,
    engine: anyhow::Result<Option<Engine>>,
) -> anyhow::Error {
    let mut reason = None;
    let engine = engine.map_err(|error| reason = Some(error)).ok().flatten();
    let redis = redis.map_err(|error| reason = Some(error)).ok();
    let database = database.map_err(|error| reason = Some(error)).ok();
    let stopped = stop_parts(engine, redis, database).await;
    match (reason, stopped) {
        (Some(reason), _) => reason,
        (None, Err(error)) => error,
        (None, Ok(())) => anyhow::anyhow!("failed to start the stack"),
    }
}

async fn stop_parts(
    engine: Option<Engine>,
    redis: Option<Service<Redis>>,
    database: Option<Service<Postgres>>,
) -> anyhow::Result<()> {
    let mut result = Ok(());
    if let Some(engine) = engine {
        result = result.and(engine.stop().await);
    }
    if let Some(Service::Own(redis)) = redis {
        result = result.and(redis.stop().await);
    }
    if let Some(Service::Own(postgres)) = database {
        result = result.and(postgres.stop().await);
    }
    result
}
