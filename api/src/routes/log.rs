//! A job's whole log, streamed page by page from the stored events, or searched.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use leo_common::artifacts::slug;
use leo_common::error_chain::Chain;
use leo_common::history::HistoryError;
use leo_common::store::events::Batch;
use leo_common::store::jobs::JobRecord;
use leo_protocol::JobId;
use leo_protocol::batch::{event_frames, lines};
use leo_protocol::log::LogHits;
use leo_protocol::problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::sessions::found;
use crate::actions;
use crate::auth::{May, Principal, Read};
use crate::error::ApiError;
use crate::extract::{Path, Query};
use crate::job_log::{self, Asked, Pages, Pattern, printed};
use crate::paging;
use crate::state::AppState;

/// Hits listed where no number is asked for, and the most that are.
const MAX_HITS: u32 = 10_000;
/// How long a request waits for other searches.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// In which form the log comes, or what is searched for in it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadLog {
    /// `text` (if absent) or `ndjson`. Not with `search`.
    #[param(inline)]
    format: Option<Format>,
    /// Whether a browser is to save it as a file. Not with `search`.
    download: Option<bool>,
    /// Which lines hold this is asked, 1 to 1000 characters; ANSI sequences in them do not count.
    search: Option<String>,
    /// With `search`: whether capitals differ from small letters; not if absent.
    case_sensitive: Option<bool>,
    /// With `search`: whether it is a regular expression, as the Rust crate `regex` has them.
    regex: Option<bool>,
    /// With `search`: hits to list, 1 to 10000; 10000 if absent.
    limit: Option<u32>,
    /// With `search`: hits behind this line are listed; all are counted.
    after_line: Option<u64>,
}

/// The whole log of a job so far, or with `search` which of its lines hold a text.
#[utoipa::path(get, path = "/api/jobs/{id}/log", tag = "results",
    params(("id" = JobId, Path), ReadLog),
    responses(
        (status = 200, description = "the lines, or the events; with `search` the hits", content(
            (String = "text/plain"),
            (String = "application/x-ndjson"),
            (LogHits = "application/json"),
        )),
        (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "too many searches at once (`busy`)", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn log(
    State(state): State<AppState>,
    who: May<Read>,
    Path(id): Path<JobId>,
    Query(query): Query<ReadLog>,
) -> Result<Response, ApiError> {
    let asked = searched(&query)?;
    let job = actions::owned(&state, who.user, id).await?;
    let head = state.db.head(job.session_id).await?.unwrap_or(0);
    let pages = Pages::new(state.history.clone(), &job, head);
    if let Some(asked) = asked {
        let permit = Arc::clone(&state.searches).acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, permit).await;
        // Nobody closes the semaphore.
        let permit = permit.map_err(|_| ApiError::Busy)?;
        let permit = permit.map_err(|_| ApiError::Busy)?;
        let found = job_log::search(pages, asked, permit, &state.shutdown).await?;
        return Ok(Json(found).into_response());
    }
    let format = query.format.unwrap_or_default();
    let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, format.media_type())]);
    if query.download.unwrap_or(false) {
        let name = saved_as(&state, &who, &job, format).await?;
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    let body = Body::from_stream(written(pages, format));
    Ok((headers, body).into_response())
}

/// What is searched for, if anything is. What goes with the one and not with the other is refused.
fn searched(query: &ReadLog) -> Result<Option<Asked>, ApiError> {
    let Some(text) = &query.search else {
        let of_searches = [
            ("caseSensitive", query.case_sensitive.is_some()),
            ("regex", query.regex.is_some()),
            ("limit", query.limit.is_some()),
            ("afterLine", query.after_line.is_some()),
        ];
        refuse(&of_searches, "goes with `search` and with nothing else")?;
        return Ok(None);
    };
    let of_logs = [
        ("format", query.format.is_some()),
        ("download", query.download.is_some()),
    ];
    refuse(&of_logs, "does not go with `search`")?;
    let is_regex = query.regex.unwrap_or(false);
    let limit = paging::within(query.limit, MAX_HITS, MAX_HITS)?;
    Ok(Some(Asked {
        pattern: Pattern::new(text, is_regex, query.case_sensitive.unwrap_or(false))?,
        after_line: query.after_line.unwrap_or(0),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    }))
}

fn refuse(fields: &[(&str, bool)], message: &str) -> Result<(), ApiError> {
    match fields.iter().find(|(_, is_there)| *is_there) {
        Some((field, _)) => Err(ApiError::invalid(*field, message)),
        None => Ok(()),
    }
}

impl Format {
    const fn media_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        })
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Text => "log",
            Self::Ndjson => "ndjson",
        }
    }
}

/// The header that has a browser save the log, under a name that tells the session and the job.
async fn saved_as(
    state: &AppState,
    who: &Principal,
    job: &JobRecord,
    format: Format,
) -> Result<HeaderValue, ApiError> {
    let session = found(state, who, job.session_id).await?;
    let (title, ending) = (slug(&session.title), format.ending());
    let name = format!("attachment; filename=\"{title}-{}.{ending}\"", job.id);
    HeaderValue::from_str(&name).map_err(|_| ApiError::Internal("the name of a log is no header"))
}

/// The pages of a log, each as the bytes to send.
fn written(pages: Pages, format: Format) -> impl Stream<Item = Result<Bytes, HistoryError>> {
    futures_util::stream::unfold(Some(pages), move |pages| async move {
        let mut pages = pages?;
        match pages.next().await {
            Ok(batches) => Some((Ok(page(&batches?, format)), Some(pages))),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a log was cut off");
                Some((Err(error), None))
            }
        }
    })
}

fn page(batches: &[Batch], format: Format) -> Bytes {
    let mut page = Vec::new();
    for batch in batches {
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

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::SessionId;
    use leo_protocol::batch::Place;

    #[test]
    fn a_log_is_what_was_printed() {
        let body = r#"[{"timestamp":"t","type":"log","log":{"line":"a \"b\""}},
{"timestamp":"t","type":"info","message":"\"type\":\"log\""}]"#;
        let batch = Batch {
            place: Place {
                session_id: SessionId::generate(),
                job_id: Some(JobId::generate()),
                first: 3,
            },
            last: 4,
            body: Bytes::from_static(body.as_bytes()),
        };
        assert_eq!(
            page(std::slice::from_ref(&batch), Format::Text),
            "a \"b\"\n"
        );
        let events = page(&[batch], Format::Ndjson);
        assert!(events.starts_with(br#"{"seq":3,"#) && events.ends_with(b"}\n"));
    }
}
