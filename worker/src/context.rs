//! What every part of a worker shares.

use std::sync::Arc;

use leo_common::append::Appender;
use leo_common::artifacts::ArtifactStore;
use leo_common::bus::Publisher;
use leo_common::finish::Finisher;
use leo_common::history::History;
use leo_common::queue::Waker;
use leo_common::store::Db;
use leo_common::vault::Vault;
use leo_protocol::{InstanceId, WorkerId};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::WorkerConfig;
use crate::dial::Dial;
use crate::drain::Draining;
use crate::holds::Holds;
use crate::orchestrator::Orchestrator;
use crate::outbox::{Doorbell, Hooks};
use crate::pulse::Pulse;
use crate::reconcile::witness::Witness;

/// The parts of a running worker. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Context(Arc<Parts>);

/// See [`Context`].
pub(crate) struct Parts {
    pub(crate) worker: WorkerId,
    pub(crate) instance: InstanceId,
    pub(crate) config: WorkerConfig,
    pub(crate) db: Db,
    pub(crate) waker: Waker,
    pub(crate) publisher: Publisher,
    pub(crate) artifacts: ArtifactStore,
    pub(crate) history: History,
    pub(crate) orchestrator: Arc<dyn Orchestrator>,
    pub(crate) appender: Appender,
    pub(crate) finisher: Finisher,
    /// Opens secrets of users; none without a usable key.
    pub(crate) vault: Option<Vault>,
    /// Where containers dial in, if they do.
    pub(crate) dial: Option<Dial>,
    pub(crate) holds: Holds,
    pub(crate) pulse: Pulse,
    pub(crate) witness: Witness,
    pub(crate) draining: Draining,
    /// Tells that there may be an effect to carry out.
    pub(crate) outbox: Doorbell,
    /// What deliveries to webhooks go through.
    pub(crate) hooks: Hooks,
    /// The ways of jobs that are being gone.
    pub(crate) jobs: TaskTracker,
    /// The process is to end: claim nothing more, hand over what runs.
    pub(crate) shutdown: CancellationToken,
}

impl Context {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for Context {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
