//! Leo's scenarios: what its contract promises, shown on real processes from outside.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test ends where something else happens than expected"
)]

/// Scenarios that hold wherever generators run.
macro_rules! in_both_modes {
    ($($scenario:ident),* $(,)?) => {
        mod process {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(leo_tests::Mode::Process).await;
            })*
        }

        mod docker {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(leo_tests::Mode::Docker).await;
            })*
        }
    };
}

mod artifact_retention;
mod artifacts;
mod aws;
mod bad_requests;
mod budget;
mod cancel;
mod chaos;
mod chat;
mod console;
mod cut_off;
mod delayed;
mod dev;
mod ecs;
mod engine;
mod failures;
mod fleet;
mod flood;
mod foreign;
mod generator;
#[cfg(target_os = "linux")]
mod gone;
mod growing;
mod handover;
mod hooks;
mod hostile;
mod idempotency;
mod identity;
mod inputs;
mod joins;
mod late_start;
mod layout;
mod log_search;
mod metrics;

mod node_image;
mod openapi;
mod order;
mod orphans;
mod output;
mod provider_test;
mod proxy;
mod push;
mod reasons;
mod redis;
mod remote;
mod replicas;
mod resume;
mod retention;
mod runner;
mod s3;
mod sessions;
mod start;
mod store;
mod streams;
mod torn_uploads;
mod versions;
mod way;
mod websocket;
