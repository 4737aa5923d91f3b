//! The start and the end of the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use leo_common::append::Appender;
use leo_common::artifacts::{ArtifactError, ArtifactStore};
use leo_common::buckets::Buckets;
use leo_common::bus::{Publisher, Subscriber};
use leo_common::config::{Database, Keeping};
use leo_common::history::History;
use leo_common::links::Links;
use leo_common::metrics;
use leo_common::outgoing::Outgoing;
use leo_common::queue::{Hints, Waker};
use leo_common::redis_link::RedisLink;
use leo_common::store::{Db, StoreError};
use leo_protocol::InstanceId;
use rand::distr::{Alphanumeric, SampleString as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::{Accounts, Github, Passwords};
use crate::auth::{
    Authenticator, Browsers, Developer, External, ExternalSettings, LocalTokens, Tokens,
};
use crate::config::{ApiConfig, WrongSetting, checked};
use crate::connections::{Listener, Peer};
use crate::limits::Gate;
use crate::provider_test::{self, Places};
use crate::router::{apart, router};
use crate::routes::metrics::Depth;
use crate::runner::{self, Door, Watcher};
use crate::state::{AppState, Inner};
use crate::stream::Hub;
use crate::waiting;

/// How long requests and sockets may take to end once the process is asked to.
const GRACE: Duration = Duration::from_secs(8);
/// Zips in the making at once.
const MAX_ZIPS: usize = 32;
/// Comparisons of versions at once; each takes a processor for seconds at most, and 30 MiB.
const MAX_DIFFS: usize = 2;
/// Searches of logs at once; each takes a processor, and 2 MiB.
const MAX_SEARCHES: usize = 4;
/// Workspaces that pass through this process at once; each takes 20 MiB of memory at most.
const MAX_UPLOADS: usize = 8;
/// The length of a key made for one start, in characters.
const MADE_KEY: usize = 64;

/// Serves until `shutdown`, then lets what runs end, for at most 8 s. Applies missing migrations
/// first, and waits for a database that does not answer.
///
/// # Errors
/// When a setting is wrong, the database refuses, or the listener fails.
pub async fn serve(
    config: ApiConfig,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("read the listener's address")?;
    let site = config.site()?;
    metrics::install().context("prepare the metrics")?;
    let starting = Box::pin(start(&config, &listener, address, shutdown.clone()));
    let Some(started) = shutdown.run_until_cancelled(starting).await else {
        return Ok(());
    };
    let state = started?;
    let runners = runner::routes(door(&config, &state)?);
    let beside = apart(runners.clone(), site.proxies.clone());
    let apart = listen_for_runners(&config, beside, shutdown.clone()).await?;
    let router = router(state.clone(), &site, runners)?;
    tracing::info!(%address, "listening");
    let service = router.into_make_service_with_connect_info::<Peer>();
    let served = axum::serve(Listener(listener), service)
        .with_graceful_shutdown(shutdown.clone().cancelled_owned());
    tokio::select! {
        ended = async {
            served.await?;
            apart.await.map_err(std::io::Error::other)??;
            state.tasks.close();
            state.tasks.wait().await;
            Ok::<_, std::io::Error>(())
        } => ended.context("serve")?,
        () = after_grace(&shutdown) => tracing::warn!("ending with requests unanswered"),
    }
    Ok(())
}

/// Serves containers at `LEO_RUNNER_BIND`, and nothing else there; without it there is nothing to
/// wait for.
async fn listen_for_runners(
    config: &ApiConfig,
    runners: Router,
    shutdown: CancellationToken,
) -> anyhow::Result<JoinHandle<std::io::Result<()>>> {
    let Some(address) = config.runners.leo_runner_bind else {
        return Ok(tokio::spawn(std::future::ready(Ok(()))));
    };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("listen on {address} (LEO_RUNNER_BIND)"))?;
    let address = listener
        .local_addr()
        .context("read the listener's address")?;
    tracing::info!(%address, "listening for containers");
    let service = runners.into_make_service_with_connect_info::<Peer>();
    let served =
        axum::serve(Listener(listener), service).with_graceful_shutdown(shutdown.cancelled_owned());
    Ok(tokio::spawn(async move { served.await }))
}

/// What containers dial into. Without a key that a worker can share, it refuses them.
fn door(config: &ApiConfig, state: &AppState) -> Result<Door, WrongSetting> {
    checked(&config.signing)?;
    let (db, shutdown) = (state.db.clone(), state.shutdown.clone());
    // Appending goes on while sockets end; it ends with the process.
    let appender = Appender::start(
        db.clone(),
        state.publisher.clone(),
        CancellationToken::new(),
    );
    Ok(Door::new(runner::Parts {
        watcher: Watcher::start(db.clone(), state.redis.clone(), shutdown.clone()),
        tokens: config.signing.runner_tokens(),
        vault: config.signing.vault(),
        model: config.model.clone(),
        hidden: config.github.token().cloned(),
        output_limit: config.limits.output_limit.get(),
        artifacts: state.artifacts.clone(),
        workspace_limit: config.limits.workspace_limit.get(),
        uploads: Semaphore::new(MAX_UPLOADS),
        tasks: state.tasks.clone(),
        appender,
        db,
        shutdown,
    }))
}

/// Applies the migrations that are missing.
///
/// # Errors
/// When the database cannot be reached or one fails.
pub async fn migrate(settings: &Database) -> anyhow::Result<()> {
    let db = database(settings)?;
    db.migrate().await.context("prepare the database")
}

