//! Leo's server: HTTP, the REPL WebSocket and event streams.
//!
//! Stateless: everything it answers with is in Postgres, so any number of replicas stand side by
//! side. It accepts jobs and reads what became of them; running them is the worker's business, and
//! no code here knows Docker or ECS. [`serve`] is the whole server, for the binary and for
//! `leo dev`.

mod accounts;
mod actions;
mod auth;
mod client_address;
mod config;
mod connections;
mod console;
mod diff;
mod error;
mod extract;
mod github_account;
mod headers;
mod job_log;
mod limits;
mod marks;
mod meter;
mod openapi;
mod paging;
mod problems;
mod provider_test;
mod reencrypt;
mod router;
mod routes;
mod runner;
mod server;
mod state;
mod stream;
mod tokens;
mod trace;
mod validate;
mod waiting;
mod ws;

pub use config::{ApiConfig, WrongSetting};
pub use openapi::document;
pub use reencrypt::{Reencrypted, Reencryption, reencrypt};
pub use server::{migrate, serve};
pub use tokens::{TokenRequest, token};
