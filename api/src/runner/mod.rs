//! The second door: WebSockets of running containers, `/ws/jobs/{id}` and `/ws/job_{id}`.
//!
//! A container that speaks the websocket transport sends here what others print. Promise: a frame
//! that is acknowledged is stored, exactly once, whatever dies; of an attempt's connections only the
//! newest one is heard, and an attempt that is over is told so. What is read waits in a bounded
//! buffer, and a full one stops the reading.
//!
//! A container that Leo cannot reach into fetches its input and brings its workspace beside it, over
//! plain HTTP: see [`http`].
//!
//! Who may connect is decided by the token alone, and what counts by the store
//! ([`leo_common::store::runners`]); this replica may die at any moment. Stopping a container is the
//! worker's business.

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use leo_common::append::Appender;
use leo_common::artifacts::ArtifactStore;
use leo_common::config::Model;
use leo_common::runner_token::RunnerTokens;
use leo_common::store::Db;
use leo_common::vault::Vault;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

mod connection;
mod end;
mod frames;
pub(crate) mod http;
mod knock;
mod model;
mod mouth;
mod watcher;

use knock::Knock;
pub(crate) use watcher::Watcher;

/// Read and write buffers of a connection, in bytes.
const BUFFER: usize = 16 << 10;
/// The largest frame that is read, in bytes: an event of 1 MiB with its number.
const READ_LIMIT: usize = (1 << 20) + (4 << 10);
/// What older generators have before the id.
const OLD_PREFIX: &str = "job_";

/// What the door stands on. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Door(Arc<Parts>);

/// See [`Door`].
pub(crate) struct Parts {
    /// Says who holds which source.
    pub(crate) db: Db,
    /// Carries frames into the store.
    pub(crate) appender: Appender,
    /// Checks tokens; none where no key is set that a worker could share.
    pub(crate) tokens: Option<RunnerTokens>,
    /// Opens keys of users; none where no key is set.
    pub(crate) vault: Option<Vault>,
    /// The installation's model.
    pub(crate) model: Model,
    /// Masked besides, though no container is told it.
    pub(crate) hidden: Option<SecretString>,
    /// Bytes that one attempt may send.
    pub(crate) output_limit: u64,
    /// Where inputs and workspaces lie on their way.
    pub(crate) artifacts: ArtifactStore,
    /// Bytes of one workspace.
    pub(crate) workspace_limit: u64,
    /// One permit per upload that passes through this process.
    pub(crate) uploads: Semaphore,
    /// Tells connections what has become of their jobs.
    pub(crate) watcher: Watcher,
    /// Awaited at shutdown, for a limited time.
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the process is asked to end.
    pub(crate) shutdown: CancellationToken,
}

impl Door {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for Door {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The paths of the door.
pub(crate) fn routes(door: Door) -> Router {
    Router::new()
        .route("/ws/jobs/{id}", get(enter))
        .route("/ws/{job_id}", get(enter_as_of_old))
        .merge(http::routes())
        .with_state(door)
}

async fn enter(
    State(door): State<Door>,
    Path(job): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    accept(door, &Knock::new(job, query.as_deref()), upgrade)
}

async fn enter_as_of_old(
    State(door): State<Door>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    match name.strip_prefix(OLD_PREFIX) {
        Some(job) => accept(door, &Knock::new(job.to_owned(), query.as_deref()), upgrade),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Accepts the socket before it judges who is there, so that a refusal is readable.
fn accept(door: Door, knock: &Knock, upgrade: WebSocketUpgrade) -> Response {
    let knock = knock.clone();
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_message_size(READ_LIMIT)
        .max_frame_size(READ_LIMIT)
        .on_upgrade(move |socket| {
            let tasks = door.tasks.clone();
            tasks.track_future(connection::run(socket, door, knock))
        })
}
