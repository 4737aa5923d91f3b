//! Older generators, which do not number their frames and read nothing.

use leo_tests::Transcript;

use super::*;

/// How often the stream says something that contains this.
fn told(transcript: &Transcript, job: JobId, what: &str) -> usize {
    let told = transcript.of_job(job).filter(
        |event| matches!(&event.kind, Some(EventKind::Info { message }) if message.contains(what)),
    );
    told.count()
}

async fn say(runner: &mut Runner, numbers: std::ops::RangeInclusive<u64>) {
    for n in numbers {
        let line = json!({"type": "log", "log": {"line": format!("line {n}")}});
        assert!(runner.send_text(&line.to_string()).await);
    }
}

#[tokio::test]
async fn an_older_generator_needs_no_numbers() {
    let leo = websocket(Mode::Process).start().await;
    let (job, gate) = gated(&leo).await;
    let url = leo
        .runner_url(0, job.id, 1)
        .replacen("/ws/jobs/", "/ws/job_", 1);
    let mut runner = Runner::dial(&url).await;
    say(&mut runner, 1..=100).await;
    // It has read nothing, and is gone without a good-bye.
    drop(runner);
    gate.open();
    let job = leo.client().ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed);
    let transcript = leo.client().events(job.session_id, 1000).await;
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(100));
    assert_eq!(told(&transcript, job.id, "does not number"), 1);
}

/// What the server had read and not stored when it died is lost, and nothing comes twice.
#[tokio::test]
async fn an_older_generator_that_comes_back_is_told_of() {
    let mut leo = websocket(Mode::Process).apis(2).start().await;
    let (job, gate) = gated(&leo).await;
    let client = leo.client_of(1);
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let mut runner = Runner::dial(&leo.runner_url(0, job.id, 1)).await;
    say(&mut runner, 1..=50).await;
    viewer.line(job.session_id, job.id, "line 50").await;
    leo.api(0).kill();
    let mut runner = Runner::dial(&leo.runner_url(1, job.id, 1)).await;
    say(&mut runner, 51..=100).await;
    drop(runner);
    gate.open();
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(100));
    assert_eq!(told(transcript, job.id, "does not number"), 1);
    assert_eq!(told(transcript, job.id, "has connected again"), 1);
}
