//! The one error of the API, and its form outside: a problem document with a stable code.
//!
//! | status | code | meaning |
//! |---|---|---|
//! | 400 | `bad_request` | the request cannot be understood |
//! | 400 | `malformed_json` | the body is no JSON |
//! | 401 | `unauthorized` | no credential, or one that is not accepted |
//! | 400 | `wrong_state` | a sign-in or a connection by another site that did not begin in this browser, or by somebody else |
//! | 400 | `code_refused` | the other site does not know the code |
//! | 401 | `bad_credentials` | address or password is wrong |
//! | 401 | `bad_token` | a container's token does not open the job |
//! | 401 | `token_expired` | the token was good once |
//! | 401 | `token_revoked` | the API key was taken back |
//! | 401 | `signed_out` | the browser's sign-in has ended |
//! | 401 | `bad_ticket` | the ticket was used, has expired, or is none |
//! | 403 | `cross_origin` | a page of another site, without a credential |
//! | 403 | `account_closed` | the account is barred |
//! | 403 | `insufficient_scope` | the credential is not good for this |
//! | 404 | `not_found` | not there, or somebody else's |
//! | 404 | `no_files` | the job has left no files (yet) |
//! | 405 | `method_not_allowed` | the path is there, the method is not |
//! | 403 | `registration_closed` | nobody may make an account |
//! | 403 | `sign_in_denied` | the person has said no at the other site |
//! | 403 | `connect_denied` | the same, where an account was to be connected |
//! | 403 | `scope_refused` | GitHub gives a token that is not good for pushes |
//! | 403 | `browser_needed` | an account is connected with a browser that is signed in |
//! | 409 | `account_exists` | somebody has an account with this address |
//! | 409 | `no_oauth_app` | no OAuth app of GitHub is set up here |
//! | 409 | `no_github_account` | no account at GitHub is connected, and the installation has none |
//! | 409 | `partial_files` | the files are of a job that did not end well |
//! | 409 | `push_under_way` | a push of the job is under way |
//! | 409 | `no_password` | the account signs in another way |
//! | 409 | `idempotency_conflict` | the key was used for another request |
//! | 409 | `too_many_keys` | the account has as many keys as it may have |
//! | 409 | `too_many_webhooks` | the account has as many webhooks as it may have |
//! | 409 | `webhook_disabled` | the webhook is told nothing |
//! | 409 | `no_deploy_hook` | nobody is there who deploys |
//! | 409 | `no_secret_key` | secrets cannot be kept without `LEO_SECRET_KEY` |
//! | 409 | `superseded` | a newer attempt of the container's job runs |
//! | 409 | `job_ended` | the container's job has ended |
//! | 409 | `not_announced` | an upload that was not announced |
//! | 409 | `last_operator` | no operator would be left |
//! | 409 | `job_not_finished` | only a job that has ended can be retried |
//! | 410 | `artifact_expired` | the files are older than `ARTIFACT_RETENTION` |
//! | 410 | `link_expired` | the time of a download link is over |
//! | 413 | `payload_too_large` | the body is too large |
//! | 413 | `workspace_too_large` | a workspace exceeds `WORKSPACE_LIMIT` |
//! | 415 | `unsupported_media_type` | the body is not declared as JSON |
//! | 416 | `range_not_satisfiable` | the file has no such bytes |
//! | 421 | `wrong_host` | the Host header names no loopback name |
//! | 422 | `invalid_field` | a field or parameter has a value that is not accepted |
//! | 422 | `unknown_field` | a field that does not exist |
//! | 422 | `prompt_too_long` | the prompt exceeds `PROMPT_LIMIT` |
//! | 422 | `not_as_announced` | an upload is not what was announced |
//! | 429 | `rate_limited` | too many requests |
//! | 429 | `too_many_attempts` | too many failures to sign in, or too many accounts asked for |
//! | 429 | `quota_sessions` | the account has as many sessions as it may |
//! | 429 | `quota_jobs_per_day` | it has submitted as many jobs today as it may |
//! | 429 | `quota_storage` | its results take as much space as they may |
//! | 429 | `too_many_tests` | the account has as many tests of providers under way as it may |
//! | 500 | `internal` | a defect of Leo |
//! | 500 | `artifact_unreadable` | kept files are damaged or gone |
//! | 500 | `events_unreadable` | archived events are damaged or gone |
//! | 502 | `github_unavailable` | GitHub does not say who somebody, or a token, is |
//! | 503 | `unavailable` | the database, the store of files and older events, or the identity provider does not answer, or this server restarts |
//! | 503 | `busy` | too many downloads, uploads, comparisons, searches, sign-ins or tests at once |

