//! Hearing that credentials have been taken back, on whichever replica that was.
//!
//! What is not heard is found by whoever looks into Postgres from time to time.

use futures_util::StreamExt as _;
use leo_protocol::UserId;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::subscribe::{PING_INTERVAL, RECONNECT_PAUSE, connect, in_time};
use crate::queue::timed_out;
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
        let listening = async move {
            while !sender.is_closed() {
                if let Err(error) = listen(&link, &sender).await {
                    tracing::debug!(%error, "the subscription to redis broke");
                }
                tokio::time::sleep(RECONNECT_PAUSE).await;
            }
        };
        tokio::spawn(async move { shutdown.run_until_cancelled(listening).await });
        Self { changes }
    }

    /// The next change; `None` at shutdown.
    pub async fn next(&mut self) -> Option<IdentityChange> {
        self.changes.recv().await
    }
}

async fn listen(
    link: &RedisLink,
    changes: &mpsc::Sender<IdentityChange>,
) -> Result<(), redis::RedisError> {
    let (mut sink, mut stream) = connect(link).await?;
    in_time(sink.subscribe(link.identities())).await?;
    let _ = changes.send(IdentityChange::Subscribed).await;
    let mut ping = tokio::time::interval(PING_INTERVAL);
    loop {
        tokio::select! {
            message = stream.next() => {
                let message = message.ok_or_else(timed_out)?;
                let user = std::str::from_utf8(message.get_payload_bytes()).ok();
                if let Some(user) = user.and_then(|user| user.parse().ok()) {
                    // Must not wait: what piles up in the connection has no bound.
                    let _ = changes.try_send(IdentityChange::Of(user));
                }
            }
            _ = ping.tick() => in_time(sink.ping::<redis::Value>()).await.map(drop)?,
        }
    }
}
