//! A worker from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use apalis_core::task::data::Data;
use apalis_core::worker::builder::WorkerBuilder;
use leo_common::append::Appender;
use leo_common::artifacts::{ArtifactError, ArtifactStore};
use leo_common::bus::{Call, CallListener, Publisher};
use leo_common::config::Keeping;
use leo_common::finish::Finisher;
use leo_common::history::History;
use leo_common::metrics;
use leo_common::queue::{Hints, Waker};
use leo_common::redis_link::RedisLink;
use leo_common::store::{Db, StoreError};
use leo_protocol::{InstanceId, WorkerId};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::claim::{ClaimBackend, Claimer, JobTask};
use crate::config::{OrchestratorMode, WorkerConfig};
use crate::context::{Context, Parts};
use crate::dial::Dial;
use crate::drain::{self, Draining};
use crate::holds::Holds;
use crate::orchestrator::Orchestrator;
use crate::orchestrator::docker::{Docker, DockerConfig};
use crate::orchestrator::ecs::{Ecs, EcsConfig};
use crate::orchestrator::process::{Process, ProcessConfig};
use crate::outbox::{self, Doorbell, Hooks};
use crate::pulse::Pulse;
use crate::reconcile::witness::Witness;
use crate::{beat, job, metrics_server, reconcile};

/// How long the end of the process waits for what is in flight.
const HANDOVER: Duration = Duration::from_secs(4);
/// The generator's program beside this one, in mode `process`.
const GENERATOR: &str = "leo-generator";

/// Runs a worker until `shutdown`; then it hands over what it holds and ends within seconds. The
/// containers run on.
///
/// # Errors
/// When the worker cannot start: a setting is wrong, Postgres refuses it, or Docker cannot be reached.
/// A Postgres that does not answer is waited for. Once it runs, it runs until `shutdown`.
pub async fn run(config: WorkerConfig, shutdown: CancellationToken) -> anyhow::Result<()> {
    config.validate().map_err(|error| anyhow!(error))?;
    serve_metrics(&config).await?;
    if config.shares_host_network() {
        tracing::warn!(
            "CONTAINER_NETWORK=host: generated code reaches all that listens on this machine"
        );
    }
    let starting = Box::pin(start(config, shutdown.clone()));
    let Some(started) = shutdown.run_until_cancelled(starting).await else {
        return Ok(());
    };
    let (ctx, link) = started?;
    tracing::info!(worker.id = %ctx.worker, slots = ctx.config.running.worker_concurrency, "the worker runs");

    let background = CancellationToken::new();
    let helpers = TaskTracker::new();
    for task in [
        tokio::spawn(
            background
                .clone()
                .run_until_cancelled_owned(beat::run(ctx.clone())),
        ),
        tokio::spawn(
            background
                .clone()
                .run_until_cancelled_owned(hear_calls(ctx.clone(), link.clone())),
        ),
        tokio::spawn(
            background
                .clone()
                .run_until_cancelled_owned(reconcile::run(ctx.clone())),
        ),
        tokio::spawn(
            background
                .clone()
                .run_until_cancelled_owned(outbox::run(ctx.clone())),
        ),
    ] {
        helpers.spawn(task);
    }
    helpers.close();
    work(&ctx, link).await;
    hand_over(&ctx).await;
    background.cancel();
    helpers.wait().await;
    Ok(())
}

/// Claims and runs jobs until `shutdown`.
async fn work(ctx: &Context, link: RedisLink) {
    let (claimer, claims) = Claimer::new(ctx.clone(), link);
    let claiming = tokio::spawn(claimer.run());
    let worker = WorkerBuilder::new(format!("leo-{}", ctx.worker))
        .backend(ClaimBackend::new(claims))
        .data(ctx.clone())
        .build(handle);
    let stopped = ctx.shutdown.clone();
    let working = tokio::spawn(worker.run_with_ctx(move |apalis| {
        let stopped = stopped.clone();
        async move {
            stopped.cancelled().await;
            // Without being told, apalis waits for ever behind a backend that has ended.
            apalis.stop()
        }
    }));
    ctx.shutdown.cancelled().await;
    ctx.holds.lose_all();
    let ends = async {
        if let Err(error) = claiming.await {
            tracing::error!(%error, "the claiming task broke");
        }
        // Jobs claimed in this moment are lost as soon as they are entered.
        ctx.holds.lose_all();
        match working.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "apalis ended with an error"),
            Err(error) => tracing::error!(%error, "the working task broke"),
        }
        ctx.jobs.close();
        ctx.jobs.wait().await;
    };
    if tokio::time::timeout(HANDOVER, ends).await.is_err() {
        tracing::warn!("not everything in flight ended in time; it is handed over as it is");
    }
}

/// The handler that apalis calls: a job in a task of its own, so that nothing that happens in
/// apalis' own runtime can drop it half-way.
async fn handle(task: JobTask, ctx: Data<Context>) {
    if let Some(claimed) = task.take() {
        let ctx = Context::clone(&ctx);
        let way = ctx.jobs.clone().spawn(job::handle(ctx, claimed));
        if let Err(error) = way.await {
            tracing::error!(%error, "the way of a job broke");
        }
    }
}

