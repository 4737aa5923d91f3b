//! The harness of Leo's scenario tests: real servers as child processes, on a real Postgres, Redis
//! and Docker engine, and clients that look at them from outside.
//!
//! [`Leo`] is an installation of its own: an own database, `leo-api` and `leo-worker` processes,
//! and at its end the proof that nothing of it is left. [`Client`] and [`Repl`] are typed clients
//! that check the promises of a stream with each event they receive.
//!
//! Everything here panics where something else happens than expected: that is how a test fails.
//! Where Postgres, Redis, the engine and the generators are is read in [`config`] alone.

pub mod agent;
pub mod backlog;
pub mod chaos;
pub mod client;
pub mod config;
pub mod database;
pub mod ecs;
pub mod engine;
pub mod github;
pub mod identity_provider;
pub mod installation;
pub mod llama;
pub mod model_server;
pub mod moto;
pub mod nginx;
pub mod oauth;
pub mod private_engine;
pub mod procfs;
pub mod program;
pub mod receiver;
pub mod redis;
pub mod runtime;
pub mod secrets;
pub mod slow_way;
pub mod transcript;
pub mod wait;

pub use agent::Agent;
pub use client::Client;
pub use client::browser::Browser;
pub use client::repl::Repl;
pub use client::runner::Runner;
pub use database::Database;
pub use identity_provider::IdentityProvider;
pub use installation::{Builder, Leo, Mode};
pub use model_server::ModelServer;
pub use moto::Moto;
pub use nginx::Nginx;
pub use oauth::GitHub;
pub use private_engine::PrivateEngine;
pub use receiver::Receiver;
pub use redis::Redis;
pub use slow_way::SlowWay;
pub use transcript::Transcript;
pub use wait::{DEADLINE, wait_for};
