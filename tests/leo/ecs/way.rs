//! The whole way through ECS, with Leo's own generator: the stream is that of any other mode.

use std::collections::BTreeSet;

use leo_protocol::{JobId, JobStatus, SessionId};
use leo_tests::moto::Agent;
use leo_tests::{Leo, Mode, Moto, Repl, config, wait_for};
use serde_json::Value;

use super::on;

/// Two prompts of one session, from submission to download; what their stream holds.
async fn goes_the_whole_way(leo: &Leo) -> Vec<Value> {
    let client = leo.client();
    let session = client.new_session().await;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let first = client.submit_in(session, "A pond diary for frogs").await;
    viewer.end(session, first.id).await;
    let job = client.job(first.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
    let zip = client.zip(first.id).await;
    assert!(zip.len() > 3 && zip.contains_key("index.html"));

    let next = client.submit_in(session, "Add a second pond").await;
    viewer.end(session, next.id).await;
    let after = client.zip(next.id).await;
    let before: BTreeSet<_> = zip.keys().collect();
    assert!(
        before.is_subset(&after.keys().collect()),
        "the session's files had been fetched"
    );
    let transcript = viewer.transcript(session);
    transcript.assert_whole(first.id);
    transcript.assert_whole(next.id);
    comparable(transcript.raw(), session, [first.id, next.id])
}

/// Events without what differs from run to run, and without what tells of the start.
fn comparable(events: Vec<Value>, session: SessionId, jobs: [JobId; 2]) -> Vec<Value> {
    let of_the_start = |event: &Value| event["type"] == "launching" || event["type"] == "info";
    let events = events.into_iter().filter(|event| !of_the_start(event));
    events
        .map(|mut event| {
            strip(&mut event);
            let text = event.to_string().replace(&session.to_string(), "SESSION");
            let text = text.replace(&jobs[0].to_string(), "FIRST");
            let text = text.replace(&jobs[1].to_string(), "NEXT");
            serde_json::from_str(&text).expect("it still is JSON")
        })
        .collect()
}

/// Takes out what differs from run to run: places and times, the hashes of files (which tell their
/// job's id), and the stream of a line, for a container that dials in says all of them by itself.
fn strip(value: &mut Value) {
    const DIFFERENT: [&str; 4] = ["seq", "timestamp", "durationMs", "stream"];
    const HASH_DIGITS: usize = 64;
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !DIFFERENT.contains(&name.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::String(text)
            if text.len() == HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            "HASH".clone_into(text);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_same_scenario_tells_the_same_on_ecs_as_here() {
    leo_common::tls::init();
    let here = Leo::in_mode(Mode::Docker).demo().start().await;
    let expected = Box::pin(goes_the_whole_way(&here)).await;
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let agent = Agent::in_containers(&cluster, &config::generator()).await;
    let leo = on(&moto, &cluster).await.demo().start().await;
    let told = Box::pin(goes_the_whole_way(&leo)).await;
    for (told, expected) in told.iter().zip(&expected) {
        assert_eq!(told, expected);
    }
    assert_eq!(told.len(), expected.len());
    for told in agent.told() {
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["JOB_ID", "WEBSOCKET_URL"]);
    }
    assert_eq!(agent.told().len(), 2);
    wait_for("end of all tasks", async || {
        cluster.running().await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_start_of_a_task_is_told() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let _agent = Agent::start(&cluster, &config::generator());
    let leo = on(&moto, &cluster).await.demo().start().await;
    let client = leo.client();
    let job = client.submit("A pond diary for frogs").await;
    client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    let events = transcript.raw();
    let steps: Vec<_> = events
        .iter()
        .filter(|event| event["type"] == "launching")
        .map(|event| event["step"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(steps.first(), Some(&"run task"));
    assert_eq!(steps.last(), Some(&"running"));
}

#[tokio::test]
async fn a_cancelled_task_is_stopped_and_what_it_has_is_kept() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let _agent = Agent::start(&cluster, &config::generator());
    let leo = on(&moto, &cluster).await.demo();
    let leo = leo.set("DEMO_SPEED", "0.5").start().await;
    let client = leo.client();
    let job = client.submit("A secret garden").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let event = |event: &leo_protocol::Event| {
        matches!(event.kind, Some(leo_protocol::EventKind::FileEnd { .. }))
    };
    viewer.event(job.session_id, "file_end", event).await;
    client.cancel(job.id).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Cancelled);
    assert_eq!(cluster.running().await, [Value::Null; 0]);
}

#[tokio::test]
async fn another_worker_takes_the_task_over_by_its_arn() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let agent = Agent::start(&cluster, &config::generator());
    let leo = on(&moto, &cluster).await.demo();
    let mut leo = leo.set("DEMO_SPEED", "0.7").start().await;
    let client = leo.client();
    let job = client.submit("A secret garden").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let event = |event: &leo_protocol::Event| {
        matches!(event.kind, Some(leo_protocol::EventKind::FileStart { .. }))
    };
    viewer.event(job.session_id, "file_start", event).await;
    leo.worker(0).kill();
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    assert_eq!(client.job(job.id).await.status, JobStatus::Completed);
    assert_eq!(client.job(job.id).await.attempt, 1);
    assert_eq!(agent.told().len(), 1, "it was not started again");
}

#[tokio::test]
async fn a_task_whose_job_is_over_is_stopped() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let mut leo = on(&moto, &cluster).await.demo().start().await;
    let client = leo.client();
    // Nobody runs it, so it waits until it is cancelled.
    let job = client.submit("A secret garden").await;
    let task = wait_for("task", async || cluster.running().await.pop()).await;
    client.cancel(job.id).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Cancelled);
    // The same once more, as a start leaves it that took effect too late.
    let again = serde_json::json!({
        "cluster": cluster.name,
        "taskDefinition": cluster.definition,
        "startedBy": task["startedBy"],
        "tags": task["tags"],
        "launchType": "FARGATE",
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": [cluster.subnet], "securityGroups": []},
        },
    });
    cluster.call("RunTask", &again).await;
    // Who starts looks around first.
    leo.start_worker().await;
    wait_for("end of the orphan", async || {
        cluster.running().await.is_empty().then_some(())
    })
    .await;
}
