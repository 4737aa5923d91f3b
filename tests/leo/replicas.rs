//! Several API processes and workers are one Leo.

use leo_protocol::repl::CLOSE_RESTART;
use leo_protocol::{JobStatus, LogStream};
use leo_tests::transcript::numbered;
use leo_tests::{Leo, Mode, Repl};

in_both_modes! {
    whoever_runs_a_job_every_api_shows_it,
}

async fn whoever_runs_a_job_every_api_shows_it(mode: Mode) {
    let one_slot = Leo::in_mode(mode).set("WORKER_CONCURRENCY", "1");
    let leo = one_slot.apis(2).workers(2).start().await;
    let (here, there) = (leo.client_of(0), leo.client_of(1));
    // Long enough that one worker cannot run both, one after the other.
    let script = "lines 20; sleep 3000; write a.txt x";
    let jobs = [here.submit(script).await, there.submit(script).await];
    for job in &jobs {
        let mut viewers = [
            Repl::viewing(&here, job.session_id, 0).await,
            Repl::viewing(&there, job.session_id, 0).await,
        ];
        for viewer in &mut viewers {
            viewer.end(job.session_id, job.id).await;
        }
        let [one, other] = viewers
            .each_ref()
            .map(|viewer| viewer.transcript(job.session_id));
        one.assert_whole(job.id);
        assert_eq!(one.raw(), other.raw());
        assert_eq!(one.raw(), there.events(job.session_id, 7).await.raw());
        assert_eq!(one.lines(job.id, LogStream::Stdout), numbered(20));
        assert_eq!(there.job(job.id).await.status, JobStatus::Completed);
    }
    let mut database = leo.database().connection().await;
    let query = sqlx::query_scalar("select count(distinct worker_id) from attempts");
    let workers: i64 = query.fetch_one(&mut database).await.unwrap();
    assert_eq!(workers, 2, "both workers had a job");
}

#[tokio::test]
async fn a_viewer_of_a_killed_api_goes_on_at_another() {
    let mut leo = Leo::in_mode(Mode::Process).apis(2).start().await;
    let there = leo.client_of(1);
    let job = there.submit("tick 40 100; write a.txt x").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&leo.client(), session, 0).await;
    viewer.line(session, job.id, "tick 10").await;
    leo.api(0).kill();
    viewer.closed().await;
    let before = viewer.transcript(session).clone();
    let mut viewer = Repl::viewing(&there, session, before.last_seq()).await;
    viewer.end(session, job.id).await;
    let after = viewer.transcript(session).raw();
    assert!(!after.is_empty());
    let all = there.events(session, 1000).await;
    assert_eq!([before.raw(), after].concat(), all.raw());
    let ticks: Vec<_> = (1..=40).map(|n| format!("tick {n}")).collect();
    assert_eq!(all.lines(job.id, LogStream::Stdout), ticks);
}

#[tokio::test]
async fn an_api_that_ends_says_so() {
    let mut leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let mut viewer = Repl::connect(&leo.client()).await;
    let ended = tokio::join!(viewer.closed(), leo.api(0).terminate());
    assert_eq!(ended.0, Some(CLOSE_RESTART));
    assert!(ended.1.success(), "{}", ended.1);
}
