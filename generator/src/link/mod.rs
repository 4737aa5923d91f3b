//! Leo's own WebSocket, over which events go where `WEBSOCKET_URL` is set.
//!
//! A thread of its own holds the connection: it numbers nothing and loses nothing, but sends what
//! the [`buffer`] holds, from where the server says it stands, as often as it takes. A frame stays
//! in the buffer until the server has acknowledged it, so a broken connection or a server that is
//! killed costs time alone. A full buffer makes the agent wait. A `cancel` is the same as SIGTERM.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub(crate) mod backoff;
mod buffer;
mod dial;

use buffer::Buffer;

/// The last frame, after which nothing comes.
const END: &str = r#"{"type":"end"}"#;

/// The connection as the agent uses it.
pub(crate) struct Link {
    buffer: Arc<Buffer>,
}

impl Link {
    /// Begins to dial, for as long as the process runs.
    pub(crate) fn dial(url: String) -> io::Result<Self> {
        let buffer = Arc::new(Buffer::default());
        let held = buffer.clone();
        thread::Builder::new()
            .name("link".into())
            .spawn(move || dial::run(&url, &held))?;
        Ok(Self { buffer })
    }

    /// Hands over an event, a JSON object. Waits while too much is unacknowledged.
    ///
    /// # Errors
    /// When the server has refused this run for good.
    pub(crate) fn send(&self, event: &str) -> io::Result<()> {
        self.buffer.push(event)
    }

    /// Says that this was all, and waits until the server has it, at most for `patience` where it is
    /// given.
    ///
    /// # Errors
    /// When the server refuses, or does not have it in time.
    pub(crate) fn finish(&self, patience: Option<Duration>) -> io::Result<()> {
        self.buffer.push(END)?;
        self.buffer.wait_until_acknowledged(patience)
    }
}
