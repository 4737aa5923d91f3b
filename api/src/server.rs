//! The start and the end of the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use leo_common::artifacts::ArtifactStore;
use leo_common::bus::{Publisher, Subscriber};
use leo_common::config::Database;
use leo_common::queue::Hints;
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use rand::distr::{Alphanumeric, SampleString as _};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::{Authenticator, Developer, LocalTokens};
use crate::config::{ApiConfig, WrongSetting};
use crate::router::router;
use crate::state::{AppState, Inner};
use crate::stream::Hub;
use crate::wake::Waker;

/// How long requests and sockets may take to end once the process is asked to.
const GRACE: Duration = Duration::from_secs(8);
/// Zips in the making at once.
const MAX_ZIPS: usize = 32;
/// The length of a key made for one start, in characters.
const MADE_KEY: usize = 64;

/// Serves until `shutdown`, then lets what runs end, for at most 8 s. Applies missing migrations
/// first.
///
/// # Errors
/// When a setting is wrong, the database cannot be reached, or the listener fails.
pub async fn serve(
    config: ApiConfig,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("read the listener's address")?;
    let state = start(&config, address, shutdown.clone()).await?;
    let router = router(state.clone(), &config.origins()?)?;
    let listener = listener.tap_io(|connection| {
        // Events are small and must not wait for each other.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's algorithm");
        }
    });
    tracing::info!(%address, "listening");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served =
        axum::serve(listener, service).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    tokio::select! {
        ended = async {
            served.await?;
            state.tasks.close();
            state.tasks.wait().await;
            Ok::<_, std::io::Error>(())
        } => ended.context("serve")?,
        () = after_grace(&shutdown) => tracing::warn!("ending with requests unanswered"),
    }
    Ok(())
}

/// Applies the migrations that are missing.
///
/// # Errors
/// When the database cannot be reached or one fails.
pub async fn migrate(settings: &Database) -> anyhow::Result<()> {
    let db = database(settings)?;
    db.migrate().await.context("prepare the database")
}

fn database(settings: &Database) -> Result<Db, WrongSetting> {
    Db::connect(settings.database_url.expose_secret())
        .map_err(|error| WrongSetting::new("DATABASE_URL", &error))
}

async fn after_grace(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

async fn start(
    config: &ApiConfig,
    address: SocketAddr,
    shutdown: CancellationToken,
) -> anyhow::Result<AppState> {
    let private = config.is_private(address);
    let key = config.secret_key(private)?;
    let artifacts = ArtifactStore::open(&config.keeping.artifact_store)
        .map_err(|error| WrongSetting::new("ARTIFACT_STORE", &error))?;
    let db = database(&config.database)?;
    db.migrate().await.context("prepare the database")?;
    let instance = db.instance().await.context("read the installation's id")?;
    let redis = RedisLink::new(config.redis.redis_url.expose_secret(), instance)
        .map_err(|error| WrongSetting::new("REDIS_URL", &error))?;
    let (subscriber, events) = Subscriber::start(redis.clone(), shutdown.clone());
    Ok(AppState::new(Inner {
        hints: Waker::start(Hints::new(&redis).context("prepare hints")?),
        publisher: Publisher::start(redis.clone()).context("prepare publishing")?,
        hub: Hub::start(db.clone(), subscriber, events, shutdown.clone()),
        auth: authenticator(config, db.clone(), key, private)?,
        zips: Arc::new(Semaphore::new(MAX_ZIPS)),
        limits: config.limits.clone(),
        tasks: TaskTracker::new(),
        db,
        redis,
        artifacts,
        shutdown,
    }))
}

/// Local tokens, and on a private server its developer. A key that nobody has set is made for this
/// start; nobody holds a token of an earlier one then.
fn authenticator(
    config: &ApiConfig,
    db: Db,
    key: Option<SecretString>,
    private: bool,
) -> Result<Authenticator, WrongSetting> {
    let key = key.unwrap_or_else(|| {
        SecretString::from(Alphanumeric.sample_string(&mut rand::rng(), MADE_KEY))
    });
    let origins = config.origins()?;
    let developer = private.then(|| Developer::new(origins));
    if developer.is_some() {
        tracing::info!("requests from this machine need no token");
    }
    let tokens = Arc::new(LocalTokens::new(&key));
    let max_running = config.limits.max_jobs_per_user;
    Ok(Authenticator::new(db, tokens, developer, max_running))
}
