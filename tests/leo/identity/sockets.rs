//! How a WebSocket learns who is there, and what becomes of it when a credential ends.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use leo_protocol::UserId;
use leo_protocol::account::Scope;
use leo_protocol::http::Me;
use leo_protocol::keys::Ticket;
use leo_protocol::repl::{CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED, ClientMessage, ServerMessage};
use leo_tests::client::sse::Sse;
use leo_tests::{Client, Leo, Mode, Repl};
use serde_json::json;

use super::keys::by_key;

/// How late a connection may end, on a machine that has other things to do; less than the 9 s in which
/// every connection looks at the clock.
const PROMPT: TimeDelta = TimeDelta::seconds(4);

pub(super) async fn ticket(client: &Client) -> String {
    let answer = client.post("/api/auth/ticket", &json!({})).await;
    let ticket: Ticket = answer.expect(201);
    let life = ticket.expires_at - Utc::now();
    assert!(life <= TimeDelta::seconds(16), "{life}");
    ticket.ticket
}

async fn who(client: &Client) -> UserId {
    client.get("/api/auth/me").await.expect::<Me>(200).user_id
}

/// Somebody on another site's page, whom nothing but a credential can help.
const STRANGER: [(&str, &str); 1] = [("origin", "https://elsewhere.example")];

async fn stranger(leo: &Leo, query: &str) -> Repl {
    Repl::connect_with(&leo.client(), query, &STRANGER).await
}

fn say(token: &str) -> ClientMessage {
    ClientMessage::Authenticate {
        token: token.to_owned(),
    }
}

/// Reads until the connection ends: the last error's code, and the close code.
pub(super) async fn end(repl: &mut Repl) -> (String, Option<u16>) {
    let (code, text) = repl.error().await;
    assert!(text.ends_with('.') && !text.contains("leo_"), "{text}");
    (code, repl.closed().await)
}

fn ended(code: &str, close: u16) -> (String, Option<u16>) {
    (code.to_owned(), Some(close))
}

#[tokio::test]
async fn every_way_to_say_who_is_there_works() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let user = who(&anna).await;
    let by_key = by_key(&anna, Scope::Read).await;
    for client in [&anna, &by_key] {
        let token = client.token().unwrap();
        assert_eq!(Repl::connect_unknown(client).await.known().await, user);
        let mut asked = stranger(&leo, &format!("?token={token}")).await;
        assert_eq!(asked.known().await, user);
        let mut asked = stranger(&leo, &format!("?ticket={}", ticket(client).await)).await;
        assert_eq!(asked.known().await, user);
        let mut asked = stranger(&leo, "").await;
        asked.send(&say(token)).await;
        assert_eq!(asked.known().await, user);
    }
    // A ticket wins over everything else.
    let query = format!("?token=nonsense&ticket={}", ticket(&anna).await);
    let bob = leo.user("bob");
    let mut asked = Repl::connect_with(&bob, &query, &[]).await;
    assert_eq!(asked.known().await, user);
}

#[tokio::test]
async fn a_ticket_opens_one_socket_and_only_for_a_while() {
    let leo = Leo::in_mode(Mode::Process).apis(2).workers(0).start().await;
    let anna = leo.user("anna");
    let refused = ended("bad_ticket", CLOSE_UNAUTHENTICATED);
    let once = ticket(&anna).await;
    let opened = join_all((0..20).map(async |n| {
        let client = leo.client_of(n % 2);
        let mut repl = Repl::connect_with(&client, &format!("?ticket={once}"), &[]).await;
        repl.send(&ClientMessage::Ping {}).await;
        let known = |message: &ServerMessage| {
            matches!(
                message,
                ServerMessage::Authenticated { .. } | ServerMessage::Error { .. }
            )
        };
        matches!(
            repl.message("answer", known).await,
            ServerMessage::Authenticated { .. }
        )
    }))
    .await;
    assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    let late = ticket(&anna).await;
    let mut database = leo.database().connection().await;
    sqlx::query("update tickets set expires_at = now()")
        .execute(&mut database)
        .await
        .unwrap();
    for wrong in [&once, &late, "", "leo_ticket_", "nonsense"] {
        // Even of somebody who would need none.
        let mut repl = Repl::connect_with(&anna, &format!("?ticket={wrong}"), &[]).await;
        assert_eq!(end(&mut repl).await, refused, "{wrong}");
    }
}

#[tokio::test]
async fn a_socket_is_good_for_what_its_credential_is_good_for() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let job = anna.submit("lines 1").await;
    let reader = by_key(&anna, Scope::Read).await;
    let start = ClientMessage::StartGeneration {
        session_id: None,
        prompt: "lines 1".to_owned(),
        mode: None,
        max_iterations: None,
        budget: None,
        model: None,
        idempotency_key: None,
    };
    let cancel = ClientMessage::CancelGeneration { job_id: job.id };
    for message in [start, cancel] {
        for query in [String::new(), format!("?ticket={}", ticket(&reader).await)] {
            let mut repl = Repl::connect_with(&reader, &query, &[]).await;
            repl.known().await;
            repl.join(job.session_id, Some(0), false).await;
            repl.send(&message).await;
            let refused = ended("insufficient_scope", CLOSE_FORBIDDEN);
            assert_eq!(end(&mut repl).await, refused);
        }
    }
    let mut runner = Repl::connect(&by_key(&anna, Scope::Run).await).await;
    runner.join(job.session_id, Some(0), false).await;
    runner
        .send(&ClientMessage::CancelGeneration { job_id: job.id })
        .await;
    runner.end(job.session_id, job.id).await;
}