/// The stores; nothing is asked yet.
///
/// # Errors
/// When the address cannot be used.
pub(crate) fn database(settings: &Database) -> Result<Db, WrongSetting> {
    Db::connect(settings.database_url.expose_secret())
        .map_err(|error| WrongSetting::new("DATABASE_URL", &error))
}

async fn after_grace(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

async fn start(
    config: &ApiConfig,
    listener: &TcpListener,
    address: SocketAddr,
    shutdown: CancellationToken,
) -> anyhow::Result<AppState> {
    let private = config.is_private(address);
    let key = config.secret_key(private)?.unwrap_or_else(made_key);
    let provider = ExternalSettings::read(&config.identity)?;
    let artifacts = open_artifacts(&config.keeping)
        .await
        .map_err(|error| WrongSetting::new("ARTIFACT_STORE", &error))?;
    let db = database(&config.database)?;
    let instance = waiting::meanwhile(listener, db.at_start(|| prepare(&db)))
        .await?
        .map_err(refused)?;
    let redis = RedisLink::new(config.redis.redis_url.expose_secret(), instance)
        .map_err(|error| WrongSetting::new("REDIS_URL", &error))?;
    let (subscriber, events) = Subscriber::start(redis.clone(), shutdown.clone());
    let history = History::new(db.clone(), artifacts.clone());
    let external = provider.map(|provider| External::start(provider, shutdown.clone()));
    let external = external.transpose()?;
    let auth = authenticator(config, db.clone(), &key, private, external)?;
    Ok(AppState::new(Inner {
        hints: Waker::start(Hints::new(&redis).context("prepare hints")?),
        publisher: Publisher::start(redis.clone()).context("prepare publishing")?,
        hub: Hub::start(history.clone(), subscriber, events, shutdown.clone()),
        accounts: accounts(config, &key)?,
        buckets: Buckets::new(&redis).context("prepare the buckets")?,
        guard: auth.guard(redis.clone(), &shutdown),
        auth,
        gate: Gate::new(db.clone(), &config.limits, &config.quotas),
        zips: Arc::new(Semaphore::new(MAX_ZIPS)),
        diffs: Arc::new(Semaphore::new(MAX_DIFFS)),
        searches: Arc::new(Semaphore::new(MAX_SEARCHES)),
        links: Links::new(Some(&key), config.signing.previous(), config.base(address)?),
        limits: config.limits.clone(),
        vault: config.signing.vault(),
        model: config.model.clone(),
        github: config.github.clone(),
        outgoing: outgoing(config, private)?,
        deploy_host: config.deploy_host()?,
        tests: Places::default(),
        depth: Depth::default(),
        tasks: TaskTracker::new(),
        db,
        history,
        redis,
        artifacts,
        shutdown,
    }))
}

async fn prepare(db: &Db) -> Result<InstanceId, StoreError> {
    db.migrate().await?;
    db.instance().await
}

fn refused(error: StoreError) -> anyhow::Error {
    match error.condemns_url() {
        true => WrongSetting::new("DATABASE_URL", &error).into(),
        false => anyhow::Error::new(error).context("prepare the database"),
    }
}

/// Opens the artifact store and sees that it is there.
async fn open_artifacts(keeping: &Keeping) -> Result<ArtifactStore, ArtifactError> {
    let store = ArtifactStore::open(&keeping.artifact_store, &keeping.aws)?;
    store.check().await?;
    Ok(store)
}

/// A key that nobody has set, for this start; nobody holds a token of an earlier one then.
fn made_key() -> SecretString {
    SecretString::from(Alphanumeric.sample_string(&mut rand::rng(), MADE_KEY))
}

/// What signing in needs.
fn accounts(config: &ApiConfig, key: &SecretString) -> anyhow::Result<Accounts> {
    let app = config.github()?;
    let github = app.map(|app| Github::new(app, key, config.is_https()));
    Ok(Accounts {
        passwords: Passwords::new(),
        github: github.transpose().context("prepare asking GitHub")?,
        registration: config.identity.registration,
        max_running: config.limits.max_jobs_per_user,
    })
}

/// What asks servers that users name.
fn outgoing(config: &ApiConfig, private: bool) -> anyhow::Result<Outgoing> {
    let policy = config.outgoing.policy(private);
    let own = provider_test::place(
        config.model.llm_provider,
        config.model.llm_base_url.as_ref(),
    );
    Outgoing::new(policy, own.as_ref()).context("prepare asking other servers")
}

/// Local tokens and those of an identity provider, browsers that are signed in, and on a private
/// server without a provider its developer.
fn authenticator(
    config: &ApiConfig,
    db: Db,
    key: &SecretString,
    private: bool,
    external: Option<External>,
) -> Result<Authenticator, WrongSetting> {
    let sites = config.sites(private)?;
    let browsers = Browsers::new(sites.clone(), config.is_https());
    // Where people have accounts of another site, being on the machine is no credential.
    let alone = external.is_none() && config.github()?.is_none();
    let developer = (private && alone).then(|| Developer::new(sites));
    if developer.is_some() {
        tracing::info!("requests from this machine need no token");
    }
    let local = LocalTokens::new(key).accepting(config.signing.previous());
    let tokens = Tokens::new(local, external);
    let max_running = config.limits.max_jobs_per_user;
    Ok(Authenticator::new(
        db,
        tokens,
        developer,
        browsers,
        max_running,
    ))
}
