//! What Leo counts about itself.

use leo_protocol::JobStatus;
use leo_tests::{Client, Leo, Mode, Repl, wait_for};

/// The value of a series, named with its labels as Prometheus writes them.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find(|line| {
        line.strip_prefix(series)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

async fn metrics(client: &Client) -> String {
    let answer = client.get("/metrics").await;
    let kind = answer.headers["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    String::from_utf8(answer.bytes(200)).unwrap()
}

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
    let text = metrics(&client).await;
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
        let text = metrics(&client).await;
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
    let log = leo.worker(0).log();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let address = lines
        .filter(|line| line["message"] == "serving metrics")
        .find_map(|line| line["address"].as_str().map(str::to_owned))
        .unwrap();
    let worker = Client::new(&format!("http://{address}"));
    wait_for("metrics of both jobs", async || {
        let text = metrics(&worker).await;
        (value(&text, "leo_worker_jobs") == Some(0.0)).then_some(())
    })
    .await;
    let text = metrics(&worker).await;
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
