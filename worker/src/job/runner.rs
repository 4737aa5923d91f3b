//! What a container says over its own socket, as its worker learns it: from the store.
//!
//! An api replica takes the frames and stores them; the worker reads what is stored, so that it
//! knows whether the generator lives, whether it has finished, and when everything is in. It makes
//! no difference which replica that is, or which worker looks.

use std::time::{Duration, Instant};

use leo_common::error_chain::Chain;
use leo_common::store::StoreError;
use leo_common::store::runners::RunnerState;
use leo_protocol::EventKind;
use leo_protocol::batch::lines;

use super::observe::Observed;
use super::{Held, Stop, info};

/// How often it is looked at while the container runs.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// How long such a look may hold up the following of the container's log.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);
/// Stored batches read at a time; one holds 256 KiB as a rule.
const PAGE: u32 = 16;
/// How long after the container's end something may still come where no connection is open.
const LINGER: Duration = Duration::from_secs(5);
/// How long a connection of an ended container may say nothing before its server counts as gone.
const SILENCE: Duration = Duration::from_secs(30);
/// How long after the container's end its frames are waited for at most.
const DRAIN_LIMIT: Duration = Duration::from_secs(180);
/// The same where Leo has stopped the container.
const DRAIN_LIMIT_STOPPED: Duration = Duration::from_secs(10);
/// How often it is looked at when the container has ended.
const DRAIN_INTERVAL: Duration = Duration::from_millis(200);

/// The socket of one attempt, read from the store.
pub(super) struct Runner {
    state: RunnerState,
    observed: Observed,
    /// The last `seq` read.
    cursor: u64,
    looked: Instant,
}

impl Runner {
    pub(super) fn new() -> Self {
        Self {
            state: RunnerState::default(),
            observed: Observed::default(),
            cursor: 0,
            looked: Instant::now(),
        }
    }

    /// What was noticed so far.
    pub(super) const fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Bytes stored so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.state.bytes
    }

    /// Whether a connection was ever made, as far as was seen.
    pub(super) const fn has_dialled(&self) -> bool {
        self.state.generation > 0
    }

    /// Whether the generator has said that it has said everything, as far as was seen.
    pub(super) const fn has_ended(&self) -> bool {
        self.state.ended
    }

    /// Looks, if it is time to; `false` when the store does not answer, so that nothing is known of
    /// the present.
    pub(super) async fn look(&mut self, held: &Held) -> bool {
        if self.looked.elapsed() < LOOK_INTERVAL {
            return true;
        }
        match tokio::time::timeout(LOOK_TIMEOUT, self.read(held)).await {
            // Somebody else holds the job; the next append says so.
            Ok(Ok(_)) => {
                self.looked = Instant::now();
                true
            }
            Ok(Err(_)) | Err(_) => false,
        }
    }

    /// Waits until everything is in: the runner's `end`, or no connection and some seconds.
    pub(super) async fn drain(&mut self, held: &Held, stopped: bool) -> Result<(), Stop> {
        let limit = if stopped {
            DRAIN_LIMIT_STOPPED
        } else {
            DRAIN_LIMIT
        };
        let exited = Instant::now();
        let mut moved = (self.state.position, exited);
        while exited.elapsed() < limit {
            match self.read(held).await {
                Ok(true) => {}
                Ok(false) => return Err(Stop::Lost),
                Err(error) => {
                    tracing::warn!(job.id = %held.claim.job, error = %Chain(&error), "the end of the runner's frames waits for the database");
                    moved.1 = Instant::now();
                    tokio::time::sleep(DRAIN_INTERVAL).await;
                    continue;
                }
            }
            if self.state.position != moved.0 {
                moved = (self.state.position, Instant::now());
            }
            if self.state.ended || (!self.state.open && exited.elapsed() >= LINGER) {
                return Ok(());
            }
            if moved.1.elapsed() >= SILENCE {
                break;
            }
            tokio::time::sleep(DRAIN_INTERVAL).await;
        }
        held.tell.say(&info(
            "the server of the generator's connection is gone; its last lines may be missing",
        ));
        Ok(())
    }

    /// Reads what is new. `false` when the attempt is not the present one.
    async fn read(&mut self, held: &Held) -> Result<bool, StoreError> {
        let claim = &held.claim;
        let db = &held.ctx.db;
        let state = db
            .runner_state(claim.session, claim.job, claim.attempt)
            .await?;
        let Some(state) = state else {
            return Ok(false);
        };
        self.cursor = self.cursor.max(state.since);
        while state.position > self.state.position {
            let page = db
                .runner_batches(claim.session, claim.job, self.cursor, PAGE)
                .await?;
            let Some(last) = page.last().map(|batch| batch.last) else {
                break;
            };
            page.iter().for_each(|batch| self.observe(&batch.body));
            self.cursor = last;
        }
        // Only now: a look that was given up half-way goes on where it was.
        self.state = state;
        Ok(true)
    }

    fn observe(&mut self, body: &[u8]) {
        for event in lines(body) {
            if let Ok(kind) = serde_json::from_slice::<EventKind>(event) {
                self.observed.see(&kind);
            }
        }
    }
}
