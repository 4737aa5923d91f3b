//! What is delivered: the bodies.

use chrono::{DateTime, Utc};
use leo_common::store::StoreError;
use leo_common::store::jobs::{JobRecord, job_view};
use leo_common::store::outbox::Effect;
use leo_protocol::webhooks::TEST_EVENT;
use serde::Serialize;
use serde_json::{Value, json};

use crate::context::Context;

/// The body of every delivery.
#[derive(Serialize)]
struct Envelope<'a> {
    r#type: &'a str,
    timestamp: DateTime<Utc>,
    data: Value,
}

/// The event that an effect is about.
pub(super) fn event(effect: &Effect) -> String {
    let event = effect.payload.get("event").and_then(Value::as_str);
    event.unwrap_or_default().to_owned()
}

/// A body, about what happened at that time.
pub(super) fn written(event: &str, timestamp: DateTime<Utc>, data: Value) -> String {
    let envelope = Envelope {
        r#type: event,
        timestamp,
        data,
    };
    // Plain data with string keys; there is no way for this to fail.
    serde_json::to_string(&envelope).unwrap_or_default()
}

/// The job as the API shows it.
pub(super) fn shown(job: JobRecord) -> Value {
    serde_json::to_value(job_view(job, None)).unwrap_or_default()
}

/// The body for the end of a job, or for a test, the same for every try; `None` where the job is gone.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_job(
    ctx: &Context,
    effect: &Effect,
    event: &str,
) -> Result<Option<String>, StoreError> {
    if let Some(kept) = effect.payload.get("body").and_then(Value::as_str) {
        return Ok(Some(kept.to_owned()));
    }
    let data = if event == TEST_EVENT {
        json!({ "webhook": { "id": effect.lane } })
    } else {
        let Some(job) = ctx.db.any_job(effect.job).await? else {
            return Ok(None);
        };
        json!({ "job": shown(job) })
    };
    let body = written(event, effect.created_at, data);
    ctx.db.keep_body(effect, &body).await.map(Some)
}
