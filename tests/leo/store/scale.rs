//! What the queue costs when it is long: pages of the database touched, which no busy machine changes.
//!
//! A user with a hundred thousand jobs, in one session or in as many, must not make anything dearer,
//! for himself or for others; nor must a hundred thousand jobs that have come and gone since the last
//! vacuum.

#![expect(
    clippy::print_stdout,
    reason = "the test harness shows it where a test has failed"
)]

use std::fmt::Write as _;

use leo_protocol::{JobId, SessionId, UserId, WorkerId};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};

use super::Store;

/// Jobs of the greedy user.
const MANY: i64 = 100_000;
/// Jobs that have come and gone.
const GONE: i64 = 90_000;
/// How much dearer than on an empty queue anything may be: trees are deeper, and pages fuller.
const FACTOR: u64 = 3;
/// Pages that `queue.position` may touch beyond that: it counts up to a thousand jobs.
const COUNTING: u64 = 100;
/// Pages that the look for the oldest ready job may touch beyond that: the rounds measured here have
/// ended two jobs each, and a long transaction, in whatever database of the server, keeps their places
/// in the index from being cleared.
const ENDED: u64 = 2 * 3 * TIMES as u64;
/// Jobs of one claim.
const SLOTS: i64 = 20;
/// How often each operation is measured; the least counts, as plans and catalogues are read once.
const TIMES: usize = 4;

/// Pages that each operation touches.
#[derive(Debug)]
struct Cost {
    submit: u64,
    claim: u64,
    finish: u64,
    place: u64,
    cancel: u64,
    due: u64,
    depth: u64,
}

/// A connection like those for claims, whose statements are counted.
struct Meter {
    connection: PgConnection,
    /// Whether the database is to forget where to look before each claim.
    forgetting: bool,
}

impl Meter {
    async fn new(store: &Store) -> Self {
        let mut connection = store.database.connection().await;
        // No vacuum of its own while it measures, and the plans of the pool for claims.
        for setting in ["set enable_seqscan = off", "set jit = off"] {
            sqlx::query(setting).execute(&mut connection).await.unwrap();
        }
        Self {
            connection,
            forgetting: false,
        }
    }

    async fn run(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut self.connection)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Carries a statement out; how many pages it has touched, in functions too.
    async fn pages(&mut self, sql: &str) -> u64 {
        let sql = format!("explain (analyze, buffers, timing off, format json) {sql}");
        let plan: Value = sqlx::query_scalar(AssertSqlSafe(sql.as_str()))
            .fetch_one(&mut self.connection)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let touched = |what: &str| plan[0]["Plan"][what].as_u64().unwrap();
        touched("Shared Hit Blocks") + touched("Shared Read Blocks")
    }

    async fn submit(
        &mut self,
        user: UserId,
        session: SessionId,
        new: bool,
        run_at: &str,
    ) -> (JobId, u64) {
        let job = JobId::generate();
        let pages = self
            .pages(&format!(
                "select * from leo_submit('{job}', '{user}', '{session}', {new}, 't', 'p', 'autonomous', 1, null, \
                 0::smallint, null, '{job}', '\\x00', '\\x5b5d', ({run_at})::timestamptz)"
            ))
            .await;
        (job, pages)
    }

    /// What everything costs a user, and the place of `job` or of a job behind one other.
    async fn cost(&mut self, user: UserId, job: Option<JobId>) -> Cost {
        let mut costs = Vec::new();
        for _ in 0..TIMES {
            costs.push(self.cost_once(user, job).await);
        }
        let least = |of: fn(&Cost) -> u64| costs.iter().map(of).min().unwrap();
        Cost {
            submit: least(|cost| cost.submit),
            claim: least(|cost| cost.claim),
            finish: least(|cost| cost.finish),
            place: least(|cost| cost.place),
            cancel: least(|cost| cost.cancel),
            due: least(|cost| cost.due),
            depth: least(|cost| cost.depth),
        }
    }

    async fn cost_once(&mut self, user: UserId, job: Option<JobId>) -> Cost {
        let session = SessionId::generate();
        let (_, submit) = self.submit(user, session, true, "null").await;
        let (second, _) = self.submit(user, session, false, "null").await;
        self.submit(user, session, false, "now() + interval '50 ms'")
            .await;
        self.run("select pg_sleep(0.06)").await;
        let due = self.pages("select * from leo_due(100)").await;
        let worker = WorkerId::generate();
        let claim = self
            .pages(&format!(
                "select * from leo_claim_jobs('{worker}', 1, false, '[{{}}]')"
            ))
            .await;
        let finish = finish(self.running().await);
        let finish = self.pages(&finish).await;
        let job = job.unwrap_or(second);
        let place = self
            .pages(&format!("select * from leo_place('{job}', 1000)"))
            .await;
        let cancel = self
            .pages(&format!("select * from leo_cancel('{second}', '\\x5b5d')"))
            .await;
        let depth = self
            .pages("select min(ready_at) from jobs where status = 'ready'")
            .await;
        // What is left is claimed and ended, so that the next round finds as much as this one.
        self.run(&format!(
            "select leo_finish(c.job_id, c.epoch, 'completed', null, null, null, null, null, '\\x5b5d') \
             from leo_claim_jobs('{worker}', 1, false, '[{{}}]') c"
        ))
        .await;
        Cost {
            submit,
            claim,
            finish,
            place,
            cancel,
            due,
            depth,
        }
    }
}