/// Leaves what runs to the next worker.
async fn hand_over(ctx: &Context) {
    match ctx.db.release_jobs(ctx.worker).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "handed over"),
        Err(error) => {
            tracing::warn!(%error, "could not hand over; others find the jobs when the lease ends")
        }
    }
    if let Err(error) = ctx.db.deregister_worker(ctx.worker).await {
        tracing::warn!(%error, "could not deregister");
    }
}

async fn hear_calls(ctx: Context, link: RedisLink) {
    let mut calls = CallListener::start(link, ctx.shutdown.clone());
    while let Some(call) = calls.next().await {
        match call {
            Call::Cancel(job) => ctx.holds.cancel(job),
            Call::FleetChanged => drain::look(&ctx).await,
        }
    }
}

/// Serves the metrics where an address for them is set.
async fn serve_metrics(config: &WorkerConfig) -> anyhow::Result<()> {
    metrics::install().context("prepare the metrics")?;
    let Some(address) = config.running.leo_metrics_bind else {
        return Ok(());
    };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("listen on {address} (LEO_METRICS_BIND)"))?;
    tracing::info!(address = %listener.local_addr().unwrap_or(address), "serving metrics");
    tokio::spawn(metrics_server::serve(listener));
    Ok(())
}

async fn start(
    config: WorkerConfig,
    shutdown: CancellationToken,
) -> anyhow::Result<(Context, RedisLink)> {
    let db =
        Db::connect(config.database.database_url.expose_secret()).context("use DATABASE_URL")?;
    let instance = db
        .at_start(|| prepare(&db, &config))
        .await
        .context("use DATABASE_URL")?;
    let link = RedisLink::new(config.redis.redis_url.expose_secret(), instance)
        .context("use REDIS_URL")?;
    let publisher = Publisher::start(link.clone())?;
    let waker = Waker::start(Hints::new(&link)?);
    let dial = Dial::read(&config).map_err(|error| anyhow!(error))?;
    let orchestrator = orchestrator(&config, instance).await?;
    // Appending goes on while jobs hand over; it ends with the process.
    let appender = Appender::start(db.clone(), publisher.clone(), CancellationToken::new());
    let artifacts = open_artifacts(&config.keeping)
        .await
        .context("use ARTIFACT_STORE")?;
    let ctx = Context::new(Parts {
        worker: WorkerId::generate(),
        instance,
        finisher: Finisher::start(db.clone(), waker.clone()),
        waker,
        publisher,
        history: History::new(db.clone(), artifacts.clone()),
        artifacts,
        orchestrator,
        appender,
        vault: config.signing.vault(),
        dial,
        holds: Holds::default(),
        pulse: Pulse::new(),
        witness: Witness::default(),
        draining: Draining::default(),
        outbox: Doorbell::default(),
        hooks: Hooks::new(&config)?,
        jobs: TaskTracker::new(),
        shutdown,
        db,
        config,
    });
    ctx.db
        .at_start(|| beat::register(&ctx))
        .await
        .context("register the worker")?;
    Ok((ctx, link))
}

async fn prepare(db: &Db, config: &WorkerConfig) -> Result<InstanceId, StoreError> {
    db.migrate().await?;
    db.refresh_limits(config.limits.max_jobs_per_user).await?;
    db.instance().await
}

/// Opens the artifact store and sees that it is there.
async fn open_artifacts(keeping: &Keeping) -> Result<ArtifactStore, ArtifactError> {
    let store = ArtifactStore::open(&keeping.artifact_store, &keeping.aws)?;
    store.check().await?;
    Ok(store)
}

async fn orchestrator(
    config: &WorkerConfig,
    instance: InstanceId,
) -> anyhow::Result<Arc<dyn Orchestrator>> {
    let running = &config.running;
    match running.orchestrator_mode {
        OrchestratorMode::Local => Ok(Arc::new(
            Docker::connect(DockerConfig {
                docker_host: running.docker_host.clone(),
                image: running.docker_image.clone(),
                network: running.container_network.clone(),
                memory_bytes: running.container_memory.get(),
                cpus: running.container_cpus,
                pids: running.container_pids,
                runtime: running.container_runtime.clone(),
                output_limit: config.limits.output_limit.get(),
                workspace_quota: Some(job::disk::quota(config.limits.workspace_limit.get())),
                instance,
            })
            .await
            .context("reach the Docker engine (DOCKER_HOST)")?,
        )),
        OrchestratorMode::Ecs => {
            let aws = &config.keeping.aws;
            let settings = EcsConfig::new(&running.ecs, aws, instance);
            Ok(Arc::new(Ecs::connect(settings, aws).await?))
        }
        OrchestratorMode::Process => {
            let beside = || {
                let program = std::env::current_exe().context("find this program")?;
                anyhow::Ok(program.with_file_name(GENERATOR))
            };
            let command = running.generator_command.clone().map_or_else(beside, Ok)?;
            anyhow::ensure!(
                command.is_file(),
                "GENERATOR_COMMAND: {} is no program",
                command.display()
            );
            // What lies there is this installation's, whoever of its workers has left it.
            let root = running
                .workspace_dir
                .join("processes")
                .join(instance.to_string());
            let output_limit = config.limits.output_limit.get();
            Ok(Arc::new(Process::new(ProcessConfig {
                command,
                args: Vec::new(),
                root,
                output_limit,
            })?))
        }
    }
}
