//! The audit log, for operators. For everybody else there is nothing here.

use axum::Json;
use axum::extract::State;
use leo_common::store::audit::{Deed, Done};
use leo_protocol::UserId;
use leo_protocol::http::Page;
use leo_protocol::limits::AuditEntry;
use leo_protocol::problem::Problem;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::auth::{Operator, Principal, Read};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::extract::Query;
use crate::paging;
use crate::state::AppState;

/// Which entries, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ListEntries {
    /// Done by or to this account only.
    user_id: Option<UserId>,
    /// Rows, 1 to 100; 50 if absent.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Sign-ins, keys, limits and what operators have done, the latest first.
#[utoipa::path(get, path = "/api/audit", tag = "users", params(ListEntries), responses(
    (status = 200, description = "a page of entries", body = Page<AuditEntry>),
    (status = 404, description = "you are no operator", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Operator<Read>,
    Query(query): Query<ListEntries>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_cursor);
    let found = state
        .db
        .deeds(query.user_id, before.transpose()?, i64::from(limit) + 1)
        .await?;
    let entries = found.into_iter().map(entry).collect();
    Ok(Json(paging::page(entries, limit, |entry: &AuditEntry| {
        paging::cursor(entry.id)
    })))
}

fn entry(done: Done) -> AuditEntry {
    AuditEntry {
        id: done.id,
        at: done.at,
        actor: done.actor,
        user_id: done.user,
        action: done.action,
        address: done.address,
        detail: done.detail,
    }
}

/// Remembers what an operator has done to something that is no account.
///
/// # Errors
/// When the database fails; the operator repeats it then.
pub(super) async fn remember(
    state: &AppState,
    who: &Principal,
    arrival: &Arrival,
    action: &str,
    detail: Value,
) -> Result<(), ApiError> {
    let deed = Deed {
        actor: Some(who.user),
        user: None,
        action,
        address: arrival.address(),
        detail,
    };
    Ok(state.db.remember(&deed).await?)
}
