//! Searching a job's log: which lines, how many, and by whom.

use leo_protocol::log::LogHits;
use leo_protocol::{JobId, JobStatus};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, wait_for};

/// The answer to a search; `query` is what the address says beside it.
async fn ask(client: &Client, job: JobId, text: &str, query: &[(&str, &str)]) -> Answer {
    let path = format!("/api/jobs/{job}/log");
    client
        .get_with(&path, &[&[("search", text)], query].concat())
        .await
}

async fn hits(client: &Client, job: JobId, text: &str, query: &[(&str, &str)]) -> LogHits {
    ask(client, job, text, query).await.expect(200)
}

fn numbers(found: &LogHits) -> Vec<u64> {
    found.hits.iter().map(|hit| hit.line).collect()
}

/// Each hit's line as the job's log and as its events have it.
async fn shown(client: &Client, job: JobId, found: &LogHits) -> Vec<String> {
    let path = format!("/api/jobs/{job}/log");
    let text = client.get(&path).await.text();
    let text: Vec<_> = text.lines().collect();
    let session = client.job(job).await.session_id;
    let events = client.events(session, 1000).await;
    let mut shown = Vec::new();
    for hit in &found.hits {
        let line = text[usize::try_from(hit.line).unwrap() - 1];
        let event = &events.raw()[usize::try_from(hit.seq).unwrap() - 1];
        assert_eq!(event["log"]["line"], line);
        shown.push(line.to_owned());
    }
    shown
}

#[tokio::test]
async fn lines_are_found_by_what_they_show() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    // A session's second job: lines are counted from its own first one.
    let first = client.submit("lines 5; write a.txt x").await;
    client.ended(first.id).await;
    // In hex: red `Fehler`, its middle in another colour; and a link whose address is not shown.
    let script = "event plain \u{dc}BEL; event {\"type\":\"info\",\"message\":\"\u{fc}bel\"}; \
                  bytes 1b5b33316d4665681b5b316d6c65721b5b306d0a; \
                  bytes 1b5d383b3b68747470733a2f2f612e6578616d706c651b5c646f63731b5d383b3b1b5c0a; \
                  event say \"no\" \\ twice; event 12 steps; write a.txt y";
    let job = client.submit_in(first.session_id, script).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    let found = async |text: &str, query: &[(&str, &str)]| {
        let found = hits(&client, job.id, text, query).await;
        assert_eq!(found.total, found.hits.len() as u64);
        assert!(!found.truncated);
        shown(&client, job.id, &found).await
    };
    assert_eq!(found("\u{fc}bel", &[]).await, ["plain \u{dc}BEL"]);
    let exact = [("caseSensitive", "true")];
    assert!(found("\u{fc}bel", &exact).await.is_empty());
    assert_eq!(found("\u{dc}BEL", &exact).await.len(), 1);
    let red = ["\u{1b}[31mFeh\u{1b}[1mler\u{1b}[0m"];
    assert_eq!(found("fehler", &[]).await, red);
    assert!(found("31m", &[]).await.is_empty());
    assert_eq!(found("docs", &[]).await.len(), 1);
    assert!(found("example", &[]).await.is_empty());
    assert_eq!(found("\"no\" \\", &[]).await, ["say \"no\" \\ twice"]);
    let expression = [("regex", "true")];
    assert_eq!(found("^\\d+ STEPS$", &expression).await, ["12 steps"]);
    assert!(found("^\\d+ STEPS$", &[]).await.is_empty());
    assert!(found("line 1", &[]).await.is_empty(), "of the other job");
    let lines = hits(&client, job.id, "x", &[]).await.lines;
    assert!(found(".*", &expression).await.len() as u64 == lines && lines >= 5);
    assert_eq!(numbers(&hits(&client, job.id, "plain", &[]).await), [1]);

    let stranger = leo.user("eve");
    let refused = ask(&stranger, job.id, "plain", &[]).await;
    assert_eq!(refused.status, 404);
    let refused = ask(&client, job.id, "a(", &expression).await;
    assert_eq!(refused.status, 422);
    let problem = refused.problem();
    assert_eq!(problem.code, "invalid_field");
    assert!(
        problem.detail.contains("unclosed group"),
        "{}",
        problem.detail
    );
    let refused = ask(&client, job.id, "(\\pL{100}){100}", &expression).await;
    assert_eq!(refused.status, 422);
}

