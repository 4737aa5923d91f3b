//! What operators see of the workers, and draining them.

use leo_protocol::http::{Drained, Fleet, FleetWorker};
use leo_protocol::{JobId, JobStatus};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Repl, wait_for};
use reqwest::Method;

async fn fleet(client: &Client) -> Fleet {
    client.get("/api/fleet").await.expect(200)
}

async fn worker(client: &Client, name: &str) -> FleetWorker {
    let workers = fleet(client).await.workers;
    let mut named = workers.into_iter().filter(|worker| worker.name == name);
    named
        .next()
        .unwrap_or_else(|| panic!("no worker is called {name}"))
}

async fn set_draining(client: &Client, worker: &str, method: Method) -> Answer {
    let path = format!("/api/fleet/{worker}/drain");
    Answer::of(client.request(method, &path)).await
}

async fn told(client: &Client, worker: &str, method: Method) -> Drained {
    set_draining(client, worker, method).await.expect(200)
}

fn runs(worker: &FleetWorker) -> Vec<JobId> {
    worker.running.iter().map(|job| job.job_id).collect()
}

#[tokio::test]
async fn the_fleet_tells_who_runs_what_and_what_waits() {
    let limited = Leo::in_mode(Mode::Process).set("MAX_JOBS_PER_USER", "1");
    let leo = limited.set("WORKER_CONCURRENCY", "3").start().await;
    let client = leo.client();
    let running = client.submit("lines 1; hang").await;
    client
        .job_when(running.id, "start", |job| job.attempt == 1)
        .await;
    let ready = client.submit("lines 1").await;
    let waiting = client.submit_in(running.session_id, "lines 1").await;
    let seen = fleet(&client).await;
    assert_eq!(seen.workers.len(), 1);
    let one = &seen.workers[0];
    assert_eq!((one.name.as_str(), one.capacity), ("worker-0", 3));
    assert_eq!(
        (one.orchestrator.as_str(), one.draining),
        ("process", false)
    );
    assert_eq!(one.version, env!("CARGO_PKG_VERSION"));
    assert!(one.silent_seconds < 60.0, "{one:?}");
    assert_eq!(runs(one), [running.id]);
    assert_eq!(
        (one.running[0].session_id, one.running[0].attempt),
        (running.session_id, 1)
    );
    let queue = &seen.queue;
    assert_eq!(
        (queue.ready, queue.waiting, queue.delayed, queue.generating),
        (1, 1, 0, 1)
    );
    assert!(queue.oldest_wait_seconds.is_some());
    client.cancel(ready.id).await;
    assert_eq!(fleet(&client).await.queue.oldest_wait_seconds, None);
    for job in [waiting, running] {
        client.cancel(job.id).await;
    }
}

#[tokio::test]
async fn the_fleet_is_there_for_operators_only() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let (operator, somebody) = (leo.client(), leo.user("somebody"));
    for path in ["/api/fleet", "/metrics"] {
        assert_eq!(operator.get(path).await.status, 200);
        let answer = somebody.get(path).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (404, "not_found")
        );
        let nobody = somebody.with_token("no token");
        assert_eq!(nobody.get(path).await.status, 401);
    }
    for method in [Method::POST, Method::DELETE] {
        let answer = set_draining(&somebody, "worker-0", method).await;
        assert_eq!(answer.status, 404);
    }
    assert!(!worker(&operator, "worker-0").await.draining);
    let answer = set_draining(&operator, "nobody", Method::POST).await;
    assert_eq!(answer.problem().code, "not_found");
    // An account may become one; it takes effect within ten seconds.
    let mut database = leo.database().connection().await;
    let sql = "update users set operator = true where issuer = 'leo' and subject = 'somebody'";
    sqlx::query(sql).execute(&mut database).await.unwrap();
    wait_for("operator", async || {
        (somebody.get("/api/fleet").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_draining_worker_finishes_and_claims_nothing() {
    let mut leo = Leo::in_mode(Mode::Process)
        .set("MAX_JOBS_PER_USER", "9")
        .start()
        .await;
    let client = leo.client();
    let gate = leo.artifacts().join("gate");
    let running = client
        .submit(&format!("lines 1; until {}; write a.txt x", gate.display()))
        .await;
    client
        .job_when(running.id, "start", |job| job.attempt == 1)
        .await;
    let drained = told(&client, "worker-0", Method::POST).await;
    let zero = worker(&client, "worker-0").await;
    assert!(zero.draining);
    assert_eq!(drained.workers, [zero.id]);
    let waiting = client.submit("write a.txt x").await;
    assert_eq!(waiting.queue.unwrap().reason, "no worker is running");
    // Another one takes it, and this one nothing.
    leo.start_worker().await;
    let by_another = client.ended(waiting.id).await;
    assert_eq!(by_another.status, JobStatus::Completed);
    assert_eq!(runs(&worker(&client, "worker-0").await), [running.id]);
    std::fs::create_dir_all(leo.artifacts()).unwrap();
    std::fs::write(&gate, "").unwrap();
    let ended = client.ended(running.id).await;
    assert_eq!((ended.status, ended.attempt), (JobStatus::Completed, 1));
    assert!(runs(&worker(&client, "worker-0").await).is_empty());
}

#[tokio::test]
async fn draining_can_be_undone_and_ends_with_the_process() {
    let mut leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let id = worker(&client, "worker-0").await.id.to_string();
    told(&client, &id, Method::POST).await;
    let job = client.submit("write a.txt x").await;
    told(&client, &id, Method::DELETE).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    told(&client, &id, Method::POST).await;
    leo.worker(0).terminate().await;
    assert!(fleet(&client).await.workers.is_empty());
    leo.start_worker().await;
    assert!(!fleet(&client).await.workers[0].draining);
    let job = client.submit("write a.txt x").await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn a_draining_worker_looks_after_its_host() {
    let mut leo = Leo::in_mode(Mode::Docker)
        .set("LEASE_SECONDS", "3")
        .workers(2)
        .start()
        .await;
    let client = leo.client();
    let gate = "sleep 4000; write a.txt x";
    let job = client.submit(&format!("lines 1; {gate}")).await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    let holder = fleet(&client)
        .await
        .workers
        .into_iter()
        .find(|worker| !worker.running.is_empty())
        .unwrap();
    let (dying, left) = if holder.name == "worker-0" {
        (0, "worker-1")
    } else {
        (1, "worker-0")
    };
    told(&client, left, Method::POST).await;
    leo.worker(dying).terminate().await;
    viewer.end(job.session_id, job.id).await;
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    leo.cleared().await;
}

#[tokio::test]
async fn two_installations_leave_each_others_containers_alone() {
    let (one, two) = (
        Leo::in_mode(Mode::Docker).start().await,
        Leo::in_mode(Mode::Docker).start().await,
    );
    assert_ne!(one.instance(), two.instance());
    let (here, there) = (one.client(), two.client());
    let theirs = there.submit("lines 1; hang").await;
    wait_for("container of the other", async || {
        (two.generators().await == 1).then_some(())
    })
    .await;
    let before = two.containers().await;
    // Enough that each round of the reconcilers has been gone: a container is looked for twice.
    for _ in 0..3 {
        let job = here.submit("sleep 8000; write a.txt x").await;
        assert_eq!(here.ended(job.id).await.status, JobStatus::Completed);
    }
    one.cleared().await;
    assert_eq!(two.containers().await, before);
    there.cancel(theirs.id).await;
    assert_eq!(there.ended(theirs.id).await.status, JobStatus::Cancelled);
    two.cleared().await;
}