#[tokio::test]
async fn a_stranger_is_told_what_is_missing_and_may_still_say_who_he_is() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    for origin in ["https://elsewhere.example", "null", "http://localhost"] {
        let mut repl = Repl::connect_with(&leo.client(), "", &[("origin", origin)]).await;
        repl.send(&ClientMessage::GetState {
            session_id: leo_protocol::SessionId::generate(),
        })
        .await;
        let (code, text) = repl.error().await;
        assert_eq!(code, "unauthenticated");
        assert!(text.starts_with("Pages of other sites need"), "{text}");
        let anna = leo.user("anna");
        repl.send(&say(anna.token().unwrap())).await;
        assert_eq!(repl.known().await, who(&anna).await);
        repl.send(&say("nonsense")).await;
        let refused = ended("unauthorized", CLOSE_UNAUTHENTICATED);
        assert_eq!(end(&mut repl).await, refused);
    }
    let own = leo.client().base().to_owned();
    let mut repl = Repl::connect_with(&leo.client(), "", &[("origin", &own)]).await;
    assert_eq!(repl.known().await, who(&leo.client()).await);
}

/// When a client's token ends.
fn end_of(client: &Client) -> DateTime<Utc> {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let claims = client.token().unwrap().split('.').nth(1).unwrap();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    DateTime::from_timestamp(claims["exp"].as_i64().unwrap(), 0).unwrap()
}

fn assert_prompt(expiry: DateTime<Utc>) {
    let late = Utc::now() - expiry;
    assert!(late >= TimeDelta::zero() && late < PROMPT, "{late} late");
}

#[tokio::test]
async fn a_connection_ends_with_its_token_to_the_second() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let session = anna.new_session().await;
    let short = leo.user_for("anna", "4s");
    let mut repl = Repl::viewing(&short, session, 0).await;
    let query = format!("?ticket={}", ticket(&short).await);
    let mut by_ticket = Repl::connect_with(&leo.client(), &query, &[]).await;
    let mut said = stranger(&leo, "").await;
    said.send(&say(short.token().unwrap())).await;
    let mut sse = Sse::open(&short, session, 0, None).await;
    let expired = ended("token_expired", CLOSE_UNAUTHENTICATED);
    for repl in [&mut repl, &mut by_ticket, &mut said] {
        assert_eq!(end(repl).await, expired);
        assert_prompt(end_of(&short));
    }
    let problem = sse.ended().await;
    assert_eq!(
        (problem.status, problem.code.as_str()),
        (401, "token_expired")
    );
    assert!(!problem.request_id.is_empty());
}

#[tokio::test]
async fn whoever_says_again_who_he_is_goes_on_without_a_gap() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let anna = leo.user("anna");
    let job = anna.submit("tick 100 60; write a.txt x").await;
    let short = leo.user_for("anna", "3s");
    let mut repl = Repl::viewing(&short, job.session_id, 0).await;
    repl.line(job.session_id, job.id, "tick 1").await;
    repl.send(&say(anna.token().unwrap())).await;
    repl.known().await;
    repl.end(job.session_id, job.id).await;
    assert!(Utc::now() > end_of(&short), "the job took too little time");
    repl.transcript(job.session_id).assert_whole(job.id);
    // A token that ends sooner than the one before counts as well.
    let shorter = leo.user_for("anna", "2s");
    repl.send(&say(shorter.token().unwrap())).await;
    repl.known().await;
    let expired = ended("token_expired", CLOSE_UNAUTHENTICATED);
    assert_eq!(end(&mut repl).await, expired);
    assert_prompt(end_of(&shorter));
}

#[tokio::test]
async fn no_credential_reaches_a_log() {
    let mut leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .set("RUST_LOG", "trace")
        .start()
        .await;
    let anna = leo.user("anna");
    let session = anna.new_session().await;
    let key = super::keys::key(&anna, Scope::Run).await.key;
    let ticket = ticket(&anna).await;
    let token = anna.token().unwrap().to_owned();
    for query in [
        format!("?ticket={ticket}"),
        format!("?ticket={ticket}"),
        format!("?token={token}"),
        format!("?token={key}"),
        format!("?token={key}x"),
    ] {
        let mut repl = stranger(&leo, &query).await;
        repl.send(&say(&token)).await;
        repl.send_frame(tokio_tungstenite::tungstenite::Message::text(format!(
            "{{\"type\":\"authenticate\",\"tokenn\":\"{key}\"}}"
        )))
        .await;
        let told = |message: &ServerMessage| {
            matches!(
                message,
                ServerMessage::Authenticated { .. } | ServerMessage::Error { .. }
            )
        };
        repl.message("answer", told).await;
    }
    let holder = leo.client().with_token(&key);
    holder.get(&format!("/api/sessions/{session}")).await;
    holder.get(&format!("/api/sessions?token={token}")).await;
    drop(Sse::open(&holder, session, 0, None).await);
    let log = leo.api(0).log();
    assert!(log.contains("answered") && log.contains("/ws"));
    for secret in [&token, &key[8..], &ticket[11..]] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{line:?}");
    }
}
