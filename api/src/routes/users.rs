//! Accounts, for operators: who there is, what each has, and what each may. For everybody else there is
//! nothing here.

use axum::Json;
use axum::extract::State;
use leo_common::error_chain::Chain;
use leo_common::store::administration::{AccountChanged, AccountFilter, Changer};
use leo_protocol::UserId;
use leo_protocol::http::Page;
use leo_protocol::limits::{Account, UpdateAccount};
use leo_protocol::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{Admin, Operator, Read};
use crate::client_address::Arrival;
use crate::error::ApiError;
use crate::extract::{Path, Query, ValidJson};
use crate::state::AppState;
use crate::{actions, paging, validate};

/// Jobs of a closed account that are looked up at once.
const JOBS_AT_ONCE: i64 = 500;

/// Which accounts, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAccounts {
    /// Whose address or name has this in it, in upper or lower case.
    search: Option<String>,
    /// Rows, 1 to 100; 50 if absent.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The accounts, the youngest first.
#[utoipa::path(get, path = "/api/users", tag = "users", params(ListAccounts), responses(
    (status = 200, description = "a page of accounts", body = Page<Account>),
    (status = 404, description = "you are no operator", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Operator<Read>,
    Query(query): Query<ListAccounts>,
) -> Result<Json<Page<Account>>, ApiError> {
    let limit = paging::limit(query.limit)?;
    let before = query.cursor.as_deref().map(paging::read_cursor);
    let filter = AccountFilter {
        search: query.search.as_deref().map(validate::search).transpose()?,
        before: before.transpose()?,
    };
    let settings = state.gate.settings();
    let found = state.db.accounts(filter, settings, i64::from(limit) + 1);
    Ok(Json(paging::page(found.await?, limit, |account| {
        paging::cursor(account.id)
    })))
}

/// One account.
#[utoipa::path(get, path = "/api/users/{id}", tag = "users", params(("id" = UserId, Path)), responses(
    (status = 200, description = "the account", body = Account),
    (status = 404, description = "not there, or you are no operator", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Operator<Read>,
    Path(id): Path<UserId>,
) -> Result<Json<Account>, ApiError> {
    found(&state, id).await.map(Json)
}

/// Sets what an account may, or closes it: it is barred from everything at once, and its jobs are
/// cancelled.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "users", params(("id" = UserId, Path)), request_body = UpdateAccount, responses(
    (status = 200, description = "the account", body = Account),
    (status = 404, description = "not there, or you are no operator", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "no operator would be left", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn update(
    State(state): State<AppState>,
    who: Operator<Admin>,
    arrival: Arrival,
    Path(id): Path<UserId>,
    ValidJson(update): ValidJson<UpdateAccount>,
) -> Result<Json<Account>, ApiError> {
    validate::account(&update, state.limits.prompt_limit.as_usize())?;
    let by = Changer {
        actor: who.user,
        address: arrival.address(),
    };
    let settings = state.gate.settings();
    match state.db.change_account(id, &update, &by, settings).await? {
        AccountChanged::NoUser => return Err(ApiError::NotFound),
        AccountChanged::LastOperator => return Err(ApiError::LastOperator),
        AccountChanged::Done { closed } => took_effect(&state, id, closed),
    }
    found(&state, id).await.map(Json)
}

async fn found(state: &AppState, id: UserId) -> Result<Account, ApiError> {
    let account = state.db.account(id, state.gate.settings()).await?;
    account.ok_or(ApiError::NotFound)
}

/// Tells everybody who has to know of a change.
fn took_effect(state: &AppState, id: UserId, closed: bool) {
    state.gate.forget(id);
    state.identity_changed(id);
    if closed {
        state.tasks.spawn(cancel_all(state.clone(), id));
    } else {
        // He may run more than before.
        state.hints.wake();
    }
}

/// Cancels the jobs of an account, however many there are. None of them is claimed meanwhile. Whoever closes
/// the account once more begins anew with those that are left.
async fn cancel_all(state: AppState, id: UserId) {
    let mut last = None;
    loop {
        let jobs = match state.db.unfinished_jobs_of(id, last, JOBS_AT_ONCE).await {
            Ok(jobs) => jobs,
            Err(error) => {
                tracing::error!(error = %Chain(&error), user = %id, "failed to look up the jobs of a closed account");
                return;
            }
        };
        let Some(oldest) = jobs.last() else {
            return;
        };
        last = Some(*oldest);
        for job in jobs {
            if state.shutdown.is_cancelled() {
                return;
            }
            if let Err(error) = actions::end(&state, job).await {
                tracing::error!(error = %Chain(&error), %job, "failed to cancel a job of a closed account");
            }
        }
    }
}
