//! How long a client waits, and how often it tries.

use std::time::Duration;

/// The patience of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For a connection, including TLS.
    pub connect: Duration,
    /// From a request, or the last sign of life after it, to the first word of the answer. Long:
    /// a server may have to load the model first, and to read a long prompt without a GPU.
    pub first_token: Duration,
    /// Between two signs of life within an answer.
    pub idle: Duration,
    /// For a whole answer, with all that is tried again and continued.
    pub total: Duration,
    /// How often a request is made, at most, before it has brought a word.
    pub attempts: u32,
    /// The longest a server may ask to be left alone; one that asks for more is not asked again.
    pub longest_pause: Duration,
    /// How often an answer that was cut off is continued.
    pub continuations: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            // Below the 10 minutes after which a worker gives up a generator without output.
            first_token: Duration::from_secs(9 * 60),
            idle: Duration::from_secs(120),
            total: Duration::from_secs(3600),
            attempts: 5,
            longest_pause: Duration::from_secs(90),
            continuations: 4,
        }
    }
}
