//! Hearing what workers and the doors of containers are called for.

use leo_protocol::JobId;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::listen::{self, Ear};
use crate::redis_link::RedisLink;

/// Calls that wait for their listener; what does not fit is lost.
const QUEUE: usize = 1024;

/// What workers are called for. All of it is stored, and found with the next beat if nobody calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Somebody asked for a job's end.
    Cancel(JobId),
    /// Some worker was told to drain, or not to drain any more.
    FleetChanged,
}

/// Hears calls to workers.
#[derive(Debug)]
pub struct CallListener {
    calls: mpsc::Receiver<Call>,
}

impl CallListener {
    /// Starts listening; ends with `shutdown`.
    #[must_use]
    pub fn start(link: RedisLink, shutdown: CancellationToken) -> Self {
        let (sender, calls) = mpsc::channel(QUEUE);
        let fleet = link.fleet();
        let ear = Ear {
            channels: vec![link.cancels(), fleet.clone()],
            read: move |message: &redis::Msg| match message.get_channel_name() == fleet {
                true => Some(Call::FleetChanged),
                false => listen::id(message).map(Call::Cancel),
            },
            subscribed: None,
        };
        listen::start(link, ear, sender, shutdown);
        Self { calls }
    }

    /// The next call; `None` at shutdown.
    pub async fn next(&mut self) -> Option<Call> {
        self.calls.recv().await
    }
}
