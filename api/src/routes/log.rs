//! A job's whole log, streamed page by page from the stored events.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use leo_common::error_chain::Chain;
use leo_common::history::HistoryError;
use leo_common::store::events::Batch;
use leo_common::store::jobs::JobRecord;
use leo_protocol::JobId;
use leo_protocol::batch::{event_frames, lines};
use leo_protocol::problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actions;
use crate::auth::{May, Read};
use crate::error::ApiError;
use crate::extract::{Path, Query};
use crate::state::AppState;

/// Stored batches read at once.
const PAGE_ROWS: u32 = 256;
/// A page ends after the stored batch that exceeds this, in bytes.
const PAGE_BYTES: u64 = 1 << 20;

/// In which form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// The lines that the generator has printed.
    #[default]
    Text,
    /// All events of the job, one JSON object a line.
    Ndjson,
}

/// In which form the log comes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadLog {
    /// `text` (if absent) or `ndjson`.
    #[param(inline)]
    format: Option<Format>,
    /// Refused until it works.
    #[param(ignore)]
    search: Option<String>,
}

/// The whole log of a job so far.
#[utoipa::path(get, path = "/api/jobs/{id}/log", tag = "results",
    params(("id" = JobId, Path), ReadLog),
    responses(
        (status = 200, description = "the lines, or the events", content(
            (String = "text/plain"),
            (String = "application/x-ndjson"),
        )),
        (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn log(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
    Query(query): Query<ReadLog>,
) -> Result<Response, ApiError> {
    if query.search.is_some() {
        return Err(ApiError::NotSupported("search"));
    }
    let job = actions::owned(&state, who.user, id).await?;
    let head = state.db.head(job.session_id).await?.unwrap_or(0);
    let format = query.format.unwrap_or_default();
    let kind = HeaderValue::from_static(match format {
        Format::Text => "text/plain; charset=utf-8",
        Format::Ndjson => "application/x-ndjson",
    });
    let body = Body::from_stream(pages(state, job, head, format));
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

/// The pages of a log, each as the bytes to send; ends at the job's end or the present head.
fn pages(
    state: AppState,
    job: JobRecord,
    head: u64,
    format: Format,
) -> impl Stream<Item = Result<Bytes, HistoryError>> {
    let start = job.queued_seq.saturating_sub(1);
    let end = job.ended_seq.unwrap_or(head);
    let reader = (state, job, Some(start));
    futures_util::stream::unfold(reader, move |(state, job, cursor)| async move {
        let cursor = cursor.filter(|cursor| *cursor < end)?;
        let read = state
            .history
            .read(job.session_id, cursor, PAGE_ROWS, PAGE_BYTES)
            .await;
        let read = read.and_then(|batches| match batches.last() {
            Some(last) => Ok((page(&batches, job.id, end, format), last.last)),
            None => Err(HistoryError::Missing(cursor + 1)),
        });
        match read {
            Ok((page, next)) => Some((Ok(page), (state, job, Some(next)))),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a log was cut off");
                Some((Err(error), (state, job, None)))
            }
        }
    })
}

fn page(batches: &[Batch], job: JobId, end: u64, format: Format) -> Bytes {
    let mut page = Vec::new();
    let of_job = |batch: &&Batch| batch.place.job_id == Some(job) && batch.place.first <= end;
    for batch in batches.iter().filter(of_job) {
        match format {
            Format::Text => {
                for line in lines(&batch.body).filter_map(printed) {
                    page.extend_from_slice(line.as_bytes());
                    page.push(b'\n');
                }
            }
            Format::Ndjson => {
                for (_, event) in event_frames(&batch.place, &batch.body, 0) {
                    page.extend_from_slice(&event);
                    page.push(b'\n');
                }
            }
        }
    }
    page.into()
}

/// The text of a `log` event.
fn printed(event: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Logged {
        log: Line,
    }
    #[derive(Deserialize)]
    struct Line {
        line: String,
    }
    // Most events of other types are told apart without a parser.
    memchr::memmem::find(event, br#""type":"log""#)?;
    let logged: Logged = serde_json::from_slice(event).ok()?;
    Some(logged.log.line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::SessionId;
    use leo_protocol::batch::Place;

    fn batch(job: JobId, body: &'static str) -> Batch {
        Batch {
            place: Place {
                session_id: SessionId::generate(),
                job_id: Some(job),
                first: 3,
            },
            last: 4,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn a_log_is_what_was_printed_by_this_job() {
        let (job, other) = (JobId::generate(), JobId::generate());
        let body = r#"[{"timestamp":"t","type":"log","log":{"line":"a \"b\""}},
{"timestamp":"t","type":"info","message":"\"type\":\"log\""}]"#;
        let batches = [batch(job, body), batch(other, body)];
        assert_eq!(page(&batches, job, 9, Format::Text), "a \"b\"\n");
        let events = page(&batches, job, 9, Format::Ndjson);
        assert!(events.starts_with(br#"{"seq":3,"#) && events.ends_with(b"}\n"));
        assert_eq!(page(&batches, job, 2, Format::Text), "");
    }
}
