//! Hearing: one connection for all channels of a process.
//!
//! The connection is pinged, because a silently dead one is worse than a closed one. After every
//! reconnect all channels are subscribed again, and the listener is told to resync all of them:
//! what was published meanwhile is gone.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use leo_protocol::SessionId;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::decode;
use crate::queue::timed_out;
use crate::redis_link::{CONNECT_TIMEOUT, RESPONSE_TIMEOUT, RedisLink};
use crate::store::events::Batch;

/// What a listener has not taken yet; beyond it the connection is given up and made anew.
const QUEUE: usize = 1024;
/// Requests to subscribe that wait.
const COMMANDS: usize = 1024;
/// How often a quiet connection is asked whether it lives.
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(5);
/// The pause before a reconnect.
pub(super) const RECONNECT_PAUSE: Duration = Duration::from_millis(500);

/// What is heard.
#[derive(Debug)]
pub enum BusEvent {
    /// A batch of a subscribed session.
    Batch(Batch),
    /// From here on batches of the session are heard: time to read what was before.
    Subscribed(SessionId),
}

#[derive(Debug)]
enum Command {
    Subscribe(SessionId),
    Unsubscribe(SessionId),
}

/// The subscriptions of this process to sessions.
#[derive(Debug, Clone)]
pub struct Subscriber {
    commands: mpsc::Sender<Command>,
}

impl Subscriber {
    /// Starts listening; ends with `shutdown`.
    #[must_use]
    pub fn start(link: RedisLink, shutdown: CancellationToken) -> (Self, mpsc::Receiver<BusEvent>) {
        let (commands, inbox) = mpsc::channel(COMMANDS);
        let (events, outbox) = mpsc::channel(QUEUE);
        let listener = SessionListener {
            link,
            inbox,
            events,
            sessions: HashSet::new(),
        };
        tokio::spawn(async move {
            tokio::select! {
                () = listener.run() => {}
                () = shutdown.cancelled() => {}
            }
        });
        (Self { commands }, outbox)
    }

    /// Asks to hear a session; [`BusEvent::Subscribed`] follows when Redis has acknowledged it.
    pub async fn subscribe(&self, session: SessionId) {
        // The task ends only at shutdown; nobody needs to hear anything then.
        let _ = self.commands.send(Command::Subscribe(session)).await;
    }

    /// Ends the hearing of a session.
    pub async fn unsubscribe(&self, session: SessionId) {
        let _ = self.commands.send(Command::Unsubscribe(session)).await;
    }
}

struct SessionListener {
    link: RedisLink,
    inbox: mpsc::Receiver<Command>,
    events: mpsc::Sender<BusEvent>,
    sessions: HashSet<SessionId>,
}

impl SessionListener {
    async fn run(mut self) {
        loop {
            match self.listen().await {
                Ok(()) => return,
                Err(error) => tracing::debug!(%error, "the subscription to redis broke"),
            }
            if self.pause().await.is_none() {
                return;
            }
        }
    }

    /// Listens on one connection; `Ok` when nobody needs this any more.
    async fn listen(&mut self) -> Result<(), redis::RedisError> {
        let (mut sink, mut stream) = connect(&self.link).await?;
        for session in self.sessions.clone() {
            self.subscribe(&mut sink, session).await?;
        }
        let mut ping = tokio::time::interval(PING_INTERVAL);
        loop {
            tokio::select! {
                command = self.inbox.recv() => match command {
                    Some(Command::Subscribe(session)) => {
                        self.sessions.insert(session);
                        self.subscribe(&mut sink, session).await?;
                    }
                    Some(Command::Unsubscribe(session)) => {
                        self.sessions.remove(&session);
                        in_time(sink.unsubscribe(self.link.session(session))).await?;
                    }
                    None => return Ok(()),
                },
                message = stream.next() => {
                    let message = message.ok_or_else(timed_out)?;
                    self.hear(&message)?;
                }
                _ = ping.tick() => in_time(sink.ping::<redis::Value>()).await.map(drop)?,
            }
        }
    }

    async fn subscribe(
        &self,
        sink: &mut PubSubSink,
        session: SessionId,
    ) -> Result<(), redis::RedisError> {
        in_time(sink.subscribe(self.link.session(session))).await?;
        let _ = self.events.send(BusEvent::Subscribed(session)).await;
        Ok(())
    }

    /// Hands a batch on. A listener that does not keep up costs the connection: what piles up in
    /// it has no bound, and the resync after a reconnect gives the listener everything anyway.
    fn hear(&self, message: &redis::Msg) -> Result<(), redis::RedisError> {
        let Some(session) = self.link.session_of(message.get_channel_name()) else {
            return Ok(());
        };
        let Some(batch) = decode(session, message.get_payload_bytes().to_vec()) else {
            return Ok(());
        };
        match self.events.try_send(BusEvent::Batch(batch)) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(timed_out()),
        }
    }

    /// Waits before a reconnect, keeping the list of sessions up to date. `None` when nobody
    /// needs this any more.
    async fn pause(&mut self) -> Option<()> {
        let end = tokio::time::Instant::now() + RECONNECT_PAUSE;
        while let Ok(command) = tokio::time::timeout_at(end, self.inbox.recv()).await {
            match command? {
                Command::Subscribe(session) => drop(self.sessions.insert(session)),
                Command::Unsubscribe(session) => drop(self.sessions.remove(&session)),
            }
        }
        Some(())
    }
}

pub(super) async fn connect(
    link: &RedisLink,
) -> Result<(PubSubSink, PubSubStream), redis::RedisError> {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, link.client.get_async_pubsub());
    Ok(connecting.await.map_err(|_| timed_out())??.split())
}

pub(super) async fn in_time<T>(
    answer: impl Future<Output = Result<T, redis::RedisError>>,
) -> Result<T, redis::RedisError> {
    tokio::time::timeout(RESPONSE_TIMEOUT, answer)
        .await
        .map_err(|_| timed_out())?
}
