//! What operators see and do.

use leo_protocol::JobStatus;
use leo_protocol::http::Page;
use leo_protocol::limits::{Account, AuditEntry, UpdateAccount};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

use super::{account_of, change};

async fn log(client: &Client, about: &Account) -> Vec<AuditEntry> {
    let path = format!("/api/audit?userId={}", about.id);
    client
        .get(&path)
        .await
        .expect::<Page<AuditEntry>>(200)
        .items
}

async fn patch(client: &Client, of: &Account, body: Value) -> Answer {
    let request = client.request(Method::PATCH, &format!("/api/users/{}", of.id));
    Answer::of(request.json(&body)).await
}

#[tokio::test]
async fn accounts_are_found_page_by_page() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let operator = leo.client();
    for name in ["anna", "bob", "susanna", "50%_off"] {
        assert_eq!(leo.user(name).get("/api/auth/me").await.status, 200);
    }
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = operator.get(&format!("/api/users?limit=2{cursor}")).await;
        let page: Page<Account> = page.expect(200);
        assert!(page.items.len() <= 2);
        names.extend(page.items.into_iter().map(|account| account.subject));
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    names.sort();
    assert_eq!(names, ["50%_off", "anna", "bob", "developer", "susanna"]);
    for (search, expected) in [
        ("ANNA", vec!["susanna", "anna"]),
        ("%25_", vec!["50%_off"]),
        ("nobody", vec![]),
    ] {
        let found = operator.get(&format!("/api/users?search={search}")).await;
        let found: Page<Account> = found.expect(200);
        let found: Vec<_> = found
            .items
            .iter()
            .map(|account| account.subject.as_str())
            .collect();
        assert_eq!(found, expected, "{search}");
    }
    for path in [
        "/api/users?search=%00",
        "/api/users?cursor=x",
        "/api/audit?cursor=x",
        "/api/users?limit=0",
    ] {
        assert_eq!(operator.get(path).await.status, 422, "{path}");
    }
}

#[tokio::test]
async fn for_everybody_else_there_is_nothing() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let account = account_of(&leo, "anna").await;
    for path in [
        "/api/users",
        "/api/audit",
        &format!("/api/users/{}", account.id),
    ] {
        assert_eq!(anna.get(path).await.status, 404, "{path}");
    }
    let wish = json!({"operator": true});
    assert_eq!(patch(&anna, &account, wish).await.status, 404);
    assert!(!account_of(&leo, "anna").await.operator);
}