fn finish(job: JobId) -> String {
    format!(
        "select * from leo_finish('{job}', 1, 'completed', null, null, null, null, null, '\\x5b5d')"
    )
}

/// Jobs that were accepted long ago: in one session, or each in its own.
async fn fill(meter: &mut Meter, user: UserId, in_one: bool) -> JobId {
    let (last, session) = (JobId::generate(), SessionId::generate());
    let mut sql = String::new();
    let session_of = if in_one {
        format!("'{session}'::uuid")
    } else {
        "md5('s' || n)::uuid".to_owned()
    };
    let sessions = if in_one { 1 } else { MANY };
    let front = if in_one { "n = 1" } else { "true" };
    let ready = sessions;
    // Their ids are older than all others, as their jobs are.
    write!(
        sql,
        "create temp table many as select n, \
           ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, {session_of} as session_id \
           from generate_series(1, {MANY}) n; \
         update many set id = '{last}' where n = {MANY}; \
         insert into sessions (id, user_id, title) select distinct session_id, '{user}'::uuid, 't' from many; \
         insert into session_heads (session_id, front_job, last_seq) \
           select session_id, (array_agg(id order by n))[1], count(*) from many group by session_id; \
         insert into jobs (id, session_id, user_id, status, prompt, mode, max_iterations, queued_seq, ready_at) \
           select id, session_id, '{user}', case when {front} then 'ready' else 'waiting' end, 'p', 'autonomous', 1, \
                  case when {in_one} then n else 1 end, case when {front} then now() end from many order by n; \
         update users set queued = queued + {MANY}, ready = ready + {ready} where id = '{user}'; \
         drop table many; analyze jobs; analyze sessions; analyze session_heads;"
    )
    .unwrap();
    meter.run(&sql).await;
    last
}

fn assert_no_dearer(what: &str, long: &Cost, empty: &Cost) {
    let pairs = [
        ("submit", long.submit, empty.submit),
        ("claim", long.claim, empty.claim),
        ("finish", long.finish, empty.finish),
        ("cancel", long.cancel, empty.cancel),
        ("due", long.due, empty.due),
        ("depth", long.depth, empty.depth + ENDED),
        ("place", long.place, empty.place + COUNTING),
    ];
    for (operation, long, empty) in pairs {
        assert!(
            long <= empty * FACTOR,
            "{what}: {operation} touches {long} pages, {empty} on an empty queue"
        );
    }
}

async fn a_backlog_costs_nothing(in_one: bool) {
    let store = Store::new().await;
    let (greedy, modest) = (store.user("greedy", 3).await, store.user("modest", 3).await);
    let mut meter = Meter::new(&store).await;
    let empty = meter.cost(modest, None).await;
    let last = fill(&mut meter, greedy, in_one).await;
    store.submit(modest, None).await;
    let claims = store
        .db
        .claim(WorkerId::generate(), 2)
        .await
        .unwrap()
        .claims;
    assert!(
        claims.iter().any(|claim| claim.user == modest),
        "he waits behind the heap"
    );
    for claim in &claims {
        assert!(store.finish(claim).await);
    }
    let let_be_last = "update users set last_served_at = now() + interval '1 day' where id = $1";
    sqlx::query(let_be_last)
        .bind(greedy.uuid())
        .execute(&store.db.pool)
        .await
        .unwrap();
    let beside = meter.cost(modest, Some(last)).await;
    println!("empty: {empty:?}\nbeside the heap: {beside:?}");
    assert_no_dearer("another user", &beside, &empty);
    let own = meter.cost(greedy, Some(last)).await;
    println!("of the heap: {own:?}");
    assert_no_dearer("the user himself", &own, &empty);
    let place = store.db.queue_place(last).await.unwrap().unwrap();
    assert_eq!(place.position, "1000+");
}

#[tokio::test]
async fn a_hundred_thousand_jobs_in_one_session_cost_nothing() {
    a_backlog_costs_nothing(true).await;
}

#[tokio::test]
async fn a_hundred_thousand_sessions_cost_nothing() {
    a_backlog_costs_nothing(false).await;
}