#[tokio::test]
async fn all_hits_are_counted_and_listed_page_by_page() {
    const LINES: u64 = 25_000;
    let leo = Leo::in_mode(Mode::Process)
        .set("EVENT_RETENTION", "1s")
        .start()
        .await;
    let client = leo.client();
    let script = format!("lines {LINES}; write a.txt x");
    let job = client.submit(&script).await;
    let last = client.ended(job.id).await.session_id;
    let last = client.events(last, 1000).await.last_seq();
    let first = hits(&client, job.id, "LINE ", &[]).await;
    assert_eq!((first.total, first.hits.len()), (LINES, 10_000));
    assert!(first.truncated && first.lines >= LINES && first.last_seq <= last);
    let rest = hits(&client, job.id, "LINE ", &[("afterLine", "10000")]).await;
    assert_eq!(rest.total, LINES);
    assert_eq!(numbers(&rest)[..3], [10_001, 10_002, 10_003]);
    let rest = hits(&client, job.id, "LINE ", &[("afterLine", "24000")]).await;
    assert_eq!((rest.hits.len(), rest.truncated), (1000, false));
    let query = [("limit", "2"), ("afterLine", "100")];
    let some = hits(&client, job.id, "line 99", &query).await;
    // `line 99`, `line 990` to 999, `line 9900` to 9999.
    assert_eq!((some.total, numbers(&some)), (111, vec![990, 991]));

    // The same from the archive.
    let mut database = leo.database().connection().await;
    wait_for("archive of the session", async || {
        let sql = "select count(*) from event_batches where session_id = $1";
        let count = sqlx::query_scalar(sql).bind(job.session_id.uuid());
        let left: i64 = count.fetch_one(&mut database).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(hits(&client, job.id, "line 99", &query).await, some);
}

#[tokio::test]
async fn a_running_jobs_lines_keep_their_numbers() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let script = format!(
        "lines 300; event needle one; until {}; lines 300; event needle two; write a.txt x",
        go.display()
    );
    let job = client.submit(&script).await;
    let before = wait_for("the first needle", async || {
        let found = hits(&client, job.id, "needle", &[]).await;
        (found.total == 1).then_some(found)
    })
    .await;
    assert_eq!(numbers(&before), [301]);
    std::fs::write(&go, "").unwrap();
    client.ended(job.id).await;
    let after = hits(&client, job.id, "needle", &[]).await;
    assert_eq!(numbers(&after), [301, 602]);
    assert_eq!(after.hits[0], before.hits[0]);
    assert!(after.last_seq > before.last_seq && after.lines > before.lines);
}

#[tokio::test]
async fn a_log_is_saved_under_a_name_that_tells_what_it_is() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("lines 3").await;
    client.ended(job.id).await;
    let path = format!("/api/jobs/{}/log", job.id);
    for (format, ending) in [("text", "log"), ("ndjson", "ndjson")] {
        let query = format!("{path}?format={format}");
        let shown = client.get(&query).await;
        assert!(!shown.headers.contains_key("content-disposition"));
        let saved = client.get(&format!("{query}&download=true")).await;
        let name = format!("attachment; filename=\"lines-3-{}.{ending}\"", job.id);
        assert_eq!(saved.headers["content-disposition"], name);
        assert_eq!(saved.text(), shown.text());
    }
}

#[tokio::test]
async fn the_command_shows_the_lines_that_were_found() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("lines 12; err 2; write a.txt x").await;
    client.ended(job.id).await;
    let mut command = leo.command("leo");
    command
        .args([
            "logs",
            &job.id.to_string(),
            "--search",
            "^LINE 1\\d",
            "--regex",
        ])
        .env("LEO_URL", client.base());
    let output = command.output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.lines().collect();
    assert_eq!(printed.len(), 3, "{printed:?}");
    for (line, n) in printed.iter().zip(10..) {
        assert!(line.ends_with(&format!("line {n}")), "{line}");
    }
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(summary.contains("3 of "), "{summary}");
}
