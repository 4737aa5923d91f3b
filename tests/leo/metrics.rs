//! What Leo counts about itself.

use leo_protocol::{EventKind, JobStatus};
use leo_tests::client::metrics::{of_worker, value};
use leo_tests::{Leo, Mode, Repl, wait_for};
use nix::sys::signal::Signal;

#[tokio::test]
async fn the_api_counts_requests_viewers_and_the_queue() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let job = client.submit("lines 1").await;
    client.submit_in(job.session_id, "lines 1").await;
    client.get("/api/no/such/path").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    client.cancel(job.id).await;
    viewer.end(job.session_id, job.id).await;
    let text = client.metrics().await;
    for (series, expected) in [
        ("leo_queue_jobs{state=\"ready\"}", 1.0),
        ("leo_queue_jobs{state=\"waiting\"}", 0.0),
        (
            "leo_http_requests_total{route=\"/api/jobs\",method=\"POST\",status=\"202\"}",
            1.0,
        ),
        (
            "leo_http_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"}",
            1.0,
        ),
        (
            "leo_http_request_seconds_count{route=\"/api/jobs\",method=\"POST\"}",
            1.0,
        ),
        (
            "leo_jobs_ended_total{status=\"cancelled\",reason=\"none\"}",
            1.0,
        ),
        ("leo_sockets", 1.0),
        ("leo_viewers", 1.0),
        ("leo_publish_failures_total", 0.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in {text}");
    }
    assert!(value(&text, "leo_stream_frames_total").unwrap() >= 2.0);
    assert!(value(&text, "leo_queue_oldest_wait_seconds").unwrap() >= 0.0);
    assert!(
        !text.contains(&job.id.to_string()),
        "a label without bounds"
    );
    drop(viewer);
    wait_for("end of the socket", async || {
        let text = client.metrics().await;
        (value(&text, "leo_sockets") == Some(0.0) && value(&text, "leo_viewers") == Some(0.0))
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_worker_tells_its_metrics_where_it_is_asked_to() {
    let told = Leo::in_mode(Mode::Process).set("LEO_METRICS_BIND", "127.0.0.1:0");
    let mut leo = told.start().await;
    let client = leo.client();
    let good = client.submit("lines 3; write a.txt x").await;
    let bad = client.submit("exit 1").await;
    assert_eq!(client.ended(good.id).await.status, JobStatus::Completed);
    assert_eq!(client.ended(bad.id).await.status, JobStatus::Failed);
    let worker = of_worker(&leo.worker(0).log()).unwrap();
    wait_for("metrics of both jobs", async || {
        let text = worker.metrics().await;
        (value(&text, "leo_worker_jobs") == Some(0.0)).then_some(())
    })
    .await;
    let text = worker.metrics().await;
    for (series, expected) in [
        ("leo_claim_wait_seconds_count", 2.0),
        (
            "leo_jobs_ended_total{status=\"completed\",reason=\"none\"}",
            1.0,
        ),
        (
            "leo_jobs_ended_total{status=\"failed\",reason=\"exit_code\"}",
            1.0,
        ),
        ("leo_leases_lost_total", 0.0),
        ("leo_takeovers_total{how=\"adopted\"}", 0.0),
        ("leo_takeovers_total{how=\"restarted\"}", 0.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in {text}");
    }
    assert!(value(&text, "leo_appended_events_total").unwrap() >= 3.0);
    assert!(value(&text, "leo_append_seconds_count").unwrap() >= 1.0);
    assert!(
        text.contains("leo_launch_step_seconds_bucket{step="),
        "{text}"
    );
}

#[tokio::test]
async fn workers_count_what_they_take_over_and_what_they_lose() {
    let builder = Leo::in_mode(Mode::Docker).set("LEO_METRICS_BIND", "127.0.0.1:0");
    let mut leo = builder.set("LEASE_SECONDS", "3").start().await;
    let client = leo.client();
    let job = client.submit("lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).signal(Signal::SIGSTOP);
    leo.start_worker().await;
    viewer
        .event(job.session_id, "worker_changed", |event| {
            matches!(event.kind, Some(EventKind::WorkerChanged { .. }))
        })
        .await;
    let heir = of_worker(&leo.worker(1).log()).unwrap().metrics().await;
    for (series, expected) in [
        ("leo_takeovers_total{how=\"adopted\"}", Some(1.0)),
        ("leo_takeovers_total{how=\"restarted\"}", Some(0.0)),
        ("leo_worker_jobs", Some(1.0)),
        ("leo_leases_lost_total", Some(0.0)),
        ("leo_launch_step_seconds_count{step=\"start\"}", None),
    ] {
        assert_eq!(value(&heir, series), expected, "{series} in {heir}");
    }
    leo.worker(0).signal(Signal::SIGCONT);
    let loser = of_worker(&leo.worker(0).log()).unwrap();
    wait_for("loss of the lease", async || {
        let text = loser.metrics().await;
        let (lost, jobs) = ("leo_leases_lost_total", "leo_worker_jobs");
        (value(&text, lost) == Some(1.0) && value(&text, jobs) == Some(0.0)).then_some(())
    })
    .await;
    for step in ["create", "copy inputs", "start"] {
        let series = format!("leo_launch_step_seconds_count{{step=\"{step}\"}}");
        assert_eq!(value(&loser.metrics().await, &series), Some(1.0), "{step}");
    }
    client.cancel(job.id).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Cancelled);
    leo.cleared().await;
}
