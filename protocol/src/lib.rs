//! What crosses a wire in Leo.
//!
//! Ids, events, the frames of the two WebSockets, HTTP bodies and problem documents, as plain data
//! with serde. This crate does no I/O and knows no database, so that the generator inside a
//! container and the command line can depend on it and on nothing else of Leo.
//!
//! JSON fields are camelCase, timestamps RFC 3339 in UTC, ids UUIDv7 in text. Everything here may
//! be extended; nothing may change its meaning, because old and new processes talk to each other
//! during a deploy.

pub mod account;
pub mod batch;
pub mod budget;
pub mod event;
pub mod github;
pub mod http;
pub mod ids;
pub mod job;
pub mod keys;
pub mod limits;
pub mod log;
pub mod problem;
pub mod provider;
pub mod repl;
pub mod runner;
pub mod versions;
pub mod webhooks;

pub use budget::{Budget, Spent};
pub use event::{Event, EventKind, LogLine, LogStream};
pub use ids::{
    ArtifactId, DeliveryId, EffectId, HostId, InstanceId, JobId, KeyId, SessionId, SignInId,
    UserId, WebhookId, WorkerId,
};
pub use job::{AgentState, FailureReason, JobStatus, Mode};
