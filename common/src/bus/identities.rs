//! Hearing that credentials have been taken back, on whichever replica that was.

use leo_protocol::UserId;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::listen::{self, Ear};
use crate::redis_link::RedisLink;

/// Changes that wait for their listener; what does not fit is lost.
const QUEUE: usize = 256;

/// What a listener learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityChange {
    /// Something was taken back from this user.
    Of(UserId),
    /// From here on changes are heard; those before were not.
    Subscribed,
}

/// Hears changes of credentials.
#[derive(Debug)]
pub struct IdentityListener {
    changes: mpsc::Receiver<IdentityChange>,
}

impl IdentityListener {
    /// Starts listening; ends with `shutdown`.
    #[must_use]
    pub fn start(link: RedisLink, shutdown: CancellationToken) -> Self {
        let (sender, changes) = mpsc::channel(QUEUE);
        let ear = Ear {
            channels: vec![link.identities()],
            read: |message: &redis::Msg| listen::id(message).map(IdentityChange::Of),
            subscribed: Some(IdentityChange::Subscribed),
        };
        listen::start(link, ear, sender, shutdown);
        Self { changes }
    }

    /// The next change; `None` at shutdown.
    pub async fn next(&mut self) -> Option<IdentityChange> {
        self.changes.recv().await
    }
}
