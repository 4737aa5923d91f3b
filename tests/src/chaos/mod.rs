//! Chaos: an installation of Leo under faults that are drawn from a seed, and the proof that its
//! promises held.
//!
//! [`stream`] is about the stream: every viewer gets every event once and in order, and everything
//! that a job prints, or sends over its own socket, is stored once and in order. Jobs with known
//! output run, viewers of all kinds watch them, and meanwhile replicas, Redis, Postgres and the
//! network between them fail. At the end each viewer's transcript is compared with the stored
//! stream, and the stored stream with what the jobs said.
//!
//! [`fleet`] is about the jobs: none is lost, none runs twice at the same time, and what has ended
//! stays as it is, whatever happens to workers, APIs, Redis, Postgres and the Docker engine.
//!
//! The processes are real ones. What the schedule says is repeated by the seed; how it meets the
//! processes is not.

use std::path::PathBuf;
use std::time::Duration;

mod arena;
mod audit;
mod balancer;
mod faults;
pub mod fleet;
mod inflict;
mod jobs;
pub mod pg_proxy;
pub mod programs;
mod replica;
mod report;
pub mod stream;
mod viewer;

pub use audit::Tally;
pub use faults::Kind;
pub use report::Report;

/// A check that Leo is run without, to show that its absence would be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// The feed of a session takes whatever was published as the next piece: leo-api, built with
    /// its feature `sabotage` (see [`programs::build_sabotaged`]).
    GapCheck,
    /// The append takes a batch whatever the position of its source: the proxy before Postgres
    /// takes the comparison out of the statement.
    PositionCheck,
}

/// How much there is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the faults and the viewers come from.
    pub seed: u64,
    /// How long things go wrong.
    pub length: Duration,
    /// Viewers, of all kinds in turn.
    pub viewers: usize,
    /// Jobs, in [`Self::SESSIONS`] sessions.
    pub jobs: usize,
    /// What to leave out of Leo.
    pub sabotage: Option<Sabotage>,
    /// Where the logs of Leo's processes are kept when something was bad.
    pub logs: Option<PathBuf>,
    /// Whom to tell how it goes.
    pub tell: fn(&str),
}

impl Options {
    /// Sessions.
    pub const SESSIONS: usize = 4;
}
