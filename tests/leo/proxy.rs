//! Behind nginx, with the configuration that people are given: streams live, and who asks is known.

use std::net::{IpAddr, Ipv4Addr};

use leo_protocol::http::Page;
use leo_protocol::limits::{Account, AuditEntry};
use leo_tests::client::Answer;
use leo_tests::client::sse::Sse;
use leo_tests::transcript::{is_terminal, line_of};
use leo_tests::{Leo, Mode, Nginx, Repl, wait_for};
use reqwest::Method;
use serde_json::json;

/// Somebody who is not the proxy. All addresses of this network are this machine's own.
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// Whom he pretends to be.
const PRETENDED: &str = "203.0.113.9";

async fn behind_nginx(workers: usize) -> (Leo, Nginx) {
    let leo = Leo::in_mode(Mode::Process)
        .apis(2)
        .workers(workers)
        .set("LEO_PUBLIC_URL", "https://leo.example")
        .set("LEO_TRUSTED_PROXIES", "127.0.0.1/32")
        .start()
        .await;
    let bases = [leo.client_of(0), leo.client_of(1)].map(|client| client.base().to_owned());
    let nginx = Nginx::start(bases).await;
    (leo, nginx)
}

#[tokio::test]
async fn streams_live_behind_a_proxy() {
    let (leo, mut nginx) = behind_nginx(1).await;
    let anna = leo.user("anna").at(&nginx.base());
    let gate = leo.artifacts().with_file_name("gate");
    let script = format!("lines 1; until {}; write a.txt x", gate.display());
    let job = anna.submit(&script).await;
    let session = job.session_id;
    let mut repl = Repl::viewing(&anna, session, 0).await;
    let mut sse = Sse::open(&anna, session, 0, None).await;
    // Both while the job runs: nothing waits for more.
    repl.line(session, job.id, "line 1").await;
    sse.until("a line", |event| line_of(event) == Some("line 1"))
        .await;
    // A quiet stream's sign of life, which keeps proxies from ending it.
    sse.comment().await;
    std::fs::write(&gate, "").unwrap();
    repl.end(session, job.id).await;
    sse.until("end of the job", is_terminal).await;
    assert_eq!(sse.transcript().raw(), repl.transcript(session).raw());
    assert_eq!(anna.zip(job.id).await.len(), 1);
    assert!(nginx.is_running());
    // The socket's token was in its query, or in a header; the log knows neither.
    assert!(!nginx.log().contains(anna.token().unwrap()));
    assert_eq!(anna.get("/metrics").await.status, 403);
}

#[tokio::test]
async fn who_asks_is_known_and_nobody_is_believed_about_himself() {
    let (mut leo, nginx) = behind_nginx(0).await;
    let operator = leo.operator("olga");
    let me: Account = {
        operator.get("/api/auth/me").await;
        let page = operator.get("/api/users?search=olga").await;
        page.expect::<Page<Account>>(200).items.remove(0)
    };
    let direct = leo.client().base().to_owned();
    for (number, base) in [nginx.base(), direct].iter().enumerate() {
        let far = operator.at(base).from(STRANGER);
        let request = far.request(Method::PATCH, &format!("/api/users/{}", me.id));
        let request = request.json(&json!({"rateLimit": 100 + number}));
        let request = request.header("x-forwarded-for", PRETENDED);
        assert_eq!(Answer::of(request).await.status, 200);
    }
    let path = format!("/api/audit?userId={}", me.id);
    let entries: Page<AuditEntry> = operator.get(&path).await.expect(200);
    let addresses: Vec<_> = entries
        .items
        .iter()
        .map(|entry| entry.address.as_deref())
        .collect();
    assert_eq!(addresses, [Some("127.0.0.2"); 2]);
    for api in 0..2 {
        let log = leo.api(api).log();
        assert!(!log.contains(PRETENDED), "{log}");
    }
    wait_for("the client in a log", async || {
        let logs = [leo.api(0).log(), leo.api(1).log()].concat();
        logs.contains(r#""client":"127.0.0.2""#).then_some(())
    })
    .await;
    let secure = operator.at(&nginx.base()).get("/health").await;
    assert!(secure.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_page_is_known_by_the_address_that_it_was_reached_under() {
    let (leo, nginx) = behind_nginx(0).await;
    let client = leo.client().at(&nginx.base());
    for (host, origin, status) in [
        ("leo.example:8443", "http://leo.example:8443", 401),
        ("leo.example:8443", "http://evil.example", 403),
        ("evil.example", "http://evil.example", 403),
    ] {
        let request = client.request(Method::POST, "/api/auth/login");
        let request = request.header("host", host).header("origin", origin);
        let request =
            request.json(&json!({"email": "a@leo.example", "password": "not the password"}));
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_replica_that_is_gone_is_passed_by() {
    let (mut leo, nginx) = behind_nginx(0).await;
    let anna = leo.user("anna").at(&nginx.base());
    leo.api(0).kill();
    for _ in 0..10 {
        assert_eq!(anna.get("/api/auth/me").await.status, 200);
    }
}
