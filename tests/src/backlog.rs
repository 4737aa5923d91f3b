//! Queued jobs in bulk, written past the API, as many submits would have left them.

use leo_protocol::batch::body_of;
use leo_protocol::{EventKind, UserId};
use sqlx::{Connection as _, PgConnection};

use crate::database::Database;

/// What all of these jobs ask for.
const PROMPT: &str = "a job that does nothing, for a benchmark";
/// Foreign keys are not checked row by row meanwhile; what is written here fulfils them.
const UNCHECKED: &str = "set local session_replication_role = replica";
/// `$1`: the users, `$2`: jobs of each. The ids grow in the order of submission.
const SESSIONS: &str = "
    insert into sessions (id, user_id)
    select ('0190000000007000a1' || lpad(to_hex(row_number() over ()), 14, '0'))::uuid, u.id
      from generate_series(1, $2) n cross join unnest($1::uuid[]) u(id)";
/// Each job is the only one of its session; its id differs from the session's in one digit.
const HEADS: &str = "
    insert into session_heads (session_id, last_seq, front_job)
    select id, 1, overlay(id::text placing '2' from 21)::uuid from sessions order by id";
/// `$1`: the prompt.
const JOBS: &str = "
    insert into jobs (id, session_id, user_id, status, prompt, mode, max_iterations, queued_seq, ready_at)
    select h.front_job, s.id, s.user_id, 'ready', $1, 'autonomous', 10, 1, now()
      from sessions s join session_heads h on h.session_id = s.id order by s.id";
/// `$1`: the first event of each.
const EVENTS: &str = "
    insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
    select session_id, 1, 1, id, 0, $1 from jobs order by id";
const USERS: &str = "
    insert into users (id, issuer, subject, max_running, queued, ready)
    select u.id, 'backlog', u.id::text, $2, $3, $3 from unnest($1::uuid[]) u(id)";

impl Database {
    /// Makes so many users, each with so many queued jobs in sessions of their own; for a database
    /// that is empty so far. Needs a superuser.
    ///
    /// # Panics
    /// When Postgres refuses.
    pub async fn fill(&self, users: u32, jobs: u32, max_running: u32) -> Vec<UserId> {
        let users: Vec<_> = (0..users).map(|_| UserId::generate()).collect();
        let mut connection = self.connection().await;
        fill(&mut connection, &users, jobs, max_running)
            .await
            .expect("fill the queue");
        users
    }

    /// Brings Postgres to rest after a large fill: statistics, hint bits, a checkpoint.
    ///
    /// # Panics
    /// When Postgres refuses.
    pub async fn settle(&self) {
        let mut connection = self.connection().await;
        for sql in ["vacuum analyze", "checkpoint"] {
            let settled = sqlx::raw_sql(sql).execute(&mut connection).await;
            settled.expect("bring Postgres to rest");
        }
    }
}

async fn fill(
    connection: &mut PgConnection,
    users: &[UserId],
    jobs: u32,
    max_running: u32,
) -> Result<(), sqlx::Error> {
    let ids: Vec<_> = users.iter().map(|user| user.uuid()).collect();
    let (jobs, max_running) = (i64::from(jobs), i64::from(max_running));
    let queued = EventKind::JobQueued {
        prompt: PROMPT.to_owned(),
    };
    let mut tx = connection.begin().await?;
    sqlx::raw_sql(UNCHECKED).execute(&mut *tx).await?;
    let inserts = [
        sqlx::query(USERS).bind(&ids).bind(max_running).bind(jobs),
        sqlx::query(SESSIONS).bind(&ids).bind(jobs),
        sqlx::query(HEADS),
        sqlx::query(JOBS).bind(PROMPT),
        sqlx::query(EVENTS).bind(body_of(chrono::Utc::now(), &queued)),
    ];
    for insert in inserts {
        insert.execute(&mut *tx).await?;
    }
    tx.commit().await
}
