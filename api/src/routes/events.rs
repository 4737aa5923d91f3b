//! A session's stream, in pages of JSON or live.

use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leo_common::store::events::Batch;
use leo_protocol::SessionId;
use leo_protocol::batch::event_frames;
use leo_protocol::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::sessions::found;
use crate::auth::{May, Read};
use crate::connections::Peer;
use crate::error::ApiError;
use crate::extract::{Path, Query, wants_stream};
use crate::paging;
use crate::state::AppState;
use crate::stream::{Watcher, sse_response};
use crate::trace::request_id;

/// Events of a page where no number is asked for.
const DEFAULT_EVENTS: u32 = 500;
/// The most events of a page.
const MAX_EVENTS: u32 = 1000;
/// A page ends after the stored batch that exceeds this, in bytes.
const PAGE_BYTES: u64 = 1 << 20;
/// With it a client that has lost its connection says how far it had come.
const LAST_EVENT_ID: &str = "last-event-id";

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadEvents {
    /// The last `seq` that the client has; 0 (all) if absent.
    after: Option<u64>,
    /// Events, 1 to 1000; 500 if absent. Not for live streams.
    limit: Option<u32>,
}

/// A page of a stream.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventPage {
    /// Each with `type`, `seq`, `sessionId`, `timestamp` and, but for events of the session as a
    /// whole, `jobId`.
    #[schema(value_type = Vec<Object>)]
    events: Box<RawValue>,
    /// The head of the stream.
    last_seq: u64,
    /// `after` of the next page, where there is more already.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// The events of a session: a page of JSON, or, with `Accept: text/event-stream`, all of them and
/// then live.
#[utoipa::path(get, path = "/api/sessions/{id}/events", tag = "sessions",
    params(
        ("id" = SessionId, Path),
        ReadEvents,
        ("Last-Event-ID" = Option<u64>, Header, description = "for live streams; wins over `after`"),
    ),
    responses(
        (status = 200, description = "the events", content(
            (EventPage = "application/json"),
            (String = "text/event-stream"),
        )),
        (status = 404, description = "not there, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "a parameter is not accepted", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn events(
    State(state): State<AppState>,
    who: May<Read>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Path(session): Path<SessionId>,
    Query(query): Query<ReadEvents>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    found(&state, &who, session).await?;
    let after = query.after.unwrap_or(0);
    if wants_stream(&headers) {
        let after = last_event_id(&headers).unwrap_or(after);
        let watcher = Watcher {
            peer,
            held: state.guard.hold(&who),
            request_id: request_id(&headers).to_owned(),
        };
        return Ok(sse_response(&state, watcher, session, after));
    }
    let limit = paging::within(query.limit, DEFAULT_EVENTS, MAX_EVENTS)?;
    // The head is read first, so that events which come meanwhile are on the next page at worst.
    let head = state.db.head(session).await?.ok_or(ApiError::NotFound)?;
    let read = state.history.read(session, after, limit, PAGE_BYTES);
    let batches = read.await?;
    let page = spliced(&batches, after, limit);
    Ok(json_page(page, after, head)?.into_response())
}

fn last_event_id(headers: &HeaderMap) -> Option<u64> {
    headers.get(LAST_EVENT_ID)?.to_str().ok()?.parse().ok()
}

/// Up to `limit` events as a JSON array of the stored bytes, and the last one's `seq`.
fn spliced(batches: &[Batch], after: u64, limit: u32) -> (String, Option<u64>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let frames = batches
        .iter()
        .flat_map(|batch| event_frames(&batch.place, &batch.body, after));
    let mut text = b"[".to_vec();
    let mut last = None;
    for (seq, frame) in frames.take(limit) {
        if last.is_some() {
            text.extend_from_slice(b",\n");
        }
        text.extend_from_slice(&frame);
        last = Some(seq);
    }
    text.push(b']');
    (String::from_utf8_lossy(&text).into_owned(), last)
}

fn json_page(
    (events, last): (String, Option<u64>),
    after: u64,
    head: u64,
) -> Result<axum::Json<EventPage>, ApiError> {
    let reached = last.unwrap_or(after);
    let events = RawValue::from_string(events)
        .map_err(|_| ApiError::Internal("a stored batch is no JSON"))?;
    Ok(axum::Json(EventPage {
        events,
        last_seq: head.max(last.unwrap_or(0)),
        next: (reached < head && last.is_some()).then_some(reached),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::batch::Place;

    fn batch(first: u64, count: u64) -> Batch {
        let lines: Vec<_> = (0..count)
            .map(|n| format!(r#"{{"type":"t","n":{n}}}"#))
            .collect();
        Batch {
            place: Place {
                session_id: SessionId::generate(),
                job_id: None,
                first,
            },
            last: first + count - 1,
            body: format!("[{}]", lines.join(",\n")).into(),
        }
    }

    fn page(after: u64, limit: u32, head: u64) -> serde_json::Value {
        let batches = [batch(1, 2), batch(3, 3)];
        let page = json_page(spliced(&batches, after, limit), after, head).unwrap();
        serde_json::to_value(&page.0).unwrap()
    }

    #[test]
    fn a_page_goes_on_where_it_ended() {
        let first = page(1, 3, 5);
        let seqs: Vec<_> = first["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| &e["seq"])
            .collect();
        assert_eq!(seqs, [2, 3, 4]);
        assert_eq!((&first["lastSeq"], &first["next"]), (&5.into(), &4.into()));
        let last = page(4, 3, 5);
        assert_eq!(last["events"].as_array().unwrap().len(), 1);
        assert!(last.get("next").is_none());
    }

    #[test]
    fn the_head_is_never_behind_the_events() {
        assert_eq!(page(0, 100, 3)["lastSeq"], 5);
    }
}
