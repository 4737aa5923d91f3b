//! Chaos over the fleet: no job is lost, none runs twice at the same time, and nothing that has ended
//! changes, whatever happens to workers, APIs, Redis, Postgres and the Docker engine.
//!
//! Users submit jobs, some of them several times, cancel and retry them. Workers of both kinds, with
//! containers on a private Docker engine and with child processes, run them. Meanwhile everything
//! fails in its turn. The generators keep a ledger that Leo has no hand in ([`ledger`],
//! [`sightings`]); Postgres is looked at past every program of Leo ([`watch`], [`story`]); and
//! [`audit`] compares what was promised with what is there and with what has really run.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::Utc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

mod absences;
mod audit;
mod book;
mod clock;
mod faults;
mod inflict;
mod ledger;
mod leftovers;
mod pace;
mod postgres;
mod report;
mod scripts;
mod sightings;
mod slot;
mod story;
mod users;
mod watch;
mod yard;

pub use faults::Kind;
pub use report::Report;

use audit::Evidence;
use book::Book;
use faults::schedule;
use inflict::{Inflicted, inflict};
use pace::Pace;
use sightings::LookOut;
use users::User;
use watch::Watched;
use yard::Yard;

/// How often it is looked whether everything has settled.
const LOOK: Duration = Duration::from_millis(250);
/// How long after the last job's end something of one may still be there: orphaned containers are
/// looked for every ten seconds, and removed at the second sight.
const CLEARED_WITHIN: Duration = Duration::from_secs(60);

/// How much there is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the faults and the users' whims come from.
    pub seed: u64,
    /// How long things go wrong.
    pub length: Duration,
    /// What `LEASE_SECONDS`, `LOST_AFTER` and the pauses are multiplied with; 1 is full scale.
    pub scale: f64,
    /// API processes.
    pub apis: usize,
    /// Workers whose generators are their children.
    pub workers: usize,
    /// Workers whose generators are containers of one private Docker engine.
    pub container_workers: usize,
    /// Users.
    pub users: usize,
    /// The kinds of faults; all of them where it is empty.
    pub only: Vec<Kind>,
    /// Where the logs are kept when something was bad.
    pub logs: Option<PathBuf>,
    /// Whom to tell how it goes.
    pub tell: fn(&str),
}

/// Runs chaos over the fleet, and judges.
///
/// # Panics
/// When an installation does not come up, or not again after a fault.
pub async fn run(options: &Options) -> Report {
    let (tell, pace) = (options.tell, Pace::new(options.scale));
    let yard = Yard::start(options, pace).await;
    let mut faults = schedule(options.seed, options.length, pace, &options.only);
    faults.retain(|fault| yard.engine.is_some() || !fault.kind.needs_engine());
    tell(&format!("seed {}: {} faults", options.seed, faults.len()));

    let book = Book::default();
    let (stop_users, stop_watch) = (Arc::default(), Arc::default());
    let look_out = LookOut::start();
    let watching = tokio::spawn(watch::watch(
        yard.database.clone(),
        book.clone(),
        Arc::clone(&stop_watch),
    ));
    let users = users(&yard, options, pace, &book, &stop_users);
    let begin = Instant::now();
    let inflicted = inflict(&yard, &book, &faults, begin).await;
    tell(&format!(
        "{:.0} s: the faults are over",
        begin.elapsed().as_secs_f64()
    ));
    stop_users.store(true, Ordering::Relaxed);
    users.join_all().await;
    settle(&yard, pace).await;
    tell(&format!(
        "{:.0} s: the jobs have ended",
        begin.elapsed().as_secs_f64()
    ));

    let mut report = Report {
        seed: options.seed,
        length: options.length,
        leases: (pace.lease, pace.lost_after),
        answers: yard.proxy.carried_out(),
        containers: yard.engine.is_some(),
        ..Report::default()
    };
    clear(&yard, &mut report).await;
    add_watched(watching, &stop_watch, &mut report).await;
    judge(&yard, &book, look_out, inflicted, pace, &mut report).await;
    report.complaints.extend(yard.defects().await);
    if let Some(folder) = options.logs.as_ref().filter(|_| !report.is_good()) {
        yard.keep_logs(folder).await;
        tell(&format!("the logs are in {}", folder.display()));
    }
    report
}

fn users(
    yard: &Yard,
    options: &Options,
    pace: Pace,
    book: &Book,
    stop: &Arc<AtomicBool>,
) -> JoinSet<()> {
    let apis: Vec<_> = yard.replicas.iter().map(|api| api.address()).collect();
    let mut users = JoinSet::new();
    for number in 0..options.users {
        let token = Yard::token(&format!("user-{number}"));
        let user = User::new(number, token, apis.clone(), book.clone(), pace);
        users.spawn(user.live(options.seed, Arc::clone(stop)));
    }
    users
}

/// Waits until all jobs have ended, as long as that may take.
async fn settle(yard: &Yard, pace: Pace) {
    let sql = "select count(*) from jobs where status not in ('completed', 'failed', 'cancelled')";
    let end = Instant::now() + pace.settle();
    let mut connection = yard.connect().await.expect("Postgres is back");
    while Instant::now() < end {
        let open = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
        let open: i64 = open.expect("look at the jobs");
        if open == 0 {
            return;
        }
        sleep(LOOK).await;
    }
}

/// Waits until nothing is left of any generator, and notes what is.
async fn clear(yard: &Yard, report: &mut Report) {
    let end = Instant::now() + CLEARED_WITHIN;
    let mut left = yard.leftovers().await;
    while left.count() > 0 && Instant::now() < end {
        sleep(LOOK).await;
        left = yard.leftovers().await;
    }
    report.orphans = left.count();
    if left.count() > 0 {
        report.complaints.extend(left.in_words());
    }
}

async fn add_watched(watching: JoinHandle<Watched>, stop: &AtomicBool, report: &mut Report) {
    stop.store(true, Ordering::Relaxed);
    let watched = watching.await.expect("watch Postgres");
    assert!(watched.looks > 0, "Postgres was never looked at");
    report.exceeded += watched.exceeded.len();
    report.complaints.extend(watched.exceeded);
}

async fn judge(
    yard: &Yard,
    book: &Book,
    look_out: LookOut,
    inflicted: Inflicted,
    pace: Pace,
    report: &mut Report,
) {
    let mut runs = look_out.end();
    runs.extend(ledger::read(&yard.ledgers()));
    let mut connection = yard.connect().await.expect("Postgres is back");
    let stored = story::read(&mut connection)
        .await
        .expect("read what is stored");
    report.faults = inflicted.counts;
    report.slowest_end = inflicted.slowest_end;
    report.complaints.extend(inflicted.complaints);
    let evidence = Evidence {
        pages: book.pages().clone(),
        stored,
        runs,
        absences: yard.absences(),
        losses: inflicted.losses,
        pace,
        clocks: (Utc::now(), clock::now()),
    };
    audit::judge(&evidence, report);
}
