//! Listening to a few channels whose messages each stand for themselves.
//!
//! What is not heard is found by whoever looks into Postgres from time to time.

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::subscribe::{PING_INTERVAL, RECONNECT_PAUSE, connect, in_time};
use crate::queue::timed_out;
use crate::redis_link::RedisLink;

/// What is listened to, and what it means.
pub(super) struct Ear<T, F> {
    pub(super) channels: Vec<String>,
    /// Reads a message; `None` for what is none of ours.
    pub(super) read: F,
    /// What is told when messages begin to be heard, at first and after each break.
    pub(super) subscribed: Option<T>,
}

/// Tells `heard` what is heard, until `shutdown` or until nobody wants to know. What does not fit is
/// lost.
pub(super) fn start<T, F>(
    link: RedisLink,
    ear: Ear<T, F>,
    heard: mpsc::Sender<T>,
    shutdown: CancellationToken,
) where
    T: Copy + Send + Sync + 'static,
    F: Fn(&redis::Msg) -> Option<T> + Send + Sync + 'static,
{
    let listening = async move {
        while !heard.is_closed() {
            if let Err(error) = listen(&link, &ear, &heard).await {
                tracing::debug!(%error, "the subscription to redis broke");
            }
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
    };
    tokio::spawn(async move { shutdown.run_until_cancelled(listening).await });
}

async fn listen<T: Copy, F: Fn(&redis::Msg) -> Option<T>>(
    link: &RedisLink,
    ear: &Ear<T, F>,
    heard: &mpsc::Sender<T>,
) -> Result<(), redis::RedisError> {
    let (mut sink, mut stream) = connect(link).await?;
    in_time(sink.subscribe(&ear.channels)).await?;
    if let Some(subscribed) = ear.subscribed {
        let _ = heard.send(subscribed).await;
    }
    let mut ping = tokio::time::interval(PING_INTERVAL);
    loop {
        tokio::select! {
            message = stream.next() => {
                let message = message.ok_or_else(timed_out)?;
                if let Some(message) = (ear.read)(&message) {
                    // Must not wait: what piles up in the connection has no bound.
                    let _ = heard.try_send(message);
                }
            }
            _ = ping.tick() => in_time(sink.ping::<redis::Value>()).await.map(drop)?,
        }
    }
}

/// The id that is all of a message.
pub(super) fn id<T: std::str::FromStr>(message: &redis::Msg) -> Option<T> {
    let text = std::str::from_utf8(message.get_payload_bytes()).ok();
    text.and_then(|text| text.parse().ok())
}
