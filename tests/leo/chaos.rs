//! The stream and the fleet under faults, and the proof that the judge of the stream is not blind. That
//! the judge of the fleet is not, forged evidence shows in its own tests.

use std::time::Duration;

use leo_tests::chaos::{Options, Report, Sabotage, fleet, programs, stream};
use tokio::sync::Mutex;

/// Any number will do; this one makes runs comparable.
const SEED: u64 = 5013;

/// Held by the one that runs: together they would show how slow this machine is.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

#[expect(
    clippy::print_stdout,
    reason = "the test harness shows it where a test has failed"
)]
async fn run(seconds: u64, sabotage: Option<Sabotage>) -> Report {
    let _alone = ONE_AT_A_TIME.lock().await;
    let options = Options {
        seed: SEED,
        length: Duration::from_secs(seconds),
        viewers: 24,
        jobs: 8,
        sabotage,
        logs: None,
        tell: |line| println!("{line}"),
    };
    let report = stream::run(&options).await;
    println!("{report}");
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_viewer_sees_every_event_once_and_in_order() {
    let report = run(30, None).await;
    assert!(report.is_good());
    // A run in which little happened would show little.
    assert!(report.swallowed > 0 && report.events > 1000 && report.faults.len() > 10);
    assert!(report.socket_jobs > 0 && report.frames > 1000);
    assert!(
        report.sockets > report.socket_jobs as u64,
        "some had to come back"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_without_its_gap_check_is_noticed() {
    programs::build_sabotaged();
    let report = run(20, Some(Sabotage::GapCheck)).await;
    assert!(report.viewed.lost > 0);
    assert!(report.stored.is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_without_its_position_check_is_noticed() {
    let report = run(20, Some(Sabotage::PositionCheck)).await;
    assert!(report.stored.doubled > 0);
}

/// The short form: the leases, the time until a host is lost, and the pauses are a tenth of what they
/// are at full scale.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_job_is_lost_and_none_runs_twice_at_the_same_time() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let options = fleet::Options {
        seed: SEED,
        length: Duration::from_secs(60),
        scale: 0.1,
        apis: 2,
        workers: 3,
        container_workers: 2,
        users: 12,
        only: Vec::new(),
        logs: None,
        tell: |line| println!("{line}"),
    };
    let report = fleet::run(&options).await;
    println!("{report}");
    assert!(report.is_good());
    // A run in which little happened would show little.
    assert!(report.accepted > 100 && report.faults.len() > 10);
    assert!(report.restarted > 0);
    assert!(!report.containers || report.container_runs > 10 && report.adoptions > 0);
}
