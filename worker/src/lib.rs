//! Leo's worker: claims jobs and runs each in a container, from the claim to the terminal event.
//!
//! [`run`] is the whole process. Inside, [`claim`] finds work, [`job`] is the way of one job,
//! [`append`] carries its events into the store, [`beat`] keeps its leases, [`reconcile`] repairs
//! what others have left, and [`orchestrator`] is the only place that knows Docker.

pub mod config;
pub mod orchestrator;

mod append;
mod beat;
mod claim;
mod context;
mod holds;
mod job;
mod mask;
mod process;
mod reconcile;

pub use config::WorkerConfig;
pub use process::run;
