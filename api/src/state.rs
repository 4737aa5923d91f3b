//! What every handler is given.

use std::ops::Deref;
use std::sync::Arc;

use leo_common::artifacts::ArtifactStore;
use leo_common::buckets::Buckets;
use leo_common::bus::Publisher;
use leo_common::config::{GitHub, Limits, Model};
use leo_common::history::History;
use leo_common::links::Links;
use leo_common::outgoing::Outgoing;
use leo_common::queue::Waker;
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use leo_common::vault::Vault;
use leo_protocol::UserId;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::Accounts;
use crate::auth::{Authenticator, Guard};
use crate::limits::Gate;
use crate::provider_test::Places;
use crate::routes::metrics::Depth;
use crate::stream::Hub;

/// The server's parts, shared by all requests. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Inner>);

/// The parts; reached through [`AppState`].
pub(crate) struct Inner {
    /// Everything that is known.
    pub(crate) db: Db,
    /// The streams, older parts of which are not in the database any more.
    pub(crate) history: History,
    /// Wakes workers.
    pub(crate) hints: Waker,
    /// Tells viewers, on whichever replica they are, of what was committed.
    pub(crate) publisher: Publisher,
    /// For the readiness check.
    pub(crate) redis: RedisLink,
    /// What jobs have left behind.
    pub(crate) artifacts: ArtifactStore,
    /// Live streams.
    pub(crate) hub: Hub,
    /// How much a job may ask for.
    pub(crate) limits: Limits,
    /// Encrypts secrets of users; none where no key is set.
    pub(crate) vault: Option<Vault>,
    /// The installation's model.
    pub(crate) model: Model,
    /// Where results are pushed to.
    pub(crate) github: GitHub,
    /// Asks servers that users name.
    pub(crate) outgoing: Outgoing,
    /// The host of the installation's deploy hook, if there is one.
    pub(crate) deploy_host: Option<String>,
    /// Tests of providers that are under way.
    pub(crate) tests: Places,
    /// How much waits, for the metrics.
    pub(crate) depth: Depth,
    /// How often somebody has done something.
    pub(crate) buckets: Buckets,
    /// How much everybody may do and have.
    pub(crate) gate: Gate,
    /// What signing in needs.
    pub(crate) accounts: Accounts,
    /// Who is who.
    pub(crate) auth: Authenticator,
    /// On what credentials connections stand.
    pub(crate) guard: Guard,
    /// One permit per zip being written; each holds a thread.
    pub(crate) zips: Arc<Semaphore>,
    /// One permit per comparison of versions.
    pub(crate) diffs: Arc<Semaphore>,
    /// One permit per search of a log.
    pub(crate) searches: Arc<Semaphore>,
    /// Makes and opens download links.
    pub(crate) links: Links,
    /// Cancelled when the process is asked to end.
    pub(crate) shutdown: CancellationToken,
    /// Work that outlives its request (sockets, cascades); awaited at shutdown, for a limited time.
    pub(crate) tasks: TaskTracker,
}

impl AppState {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// A credential of this user was taken back, and that is committed: here connections that stand
    /// on it end at once, whether Redis answers or not, and elsewhere as soon as it is heard of.
    pub(crate) fn identity_changed(&self, user: UserId) {
        self.guard.changed(user);
        self.publisher.identity_changed(user);
    }
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
