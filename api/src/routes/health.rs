//! Whether the process lives, and whether it can work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use leo_protocol::http::{Health, Readiness};
use tokio::time::timeout;

use crate::state::AppState;

/// A part that has not answered by then is down.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process lives.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses(
    (status = 200, description = "alive", body = Health),
))]
pub(crate) async fn alive() -> Json<Health> {
    Json(Health {
        status: "ok".to_owned(),
        timestamp: Utc::now(),
    })
}

/// The process can work: Postgres answers. Without Redis it works on, slower.
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()), responses(
    (status = 200, description = "`ok`, or `degraded` without Redis", body = Readiness),
    (status = 503, description = "Postgres is down", body = Readiness),
))]
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let (postgres, redis) = tokio::join!(
        timeout(PATIENCE, state.db.ping()),
        timeout(PATIENCE, state.redis.ping()),
    );
    let (postgres, redis) = (matches!(postgres, Ok(Ok(()))), matches!(redis, Ok(Ok(()))));
    let (code, status) = match (postgres, redis) {
        (true, true) => (StatusCode::OK, "ok"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let readiness = Readiness {
        status: status.to_owned(),
        postgres: word(postgres),
        redis: word(redis),
    };
    (code, Json(readiness))
}

/// The answer of [`ready`] while the process waits for Postgres at its start. Where Redis keeps Leo's
/// data is not known then, so nobody has asked it.
pub(crate) async fn waiting() -> (StatusCode, Json<Readiness>) {
    let readiness = Readiness {
        status: "unavailable".to_owned(),
        postgres: word(false),
        redis: "unknown".to_owned(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(readiness))
}

fn word(up: bool) -> String {
    if up { "up" } else { "down" }.to_owned()
}
