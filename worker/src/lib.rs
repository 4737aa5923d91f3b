//! Leo's worker: claims jobs and runs each in a container, from the claim to the terminal event.
//!
//! [`run`] is the whole process. Inside, [`claim`] finds work, [`job`] is the way of one job,
//! [`beat`] keeps its leases, [`reconcile`] repairs what others have left, and [`orchestrator`] is
//! the only place that knows Docker. Events reach the store through [`leo_common::append`].

pub mod config;
pub mod orchestrator;

mod beat;
mod claim;
mod context;
mod dial;
mod drain;
mod holds;
mod job;
mod kernel;
mod metrics_server;
mod outbox;
mod process;
mod pulse;
mod push;
mod reach;
mod reconcile;

pub use config::WorkerConfig;
pub use process::run;
