//! Credentials that are taken back while connections are open by them.

use std::time::Duration;

use leo_common::bus::Publisher;
use leo_common::redis_link::RedisLink;
use leo_protocol::account::Scope;
use leo_protocol::http::Me;
use leo_protocol::repl::{CLOSE_FORBIDDEN, CLOSE_UNAUTHENTICATED, ClientMessage, ServerMessage};
use leo_protocol::{SessionId, SignInId, UserId};
use leo_tests::client::sse::Sse;
use leo_tests::{Client, Leo, Mode, Repl};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::keys::{key, revoke};
use super::sockets::{end, ticket};

/// How long the news of it may take, on a machine that has other things to do. What nobody tells is
/// looked for each 5 s.
const AT_ONCE: Duration = Duration::from_secs(3);
/// The same without Redis.
const UNTOLD: Duration = Duration::from_secs(9);

/// The open connections of somebody.
struct Open {
    repl: Repl,
    sse: Sse,
}

impl Open {
    async fn by(client: &Client, session: SessionId) -> Self {
        Self {
            repl: Repl::viewing(client, session, 0).await,
            sse: Sse::open(client, session, 0, None).await,
        }
    }

    /// They end, with this.
    async fn ended(&mut self, code: &str, close: u16, status: u16) {
        let ended = (code.to_owned(), Some(close));
        assert_eq!(end(&mut self.repl).await, ended);
        let problem = self.sse.ended().await;
        assert_eq!((problem.code.as_str(), problem.status), (code, status));
    }

    async fn lives(&mut self) {
        self.repl.send(&ClientMessage::Ping {}).await;
        let pong = |message: &ServerMessage| matches!(message, ServerMessage::Pong {});
        self.repl.message("pong", pong).await;
    }
}

async fn run(leo: &Leo, sql: &'static str, user: UserId) {
    let mut database = leo.database().connection().await;
    let done = sqlx::query(sql).bind(user.uuid());
    done.execute(&mut database).await.unwrap();
}

async fn who(client: &Client) -> UserId {
    client.get("/api/auth/me").await.expect::<Me>(200).user_id
}

#[tokio::test]
async fn connections_by_a_revoked_key_end_on_every_replica() {
    let mut leo = Leo::in_mode(Mode::Process)
        .own_redis()
        .apis(2)
        .workers(0)
        .start()
        .await;
    let anna = leo.user("anna");
    let session = anna.new_session().await;
    let (first, second) = (key(&anna, Scope::Run).await, key(&anna, Scope::Read).await);
    let on = |api: usize, key: &str| leo.client_of(api).with_token(key);
    let mut here = Open::by(&on(0, &first.key), session).await;
    let mut there = Open::by(&on(1, &first.key), session).await;
    let query = format!("?ticket={}", ticket(&on(0, &first.key)).await);
    let mut by_ticket = Repl::connect_with(&leo.client_of(1), &query, &[]).await;
    by_ticket.known().await;
    let mut other = Open::by(&on(1, &second.key), session).await;
    let mut herself = Open::by(&anna, session).await;

    let began = Instant::now();
    assert_eq!(revoke(&anna, first.id).await.status, 204);
    here.ended("token_revoked", CLOSE_UNAUTHENTICATED, 401)
        .await;
    there
        .ended("token_revoked", CLOSE_UNAUTHENTICATED, 401)
        .await;
    assert_eq!(end(&mut by_ticket).await.0, "token_revoked");
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());

    let mut here = Open::by(&on(0, &second.key), session).await;
    leo.redis().kill();
    let began = Instant::now();
    assert_eq!(revoke(&anna, second.id).await.status, 204);
    here.ended("token_revoked", CLOSE_UNAUTHENTICATED, 401)
        .await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    other
        .ended("token_revoked", CLOSE_UNAUTHENTICATED, 401)
        .await;
    assert!(began.elapsed() < UNTOLD, "{:?}", began.elapsed());
    herself.lives().await;
}

#[tokio::test]
async fn a_closed_account_is_shut_out_whether_anybody_tells_or_not() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let link = RedisLink::new(&leo_tests::config::redis_url(), leo.instance()).unwrap();
    let publisher = Publisher::start(link).unwrap();
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let (session, others) = (anna.new_session().await, bob.new_session().await);
    let mut bobs = Open::by(&bob, others).await;
    let user = who(&anna).await;
    for told in [true, false] {
        let by_key = anna.with_token(&key(&anna, Scope::Run).await.key);
        let (mut by_token, mut by_key) = (
            Open::by(&anna, session).await,
            Open::by(&by_key, session).await,
        );
        let began = Instant::now();
        run(
            &leo,
            "update users set closed_at = now() where id = $1",
            user,
        )
        .await;
        if told {
            publisher.identity_changed(user);
        }
        by_token.ended("account_closed", CLOSE_FORBIDDEN, 403).await;
        by_key.ended("account_closed", CLOSE_FORBIDDEN, 403).await;
        let allowed = if told { AT_ONCE } else { UNTOLD };
        assert!(began.elapsed() < allowed, "{told}: {:?}", began.elapsed());
        // What was remembered of the account is forgotten too.
        let answer = anna.get("/api/auth/me").await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (403, "account_closed")
        );
        let mut again = Repl::connect_unknown(&anna).await;
        let shut = ("account_closed".to_owned(), Some(CLOSE_FORBIDDEN));
        assert_eq!(end(&mut again).await, shut);
        run(
            &leo,
            "update users set closed_at = null where id = $1",
            user,
        )
        .await;
        publisher.identity_changed(user);
        leo_tests::wait_for("reopening", async || {
            (anna.get("/api/auth/me").await.status == 200).then_some(())
        })
        .await;
    }
    bobs.lives().await;
}

#[tokio::test]
async fn whoever_signs_out_leaves_his_connections_too() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let user = who(&anna).await;
    let (sign_in, ticket) = (SignInId::generate(), "leo_ticket_of-a-browser");
    let mut database = leo.database().connection().await;
    for sql in [
        "insert into sign_ins (id, user_id, token_hash, expires_at)
         values ($1, $2, $3, now() + interval '1 hour')",
        "insert into tickets (sign_in_id, user_id, token_hash, scope, operator, expires_at)
         values ($1, $2, $3, 'admin', false, now() + interval '1 minute')",
    ] {
        let rows = sqlx::query(sql).bind(sign_in.uuid()).bind(user.uuid());
        let rows = rows.bind(Sha256::digest(ticket).to_vec());
        rows.execute(&mut database).await.unwrap();
    }
    let query = format!("?ticket={ticket}");
    let mut repl = Repl::connect_with(&leo.client(), &query, &[]).await;
    assert_eq!(repl.known().await, user);
    run(&leo, "delete from sign_ins where user_id = $1", user).await;
    let ended = ("signed_out".to_owned(), Some(CLOSE_UNAUTHENTICATED));
    assert_eq!(end(&mut repl).await, ended);
}
