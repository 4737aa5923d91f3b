//! What clients ask for, and how it is carried out.

use leo_common::store::jobs::{JobRecord, job_view};
use leo_protocol::account::Scope;
use leo_protocol::http::{Job, SubmitJob};
use leo_protocol::repl::{ClientMessage, ServerMessage};
use leo_protocol::{JobId, SessionId};

use super::connection::Connection;
use super::end::End;
use super::hello;
use super::refusal::Refusal;
use super::session_state::{self, Seen};
use super::viewer::Viewer;
use super::viewers::MAX_JOINED;
use crate::auth::Principal;
use crate::error::ApiError;
use crate::{actions, limits, validate};

/// Jobs told about when a session is joined, the latest ones.
const MAX_JOBS: i64 = 50;
/// Bytes of their prompts together, so that the message stays readable; the latest job is always
/// told about.
const MAX_PROMPTS: usize = 256 << 10;

impl Connection {
    /// Carries out what a client asks for.
    ///
    /// # Errors
    /// What the client is to be told instead of an answer.
    pub(super) async fn carry_out(&mut self, message: ClientMessage) -> Result<(), Refusal> {
        match message {
            ClientMessage::Ping {} => self.outbox.answer(&ServerMessage::Pong {}),
            ClientMessage::Authenticate { token } => self.authenticate(&token).await?,
            ClientMessage::JoinSession {
                session_id,
                after,
                batch,
            } => self
                .join(session_id, after, batch)
                .await
                .map_err(|refusal| refusal.in_session(session_id))?,
            ClientMessage::LeaveSession { session_id } => {
                self.known()?;
                if !self.viewers.leave(session_id) {
                    let text = "This connection has not joined that session.";
                    return Err(Refusal::new("not_joined", text).in_session(session_id));
                }
            }
            ClientMessage::StartGeneration {
                session_id,
                prompt,
                mode,
                max_iterations,
                model,
                budget,
                idempotency_key,
            } => {
                let request = SubmitJob {
                    prompt,
                    mode,
                    max_iterations,
                    model,
                    budget,
                    ..SubmitJob::default()
                };
                self.start(session_id, request, idempotency_key).await?;
            }
            ClientMessage::CancelGeneration { job_id } => self.cancel(job_id).await?,
            ClientMessage::GetState { session_id } => self
                .tell_state(session_id)
                .await
                .map_err(|refusal| refusal.in_session(session_id))?,
            // It has been taken already. One of a session that is not joined may have crossed a
            // leave; that is nobody's mistake.
            ClientMessage::Ack { .. } => drop(self.known()?),
        }
        Ok(())
    }

    /// Who is there.
    fn known(&self) -> Result<Principal, Refusal> {
        self.principal.clone().ok_or_else(|| {
            let text = format!("{} Send `authenticate` first.", self.missing);
            Refusal::new("unauthenticated", text)
        })
    }

    /// Who is there, with a credential that is good for this; without it the connection ends.
    fn may(&self, scope: Scope) -> Result<Principal, Refusal> {
        let who = self.known()?;
        who.needs(scope).map_err(hello::refusal)?;
        Ok(who)
    }

    /// Who is there, once what he asks for has been counted among his requests.
    async fn counted(&self, who: Result<Principal, Refusal>) -> Result<Principal, Refusal> {
        let who = who?;
        limits::count(&self.state, &who).await?;
        Ok(who)
    }

    async fn authenticate(&mut self, token: &str) -> Result<(), Refusal> {
        let principal = match self.state.auth.principal_of_token(token).await {
            Ok(principal) => principal,
            Err(error) => return Err(hello::refusal(error)),
        };
        let known = self.principal.as_ref();
        // The developer on his own machine was let in unasked; he may still be somebody else.
        if known.is_some_and(|known| known.user != principal.user) && !self.viewers.is_empty() {
            let text = "This connection follows sessions of another account; open a new one.";
            return Err(Refusal::new("other_account", text).ending(End::Unauthenticated));
        }
        self.welcome(principal);
        Ok(())
    }

    async fn join(
        &mut self,
        session: SessionId,
        after: Option<u64>,
        batch: bool,
    ) -> Result<(), Refusal> {
        let who = self.counted(self.known()).await?;
        self.follow(&who, session, after, batch).await
    }

    async fn follow(
        &mut self,
        who: &Principal,
        session: SessionId,
        after: Option<u64>,
        batch: bool,
    ) -> Result<(), Refusal> {
        if !self.viewers.has_room() && !self.viewers.is_joined(session) {
            let text = format!("A connection may follow {MAX_JOINED} sessions; leave one first.");
            return Err(Refusal::new("too_many_sessions", text));
        }
        let found = self.state.db.session(who.user, session).await?;
        let found = found.ok_or_else(|| Refusal::from(ApiError::NotFound).ending(End::NotFound))?;
        let after = after.unwrap_or(found.last_seq);
        if after > found.last_seq {
            self.viewers.leave(session);
            self.outbox.answer(&ServerMessage::Reset {
                session_id: session,
                last_seq: found.last_seq,
            });
            return Ok(());
        }
        let jobs = self.state.db.jobs_of_session(session, MAX_JOBS).await?;
        self.outbox.answer(&ServerMessage::SessionJoined {
            session_id: session,
            last_seq: found.last_seq,
            jobs: latest(jobs),
        });
        let cursor = self.state.hub.open(session, after);
        self.viewers.join(Viewer::new(session, cursor, batch));
        Ok(())
    }

    async fn start(
        &mut self,
        session: Option<SessionId>,
        request: SubmitJob,
        key: Option<String>,
    ) -> Result<(), Refusal> {
        let who = self.counted(self.may(Scope::Run)).await?;
        let key = key
            .as_deref()
            .map(|key| validate::key("idempotencyKey", key.as_bytes()))
            .transpose()?;
        let session = session.or_else(|| self.viewers.latest());
        let job = actions::submit(&self.state, &who, session, request, key).await?;
        if session.is_none() {
            self.follow(&who, job.session_id, Some(0), false).await?;
        }
        Ok(())
    }

    async fn cancel(&mut self, job: JobId) -> Result<(), Refusal> {
        let who = self.counted(self.may(Scope::Run)).await?;
        let cancelled = actions::cancel(&self.state, &who, job).await;
        cancelled.map_err(|error| Refusal::from(error).about(job))?;
        Ok(())
    }

    async fn tell_state(&mut self, session: SessionId) -> Result<(), Refusal> {
        let user = self.counted(self.known()).await?.user;
        let db = &self.state.db;
        let found = db.session(user, session).await?.ok_or(ApiError::NotFound)?;
        let jobs = db.jobs_of_session(session, MAX_JOBS).await?;
        let seen = match session_state::present_job(&jobs) {
            Some(job) => session_state::read(&self.state.history, job).await?,
            None => Seen::default(),
        };
        self.outbox.answer(&ServerMessage::State {
            session_id: session,
            last_seq: found.last_seq,
            jobs: latest(jobs),
            agent_state: seen.agent,
            files: seen.files,
        });
        Ok(())
    }
}

/// Jobs for a message, newest first; `jobs` are oldest first.
fn latest(jobs: Vec<JobRecord>) -> Vec<Job> {
    let mut told = 0;
    let mut latest = Vec::with_capacity(jobs.len());
    for job in jobs.into_iter().rev() {
        told += job.prompt.len();
        if told > MAX_PROMPTS && !latest.is_empty() {
            break;
        }
        latest.push(job_view(job, None));
    }
    latest
}
