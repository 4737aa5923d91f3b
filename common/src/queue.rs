//! Hints that wake workers.
//!
//! A hint says "there is work" and nothing more: which job, Postgres decides when a worker claims.
//! Hints may be lost or doubled; workers look at Postgres every second anyway. The list is bounded.

use std::time::Duration;

use redis::AsyncCommands as _;
use redis::aio::ConnectionManager;
use tokio::sync::mpsc;

use crate::redis_link::{CONNECT_TIMEOUT, RedisLink};

/// More hints than this say nothing more.
const MAX_HINTS: isize = 1000;
/// How long one blocking wait lasts on the server, in seconds.
const WAIT_SECONDS: f64 = 5.0;
/// A wait that has not been answered by then is given up, with its connection.
const WAIT_LIMIT: Duration = Duration::from_secs(7);

/// Gives hints.
#[derive(Clone)]
pub struct Hints {
    connection: ConnectionManager,
    key: String,
}

impl std::fmt::Debug for Hints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hints")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Hints {
    /// Does not connect yet.
    ///
    /// # Errors
    /// When the settings are refused.
    pub fn new(link: &RedisLink) -> Result<Self, redis::RedisError> {
        Ok(Self {
            connection: link.manager()?,
            key: link.hints(),
        })
    }

    /// Wakes a worker, if Redis can. A failure costs a second and is not worth an error.
    pub async fn push(&self) {
        let mut connection = self.connection.clone();
        let pushed: Result<(), _> = redis::pipe()
            .lpush(&self.key, 1)
            .ignore()
            .ltrim(&self.key, 0, MAX_HINTS - 1)
            .ignore()
            .query_async(&mut connection)
            .await;
        if let Err(error) = pushed {
            tracing::debug!(%error, "no hint could be given; workers find the job by their timer");
        }
    }
}

/// Gives hints beside whatever else happens. Cheap to clone; never waits.
///
/// One task gives them, so that a dead Redis delays nobody and piles up no tasks.
#[derive(Debug, Clone)]
pub struct Waker(mpsc::Sender<()>);

impl Waker {
    /// Starts the task; it ends when the last clone is dropped.
    #[must_use]
    pub fn start(hints: Hints) -> Self {
        let (sender, mut asked) = mpsc::channel(1);
        tokio::spawn(async move {
            while asked.recv().await.is_some() {
                hints.push().await;
            }
        });
        Self(sender)
    }

    /// Says that there may be work.
    pub fn wake(&self) {
        // A hint that is still to be given says as much as two: whoever fills all his slots by it
        // gives the next.
        let _ = self.0.try_send(());
    }
}

/// Waits for hints, on a connection of its own, since the wait blocks it.
pub struct HintWaiter {
    link: RedisLink,
    connection: Option<redis::aio::MultiplexedConnection>,
}

impl std::fmt::Debug for HintWaiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HintWaiter").finish_non_exhaustive()
    }
}

impl HintWaiter {
    /// Does not connect yet.
    #[must_use]
    pub fn new(link: RedisLink) -> Self {
        Self {
            link,
            connection: None,
        }
    }

    /// Waits some seconds for a hint; `false` when none came.
    ///
    /// # Errors
    /// When Redis does not answer; the next call connects anew.
    pub async fn wait(&mut self) -> Result<bool, redis::RedisError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let key = self.link.hints();
        let answer = tokio::time::timeout(WAIT_LIMIT, async {
            connection
                .brpop::<_, Option<(String, String)>>(key, WAIT_SECONDS)
                .await
        })
        .await;
        let hint = answer.map_err(|_| timed_out())??;
        self.connection = Some(connection);
        Ok(hint.is_some())
    }

    async fn connect(&self) -> Result<redis::aio::MultiplexedConnection, redis::RedisError> {
        // Without a response timeout: the answer to BRPOP is meant to take its time.
        let config = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(None);
        self.link
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }
}

pub(crate) fn timed_out() -> redis::RedisError {
    redis::RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut))
}