#[tokio::test]
async fn what_was_changed_by_whom_is_in_the_log() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let operator = leo.client();
    leo.user("anna").get("/api/auth/me").await;
    let (anna, me) = (
        account_of(&leo, "anna").await,
        account_of(&leo, "developer").await,
    );
    let update = json!({"maxRunning": 7, "rateLimit": 0, "operator": false});
    let after: Account = patch(&operator, &anna, update.clone()).await.expect(200);
    assert_eq!(
        (after.limits.max_running, after.limits.rate_limit),
        (Some(7), None)
    );
    assert_eq!(
        (after.overrides.max_running, after.overrides.rate_limit),
        (Some(7), Some(0))
    );
    // The same once more changes nothing.
    assert_eq!(patch(&operator, &anna, update).await.status, 200);
    let back: Account = patch(&operator, &anna, json!({"maxRunning": null}))
        .await
        .expect(200);
    assert_eq!(
        (back.overrides.max_running, back.limits.max_running),
        (None, Some(2))
    );
    let entries = log(&operator, &anna).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), &entry.detail))
        .collect();
    let changes = [
        json!({"maxRunning": {"from": 7, "to": null}}),
        json!({"maxRunning": {"from": null, "to": 7}, "rateLimit": {"from": null, "to": 0}}),
    ];
    assert_eq!(
        told,
        [("user.changed", &changes[0]), ("user.changed", &changes[1])]
    );
    for entry in &entries {
        assert_eq!(entry.actor, Some(me.id));
        assert_eq!(entry.user_id, Some(anna.id));
        assert_eq!(entry.address.as_deref(), Some("127.0.0.1"));
    }
    for wrong in [
        json!({"maxRunning": 0}),
        json!({"promptLimit": 0}),
        json!({"quota": 1}),
        json!({"rateLimit": -1}),
    ] {
        assert_eq!(
            patch(&operator, &anna, wrong.clone()).await.status,
            422,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_closed_account_is_barred_and_its_jobs_end() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let (operator, anna) = (leo.client(), leo.user("anna"));
    let running = [anna.submit("hang").await, anna.submit("hang").await];
    let waiting = anna.submit("lines 1").await;
    for job in &running {
        anna.job_when(job.id, "start", |job| job.status == JobStatus::Generating)
            .await;
    }
    let account = account_of(&leo, "anna").await;
    let closed: Account = patch(&operator, &account, json!({"closed": true}))
        .await
        .expect(200);
    assert!(closed.closed_at.is_some());
    wait_for("refusal", async || {
        let answer = anna.get("/api/auth/me").await;
        (answer.status == 403).then(|| assert_eq!(answer.problem().code, "account_closed"))
    })
    .await;
    leo.cleared().await;
    let idle: Account = wait_for("end of all jobs", async || {
        let account = account_of(&leo, "anna").await;
        let busy = account.usage.running + account.usage.queued;
        (busy == 0).then_some(account)
    })
    .await;
    assert_eq!(idle.usage.jobs_today, 3);
    let opened: Account = patch(&operator, &account, json!({"closed": false}))
        .await
        .expect(200);
    assert_eq!(opened.closed_at, None);
    wait_for("admission", async || {
        (anna.get("/api/auth/me").await.status == 200).then_some(())
    })
    .await;
    for job in running.iter().chain([&waiting]) {
        assert_eq!(anna.job(job.id).await.status, JobStatus::Cancelled);
    }
    let next = anna.submit("write a.txt x").await;
    assert_eq!(anna.ended(next.id).await.status, JobStatus::Completed);
    let entries = log(&operator, &account).await;
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["user.opened", "user.closed"]);
}

#[tokio::test]
async fn the_last_operator_stays_one() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    for client in [&anna, &bob] {
        client.get("/api/auth/me").await;
    }
    let make = UpdateAccount {
        operator: Some(true),
        ..UpdateAccount::default()
    };
    let (hers, his) = (
        account_of(&leo, "anna").await,
        account_of(&leo, "bob").await,
    );
    change(&leo.client(), hers.id, make).await;
    wait_for("an operator", async || {
        (anna.get("/api/users").await.status == 200).then_some(())
    })
    .await;
    for unwise in [json!({"operator": false}), json!({"closed": true})] {
        let answer = patch(&anna, &hers, unwise).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (409, "last_operator")
        );
    }
    change(&anna, his.id, make).await;
    let after: Account = patch(&anna, &hers, json!({"operator": false}))
        .await
        .expect(200);
    assert!(!after.operator);
    wait_for("nothing there", async || {
        (anna.get("/api/users").await.status == 404).then_some(())
    })
    .await;
}

#[tokio::test]
async fn draining_is_in_the_log() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let operator = leo.client();
    for method in [Method::POST, Method::DELETE] {
        let request = operator.request(method, "/api/fleet/worker-0/drain");
        assert_eq!(Answer::of(request).await.status, 200);
    }
    let page: Page<AuditEntry> = operator.get("/api/audit?limit=2").await.expect(200);
    let actions: Vec<_> = page
        .items
        .iter()
        .map(|entry| entry.action.as_str())
        .collect();
    assert_eq!(actions, ["fleet.undrain", "fleet.drain"]);
    assert_eq!(page.items[0].detail["workers"].as_array().unwrap().len(), 1);
    let nul = operator.request(Method::POST, "/api/fleet/%00/drain");
    assert_eq!(Answer::of(nul).await.status, 404);
}