use std::time::Duration;

use axum::http::StatusCode;
use leo_common::artifacts::ArtifactError;
use leo_common::config::Bytes;
use leo_common::error_chain::Chain;
use leo_common::history::HistoryError;
use leo_common::runner_token::BadRunnerToken;
use leo_common::store::StoreError;
use leo_common::store::keys::MAX_KEYS;
use leo_common::store::limits::Quota;
use leo_common::store::webhooks::MAX_WEBHOOKS;
use leo_protocol::problem::Problem;

use crate::accounts::AccountError;
use crate::auth::AuthError;
use crate::limits::{quota_code, quota_text, seconds};
use crate::problems::{self, Draft};

mod conversions;
mod response;

/// Why a request fails. The texts are sentences for the person on the other side.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// Not understood.
    #[error("{0}")]
    BadRequest(String),
    /// No JSON.
    #[error("The body is not valid JSON: {0}.")]
    MalformedJson(String),
    /// Who is it?
    #[error(transparent)]
    Auth(AuthError),
    /// No account, or no sign-in.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Not there, or not yours: never tell which.
    #[error("There is nothing here, or it is not yours.")]
    NotFound,
    /// No artifact.
    #[error("This job has left no files, or has not ended yet.")]
    NoFiles,
    /// There was one.
    #[error("The files of this job are older than they are kept here; they were removed.")]
    ArtifactExpired,
    /// A link of earlier times.
    #[error("The time of this link is over; ask for a new one.")]
    LinkExpired,
    /// Bytes that are not there.
    #[error("The file has {size} bytes, and none of them are in this range.")]
    RangeBeyond {
        /// In bytes.
        size: u64,
    },
    /// Another request under the same key.
    #[error("This Idempotency-Key was used for another request.")]
    IdempotencyConflict,
    /// A key too many.
    #[error("An account may have {MAX_KEYS} API keys at once; revoke one first.")]
    TooManyKeys,
    /// A webhook too many.
    #[error("An account may have {MAX_WEBHOOKS} webhooks; remove one first.")]
    TooManyWebhooks,
    /// A webhook that is told nothing.
    #[error("This webhook is disabled; enable it first.")]
    WebhookDisabled,
    /// Nobody deploys.
    #[error(
        "Nobody is there to deploy it: make a webhook with the event `deploy.requested` (POST /api/webhooks), or \
         have the operator set DEPLOY_HOOK_URL and DEPLOY_HOOK_SECRET for everybody."
    )]
    NoDeployHook,
    /// Retry of a job that goes on.
    #[error("This job has not ended yet; cancel it or wait for its end before a retry.")]
    JobNotFinished,
    /// No way to GitHub.
    #[error(
        "No account at GitHub is connected: connect one in the settings, or set GITHUB_TOKEN for the installation."
    )]
    NoGitHubAccount,
    /// No way to connect an account but a token.
    #[error(
        "No OAuth app of GitHub is set up here (OAUTH_GITHUB_CLIENT_ID); connect your account with a token instead."
    )]
    NoOauthApp,
    /// Not the app that it was to be.
    #[error(
        "These files are of a job that did not end well; ask with `\"partial\": true` to push them anyway."
    )]
    PartialFiles,
    /// One is enough.
    #[error("A push of this job is under way; its result will be told in the session.")]
    PushUnderWay,
    /// Nobody there to ask.
    #[error("GitHub does not answer at this time; try again.")]
    GitHubAway,
    /// More than the server takes.
    #[error("The body is larger than {limit} bytes.")]
    PayloadTooLarge {
        /// In bytes.
        limit: usize,
    },
    /// Not declared as JSON.
    #[error("The body must be JSON, sent with `Content-Type: application/json`.")]
    NotJson,
    /// A value that is not accepted.
    #[error("`{field}` {message}.")]
    Invalid {
        /// As it is called on the wire.
        field: String,
        /// Goes on after the name.
        message: String,
    },
    /// A field that does not exist.
    #[error("The body is not as expected: {0}.")]
    UnknownField(String),
    /// More than `PROMPT_LIMIT`.
    #[error("`prompt` is {size} bytes long; at most {limit} are accepted.")]
    PromptTooLong {
        /// In bytes.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// A container's token opens nothing.
    #[error("{0}")]
    RunnerToken(BadRunnerToken),
    /// No container's token can be checked.
    #[error("This server cannot check tokens of containers: LEO_SECRET_KEY is not set.")]
    NoRunnerKey,
    /// No secret can be kept.
    #[error("This server keeps no secrets: LEO_SECRET_KEY is not set.")]
    NoSecretKey,
    /// The container's attempt is over.
    #[error("A newer attempt of this job runs; end this one.")]
    Superseded,
    /// So is its job.
    #[error("The job has ended.")]
    JobEnded,
    /// An upload out of nowhere.
    #[error("No upload was announced.")]
    NotAnnounced,
    /// More than `WORKSPACE_LIMIT`.
    #[error("The workspace is too large; at most {0} are accepted.")]
    WorkspaceTooLarge(Bytes),
    /// Another size or hash.
    #[error("What arrived is not what was announced.")]
    NotAsAnnounced,
    /// Too many downloads, uploads, searches or tests.
    #[error("Too much of this is going on at once; try again in some seconds.")]
    Busy,
    /// Tests of providers.
    #[error("You are testing as many providers as you may at once; wait until a test has ended.")]
    TooManyTests,
    /// The process ends before its answer.
    #[error("This server restarts; try again.")]
    Restarting,
    /// Too many requests; for how long.
    #[error("Too many requests; try again in {} s.", seconds(*.0))]
    RateLimited(Duration),
    /// A quota is used up.
    #[error("{}", quota_text(*.0))]
    OverQuota(Quota),
    /// Nobody could set it right again.
    #[error("No operator would be left; make somebody else one first.")]
    LastOperator,
    /// The store failed.
    #[error("Something went wrong in Leo; the request id finds it in the server's log.")]
    Store(#[source] StoreError),
    /// The database cannot be reached.
    #[error("The database does not answer at this time; try again.")]
    Unavailable(#[source] StoreError),
    /// The artifact store failed.
    #[error("The files cannot be reached at this time; try again.")]
    ArtifactAway(#[source] ArtifactError),
    /// What is kept is not what was stored.
    #[error(
        "Files of this job are damaged or gone; the request id finds the cause in the server's log."
    )]
    ArtifactUnreadable(#[source] ArtifactError),
    /// A folder or a setting of the artifact store is wrong.
    #[error("The files could not be read; the request id finds the cause in the server's log.")]
    Artifact(#[source] ArtifactError),
    /// Archived events cannot be reached.
    #[error("Older events cannot be reached at this time; try again.")]
    ArchiveAway(#[source] HistoryError),
    /// Archived events are damaged or gone.
    #[error(
        "Events of this session cannot be read any more; the request id finds the cause in the server's log."
    )]
    EventsUnreadable(#[source] HistoryError),
    /// A defect.
    #[error("Something went wrong in Leo; the request id finds it in the server's log.")]
    Internal(&'static str),
}

impl ApiError {
    /// A field with a value that is not accepted; `message` goes on after the field's name.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }

    /// The HTTP status and the code for programs; the table is in the module's text.
    pub(crate) fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::MalformedJson(_) => (StatusCode::BAD_REQUEST, "malformed_json"),
            Self::Auth(error) => conversions::auth_kind(error),
            Self::Account(error) => error.kind(),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::NoFiles => (StatusCode::NOT_FOUND, "no_files"),
            Self::ArtifactExpired => (StatusCode::GONE, "artifact_expired"),
            Self::LinkExpired => (StatusCode::GONE, "link_expired"),
            Self::RangeBeyond { .. } => {
                (StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable")
            }
            Self::IdempotencyConflict => (StatusCode::CONFLICT, "idempotency_conflict"),
            Self::TooManyKeys => (StatusCode::CONFLICT, "too_many_keys"),
            Self::NoOauthApp => (StatusCode::CONFLICT, "no_oauth_app"),
            Self::NoGitHubAccount => (StatusCode::CONFLICT, "no_github_account"),
            Self::PartialFiles => (StatusCode::CONFLICT, "partial_files"),
            Self::PushUnderWay => (StatusCode::CONFLICT, "push_under_way"),
            Self::GitHubAway => (StatusCode::BAD_GATEWAY, "github_unavailable"),
            Self::TooManyWebhooks => (StatusCode::CONFLICT, "too_many_webhooks"),
            Self::WebhookDisabled => (StatusCode::CONFLICT, "webhook_disabled"),
            Self::NoDeployHook => (StatusCode::CONFLICT, "no_deploy_hook"),
            Self::JobNotFinished => (StatusCode::CONFLICT, "job_not_finished"),
            Self::PayloadTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_field"),
            Self::UnknownField(_) => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_field"),
            Self::PromptTooLong { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "prompt_too_long"),
            Self::RunnerToken(_) | Self::NoRunnerKey => (StatusCode::UNAUTHORIZED, "bad_token"),
            Self::LastOperator => (StatusCode::CONFLICT, "last_operator"),
            Self::NoSecretKey => (StatusCode::CONFLICT, "no_secret_key"),
            Self::Superseded => (StatusCode::CONFLICT, "superseded"),
            Self::JobEnded => (StatusCode::CONFLICT, "job_ended"),
            Self::NotAnnounced => (StatusCode::CONFLICT, "not_announced"),
            Self::WorkspaceTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "workspace_too_large"),
            Self::NotAsAnnounced => (StatusCode::UNPROCESSABLE_ENTITY, "not_as_announced"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::TooManyTests => (StatusCode::TOO_MANY_REQUESTS, "too_many_tests"),
            Self::Restarting => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Self::OverQuota(quota) => (StatusCode::TOO_MANY_REQUESTS, quota_code(*quota)),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::ArchiveAway(_) | Self::ArtifactAway(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
            Self::ArtifactUnreadable(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "artifact_unreadable")
            }
            Self::EventsUnreadable(_) => (StatusCode::INTERNAL_SERVER_ERROR, "events_unreadable"),
            Self::Store(_) | Self::Artifact(_) | Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }

    /// The code for programs.
    pub(crate) fn code(&self) -> &'static str {
        self.kind().1
    }

    /// The document, where an answer has begun already.
    pub(crate) fn problem(&self, request_id: String) -> Problem {
        let (status, code) = self.kind();
        let detail = self.to_string();
        problems::problem(status, Draft { code, detail }, request_id)
    }

    /// Writes to the log what the other side is not told. That a provider's keys are away is said
    /// once, by whoever fetches them, and that GitHub is, by whoever asks it.
    pub(crate) fn log(&self) {
        let (status, code) = self.kind();
        if let Self::Internal(what) = self {
            tracing::error!(what, "a defect");
        } else if status.is_server_error()
            && !matches!(self, Self::Auth(_) | Self::Account(_) | Self::GitHubAway)
        {
            tracing::error!(code, error = %Chain(self), "a request failed");
        }
    }
}
