//! Sending: a bounded queue and one task that empties it.

use leo_protocol::{JobId, UserId};
use redis::aio::ConnectionManager;
use tokio::sync::mpsc;

use super::encode;
use crate::metrics;
use crate::redis_link::RedisLink;
use crate::store::events::Batch;
use crate::store::sessions::Fact;

/// Messages that wait for Redis at most; what does not fit is dropped and read from Postgres.
const QUEUE: usize = 1024;
/// Messages sent in one round trip.
const PIPELINE: usize = 64;

/// Publishes committed batches and requests to cancel. Cheap to clone; never waits.
#[derive(Debug, Clone)]
pub struct Publisher {
    queue: mpsc::Sender<Message>,
    link: RedisLink,
}

#[derive(Debug)]
struct Message {
    channel: String,
    payload: Vec<u8>,
}

impl Publisher {
    /// Starts the sending task; it ends when the last clone is dropped.
    ///
    /// # Errors
    /// When the settings are refused.
    pub fn start(link: RedisLink) -> Result<Self, redis::RedisError> {
        let (queue, messages) = mpsc::channel(QUEUE);
        tokio::spawn(send(link.manager()?, messages));
        Ok(Self { queue, link })
    }

    /// Tells listeners of a batch. It must have been committed.
    pub fn batch(&self, batch: &Batch) {
        self.send(self.link.session(batch.place.session_id), encode(batch));
    }

    /// Tells listeners of an event without a source. It must have been committed.
    pub fn fact(&self, fact: Fact) {
        let place = leo_protocol::batch::Place {
            session_id: fact.session,
            job_id: fact.job,
            first: fact.seq,
        };
        self.batch(&Batch {
            place,
            last: fact.seq,
            body: fact.body.into(),
        });
    }

    /// Tells workers that a cancel is stored.
    pub fn cancel(&self, job: JobId) {
        self.send(self.link.cancels(), job.to_string().into_bytes());
    }

    /// Tells workers that whether they drain has been stored.
    pub fn fleet_changed(&self) {
        self.send(self.link.fleet(), Vec::new());
    }

    /// Tells every API process that credentials of this user have changed: a key was revoked, a
    /// browser signed out, the account closed. It must have been committed.
    pub fn identity_changed(&self, user: UserId) {
        self.send(self.link.identities(), user.to_string().into_bytes());
    }

    fn send(&self, channel: String, payload: Vec<u8>) {
        // A full queue means that Redis is slow or gone; listeners read from Postgres meanwhile.
        if self.queue.try_send(Message { channel, payload }).is_err() {
            metrics::not_published(1);
            tracing::debug!("a message for listeners was dropped: the queue to redis is full");
        }
    }
}

async fn send(mut redis: ConnectionManager, mut messages: mpsc::Receiver<Message>) {
    let mut batch = Vec::with_capacity(PIPELINE);
    let mut down = false;
    while messages.recv_many(&mut batch, PIPELINE).await > 0 {
        let mut pipe = redis::pipe();
        let count = batch.len();
        for message in batch.drain(..) {
            pipe.publish(message.channel, message.payload).ignore();
        }
        let sent: Result<(), _> = pipe.query_async(&mut redis).await;
        match &sent {
            Ok(()) if down => tracing::info!("redis answers again"),
            Err(error) if !down => {
                tracing::warn!(%error, "redis is down; viewers read from postgres")
            }
            _ => {}
        }
        down = sent.is_err();
        if down {
            metrics::not_published(count);
        }
    }
}
