//! What Leo's api and worker share: configuration, the stores in Postgres, the hints and the bus in
//! Redis, and the artifact store.
//!
//! Postgres decides; Redis only wakes and fans out. Everything that must be true is in [`store`];
//! [`queue`] and [`bus`] make it fast and may lose anything at any time.

pub mod append;
pub mod artifacts;
pub mod buckets;
pub mod bus;
pub mod config;
pub mod error_chain;
pub mod finish;
pub mod github;
pub mod hex;
pub mod history;
pub mod job_model;
pub mod links;
pub mod mask;
pub mod metrics;
pub mod outgoing;
pub mod output;
pub mod queue;
pub mod redis_link;
pub mod runner_token;
pub mod shutdown;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod vault;
pub mod webhook_secret;
