//! How often one may ask.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leo_common::buckets::{Buckets, Rate};
use leo_common::redis_link::RedisLink;
use leo_protocol::SessionId;
use leo_protocol::limits::UpdateAccount;
use leo_protocol::repl::{ClientMessage, ServerMessage};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Redis, Repl, wait_for};
use reqwest::Method;
use serde_json::Value;

use super::{account_of, change};

const ME: &str = "/api/auth/me";

fn header(answer: &Answer, name: &str) -> String {
    let value = answer.headers.get(name);
    let value = value.unwrap_or_else(|| panic!("no {name} in {answer:?}"));
    value.to_str().unwrap().to_owned()
}

async fn refused(client: &Client) -> Answer {
    let answer = client.get(ME).await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.problem().code, "rate_limited");
    answer
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .set("RATE_LIMIT", "3")
        .start()
        .await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    for left in ["2", "1", "0"] {
        let answer = anna.get(ME).await;
        assert_eq!(answer.status, 200);
        assert_eq!(header(&answer, "ratelimit-policy"), "\"requests\";q=3;w=60");
        let told = header(&answer, "ratelimit");
        assert!(
            told.starts_with(&format!("\"requests\";r={left};t=")),
            "{told}"
        );
    }
    let answer = refused(&anna).await;
    let wait: u64 = header(&answer, "retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert!(header(&answer, "ratelimit").contains("r=0;"));
    assert_eq!(bob.get(ME).await.status, 200);
    // The developer of this machine is nobody's neighbour.
    for _ in 0..10 {
        let answer = leo.client().get(ME).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.headers.contains_key("ratelimit"));
    }
    let id = account_of(&leo, "anna").await.id;
    let more = UpdateAccount {
        rate_limit: Some(Some(0)),
        ..UpdateAccount::default()
    };
    change(&leo.client(), id, more).await;
    for _ in 0..10 {
        assert_eq!(anna.get(ME).await.status, 200);
    }
}

#[tokio::test]
async fn messages_that_do_something_count_and_the_connection_stays() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .set("RATE_LIMIT", "3")
        .start()
        .await;
    // The connection itself is one.
    let mut repl = Repl::connect(&leo.user("anna")).await;
    for code in ["not_found", "not_found", "rate_limited"] {
        let session_id = SessionId::generate();
        repl.send(&ClientMessage::GetState { session_id }).await;
        assert_eq!(repl.error().await.0, code);
    }
    repl.send(&ClientMessage::Ping {}).await;
    repl.message("pong", |message| matches!(message, ServerMessage::Pong {}))
        .await;
}

#[tokio::test]
async fn replicas_count_together_and_each_alone_without_redis() {
    let mut leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .apis(2)
        .own_redis()
        .set("RATE_LIMIT", "4")
        .start()
        .await;
    let here = leo.user("anna");
    let there = leo.client_of(1).with_token(here.token().unwrap());
    for client in [&here, &there, &here, &there] {
        assert_eq!(client.get(ME).await.status, 200);
    }
    refused(&here).await;
    refused(&there).await;
    leo.redis().kill();
    let begin = Instant::now();
    for client in [&here, &there] {
        let mut granted = 0;
        for _ in 0..100 {
            granted += u32::from(client.get(ME).await.status == 200);
        }
        assert!((4..=5).contains(&granted), "{granted} at one process");
    }
    // Each request that waited for Redis would have taken a tenth of a second.
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
}

#[tokio::test]
async fn guessing_is_limited_by_address_and_hinders_no_owner_of_a_token() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let (anna, stranger) = (leo.user("anna"), leo.client().with_token("a guess"));
    // Few at once: who cannot be counted in time is let through. The bucket fills up meanwhile.
    let mut guessed = 0;
    wait_for("a refusal of guesses", async || {
        let answers = join_all((0..10).map(|_| stranger.get(ME))).await;
        let tried = answers.iter().filter(|it| it.status == 401).count();
        guessed += tried;
        let refused = answers.iter().filter(|it| it.status == 429).count();
        assert_eq!(tried + refused, answers.len());
        (refused > 0).then_some(())
    })
    .await;
    assert!(guessed >= 600, "{guessed}");
    let reader = leo.client();
    wait_for("a refusal of the docs", async || {
        let docs = join_all((0..50).map(|_| reader.get("/api/docs"))).await;
        docs.iter().any(|it| it.status == 429).then_some(())
    })
    .await;
    // What one says about oneself without being a proxy makes nobody another one.
    wait_for("a refusal of one who pretends", async || {
        let pretending = (0..50).map(|n| {
            let request = stranger.request(Method::GET, ME);
            Answer::of(request.header("x-forwarded-for", format!("203.0.113.{n}")))
        });
        let answers = join_all(pretending).await;
        answers.iter().any(|it| it.status == 429).then_some(())
    })
    .await;
    assert_eq!(leo.client().get("/health").await.status, 200);
    assert_eq!(anna.get(ME).await.status, 200);
}

#[tokio::test]
async fn a_bucket_is_emptied_once_however_many_reach_for_it() {
    let redis = Redis::start().await;
    let link = RedisLink::new(&redis.url(), leo_protocol::InstanceId::generate()).unwrap();
    let rate = Rate::new(50, Duration::from_secs(3600));
    let both = [Buckets::new(&link).unwrap(), Buckets::new(&link).unwrap()];
    // A first use may have to wait for its connection.
    for buckets in &both {
        buckets.take("test", "somebody else", rate, 1).await;
    }
    let taking = (0..200).map(|n| both[n % 2].take("test", "me", rate, 1));
    let decisions = join_all(taking).await;
    let granted = decisions.iter().filter(|decision| decision.allowed).count();
    assert_eq!(granted, 50);
    let refused = decisions.iter().find(|decision| !decision.allowed).unwrap();
    assert!(refused.retry_after > Duration::from_secs(60) && refused.remaining == 0);
    both[0].give_back("test", "me", rate, 20).await;
    assert!(both[1].take("test", "me", rate, 20).await.allowed);
    assert!(!both[1].take("test", "me", rate, 1).await.allowed);
    let keys = redis.keys().await;
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(
        keys.iter()
            .all(|key| key.contains(":bucket:") && !key.contains("me")),
        "{keys:?}"
    );
}

/// What a page of another site may read of it.
#[tokio::test]
async fn the_console_of_another_site_can_read_the_headers() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .set("LEO_CORS_ORIGINS", "https://console.example")
        .start()
        .await;
    let request = leo.user("anna").request(Method::GET, ME);
    let answer = Answer::of(request.header("origin", "https://console.example")).await;
    let exposed = header(&answer, "access-control-expose-headers");
    for name in [
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "x-request-id",
    ] {
        assert!(
            exposed.split(',').any(|exposed| exposed.trim() == name),
            "{exposed}"
        );
    }
    let me: Value = answer.expect(200);
    assert_eq!(me["operator"], false);
}
