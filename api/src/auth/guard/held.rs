//! A connection's share in its credential.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::Lapse;

/// A credential by which connections are open.
#[derive(Debug, Default)]
pub(super) struct Standing {
    lapse: OnceLock<Lapse>,
    over: CancellationToken,
}

impl Standing {
    pub(super) fn lapse(&self) -> Option<Lapse> {
        self.lapse.get().copied()
    }

    pub(super) fn end(&self, lapse: Lapse) {
        // The first reason stays.
        let _ = self.lapse.set(lapse);
        self.over.cancel();
    }
}

/// Held by a connection as long as it is open.
#[derive(Debug)]
pub(crate) struct Held {
    pub(super) standing: Arc<Standing>,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl Held {
    /// Ends when the credential was taken back; that its time is over, [`Self::left`] says.
    pub(crate) fn taken_back(&self) -> WaitForCancellationFutureOwned {
        self.standing.over.clone().cancelled_owned()
    }

    /// How much of the credential's time is left; `None` where it has no end.
    pub(crate) fn left(&self) -> Option<Duration> {
        let left = self.expires_at? - Utc::now();
        Some(left.to_std().unwrap_or_default())
    }

    /// What has become of the credential, where it is not good any more.
    pub(crate) fn lapse(&self) -> Option<Lapse> {
        let expired = self.left().is_some_and(|left| left.is_zero());
        self.standing.lapse().or(expired.then_some(Lapse::Expired))
    }
}