/// Of one user, in sessions of their own, by plans that were made while the tables were small.
#[tokio::test]
async fn a_claim_for_many_slots_costs_no_more_beside_a_heap() {
    let store = Store::new().await;
    let greedy = store.user("greedy", 10_000).await;
    let mut meter = Meter::new(&store).await;
    let mut least = u64::MAX;
    for _ in 0..TIMES {
        for _ in 0..SLOTS {
            let session = SessionId::generate();
            meter.submit(greedy, session, true, "null").await;
        }
        least = least.min(meter.claim_many().await);
    }
    fill(&mut meter, greedy, false).await;
    let mut beside = u64::MAX;
    for _ in 0..TIMES {
        beside = beside.min(meter.claim_many().await);
    }
    println!("{SLOTS} slots: {least} pages; {beside} beside the heap");
    assert!(
        beside <= least * FACTOR,
        "{SLOTS} slots: {beside} pages, {least} without the heap"
    );
}

/// What an index keeps of a job that has come and gone goes with a vacuum only; it is stepped over once,
/// and not by every claim until then.
async fn what_is_gone_costs_nothing(in_one: bool) {
    let store = Store::new().await;
    let greedy = store.user("greedy", 3).await;
    let mut meter = Meter::new(&store).await;
    meter
        .run("alter table jobs set (autovacuum_enabled = off)")
        .await;
    fill(&mut meter, greedy, in_one).await;
    let fresh = meter.claim_and_finish().await;
    meter.run(&let_most_be_done(greedy, in_one)).await;
    let worn = meter.claim_and_finish().await;
    // Without a memory of where to look it would be felt, or this test could not tell.
    meter.forgetting = true;
    let forgetting = meter.claim_and_finish().await;
    println!(
        "claim and finish: {fresh} pages; {worn} after {GONE} jobs, {forgetting} without a memory"
    );
    assert!(
        worn <= fresh * 2,
        "{fresh} pages before, {worn} after {GONE} jobs"
    );
    assert!(
        forgetting > fresh * 2,
        "{forgetting} pages without a memory"
    );
}

/// The oldest jobs of the heap, done at a stroke.
fn let_most_be_done(user: UserId, in_one: bool) -> String {
    let (done, promoted) = if in_one {
        (
            format!("queued_seq <= {GONE}"),
            format!(
                "update jobs set status = 'ready' where user_id = '{user}' and queued_seq = {GONE} + 1; \
                 update session_heads h set front_job = j.id from jobs j \
                  where j.session_id = h.session_id and j.user_id = '{user}' and j.queued_seq = {GONE} + 1;"
            ),
        )
    } else {
        (
            format!("id < ('00000000-0000-7000-8000-' || lpad(to_hex({GONE} + 1), 12, '0'))::uuid"),
            String::new(),
        )
    };
    format!(
        "update jobs set status = 'completed' where user_id = '{user}' and status <> 'completed' and {done}; {promoted} \
         update users u set queued = (select count(*) from jobs where user_id = u.id and status in ('ready', 'waiting')), \
                ready = (select count(*) from jobs where user_id = u.id and status = 'ready') where id = '{user}';"
    )
}

#[tokio::test]
async fn a_session_that_has_had_many_jobs_is_as_fast_as_before() {
    what_is_gone_costs_nothing(true).await;
}

#[tokio::test]
async fn a_user_who_has_had_many_jobs_is_as_fast_as_before() {
    what_is_gone_costs_nothing(false).await;
}

impl Meter {
    /// What a claim for many slots touches, all of which it fills.
    async fn claim_many(&mut self) -> u64 {
        let worker = WorkerId::generate();
        let claim = format!("select * from leo_claim_jobs('{worker}', {SLOTS}, false, '[{{}}]')");
        let pages = self.pages(&claim).await;
        let held = format!("select count(*) from jobs where holder = '{worker}'");
        let claimed: i64 = sqlx::query_scalar(AssertSqlSafe(held.as_str()))
            .fetch_one(&mut self.connection)
            .await
            .unwrap();
        assert_eq!(claimed, SLOTS);
        pages
    }

    /// The one job that runs.
    async fn running(&mut self) -> JobId {
        let sql = "select id from jobs where status = 'generating'";
        let running: uuid::Uuid = sqlx::query_scalar(sql)
            .fetch_one(&mut self.connection)
            .await
            .unwrap();
        running.into()
    }

    /// What a claim and the end of its job touch at least.
    async fn claim_and_finish(&mut self) -> u64 {
        let worker = WorkerId::generate();
        let mut least = u64::MAX;
        for _ in 0..TIMES {
            if self.forgetting {
                self.run("update users set look_priority = null, look_job = null; update session_heads set waiting_from = 0")
                    .await;
            }
            let claim = format!("select * from leo_claim_jobs('{worker}', 1, false, '[{{}}]')");
            let claimed = self.pages(&claim).await;
            let finish = finish(self.running().await);
            let finished = self.pages(&finish).await;
            least = least.min(claimed + finished);
        }
        least
    }
}
