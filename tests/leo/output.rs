//! Output: every line once, in order, from the right stream.

use leo_protocol::{EventKind, JobStatus, LogStream};
use leo_tests::transcript::numbered;
use leo_tests::{Leo, Mode, Repl};

in_both_modes! {
    a_long_output_is_complete_and_in_order,
    each_line_says_where_it_was_printed,
    lines_of_any_kind_arrive,
}

async fn a_long_output_is_complete_and_in_order(mode: Mode) {
    const LINES: u64 = 20_000;
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut viewer = Repl::connect(&client).await;
    viewer.join(session, Some(0), true).await;
    let job = client
        .submit_in(session, &format!("lines {LINES}; write a.txt x"))
        .await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), numbered(LINES));
    // A viewer that comes late sees the same.
    let mut late = Repl::viewing(&client, session, 0).await;
    late.end(session, job.id).await;
    assert_eq!(late.transcript(session).raw(), transcript.raw());
    let log = client
        .get(&format!("/api/jobs/{}/log", job.id))
        .await
        .text();
    let printed: Vec<_> = log
        .lines()
        .filter(|line| line.starts_with("line "))
        .collect();
    assert_eq!(printed, numbered(LINES));
}

async fn each_line_says_where_it_was_printed(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let job = client.submit("lines 300; err 200; write a.txt x").await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    let transcript = client.events(job.session_id, 1000).await;
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), numbered(300));
    assert_eq!(transcript.lines(job.id, LogStream::Stderr), numbered(200));
}

async fn lines_of_any_kind_arrive(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let script = "event {\"type\":\"info\",\"message\":\"an event\",\"seq\":7}; \
                  event {\"type\":\"completed\",\"requestId\":\"x\"}; event {\"no\":\"type\"}; \
                  long 100000; bytes 61ff620a; bytes 1b5b33316d7265641b5b306d0a; partial no newline; \
                  write a.txt x; quiet";
    let job = client.submit(script).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    let transcript = client.events(job.session_id, 1000).await;
    transcript.assert_whole(job.id);
    let lines = transcript.lines(job.id, LogStream::Stdout);
    assert_eq!(
        lines[0], "{\"type\":\"completed\",\"requestId\":\"x\"}",
        "not the generator's to say"
    );
    assert_eq!(lines[1], "{\"no\":\"type\"}");
    assert_eq!((lines[2].len(), lines[3].len()), (65_536, 100_000 - 65_536));
    assert_eq!(
        &lines[4..],
        ["a\u{fffd}b", "\u{1b}[31mred\u{1b}[0m", "no newline"]
    );
    let messages: Vec<_> = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(messages[0], "an event");
    assert!(
        messages[1].contains("without `generation_complete`"),
        "{messages:?}"
    );
}
