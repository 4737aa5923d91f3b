//! Requests over HTTP, typed.
//!
//! Every failure becomes one readable line: what the server's problem document says, or that the
//! server cannot be reached. Nothing here retries; the caller is a person.

use std::time::Duration;

use leo_protocol::http::{Drained, Fleet, Job, Page, Session, SubmitJob};
use leo_protocol::keys::{ApiKey, CreateKey, CreatedKey};
use leo_protocol::problem::Problem;
use leo_protocol::{JobId, JobStatus, KeyId, SessionId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::past::PastEvents;
use super::{Server, Unreachable, root_cause};

/// The header of requests that may be sent twice.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the server may be silent in the middle of an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest page of a list.
pub(crate) const PAGE_LIMIT: u32 = 100;

/// Why a request did not work.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The server does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The server says no.
    #[error("{detail} ({code})")]
    Problem {
        /// The HTTP status.
        status: StatusCode,
        /// For people.
        detail: String,
        /// For programs.
        code: String,
    },
    /// Something answers that does not speak like Leo.
    #[error("{server} does not answer like Leo (HTTP status {status})")]
    NotLeo {
        /// Its address.
        server: String,
        /// The HTTP status.
        status: StatusCode,
    },
    /// The answer breaks off.
    #[error("the answer of {server} is not whole")]
    CutOff {
        /// Its address.
        server: String,
        /// What happened.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The HTTP client could not be made.
    #[error("failed to set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub struct JobQuery {
    /// Of this session only.
    pub session: Option<SessionId>,
    /// In this status only.
    pub status: Option<JobStatus>,
    /// At most so many on a page.
    pub limit: u32,
    /// From this page on.
    pub cursor: Option<String>,
}

/// An HTTP client of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    server: Server,
    inner: reqwest::Client,
}

impl Client {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the system offers no TLS roots or no resolver.
    pub fn new(server: Server) -> Result<Self, HttpError> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT);
        if server.is_local() {
            builder = builder.no_proxy();
        }
        let inner = builder.build().map_err(HttpError::Client)?;
        Ok(Self { server, inner })
    }

    /// Whose client this is.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Whether the server can do its work.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn ready(&self) -> Result<(), HttpError> {
        self.send(self.request(Method::GET, "health/ready")).await?;
        Ok(())
    }

    /// One job.
    ///
    /// # Errors
    /// See [`HttpError`]; so for all that follow.
    pub async fn job(&self, job: JobId) -> Result<Job, HttpError> {
        self.json(self.request(Method::GET, &format!("api/jobs/{job}")))
            .await
    }

    /// A page of jobs, the youngest first.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn jobs(&self, query: &JobQuery) -> Result<Page<Job>, HttpError> {
        let mut pairs = vec![("limit", query.limit.to_string())];
        pairs.extend(query.session.map(|id| ("sessionId", id.to_string())));
        pairs.extend(query.status.map(|status| ("status", status.to_string())));
        pairs.extend(query.cursor.clone().map(|cursor| ("cursor", cursor)));
        self.json(self.list("api/jobs", &pairs)).await
    }

    /// A page of sessions, those used last first.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn sessions(
        &self,
        limit: u32,
        cursor: Option<String>,
    ) -> Result<Page<Session>, HttpError> {
        let mut pairs = vec![("limit", limit.to_string())];
        pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
        self.json(self.list("api/sessions", &pairs)).await
    }

    /// One session.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn session(&self, session: SessionId) -> Result<Session, HttpError> {
        self.json(self.request(Method::GET, &format!("api/sessions/{session}")))
            .await
    }

    /// Submits a job, in a new session where none is given. The same key gives the same job.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn submit(
        &self,
        session: Option<SessionId>,
        request: &SubmitJob,
        key: &str,
    ) -> Result<Job, HttpError> {
        let path = match session {
            Some(session) => format!("api/sessions/{session}/jobs"),
            None => "api/jobs".to_owned(),
        };
        let submit = self.request(Method::POST, &path).json(request);
        self.json(submit.header(IDEMPOTENCY_KEY, key)).await
    }

    /// The workers and the queue.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn fleet(&self) -> Result<Fleet, HttpError> {
        self.json(self.request(Method::GET, "api/fleet")).await
    }

    /// Lets the workers of this name or id drain, or claim again.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn set_draining(&self, worker: &str, draining: bool) -> Result<Drained, HttpError> {
        let method = if draining {
            Method::POST
        } else {
            Method::DELETE
        };
        let worker = utf8_percent_encode(worker, NON_ALPHANUMERIC);
        self.json(self.request(method, &format!("api/fleet/{worker}/drain")))
            .await
    }

    /// A page of API keys, the youngest first.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn keys(
        &self,
        limit: u32,
        cursor: Option<String>,
    ) -> Result<Page<ApiKey>, HttpError> {
        let mut pairs = vec![("limit", limit.to_string())];
        pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
        self.json(self.list("api/keys", &pairs)).await
    }

    /// Makes an API key.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn create_key(&self, request: &CreateKey) -> Result<CreatedKey, HttpError> {
        self.json(self.request(Method::POST, "api/keys").json(request))
            .await
    }

    /// Revokes an API key.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn revoke_key(&self, key: KeyId) -> Result<(), HttpError> {
        self.send(self.request(Method::DELETE, &format!("api/keys/{key}")))
            .await?;
        Ok(())
    }

    /// Asks a job to stop, and gives the job as it stands then.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn cancel(&self, job: JobId) -> Result<Job, HttpError> {
        self.json(self.request(Method::POST, &format!("api/jobs/{job}/cancel")))
            .await
    }

    /// Submits a new job that does the same again. The same key gives the same new job.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn retry(&self, job: JobId, key: &str) -> Result<Job, HttpError> {
        let request = self.request(Method::POST, &format!("api/jobs/{job}/retry"));
        self.json(request.header(IDEMPOTENCY_KEY, key)).await
    }

    /// The events of a job so far, to be read as they come.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn log(&self, job: JobId) -> Result<PastEvents, HttpError> {
        let pairs = [("format", "ndjson".to_owned())];
        let response = self
            .send(self.list(&format!("api/jobs/{job}/log"), &pairs))
            .await?;
        Ok(PastEvents::new(response, self.server.shown().to_owned()))
    }

    /// A job's zip, to be read as it comes.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn download(&self, job: JobId) -> Result<Response, HttpError> {
        self.send(self.request(Method::GET, &format!("api/jobs/{job}/download")))
            .await
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.inner.request(method, self.server.at(path));
        match self.server.token() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(super) fn list(&self, path: &str, pairs: &[(&str, String)]) -> RequestBuilder {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.request(Method::GET, &format!("{path}?{query}"))
    }

    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, HttpError> {
        let response = self.send(request).await?;
        let status = response.status();
        let body = response.bytes().await.map_err(|e| self.unreachable(&e))?;
        serde_json::from_slice(&body).map_err(|_| self.not_leo(status))
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Response, HttpError> {
        let response = request.send().await.map_err(|e| self.unreachable(&e))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.bytes().await.map_err(|e| self.unreachable(&e))?;
        Err(match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => HttpError::Problem {
                status,
                detail: problem.detail,
                code: problem.code,
            },
            Err(_) => self.not_leo(status),
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> HttpError {
        Unreachable::new(&self.server, root_cause(error)).into()
    }

    fn not_leo(&self, status: StatusCode) -> HttpError {
        HttpError::NotLeo {
            server: self.server.shown().to_owned(),
            status,
        }
    }
}
